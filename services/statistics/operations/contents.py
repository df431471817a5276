"""The content of a release as it is handed over: tables with shown and suppressed cells, by the contract with exchange."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby

from services.statistics.model.releases import Hidden, Release
from services.statistics.model.snapshots import Snapshot
from services.statistics.operations.books import SILENT, Drawn
from services.statistics.operations.drafting import dimensions_of
from services.statistics.operations.kinds import RULES
from services.statistics.tables.definitions import AxisUse, Definition, Measure, Span
from services.statistics.tables.dimensions import Dimension
from shared.contracts.statistics import BUSINESS_CLASS, PUBLISHED, REGION, SUPPRESSED
from shared.tabulation.arithmetic import rounded

EDITION = "2022"
APPROVALS = {EDITION: "国统制〔2022〕45号"}
"""The approval of an edition of the survey, as its forms bear it."""

SPAN = "span"
SPANS = {Span.PERIOD: "本月", Span.TO_DATE: "本年累计"}
ROLES = {"place": REGION, "business_class": BUSINESS_CLASS}

Part = Mapping[str, object]


def content_of(release: Release, snapshot: Snapshot, drawn: Iterable[Drawn], hidden: Hidden) -> Part:
    """Return the tables of a release; a suppressed cell stands there without its value."""
    listed = sorted(
        (each for each in drawn if not each.span.startswith(SILENT)), key=lambda each: each.definition.order
    )
    grouped = groupby(listed, key=lambda each: each.definition.key)
    return {
        "set_id": release.id,
        "kind": release.kind.value,
        "period": release.period,
        "version": release.number,
        "supersedes": release.supersedes,
        "final_on": release.final_on.isoformat(),
        "is_sample": False,
        "edition": EDITION,
        "title": RULES[release.kind].title,
        "snapshot_digest": snapshot.digest,
        "tables": [_table(list(each), release.period, hidden) for _, each in grouped],
    }


def _table(drawn: Sequence[Drawn], period: str, hidden: Hidden) -> Part:
    definition = drawn[0].definition
    dimensions = dimensions_of(definition, period)
    spans = [_spans(definition)] if len(definition.spans) > 1 else []
    axes = [_dimension(made, axis) for made, axis in zip(dimensions, definition.axes, strict=True)]
    measures = {each.measure.key: each.measure for each in drawn}
    return {
        "code": definition.key,
        "title": definition.title,
        "dimensions": [*spans, *axes],
        "measures": [_measure(each) for each in measures.values()],
        "cells": [cell for each in drawn for cell in _cells(each, hidden, with_span=bool(spans))],
    }


def _spans(definition: Definition) -> Part:
    items = [{"code": each.value, "title": SPANS[each], "parent": ""} for each in definition.spans]
    return {"code": SPAN, "title": "期间", "role": "", "items": items}


def _dimension(made: Dimension, axis: AxisUse) -> Part:
    nodes = made.at(axis.levels)
    shown = {node.code for node in nodes}
    above = {part: whole for whole, parts in made.sums.items() if whole in shown for part in parts}
    items = [{"code": each.code, "title": each.title, "parent": above.get(each.code, "")} for each in nodes]
    return {"code": made.key, "title": made.title, "role": ROLES.get(made.key, ""), "items": items}


def _measure(measure: Measure) -> Part:
    return {
        "code": measure.key,
        "title": measure.title,
        "unit": measure.unit,
        "currency": measure.currency,
        "decimals": measure.decimals,
    }


def _cells(drawn: Drawn, hidden: Hidden, *, with_span: bool) -> Iterator[Part]:
    gone = frozenset(hidden.get(drawn.table.id, ()))
    for cell in drawn.table.cells:
        is_hidden = cell.codes in gone
        yield {
            "at": [*([drawn.span] if with_span else []), *cell.codes],
            "measure": drawn.measure.key,
            "status": SUPPRESSED if is_hidden else PUBLISHED,
            "value": None if is_hidden else f"{rounded(cell.value, drawn.measure.decimals):f}",
        }
