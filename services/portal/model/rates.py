"""What the filing service answers about exchange rates."""

from __future__ import annotations

from typing import TypedDict


class RateRevision(TypedDict):
    """One value that a rate was given."""

    no: int
    quote_label: str
    cny_per_unit: str
    published_at: str
    taken_at: str
    is_current: bool


class RateAnswer(TypedDict):
    """The rate of a currency on a day from one source."""

    currency: str
    currency_name: str
    day: str
    source_label: str
    is_sample: bool
    quote_label: str
    cny_per_unit: str
    revision: int
    revisions: list[RateRevision]


class RateLine(TypedDict):
    """A rate of a table, and what becomes of it."""

    line: int
    currency: str
    currency_name: str
    day: str
    source_label: str
    quote_label: str
    cny_per_unit: str
    fate: str
    fate_label: str
    before: str


class TableFault(TypedDict):
    """What is wrong in a cell of a table."""

    line: int
    column: str
    code: str
    message: str


class RatesRead(TypedDict):
    """What a table of rates says."""

    is_stored: bool
    counted: dict[str, int]
    rows: list[RateLine]
    faults: list[TableFault]
    fault_count: int
