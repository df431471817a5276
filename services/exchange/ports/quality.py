"""Where the quality checks look, and where their findings are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Protocol

from services.exchange.model.quality import Check, Coded, Finding, Report, Shown, Side
from shared.paging import Page


class Quality(Protocol):
    """Looks at the mirror and at the units of the survey; keeps the findings of the last run."""

    def doubles(self, check: Check) -> Iterator[Finding]:
        """Yield the units in force of both sides that share a code or a name with one of another city."""
        ...

    def units(self) -> Iterator[tuple[Side, str, str, Coded]]:
        """Yield every unit in force: whose it is, its id, its division, and what is looked at of it."""
        ...

    def are_known(self, credit_codes: Iterable[str]) -> frozenset[str]:
        """Return those of the codes that a unit in force of the directory has."""
        ...

    def put(self, run: str, findings: Iterable[Finding]) -> None:
        """Keep findings of a run; twice the same are kept once."""
        ...

    def end(self, run: str, report: Report) -> None:
        """Make a run the last one: its report is the one that is read, and what older runs found is forgotten."""
        ...

    def last(self) -> Report | None:
        """Return the report of the last run."""
        ...

    def list_found(self, check: Check, cursor: str, limit: int) -> Page[Shown]:
        """Return a page of what a check found, those that share a value together. Raises `Malformed`."""
        ...


def run_of(slot: datetime) -> str:
    """Return the name of the run for a moment."""
    return slot.isoformat()
