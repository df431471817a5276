"""Where rates are kept, as the operations need it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from services.filing.model.rates import PublishedRate
from shared.paging import Page

RateKey = tuple[str, date, str]
"""Currency, day and source."""


@dataclass(frozen=True)
class WantedRates:
    """What a list of rates is narrowed to; what is left out narrows nothing."""

    currency: str = ""
    first: date | None = None
    last: date | None = None


class KeptRates(Protocol):
    """The published rates, each with every value that it was ever given; nothing of them is confidential."""

    def list_between(self, currencies: Iterable[str], first: date, last: date) -> Sequence[PublishedRate]:
        """Return the rates of some currencies, from all sources, of the days from `first` to `last`."""
        ...

    def find_all(self, keys: Iterable[RateKey]) -> Mapping[RateKey, PublishedRate]:
        """Return the known ones of these rates."""
        ...

    def put(self, rates: Sequence[PublishedRate]) -> None:
        """Store rates at their next versions, all or none. Raises `StaleVersion` where one was changed meanwhile."""
        ...

    def list_wanted(self, wanted: WantedRates, cursor: str, limit: int) -> Page[PublishedRate]:
        """Return a page of rates, the latest day first. Raises `Malformed` for a foreign cursor."""
        ...
