"""Dashboards as they go out over HTTP: numbers rounded as they are shown, masked ones by name alone; and as tables."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from marshmallow import Schema, fields

from services.statistics.model.dashboards import Dashboard, Figure, Of, PanelShown
from services.statistics.schemas.incoming import PERIOD
from services.statistics.schemas.outgoing import Body, ItemOut, MeasureOut, measure_body
from services.statistics.schemas.table_files import TableFile
from services.statistics.tables.definitions import Measure, Tables
from services.statistics.tables.panels import Panel
from shared.fields import Text
from shared.tabulation import tables as tabulation
from shared.tabulation.arithmetic import PERCENT_DECIMALS, rounded

MARK = "标记为 * 的数值依《中华人民共和国统计法》的保密规定隐去：它涉及的单位过少，或可用来推算这样的数值；不表示为零。"
NATURE = "在用数据（未最终审定），小单元已隐去"

PERCENTS = frozenset({Of.GROWTH, Of.SHARE, Of.FILED_TO_APPROVED_PERCENT})

TITLES = {
    Of.VALUE: "",
    Of.BEFORE: "上年同期",
    Of.GROWTH: "同比增长",
    Of.SHARE: "占比",
    Of.FILED: "初报数",
    Of.FILED_TO_APPROVED: "审核调整",
    Of.FILED_TO_APPROVED_PERCENT: "审核调整幅度",
    Of.FINAL: "最终审定数",
    Of.APPROVED_TO_FINAL: "最终审定数与在用数之差",
}
"""What a number is called behind the title of its measure; the value itself by that alone."""


class DashboardIn(Schema):
    """For which month."""

    period = Text(PERIOD, required=True)


class FigureOut(Schema):
    """What is said of one measure at one place.

    `numbers` are texts by what they are: `value`, `before`, `growth`, `share`; of the layers `filed`, `filed_to_approved`,
    `filed_to_approved_percent`, `final`, `approved_to_final`. `masked` names those that are not to be seen.
    """

    measure = fields.String()
    numbers = fields.Dict(keys=fields.String(), values=fields.String())
    masked = fields.List(fields.String())


class RowOut(Schema):
    """A row: its time, its code, a figure for each measure; `rank` is its place among those that are shown."""

    time = fields.String()
    code = fields.String()
    rank = fields.Integer(allow_none=True)
    figures = fields.List(fields.Nested(FigureOut))


class PanelOut(Schema):
    """A panel; `axis` is its dimension, `chart` how it is drawn, `numbers` what each figure may say."""

    key = fields.String()
    title = fields.String()
    axis = fields.String()
    chart = fields.String()
    numbers = fields.List(fields.String())
    measures = fields.List(fields.Nested(MeasureOut))
    times = fields.List(fields.Nested(ItemOut))
    items = fields.List(fields.Nested(ItemOut))
    rows = fields.List(fields.Nested(RowOut))


class DashboardOut(Schema):
    """What is shown of a division for a month, as it was at `drawn_at`.

    `below` are the divisions that have dashboards of their own; `unsure` are measures of which nothing is shown, since it was
    not proven that masking holds. `mark` says what a masked number is.
    """

    division = fields.String()
    title = fields.String()
    level = fields.String()
    period = fields.String()
    drawn_at = fields.String()
    thresholds = fields.String()
    nature = fields.String()
    mark = fields.String()
    below = fields.List(fields.Nested(ItemOut))
    panels = fields.List(fields.Nested(PanelOut))
    unsure = fields.List(fields.Nested(MeasureOut))
    gaps = fields.List(fields.String())


def dashboard_body(shown: Dashboard, panels: tuple[Panel, ...], tables: Tables) -> Body:
    """Return a dashboard; who contributes is not said, not even how many."""
    defined = {each.key: each for each in panels}
    return {
        "division": shown.division,
        "title": shown.title,
        "level": shown.level,
        "period": shown.period,
        "drawn_at": shown.drawn_at.isoformat(),
        "thresholds": shown.thresholds,
        "nature": NATURE,
        "mark": MARK,
        "below": [_item_body(each) for each in shown.below],
        "panels": [_panel_body(each, defined[each.key], tables) for each in shown.panels],
        "unsure": [measure_body(tables.measures[each]) for each in shown.unsure],
        "gaps": list(shown.gaps),
    }


def panel_file(shown: Dashboard, panel: Panel, drawn: PanelShown, tables: Tables) -> TableFile:
    """Return a panel of a dashboard with each kind of number as a measure of its own; masked ones are suppressed."""
    measures = [tables.measures[each] for each in panel.measures]
    places = {
        "time": tabulation.Dimension("time", "期间", drawn.times),
        panel.axis: tabulation.Dimension(panel.axis, panel.title, drawn.items),
    }
    made = tabulation.Table(
        code=panel.key,
        title=f"{shown.title}{panel.title}",
        dimensions=tuple(places.values()),
        measures=tuple(_column(measure, of) for measure in measures for of in numbers_of(panel)),
        cells=tuple(_cells(panel, drawn, measures)),
    )
    return TableFile(shown.period, NATURE, (made,))


def numbers_of(panel: Panel) -> tuple[Of, ...]:
    """Return what the figures of a panel may say, in the order in which it is shown."""
    if panel.reviewed:
        return (
            *(Of.FILED, Of.FILED_TO_APPROVED, Of.FILED_TO_APPROVED_PERCENT),
            *(Of.VALUE, Of.FINAL, Of.APPROVED_TO_FINAL),
        )
    compared = (Of.BEFORE, Of.GROWTH) if panel.growth else ()
    return (Of.VALUE, *compared, *((Of.SHARE,) if panel.share else ()))


def _panel_body(drawn: PanelShown, panel: Panel, tables: Tables) -> Body:
    measures = {each: tables.measures[each] for each in panel.measures}
    return {
        "key": panel.key,
        "title": panel.title,
        "axis": panel.axis,
        "chart": panel.chart.value,
        "numbers": [each.value for each in numbers_of(panel)],
        "measures": [measure_body(each) for each in measures.values()],
        "times": [_item_body(each) for each in drawn.times],
        "items": [_item_body(each) for each in drawn.items],
        "rows": [
            {
                "time": row.at[0],
                "code": row.at[1],
                "rank": row.rank,
                "figures": [_figure_body(figure, measures[key]) for key, figure in row.figures.items()],
            }
            for row in drawn.rows
        ],
    }


def _figure_body(figure: Figure, measure: Measure) -> Body:
    return {
        "measure": measure.key,
        "numbers": {of.value: str(_shown(number, of, measure)) for of, number in figure.numbers.items()},
        "masked": sorted(of.value for of in figure.masked),
    }


def _shown(number: Decimal, of: Of, measure: Measure) -> Decimal:
    return rounded(number, PERCENT_DECIMALS if of in PERCENTS else measure.decimals)


def _item_body(item: tabulation.Item) -> Body:
    return {"code": item.code, "title": item.title, "parent": item.parent}


def _column(measure: Measure, of: Of) -> tabulation.Measure:
    unit, decimals = ("%", PERCENT_DECIMALS) if of in PERCENTS else (measure.unit, measure.decimals)
    title = f"{measure.title}{TITLES[of]}"
    return tabulation.Measure(f"{measure.key}.{of.value}", title, unit, measure.currency, decimals)


def _cells(panel: Panel, drawn: PanelShown, measures: list[Measure]) -> Iterator[tabulation.Cell]:
    for row in drawn.rows:
        for measure in measures:
            figure = row.figures[measure.key]
            for of in numbers_of(panel):
                code, number = f"{measure.key}.{of.value}", figure.numbers.get(of)
                if number is not None:
                    yield tabulation.Cell(row.at, code, _shown(number, of, measure))
                elif of in figure.masked:
                    yield tabulation.Cell(row.at, code, None)
