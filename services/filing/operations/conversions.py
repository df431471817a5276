"""Amounts in another currency: what a version keeps of them, and the rates that checks and suggestions know."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from services.filing.forms.conversions import money_of, rates_asked
from services.filing.forms.reading import read
from services.filing.model.filings import Filing, Working
from services.filing.model.periods import period_of
from services.filing.model.rates import Converted, PublishedRate
from services.filing.operations.instruments import Instrument
from services.filing.operations.rates import rates_on
from services.filing.ports.deps import Deps
from services.filing.rates.converting import Money, convert, factor, needed


def converted_money(deps: Deps, wanted: Iterable[Money]) -> tuple[Converted, ...]:
    """Return amounts in their target currencies with the rates that were used; without a result where one is missing."""
    listed = tuple(wanted)
    rates = _rates(deps, ((each.on, needed(each.currency, each.target)) for each in listed))
    return tuple(convert(each, rates.get(each.on, {})) for each in listed)


def converted_amounts(deps: Deps, filing: Filing, instrument: Instrument, working: Working) -> tuple[Converted, ...]:
    """Return what the form asks to be reckoned in another currency, of content that is submitted."""
    if not instrument.form.conversions or working.rows is not None or working.nil_reason is not None:
        return ()
    end = period_of(filing.period).last_day
    return converted_money(deps, money_of(instrument.form.conversions, instrument.answers(working.answers), end))


def rate_facts(deps: Deps, filing: Filing, instrument: Instrument, working: Working) -> dict[str, Decimal]:
    """Return the facts that tell rates: what one unit of the currency in a cell is worth on the day in another."""
    conversions = instrument.form.conversions
    codes = {code for each in conversions if each.fact for code in each.cells}
    said = {code: value for code, value in working.answers.items() if code in codes}
    answers = read(instrument.form, said, is_stored=True).answers
    asked = tuple(rates_asked(conversions, answers, period_of(filing.period).last_day))
    rates = _rates(deps, ((each.on, needed(each.currency, each.target)) for each in asked))
    found = {each.fact: factor(each.currency, each.target, rates.get(each.on, {})) for each in asked}
    return {fact: ratio.number for fact, ratio in found.items() if ratio is not None}


def _rates(deps: Deps, wanted: Iterable[tuple[date, tuple[str, ...]]]) -> Mapping[date, Mapping[str, PublishedRate]]:
    """Return the rates that apply, by day and currency: one look-up for each day."""
    codes: dict[date, set[str]] = {}
    for on, currencies in wanted:
        codes.setdefault(on, set()).update(currencies)
    return {on: rates_on(deps, each, on) for on, each in codes.items()}
