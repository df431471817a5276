"""The quality checks' store in memory: units that a test lays down, and what was found of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from services.exchange.model.quality import Check, Coded, Finding, Report, Shown, Side
from shared.paging import Page


class MemoryQuality:
    """What is looked at, and what was found."""

    def __init__(self) -> None:
        self.rows: list[tuple[Side, str, str, Coded]] = []
        self.pairs: list[Finding] = []
        self.found: dict[str, dict[Finding, None]] = {}
        self.report: Report | None = None

    def doubles(self, check: Check) -> Iterator[Finding]:
        yield from (each for each in self.pairs if each.check is check)

    def units(self) -> Iterator[tuple[Side, str, str, Coded]]:
        yield from self.rows

    def are_known(self, credit_codes: Iterable[str]) -> frozenset[str]:
        known = {coded.credit_code for side, _, _, coded in self.rows if side is Side.DIRECTORY}
        return frozenset(credit_codes) & known

    def put(self, run: str, findings: Iterable[Finding]) -> None:
        self.found.setdefault(run, {}).update(dict.fromkeys(findings))

    def end(self, run: str, report: Report) -> None:
        self.report = report
        self.found = {run: self.found.get(run, {})}

    def last(self) -> Report | None:
        return self.report

    def list_found(self, check: Check, cursor: str, limit: int) -> Page[Shown]:
        found = [each for run in self.found.values() for each in run if each.check is check]
        return Page(tuple(Shown(each, "", "") for each in found[:limit]))
