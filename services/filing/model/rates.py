"""Exchange rates as they were published, and amounts that were converted with them; decimals only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

CNY = "CNY"
USD = "USD"


class Quoting(StrEnum):
    """In which direction a rate is quoted."""

    DIRECT = "direct"
    """So many CNY for `units` of the currency."""

    INVERTED = "inverted"
    """So much of the currency for `units` CNY."""


@dataclass(frozen=True)
class Quote:
    """What was published: a number, in which direction, and for how many units (100 for the yen)."""

    value: Decimal
    quoting: Quoting = Quoting.DIRECT
    units: int = 1

    @property
    def order(self) -> tuple[str, int, Decimal]:
        """What decides between two quotes that were published at the same moment, whichever came in first."""
        return self.quoting.value, self.units, self.value


@dataclass(frozen=True)
class Rate:
    """The rate of a currency on a day, as one source says it."""

    currency: str
    day: date
    source: str
    quote: Quote

    @property
    def key(self) -> tuple[str, date, str]:
        """What it is the rate of."""
        return self.currency, self.day, self.source


@dataclass(frozen=True)
class Revision:
    """One value that a rate was given, numbered as it came in.

    `published_at` is the latest moment at which the source said it, `taken_at` and `taken_by` tell how it came here.
    """

    no: int
    quote: Quote
    published_at: datetime
    taken_at: datetime
    taken_by: str


@dataclass(frozen=True)
class PublishedRate:
    """The rate of a currency on a day from one source, with every value it was ever given.

    `version` is 0 for one that is not stored yet.
    """

    currency: str
    day: date
    source: str
    revisions: tuple[Revision, ...]
    version: int = 0

    @property
    def key(self) -> tuple[str, date, str]:
        """What it is the rate of."""
        return self.currency, self.day, self.source

    @property
    def current(self) -> Revision:
        """The value that applies: the one that was published last, in whatever order they came in."""
        return max(self.revisions, key=lambda each: (each.published_at, each.quote.order))

    @property
    def rate(self) -> Rate:
        """The value that applies, as a rate."""
        return Rate(self.currency, self.day, self.source, self.current.quote)

    def told(self, quote: Quote, published_at: datetime, taken_at: datetime, taken_by: str) -> PublishedRate:
        """Return the rate after a source said this value at that moment; a value said again is no new revision.

        The value that applies in the end does not depend on the order in which values are told, nor on how often.
        """
        known = next((each for each in self.revisions if each.quote == quote), None)
        if known is None:
            added = Revision(len(self.revisions) + 1, quote, published_at, taken_at, taken_by)
            return replace(self, revisions=(*self.revisions, added))
        if known.published_at >= published_at:
            return self
        later = replace(known, published_at=published_at)
        return replace(self, revisions=tuple(later if each is known else each for each in self.revisions))


@dataclass(frozen=True)
class UsedRate:
    """The rate that a conversion used: of which day, from which source, in which of its revisions, as it was quoted."""

    currency: str
    day: date
    source: str
    revision: int
    quote: Quote
    cny_per_unit: Decimal


@dataclass(frozen=True)
class Converted:
    """An amount in another currency, with all that it was reckoned from.

    `pointer` is the cell of the amount, `on` the day that was asked for; `rates` say of which day the rates really are.
    `result` is None where a rate was not known: nothing is guessed.
    """

    pointer: str
    amount: Decimal
    currency: str
    target: str
    on: date
    result: Decimal | None
    rates: tuple[UsedRate, ...] = ()


def first_told(rate: Rate, published_at: datetime, taken_at: datetime, taken_by: str) -> PublishedRate:
    """Return a rate that was never told before."""
    first = Revision(1, rate.quote, published_at, taken_at, taken_by)
    return PublishedRate(rate.currency, rate.day, rate.source, (first,))


def by_key(rates: Iterable[PublishedRate]) -> dict[tuple[str, date, str], PublishedRate]:
    """Return rates by what they are the rate of."""
    return {each.key: each for each in rates}
