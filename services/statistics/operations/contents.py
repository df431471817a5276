"""The content of a release as it is handed over: tables with shown and suppressed cells, by the contract with exchange."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import groupby

from services.statistics.model.releases import Hidden, Release
from services.statistics.model.snapshots import Snapshot
from services.statistics.operations.books import Drawn, Sight, table_id
from services.statistics.operations.drafting import apart_from_before
from services.statistics.operations.kinds import RULES, title_of
from services.statistics.tables.definitions import AxisUse, Definition, Measure, Span
from services.statistics.tables.dimensions import Dimension
from shared.contracts.statistics import BUSINESS_CLASS, PUBLISHED, REGION, SUPPRESSED
from shared.tabulation.arithmetic import PERCENT_DECIMALS, growth, rounded, share

EDITION = "2022"
APPROVALS = {EDITION: "国统制〔2022〕45号"}
"""The approval of an edition of the survey, as its forms bear it."""

SPAN = "span"
SPANS = {Span.PERIOD: "本月", Span.TO_DATE: "本年累计"}
ROLES = {"place": REGION, "business_class": BUSINESS_CLASS}

GROWTH, SHARE = "_growth", "_share"
RATES = {GROWTH: "同比增长", SHARE: "占比"}
"""What stands beside a measure: the end of its code, and of its title."""
PERCENT = "%"

Part = Mapping[str, object]


@dataclass(frozen=True)
class _Sheet:
    """A table of a release: what it shows, the year before by measure and span, and which cells of either are hidden."""

    definition: Definition
    sight: Sight
    drawn: tuple[Drawn, ...]
    before: Mapping[str, Drawn]
    hidden: Hidden = field(repr=False)

    @property
    def dimensions(self) -> tuple[Dimension, ...]:
        """The dimensions of its axes."""
        return self.sight.dimensions(self.definition)

    @property
    def has_spans(self) -> bool:
        """Whether it says over which months its values are: where it isn't the period alone."""
        return self.definition.spans != (Span.PERIOD,)


def head_of(release: Release) -> Part:
    """Return what a set says of itself before its tables, in what is handed over and in what is told of it."""
    return {
        "set_id": release.id,
        "kind": release.kind.value,
        "period": release.period,
        "version": release.number,
        "supersedes": release.supersedes,
        "final_on": release.final_on.isoformat(),
        "is_sample": release.is_sample,
    }


def content_of(
    release: Release, snapshot: Snapshot, drawn: Iterable[Drawn], before: Iterable[Drawn], hidden: Hidden
) -> Part:
    """Return the tables of a release; a suppressed cell stands there without its value, and so does what tells of it."""
    listed = sorted(drawn, key=lambda each: each.definition.order)
    earlier = {each.table.id: each for each in before}
    sight = Sight(release.period)
    sheets = [
        _Sheet(each[0].definition, sight, each, earlier, hidden)
        for each in (tuple(found) for _, found in groupby(listed, key=lambda each: each.definition.key))
    ]
    return {
        **head_of(release),
        "edition": EDITION,
        "title": title_of(release),
        "snapshot_digest": snapshot.digest,
        "tables": [_table(each, has_rates=RULES[release.kind].has_rates) for each in sheets],
    }


def _table(sheet: _Sheet, *, has_rates: bool) -> Part:
    definition = sheet.definition
    spans = [_spans(definition)] if sheet.has_spans else []
    axes = [_dimension(made, axis) for made, axis in zip(sheet.dimensions, definition.axes, strict=True)]
    rates = [end for end, is_there in ((GROWTH, definition.growth), (SHARE, definition.shares)) if is_there]
    used = rates if has_rates else []
    measures = {each.measure.key: each.measure for each in sheet.drawn}
    return {
        "code": definition.key,
        "title": definition.title,
        "dimensions": [*spans, *axes],
        "measures": [part for each in measures.values() for part in (_measure(each), *(_rate(each, e) for e in used))],
        "cells": [
            cell
            for each in sheet.drawn
            for cell in (*_cells(sheet, each), *(rate for end in used for rate in _MAKERS[end](sheet, each)))
        ],
    }


