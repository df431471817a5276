"""Statistical tables as people read them: one dimension down the page, the others chosen.

Across stand the measures, RMB and USD side by side, or a second dimension with one measure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.portal.model.publications import DimensionAnswer, ItemAnswer, SeriesAnswer
from services.portal.presenters.charts import BarChart, Datum, bar_chart
from services.portal.presenters.tables import SPAN, Grid, Number
from services.portal.presenters.words import EMPTY
from shared.tabulation.arithmetic import PERCENT_DECIMALS, growth, rounded, share

HIDDEN = "*"
"""What stands for a number that is not published, as in the workbooks."""

TOPS = frozenset({"total", "000000"})
"""Codes of the first item of a dimension that stands for the whole."""

GROWTH, SHARE = "_growth", "_share"
"""What the codes of measures end with that are growth or shares of the one before them."""

RATES = {GROWTH: "同比增长", SHARE: "占比"}

WAN, YI = "wan", "yi"
UNITS = {WAN: "万元、万美元", YI: "亿元、亿美元"}
_LARGE = {"万元": "亿元", "万美元": "亿美元"}
_LARGE_DIVISOR, LARGE_DECIMALS = Decimal(10_000), 2

DRAWN = ("execution_cny", "contract_cny")
"""Measures of which a chart is drawn rather than of others."""

MOST_BARS = 20

Codes = tuple[str, ...]


@dataclass(frozen=True)
class Picker:
    """A choice above a table: `name` is that of its control, `chosen` the code that stands."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True)
class Column:
    """A head of a table."""

    title: str
    unit: str


@dataclass(frozen=True)
class CellView:
    """A cell; one that is hidden bears the mark for it. `is_there` where the table has a number, hidden or not."""

    text: str
    is_hidden: bool = False
    is_there: bool = False


@dataclass(frozen=True)
class Row:
    """A row; `depth` is how far it is below the whole."""

    label: str
    depth: int
    cells: tuple[CellView, ...]


