"""View-models of dashboards: what can be chosen, and each panel as a table with a chart beside it.

One amount is shown at a time; panels that have none of the amounts show all of their measures.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from services.portal.model.dashboards import (
    AMOUNTS,
    NUMBERS,
    PERCENTS,
    DashboardAnswer,
    FigureAnswer,
    PanelAnswer,
    RowAnswer,
)
from services.portal.model.drafts import MeasureAnswer
from services.portal.presenters.charts import MOST_LINES, BarChart, Datum, LineChart, Series, bar_chart, line_chart
from services.portal.presenters.table_sheets import HIDDEN, MOST_BARS, CellView, Column, Row, Sheet
from services.portal.presenters.words import EMPTY, moment, period_label
from shared.codes import divisions

MONTHS_BACK = 36
OFFSHORE = "2"
"""The nature of contracts whose share a trend shows."""

VALUE, SHARE = "value", "share"

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Choices:
    """What can be chosen, and what was: months, the amount, divisions from one's own down to those below."""

    periods: Options
    measures: Options
    places: Options
    period: str
    measure: str
    division: str


@dataclass(frozen=True)
class PanelView:
    """A panel; one of `bars` and `lines` is its chart, or none."""

    key: str
    title: str
    sheet: Sheet
    bars: BarChart | None
    lines: LineChart | None


@dataclass(frozen=True)
class DashboardView:
    """A dashboard for its page; `unsure` are measures of which nothing could be shown."""

    title: str
    period: str
    drawn_at: str
    nature: str
    mark: str
    panels: tuple[PanelView, ...]
    unsure: str
    has_gaps: bool


def choices(asked: Mapping[str, str], own: str, today: date, answer: DashboardAnswer | None = None) -> Choices:
    """Return what can be chosen; what is not asked for is the month before, the first amount, and one's own division."""
    periods = _months(today)
    period, measure = asked.get("period", ""), asked.get("measure", "")
    division = asked.get("division", "") or own
    below = [(each["code"], f"　{each['title']}") for each in answer["below"]] if answer else []
    return Choices(
        periods=periods,
        measures=tuple(AMOUNTS.items()),
        places=(*_above(division, own, today), *below),
        period=period if period in dict(periods) else periods[1][0],
        measure=measure if measure in AMOUNTS else next(iter(AMOUNTS)),
        division=division,
    )


def dashboard_view(answer: DashboardAnswer, measure: str) -> DashboardView:
    """Return a dashboard with one of the amounts."""
    return DashboardView(
        title=answer["title"],
        period=period_label(answer["period"]),
        drawn_at=moment(answer["drawn_at"]),
        nature=answer["nature"],
        mark=answer["mark"],
        panels=tuple(_panel(each, measure) for each in answer["panels"]),
        unsure="、".join(each["title"] for each in answer["unsure"]),
        has_gaps=bool(answer["gaps"]),
    )


def _panel(panel: PanelAnswer, measure: str) -> PanelView:
    shown = [each for each in panel["measures"] if each["key"] == measure] or panel["measures"]
    if panel["chart"] == "lines":
        return _trend(panel, shown[0])
    depths = _depths(panel)
    sheet = Sheet(
        head="项目",
        pickers=(),
        columns=tuple(Column(_head(each, of), _unit(each, of)) for each in shown for of in panel["numbers"]),
        rows=tuple(_rows(panel, shown, depths)),
        chart=None,
        has_hidden=_has_masked(panel, shown),
    )
    drawn = bar_chart(f"{panel['title']}：{shown[0]['title']}", _bars(panel, shown[0], depths))
    return PanelView(
        panel["key"], panel["title"], sheet, drawn if panel["chart"] == "bars" and drawn.bars else None, None
    )


def _rows(panel: PanelAnswer, shown: Sequence[MeasureAnswer], depths: Mapping[str, int]) -> Iterator[Row]:
    titles = {each["code"]: each["title"] for each in panel["items"]}
    times = {each["code"]: each["title"] for each in panel["times"]}
    for row in panel["rows"]:
        label = titles[row["code"]] if row["rank"] is None else f"{row['rank']}. {titles[row['code']]}"
        label = f"{times[row['time']]}　{label}" if len(times) > 1 else label
        yield Row(label, depths[row["code"]], tuple(_cells(panel, row, shown)))


def _cells(panel: PanelAnswer, row: RowAnswer, shown: Sequence[MeasureAnswer]) -> Iterator[CellView]:
    for measure in shown:
        figure = _figure(row, measure)
        for of in panel["numbers"]:
            yield _cell(figure, of)