def _spans(definition: Definition) -> Part:
    items = [{"code": each.value, "title": SPANS[each], "parent": ""} for each in definition.spans]
    return {"code": SPAN, "title": "期间", "role": "", "items": items}


def _dimension(made: Dimension, axis: AxisUse) -> Part:
    nodes = made.at(axis.levels)
    parents = made.parents(nodes)
    items = [{"code": each.code, "title": each.title, "parent": parents.get(each.code, "")} for each in nodes]
    return {"code": made.key, "title": made.title, "role": ROLES.get(made.key, ""), "items": items}


def _measure(measure: Measure) -> Part:
    return {
        "code": measure.key,
        "title": measure.title,
        "unit": measure.unit,
        "currency": measure.currency,
        "decimals": measure.decimals,
    }


def _rate(measure: Measure, end: str) -> Part:
    return {
        "code": measure.key + end,
        "title": f"{measure.title}{RATES[end]}",
        "unit": PERCENT,
        "currency": "",
        "decimals": PERCENT_DECIMALS,
    }


def _cells(sheet: _Sheet, drawn: Drawn) -> Iterator[Part]:
    gone = _gone(sheet, drawn.table.id)
    for cell in drawn.table.cells:
        shown = None if cell.codes in gone else rounded(cell.value, drawn.measure.decimals)
        yield _cell(sheet, drawn, cell.codes, drawn.measure.key, shown)


def _growths(sheet: _Sheet, drawn: Drawn) -> Iterator[Part]:
    """Yield how values grew, from unrounded ones; hidden where either year is, missing where it says nothing."""
    name = table_id(sheet.definition, drawn.measure, drawn.span, is_before=True)
    before = sheet.before.get(name)
    if before is None:
        return
    apart = apart_from_before(sheet.definition, sheet.sight.period_of(sheet.definition))
    earlier = {each.codes: each.value for each in before.table.cells}
    gone = _gone(sheet, drawn.table.id) | _gone(sheet, name)
    for cell in drawn.table.cells:
        found = growth(cell.value, earlier.get(cell.codes)) if apart.isdisjoint(cell.codes) else None
        if found is not None:
            yield _percent(sheet, drawn, cell.codes, GROWTH, None if cell.codes in gone else found)


def _shares(sheet: _Sheet, drawn: Drawn) -> Iterator[Part]:
    """Yield which part of their whole values are, from unrounded ones; hidden where either is."""
    axes = [each.dimension for each in sheet.definition.axes]
    place = axes.index(sheet.definition.shares)
    top = sheet.dimensions[place].nodes[0].code
    values = {each.codes: each.value for each in drawn.table.cells}
    gone = _gone(sheet, drawn.table.id)
    for codes, value in values.items():
        of_whole = (*codes[:place], top, *codes[place + 1 :])
        found = share(value, values.get(of_whole))
        if found is not None:
            is_hidden = codes in gone or of_whole in gone
            yield _percent(sheet, drawn, codes, SHARE, None if is_hidden else found)


_MAKERS: Mapping[str, Callable[[_Sheet, Drawn], Iterator[Part]]] = {GROWTH: _growths, SHARE: _shares}


def _gone(sheet: _Sheet, name: str) -> frozenset[tuple[str, ...]]:
    return frozenset(sheet.hidden.get(name, ()))


def _percent(sheet: _Sheet, drawn: Drawn, codes: tuple[str, ...], end: str, rate: Decimal | None) -> Part:
    shown = None if rate is None else rounded(rate, PERCENT_DECIMALS)
    return _cell(sheet, drawn, codes, drawn.measure.key + end, shown)


def _cell(sheet: _Sheet, drawn: Drawn, codes: tuple[str, ...], measure: str, shown: Decimal | None) -> Part:
    return {
        "at": [*([drawn.span] if sheet.has_spans else []), *codes],
        "measure": measure,
        "status": SUPPRESSED if shown is None else PUBLISHED,
        "value": None if shown is None else f"{shown:f}",
    }