@dataclass(frozen=True)
class Sheet:
    """A table as a page shows it, with a chart of one of its measures."""

    head: str
    pickers: tuple[Picker, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    chart: BarChart | None
    has_hidden: bool

    @property
    def has_growth(self) -> bool:
        """Whether any column says how numbers grew."""
        return any(each.title == RATES[GROWTH] for each in self.columns)


@dataclass(frozen=True)
class _Cut:
    """What is shown of a table: the dimension down the page, the code of each other one, the unit of amounts."""

    grid: Grid
    down: DimensionAnswer
    across: DimensionAnswer | None
    measure: SeriesAnswer
    at: dict[str, str]
    is_large: bool
    before: Grid | None

    def place(self, code: str, across: str = "") -> Codes:
        """Return the codes of a row, or of a cell at a code of what stands across."""
        shown = {self.down["code"]: code}
        if self.across:
            shown[self.across["code"]] = across or self.across["items"][0]["code"]
        return tuple((self.at | shown)[each["code"]] for each in self.grid.dimensions)

    @property
    def is_of_whole(self) -> bool:
        """Whether the first row is the whole of the others."""
        return self.down["items"][0]["code"] in TOPS

    @property
    def says_rates(self) -> bool:
        """Whether growth and shares are measures of the table itself."""
        return any(measure["code"].endswith((GROWTH, SHARE)) for measure in self.grid.measures)

    @property
    def has_growth(self) -> bool:
        """Whether growth is reckoned here: numbers of the year before are known."""
        return not self.says_rates and (self.before is not None or self.grid.has_growth)

    def has_share(self, measure: SeriesAnswer) -> bool:
        """Whether shares are reckoned here of a measure: of an amount once, in RMB."""
        return self.is_of_whole and measure["currency"] in ("", "CNY") and not self.says_rates

    def unit(self, measure: SeriesAnswer) -> str:
        """Return the unit in which a measure is shown."""
        return _LARGE.get(measure["unit"], measure["unit"]) if self.is_large else measure["unit"]

    def text(self, number: Number | None, measure: SeriesAnswer) -> str:
        """Return a number as it is shown."""
        if number is None:
            return EMPTY
        if number.value is None:
            return HIDDEN
        if self.is_large and measure["unit"] in _LARGE:
            return f"{rounded(number.value / _LARGE_DIVISOR, LARGE_DECIMALS):,f}"
        return f"{number.value:,f}"

    def growth(self, place: Codes, measure: str) -> Decimal | None:
        """Return by how many per cent a number is above that of the year before, where both are shown."""
        number = self.grid.numbers.get((place, measure))
        if number is None or number.value is None:
            return None
        earlier = self.before.numbers.get((place, measure)) if self.before else None
        return number.growth if earlier is None else growth(number.value, earlier.value)

    def share(self, place: Codes, measure: str) -> Decimal | None:
        """Return how many per cent of the first row a number is, where both are shown."""
        number = self.grid.numbers.get((place, measure))
        whole = self.grid.numbers.get((self.place(self.down["items"][0]["code"]), measure))
        if number is None or number.value is None or whole is None:
            return None
        return number.share if number.share is not None else share(number.value, whole.value)


def sheet_of(grid: Grid, asked: Mapping[str, str], before: Grid | None = None, unit: str = WAN) -> Sheet:
    """Return what a page shows of a table.

    `asked` names the dimension down the page (`rows`) and the one across (`columns`, the measures where it names none),
    the `measure` of a table with two dimensions, the code of each other dimension, and the `unit` of amounts; what it
    doesn't name, or names wrongly, is the table's own. `before` is the same table of the year before: growth is reckoned
    from it, where the table doesn't say it.
    """
    down = _down(grid, asked.get("rows", ""))
    across = next((each for each in _ways(grid) if each["code"] == asked.get("columns") and each != down), None)
    used = {down["code"], across["code"] if across else ""}
    others = [each for each in grid.dimensions if each["code"] not in used]
    at = {each["code"]: _chosen(each, asked.get(each["code"], "")) for each in others}
    chosen_unit = asked["unit"] if asked.get("unit") in UNITS else unit
    cut = _Cut(grid, down, across, _measure(grid, asked.get("measure", "")), at, chosen_unit == YI, before)
    rows = tuple(_rows(cut))
    return Sheet(
        head=down["title"],
        pickers=tuple(_pickers(cut, chosen_unit)),
        columns=tuple(_columns(cut)),
        rows=rows,
        chart=_chart(cut),
        has_hidden=any(cell.is_hidden for row in rows for cell in row.cells),
    )


def _ways(grid: Grid) -> list[DimensionAnswer]:
    """Return what can stand down the page or across."""
    return [each for each in grid.dimensions if each["code"] != SPAN]


def _down(grid: Grid, code: str) -> DimensionAnswer:
    return next((each for each in _ways(grid) if each["code"] == code), _ways(grid)[0])


def _measure(grid: Grid, code: str) -> SeriesAnswer:
    """Return the measure that is asked for, else the one that stands for the table."""
    by_code = {each["code"]: each for each in grid.measures}
    return by_code[next((each for each in (code, *DRAWN) if each in by_code), grid.measures[0]["code"])]


def _chosen(dimension: DimensionAnswer, code: str) -> str:
    codes = [item["code"] for item in dimension["items"]]
    if code in codes:
        return code
    return codes[-1] if dimension["code"] == SPAN else codes[0]


def _pickers(cut: _Cut, unit: str) -> Iterator[Picker]:
    ways = tuple((each["code"], each["title"]) for each in _ways(cut.grid))
    if len(ways) > 1:
        yield Picker("rows", "各行", ways, cut.down["code"])
        yield Picker("columns", "各列", (("", "各项指标"), *ways), cut.across["code"] if cut.across else "")
    if cut.across:
        measures = tuple((each["code"], each["title"]) for each in cut.grid.measures)
        yield Picker("measure", "指标", measures, cut.measure["code"])
    for each in cut.grid.dimensions:
        if each["code"] in cut.at and len(each["items"]) > 1:
            options = tuple((item["code"], item["title"]) for item in each["items"])
            yield Picker(each["code"], each["title"], options, cut.at[each["code"]])
    if any(measure["unit"] in _LARGE for measure in cut.grid.measures):
        yield Picker("unit", "金额单位", tuple(UNITS.items()), unit)


def _columns(cut: _Cut) -> Iterator[Column]:
    if cut.across:
        yield from (Column(item["title"], cut.unit(cut.measure)) for item in cut.across["items"])
        return
    for measure in cut.grid.measures:
        said = next((words for end, words in RATES.items() if measure["code"].endswith(end)), measure["title"])
        yield Column(said, cut.unit(measure))
        if cut.has_growth:
            yield Column(RATES[GROWTH], "%")
        if cut.has_share(measure):
            yield Column(RATES[SHARE], "%")


def _rows(cut: _Cut) -> Iterator[Row]:
    """Yield the rows that have a number."""
    parents = {item["code"]: item["parent"] for item in cut.down["items"]}
    for item in cut.down["items"]:
        cells = tuple(_cells(cut, item["code"]))
        if any(cell.is_there for cell in cells):
            yield Row(item["title"], _depth(item["code"], parents), cells)


def _depth(code: str, parents: Mapping[str, str]) -> int:
    depth, above = 0, parents[code]
    while above in parents and depth < len(parents):
        depth, above = depth + 1, parents[above]
    return depth


def _cells(cut: _Cut, code: str) -> Iterator[CellView]:
    if cut.across:
        yield from (_cell(cut, cut.place(code, item["code"]), cut.measure) for item in cut.across["items"])
        return
    place = cut.place(code)
    for measure in cut.grid.measures:
        yield _cell(cut, place, measure)
        if cut.has_growth:
            yield CellView(_percent(cut.growth(place, measure["code"])))
        if cut.has_share(measure):
            yield CellView(_percent(cut.share(place, measure["code"])))


def _cell(cut: _Cut, place: Codes, measure: SeriesAnswer) -> CellView:
    number = cut.grid.numbers.get((place, measure["code"]))
    return CellView(cut.text(number, measure), number is not None and number.value is None, number is not None)


def _percent(value: Decimal | None) -> str:
    return EMPTY if value is None else f"{rounded(value, PERCENT_DECIMALS):,f}"


def _chart(cut: _Cut) -> BarChart | None:
    """Return bars of one measure for the parts of the whole; of many the largest of those that are shown and not zero."""
    measure = cut.measure
    data: list[Datum] = []
    for item in _parts(cut):
        number = cut.grid.numbers.get((cut.place(item["code"]), measure["code"]))
        if number is not None:
            data.append(Datum(item["title"], number.value, cut.text(number, measure)))
    title = f"{measure['title']}（{cut.unit(measure)}），按{cut.down['title']}"
    if len(data) > MOST_BARS:
        shown = [each for each in data if each.value]
        data = sorted(shown, key=lambda each: each.value or Decimal(0), reverse=True)[:MOST_BARS]
        title += f"，所公布的数中最大的 {len(data)} 项"
    return bar_chart(title, data) if len(data) > 1 else None


def _parts(cut: _Cut) -> list[ItemAnswer]:
    items = cut.down["items"]
    below = [item for item in items if item["parent"] == items[0]["code"]]
    return below or items[1 if cut.is_of_whole else 0 :]
