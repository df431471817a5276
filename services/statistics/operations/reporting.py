"""The report of an output check: what was found with its evidence, what is hidden, and what it costs, for who signs off.

It holds what the tables hide: it is kept sealed, and reading it is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import orjson

from services.statistics.disclosure.audit.report import Finding, Interval
from services.statistics.disclosure.suppression.suppressing import Pattern
from services.statistics.disclosure.tables import Book, Key
from services.statistics.model.releases import Checked, Hidden
from services.statistics.operations.books import Drawn
from services.statistics.operations.handing_over import Oversize
from services.statistics.tables.definitions import Measure

Part = Mapping[str, object]

MOST_FINDINGS = 500
"""So many findings are written down; all are counted."""


@dataclass(frozen=True)
class Weighed:
    """A quantity as it was protected: its tables, the pattern of which a part may have been widened, what was found."""

    measure: Measure
    drawn: Sequence[Drawn]
    book: Book
    pattern: Pattern
    findings: Sequence[Finding]


@dataclass(frozen=True)
class Control:
    """A control total: what the frozen facts of a form come to, and what filing reckoned when it closed the period."""

    form: str
    measure: str
    ours: Decimal
    filing: Decimal

    @property
    def is_different(self) -> bool:
        """Whether the two differ."""
        return self.ours != self.filing


def report_of(
    checked: Checked,
    weighed: Sequence[Weighed],
    hidden: Hidden,
    controls: Iterable[Control],
    oversize: Oversize | None = None,
) -> bytes:
    """Return the report as JSON, the same for the same check; `oversize` is there where the set can't be handed over."""
    findings = [(each, finding) for each in weighed for finding in each.findings]
    report = {
        "thresholds": checked.thresholds,
        "snapshot": checked.snapshot,
        "verdict": checked.verdict.value,
        "tables": _tables(weighed, hidden),
        "quantities": [_quantity(each) for each in weighed],
        "findings_counted": len(findings),
        "findings": [_finding(each, finding) for each, finding in findings[:MOST_FINDINGS]],
        "controls": [
            {"form": each.form, "measure": each.measure, "ours": _plain(each.ours), "filing": _plain(each.filing)}
            for each in controls
        ],
        "oversize": oversize,
    }
    return orjson.dumps(report, option=orjson.OPT_SORT_KEYS)


def _plain(amount: Decimal) -> str:
    """Return an amount without zeros at its end, so that the same amount is written in one way."""
    return f"{amount.normalize():f}"


def _tables(weighed: Iterable[Weighed], hidden: Hidden) -> list[Part]:
    """Return by table and measure how many cells there are, and how many of them are hidden."""
    shown = [drawn for each in weighed for drawn in each.drawn if not drawn.is_silent]
    return [
        {
            "code": each.definition.key,
            "title": each.definition.title,
            "measure": each.measure.key,
            "span": each.span,
            "cells": len(each.table.cells),
            "hidden": len(hidden.get(each.table.id, ())),
        }
        for each in sorted(shown, key=lambda each: each.definition.order)
    ]


def _quantity(each: Weighed) -> Part:
    pattern = each.pattern
    return {
        "measure": each.measure.key,
        "title": each.measure.title,
        "unsafe": pattern.unsafe,
        "secondary": pattern.secondary,
        "loss": f"{pattern.loss:f}",
        "bound": f"{pattern.bound:f}",
        "is_best": pattern.is_best,
        "findings": len(each.findings),
    }


def _finding(each: Weighed, finding: Finding) -> Part:
    return {
        "kind": finding.kind.value,
        "measure": finding.cell[0],
        "at": _place(each.book, finding.cell),
        "attacker": finding.attacker.value,
        "interval": _interval(finding.interval),
        "required": _interval(finding.required),
        "sums": list(finding.sums),
        "where": list(finding.where),
    }


def _place(book: Book, key: Key) -> list[Part]:
    return [{"dimension": dimension.key, "code": code} for dimension, code in zip(book.dimensions, key[1], strict=True)]


def _interval(interval: Interval | None) -> Part | None:
    return None if interval is None else {"low": f"{interval.low:f}", "high": f"{interval.high:f}"}
