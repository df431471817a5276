"""View-models of exchange rates and of tables of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.portal.model.rates import RateAnswer, RatesRead, TableFault
from services.portal.presenters.words import moment

FATES = (("new", "新增"), ("corrected", "更正"), ("known", "与已有相同"), ("outdated", "早于现行值，仅存档"))
MOST_DECIMALS = 10
TONES = {"new": "success", "corrected": "warning", "known": "secondary", "outdated": "secondary"}


@dataclass(frozen=True)
class RateView:
    """A rate with the values that it had before."""

    day: str
    currency: str
    quote: str
    cny_per_unit: str
    source: str
    is_sample: bool
    earlier: tuple[str, ...]


@dataclass(frozen=True)
class TakenView:
    """A rate of a table, and what becomes of it."""

    line: int
    day: str
    currency: str
    quote: str
    cny_per_unit: str
    source: str
    fate: str
    tone: str
    before: str


@dataclass(frozen=True)
class TableView:
    """A table that was looked at: how many rates become what, the first of them, and everything that is wrong."""

    counts: tuple[tuple[str, int], ...]
    total: int
    rows: tuple[TakenView, ...]
    faults: tuple[TableFault, ...]
    fault_count: int

    @property
    def can_be_stored(self) -> bool:
        """Whether nothing is wrong with it."""
        return not self.fault_count

    @property
    def is_cut(self) -> bool:
        """Whether it has more rates than are shown."""
        return self.total > len(self.rows)


def rate_views(rates: Iterable[RateAnswer]) -> tuple[RateView, ...]:
    """Return the lines of the list."""
    return tuple(
        RateView(
            day=each["day"],
            currency=_named(each["currency"], each["currency_name"]),
            quote=each["quote_label"],
            cny_per_unit=_short(each["cny_per_unit"]),
            source=each["source_label"],
            is_sample=each["is_sample"],
            earlier=tuple(
                f"{one['quote_label']}（{moment(one['taken_at'])} 收到）"
                for one in each["revisions"]
                if not one["is_current"]
            ),
        )
        for each in rates
    )


def table_view(read: RatesRead) -> TableView:
    """Return what a table says."""
    return TableView(
        counts=tuple((label, read["counted"][fate]) for fate, label in FATES if read["counted"].get(fate)),
        total=sum(read["counted"].values()),
        rows=tuple(
            TakenView(
                line=each["line"],
                day=each["day"],
                currency=_named(each["currency"], each["currency_name"]),
                quote=each["quote_label"],
                cny_per_unit=_short(each["cny_per_unit"]),
                source=each["source_label"],
                fate=each["fate_label"],
                tone=TONES.get(each["fate"], "secondary"),
                before=each["before"],
            )
            for each in read["rows"]
        ),
        faults=tuple(read["faults"]),
        fault_count=read["fault_count"],
    )


def _short(number: str) -> str:
    """Return a number with no more digits than a person compares; the whole one is kept by the service."""
    whole, _, decimals = number.partition(".")
    return number if len(decimals) <= MOST_DECIMALS else f"{whole}.{decimals[:MOST_DECIMALS]}…"


def _named(code: str, name: str) -> str:
    return f"{code} {name}" if name != code else code
