"""The rate of a day, and amounts from one currency into another, with the rates that were used."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from services.filing.model.rates import CNY, Converted, PublishedRate, UsedRate
from services.filing.rates.quotes import ONE, Ratio, cny_for, cny_per_unit, plain
from services.filing.rates.terms import RateTerms


@dataclass(frozen=True)
class Money:
    """An amount that is to be converted: what, of which cell, into what, at the rate of which day."""

    pointer: str
    amount: Decimal
    currency: str
    target: str
    on: date
    places: int


def window(terms: RateTerms, on: date) -> tuple[date, date] | None:
    """Return the first and the last day from which the rate of a day may be; None before there were any."""
    back = terms.days_back(on)
    return None if back is None else (on - timedelta(days=back), on)


def applying(rates: Iterable[PublishedRate], terms: RateTerms, currency: str, on: date) -> PublishedRate | None:
    """Return the rate of a currency that applies on a day: the last one published on it or before, within the limit.

    The source that is preferred is asked first; another one counts only where that has none within the limit.
    None where no rate is near enough: a rate is never guessed, nor taken from a later day.
    """
    span = window(terms, on)
    if span is None:
        return None
    first, last = span
    fitting = [each for each in rates if each.currency == currency and first <= each.day <= last]
    return min(fitting, key=lambda each: (terms.rank(each.source), -each.day.toordinal()), default=None)


def used(rate: PublishedRate) -> UsedRate:
    """Return a rate as a conversion keeps it."""
    current = rate.current
    quote = current.quote
    return UsedRate(rate.currency, rate.day, rate.source, current.no, quote, cny_per_unit(quote))


def needed(currency: str, target: str) -> tuple[str, ...]:
    """Return the currencies whose rates a conversion needs: none within one currency, never CNY's own."""
    if currency == target:
        return ()
    return tuple(each for each in (currency, target) if each != CNY)


def factor(currency: str, target: str, rates: Mapping[str, PublishedRate]) -> Ratio | None:
    """Return what one unit of a currency is in another; None where a rate is missing. `rates` are those that apply."""
    if currency == target:
        return ONE
    ratios = {CNY: ONE, **{code: cny_for(each.current.quote) for code, each in rates.items()}}
    if currency not in ratios or target not in ratios:
        return None
    return ratios[currency].over(ratios[target])


def convert(money: Money, rates: Mapping[str, PublishedRate]) -> Converted:
    """Return an amount in its target currency, rounded half up once; without a result where a rate is missing."""
    ratio = factor(money.currency, money.target, rates)
    codes = needed(money.currency, money.target)
    return Converted(
        pointer=money.pointer,
        amount=money.amount,
        currency=money.currency,
        target=money.target,
        on=money.on,
        result=None if ratio is None else plain(ratio.times(money.amount, money.places)),
        rates=tuple(used(rates[code]) for code in codes if code in rates),
    )
