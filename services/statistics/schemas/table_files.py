"""Tables that are not released as files: what a workbook and a CSV are made of."""

from __future__ import annotations

from dataclasses import dataclass

from services.statistics.model.drafts import Draft
from services.statistics.operations.contents import SPAN, SPANS
from services.statistics.operations.drafting import dimensions_of
from services.statistics.tables.definitions import Measure, Tables
from services.statistics.tables.dimensions import Dimension, Node
from shared.tabulation import tables as tabulation
from shared.tabulation.arithmetic import rounded

DRAFT_NATURE = "草表，未发布"
"""What is said of the numbers of a draft, in every line."""


@dataclass(frozen=True)
class TableFile:
    """Tables of one period as a workbook takes them."""

    period: str
    nature: str
    tables: tuple[tabulation.Table, ...]


def draft_file(draft: Draft, tables: Tables) -> TableFile:
    """Return a draft with its values; who contributes to them stays on the page."""
    definition = tables.tables[draft.table]
    has_spans = len(definition.spans) > 1
    spans = tuple(tabulation.Item(each.value, SPANS[each]) for each in definition.spans)
    axes = zip(dimensions_of(definition, draft.period), definition.axes, strict=True)
    measures = {each: tables.measures[each] for each in definition.measures}
    made = tabulation.Table(
        code=definition.key,
        title=definition.title,
        dimensions=(
            *((tabulation.Dimension(SPAN, "期间", spans),) if has_spans else ()),
            *(_dimension(each, each.at(axis.levels)) for each, axis in axes),
        ),
        measures=tuple(_measure(each) for each in measures.values()),
        cells=tuple(
            tabulation.Cell(
                (*((each.span,) if has_spans else ()), *each.codes),
                each.measure,
                rounded(each.value, measures[each.measure].decimals),
            )
            for each in draft.values
        ),
    )
    return TableFile(draft.period, DRAFT_NATURE, (made,))


def _dimension(made: Dimension, nodes: tuple[Node, ...]) -> tabulation.Dimension:
    return tabulation.Dimension(made.key, made.title, tuple(tabulation.Item(each.code, each.title) for each in nodes))


def _measure(measure: Measure) -> tabulation.Measure:
    return tabulation.Measure(measure.key, measure.title, measure.unit, measure.currency, measure.decimals)