def _trend(panel: PanelAnswer, measure: MeasureAnswer) -> PanelView:
    """Return a panel over months: a month a row, a column for each item, and the share of offshore contracts."""
    figures = {(row["time"], row["code"]): _figure(row, measure) for row in panel["rows"]}
    months = [each["code"] for each in panel["times"]]
    columns = [*(Column(each["title"], measure["unit"]) for each in panel["items"]), Column("离岸占比", "%")]

    def cells(month: str) -> Iterator[CellView]:
        for item in panel["items"]:
            yield _cell(figures.get((month, item["code"])), VALUE)
        yield _cell(figures.get((month, OFFSHORE)), SHARE)

    rows = tuple(Row(period_label(month), 1, tuple(cells(month))) for month in months)
    sheet = Sheet("月份", (), tuple(columns), rows, None, _has_masked(panel, [measure]))
    series = [
        Series(item["title"], [_datum(period_label(month), figures.get((month, item["code"]))) for month in months])
        for item in panel["items"][:MOST_LINES]
    ]
    drawn = line_chart(f"{panel['title']}：{measure['title']}（{measure['unit']}）", months, series)
    return PanelView(panel["key"], panel["title"], sheet, None, drawn)


def _bars(panel: PanelAnswer, measure: MeasureAnswer, depths: Mapping[str, int]) -> list[Datum]:
    """Return the rows of a chart: the finest level of which all have room, or the first ones of the coarsest."""
    titles = {each["code"]: each["title"] for each in panel["items"]}
    by_depth: dict[int, list[RowAnswer]] = {}
    for row in panel["rows"]:
        by_depth.setdefault(depths[row["code"]], []).append(row)
    parts = {depth: rows for depth, rows in by_depth.items() if depth > 0}
    fitting = [depth for depth, rows in parts.items() if len(rows) <= MOST_BARS]
    chosen = parts[max(fitting)] if fitting else parts[min(parts)][:MOST_BARS] if parts else []
    return [_datum(titles[row["code"]], _figure(row, measure)) for row in chosen]


def _datum(label: str, figure: FigureAnswer | None) -> Datum:
    cell = _cell(figure, VALUE)
    number = figure["numbers"].get(VALUE) if figure else None
    return Datum(label, None if number is None else Decimal(number), "已隐去" if cell.is_hidden else cell.text)


def _cell(figure: FigureAnswer | None, of: str) -> CellView:
    if figure is None:
        return CellView(EMPTY)
    if of in figure["masked"]:
        return CellView(HIDDEN, is_hidden=True)
    number = figure["numbers"].get(of)
    return CellView(EMPTY if number is None else f"{Decimal(number):,f}")


def _figure(row: RowAnswer, measure: MeasureAnswer) -> FigureAnswer:
    return next(each for each in row["figures"] if each["measure"] == measure["key"])


def _has_masked(panel: PanelAnswer, shown: Sequence[MeasureAnswer]) -> bool:
    return any(_figure(row, measure)["masked"] for row in panel["rows"] for measure in shown)


def _head(measure: MeasureAnswer, of: str) -> str:
    return NUMBERS[of] or measure["title"]


def _unit(measure: MeasureAnswer, of: str) -> str:
    return "%" if of in PERCENTS else measure["unit"]


def _depths(panel: PanelAnswer) -> dict[str, int]:
    parents = {each["code"]: each["parent"] for each in panel["items"]}
    found: dict[str, int] = {}
    for code in parents:
        depth, above = 0, parents[code]
        while above in parents and depth < len(parents):
            depth, above = depth + 1, parents[above]
        found[code] = depth
    return found


def _above(division: str, own: str, today: date) -> Options:
    """Return the divisions from one's own down to the one that is looked at; one's own alone where that is elsewhere."""
    path = divisions.path(division, today) if divisions.find(division, today) else ()
    within = path[: path.index(own) + 1] if own in path else (own,)
    return tuple((code, _name(code, today)) for code in reversed(within))


def _name(code: str, today: date) -> str:
    found = divisions.find(code, today)
    return "全国" if code == divisions.NATION else found.name if found else code


def _months(today: date) -> Options:
    counted = (today.year * 12 + today.month - 1 - back for back in range(MONTHS_BACK))
    periods = (f"{count // 12}-{count % 12 + 1:02}" for count in counted)
    return tuple((period, period_label(period)) for period in periods)
