"""Protecting a book: a pattern by the suppressor, a verdict by the audit. Without the verdict there is no release."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from services.statistics.disclosure.audit.auditing import audit
from services.statistics.disclosure.audit.report import Kind, Report
from services.statistics.disclosure.suppression.problem import Loss
from services.statistics.disclosure.suppression.suppressing import Pains, Pattern, suppress
from services.statistics.disclosure.tables import Book, Codes, Key, Release
from services.statistics.disclosure.thresholds import Thresholds

FIRMER = Decimal("1.001")
"""What the solvers don't agree on to the last digit is protected by so many times more, once and again."""
TRIES = 3


@dataclass(frozen=True)
class Protected:
    """A book with its pattern, what the pattern costs, and the audit's report. It may go out only if `is_safe`."""

    release: Release
    pattern: Pattern
    report: Report

    @property
    def is_safe(self) -> bool:
        """Whether the audit found nothing."""
        return self.report.is_safe


def protect(
    book: Book,
    thresholds: Thresholds,
    register: Sequence[Release] = (),
    *,
    release_id: str = "new",
    weighing: Loss = Loss.VALUE,
    pains: Pains = Pains.USUAL,
    also: Mapping[str, Collection[Codes]] | None = None,
    with_intervals: bool = False,
) -> Protected:
    """Return a book protected, beside everything released before, with the audit's verdict. Raises `TableFaulty`.

    `also` names cells, by the ids of their tables, that are hidden whether they are unsafe or not: the pattern of the same
    tables in another currency, with which this one begins. They cost nothing, help to protect others, and aren't protected
    themselves. `with_intervals` asks the audit for the exact intervals of hidden cells, which take time.
    """
    firmer: dict[Key, Decimal] = {}
    tries = TRIES
    while True:
        pattern = suppress(book, thresholds, register, weighing=weighing, pains=pains, firmer=firmer, also=also)
        release = Release(release_id, book, pattern.hidden)
        report = audit(release, thresholds, register, with_intervals=with_intervals)
        tries -= 1
        close = {each.cell for each in report.findings if each.kind in (Kind.LEAK, Kind.UNDECIDED)}
        if report.is_safe or not tries or not close:
            return Protected(release, pattern, report)
        firmer.update({cell: firmer.get(cell, Decimal(1)) * FIRMER for cell in close})
