"""Where a department's queue of filings is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.filing.model.filings import Filing
from services.filing.model.ranks import Order
from shared.paging import Page


@dataclass(frozen=True)
class QueueFilter:
    """What a queue is narrowed to; empty texts and None narrow nothing.

    `division` is one below the department's own. `units` are ids of which one must have filed it, and `filings` ids
    among which it must be; None narrows to neither.
    """

    form: str = ""
    period: str = ""
    division: str = ""
    is_late: bool | None = None
    has_queries: bool | None = None
    units: tuple[str, ...] | None = None
    filings: tuple[str, ...] | None = None


@dataclass(frozen=True)
class Standing:
    """A filing in a queue, with its place there: a cursor that stays good when it has left the queue."""

    filing: Filing
    place: str


@dataclass(frozen=True)
class Beside:
    """A filing before or after a place; empty where there is none."""

    filing_id: str = ""
    place: str = ""


@dataclass(frozen=True)
class Chosen:
    """A filing that waits, at its version and since when it waits."""

    filing_id: str
    version: int
    waiting_since: datetime


@dataclass(frozen=True)
class Facets:
    """How many filings of each form and of each period wait, each count no higher than the bound it was asked with."""

    forms: Mapping[str, int]
    periods: Mapping[str, int]


class Queue(Protocol):
    """What waits for a division's department, narrowed and in one of its orders; a page looks at no more than it gives."""

    def page(self, division: str, wanted: QueueFilter, order: Order, cursor: str, limit: int) -> Page[Standing]:
        """Return a page of the queue. Raises `Malformed`."""
        ...

    def units_named(self, text: str) -> tuple[str, ...]:
        """Return the ids of the units whose whole name or credit code this is."""
        ...

    def place_of(self, filing: Filing, order: Order) -> str:
        """Return the place that a filing has, or would have, in an order."""
        ...

    def beside(self, division: str, wanted: QueueFilter, order: Order, place: str, *, is_after: bool) -> Beside:
        """Return the filing next to a place, whether one stands there or not. Raises `Malformed`."""
        ...

    def count(self, division: str, wanted: QueueFilter, most: int, since_before: datetime | None = None) -> int:
        """Return how many wait, at most `most`; those that came before a moment where one is named."""
        ...

    def count_large(self, division: str, wanted: QueueFilter, least: int, most: int) -> int:
        """Return how many change by at least a band, at most `most`."""
        ...

    def number_of(self, division: str, wanted: QueueFilter, order: Order, place: str, most: int) -> int:
        """Return how many stand before a place, at most `most`. Raises `Malformed`."""
        ...

    def facets(self, division: str, wanted: QueueFilter, forms: Sequence[str], most: int) -> Facets:
        """Return how many of each form and period wait under all else that the filter says."""
        ...

    def alike(self, filing: Filing, division: str, limit: int) -> Iterator[Filing]:
        """Yield what other units in a division filed of the same form and period, at most `limit`, always the same ones.

        What was returned or withdrawn, and never came into force, is not among them.
        """
        ...

    def chosen(self, division: str, wanted: QueueFilter, limit: int) -> tuple[Chosen, ...]:
        """Return what waits, the longest first, at most `limit`."""
        ...
