"""Amounts of a form that the system reckons in another currency: which, from what into what, at the rate of which day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.filing.forms.answers import Answers, Given, Place, Value
from services.filing.forms.expressions.syntax import Ref
from services.filing.rates.converting import Money

PERIOD_END = "period_end"
"""Stands for a cell with a date: the last day of the reporting period."""


@dataclass(frozen=True)
class Conversion:
    """One line of a form's `[[conversions]]`.

    `currency` is a currency or the cell that names one; `on` is the cell of the day, None for the end of the period.
    `fact` is the fact that tells checks and suggestions what one unit of the currency is worth, empty for none.
    """

    amount: Ref
    currency: str | Ref
    target: str
    on: Ref | None
    places: int
    fact: str = ""

    @property
    def cells(self) -> frozenset[str]:
        """The indicators that say the currency and the day."""
        return frozenset(ref.indicator for ref in (self.currency, self.on) if isinstance(ref, Ref) and ref.indicator)


@dataclass(frozen=True)
class AskedRate:
    """A fact that tells a rate: what one unit of `currency` is in `target` on a day."""

    fact: str
    currency: str
    target: str
    on: date


def money_of(conversions: tuple[Conversion, ...], answers: Answers, period_end: date) -> Iterator[Money]:
    """Yield the amounts that are there to be converted, with their currencies and days."""
    for each in conversions:
        rows = answers.rows.get(each.amount.indicator)
        for row in (None,) if rows is None else range(len(rows)):
            place = Place(each.amount.indicator, each.amount.part, row)
            amount = _value(answers, place)
            currency, on = _currency(each, answers, row), _day(each, answers, row, period_end)
            if isinstance(amount, Decimal) and currency and on:
                yield Money(place.pointer, amount, currency, each.target, on, each.places)


def rates_asked(conversions: tuple[Conversion, ...], answers: Answers, period_end: date) -> Iterator[AskedRate]:
    """Yield the rates that facts tell, where the answers say the currency and the day; each fact once."""
    seen: set[str] = set()
    for each in conversions:
        currency, on = _currency(each, answers, None), _day(each, answers, None, period_end)
        if each.fact and each.fact not in seen and currency and on:
            seen.add(each.fact)
            yield AskedRate(each.fact, currency, each.target, on)


def _currency(conversion: Conversion, answers: Answers, row: int | None) -> str:
    if isinstance(conversion.currency, str):
        return conversion.currency
    found = _value(answers, _place(conversion, conversion.currency, row))
    return found if isinstance(found, str) else ""


def _day(conversion: Conversion, answers: Answers, row: int | None, period_end: date) -> date | None:
    if conversion.on is None:
        return period_end
    found = _value(answers, _place(conversion, conversion.on, row))
    return found if isinstance(found, date) else None


def _place(conversion: Conversion, ref: Ref, row: int | None) -> Place:
    """Return where a reference leads: within the row of the amount where it names no other indicator."""
    is_beside = ref.indicator in ("", conversion.amount.indicator)
    return Place(ref.indicator or conversion.amount.indicator, ref.part, row if is_beside else None)


def _value(answers: Answers, place: Place) -> Value | None:
    answer = answers.find(place)
    return answer.value if isinstance(answer, Given) else None
