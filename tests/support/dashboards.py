"""Facts in memory for dashboards: reckoned line by line, and the sums by which a reader of a dashboard could reckon."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from services.statistics.model.cells import COUNTED_IN, LARGEST, Cell, Codes, Question, Share
from services.statistics.model.dashboards import Dashboard, Figure, Of, PanelShown
from services.statistics.tables.panels import Panel, load_panels
from shared.contracts.filing import FactKind, Layer

ALL = frozenset(Layer)
AMOUNT = Decimal("7.2")
"""万元 for one 万美元."""

PANELS: Mapping[str, Panel] = {each.key: each for each in load_panels()}


@dataclass(frozen=True)
class Line:
    """A line of facts; `columns` are codes, `usd` its amount, `holding` whom the unit belongs to."""

    unit: str
    usd: Decimal
    month: str = "2025-03"
    holding: str = ""
    kind: FactKind = FactKind.EXECUTION
    layers: frozenset[Layer] = ALL
    columns: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> Mapping[str, str]:
        """Its codes: of a unit of 杭州西湖区 that does software for the United States, where nothing else is said."""
        known = {"province": "330000", "city": "330100", "county": "330106", "business_class": "I11", "nature": "2"}
        return {**known, "market": "USA", "ownership": "173", COUNTED_IN: self.month, **self.columns}


@dataclass
class KeptLines:
    """Answers questions over lines, one after the other."""

    lines: Sequence[Line]

    def ask(self, question: Question) -> tuple[Cell, ...]:
        """Return the cells in which anything counts."""
        return self.ask_all([question])[0]

    def ask_all(self, questions: Sequence[Question]) -> tuple[tuple[Cell, ...], ...]:
        """Return the cells of each question."""
        return tuple(tuple(self._cells(each)) for each in questions)

    def _cells(self, question: Question) -> Iterator[Cell]:
        found: dict[Codes, dict[str, dict[str, Decimal]]] = defaultdict(
            lambda: defaultdict(lambda: defaultdict(Decimal))
        )
        for line, amount in self._counting(question):
            for codes in _places(question, line):
                found[codes][line.holding or line.unit][line.unit] += amount
        for codes, holdings in sorted(found.items()):
            sums = {
                holding: (
                    sum(units.values(), Decimal(0)),
                    sum(1 for each in units.values() if each or not question.since),
                )
                for holding, units in holdings.items()
            }
            kept = {holding: each for holding, each in sums.items() if each[1]}
            if kept:
                yield _cell(codes, kept, is_change=question.since is not None)

    def _counting(self, question: Question) -> Iterator[tuple[Line, Decimal]]:
        for line in self.lines:
            is_then = question.since is not None and question.since in line.layers
            if line.kind is not question.kind or not question.first <= line.month <= question.last:
                continue
            if any(line.values.get(column) not in values for column, values in question.only if column != "category"):
                continue
            amount = line.usd * (AMOUNT if question.measure == "cny" else 1)
            if (question.layer in line.layers) is not is_then:
                yield line, -amount if is_then else amount


def _places(question: Question, line: Line) -> Iterator[Codes]:
    places: list[Codes] = [()]
    for axis in question.axes:
        nodes = axis.nodes.get(line.values.get(axis.column, ""), axis.nodes.get("", ()))
        places = [(*before, code) for before in places for code in nodes]
    yield from places


def _cell(codes: Codes, sums: Mapping[str, tuple[Decimal, int]], *, is_change: bool) -> Cell:
    largest = sorted(sums, key=lambda holding: (-abs(sums[holding][0]), holding))[:LARGEST]
    return Cell(
        codes=codes,
        value=sum((amount for amount, _ in sums.values()), Decimal(0)),
        units=sum(units for _, units in sums.values()),
        holdings=len(sums),
        largest=tuple(Share(holding, sums[holding][0]) for holding in largest),
        lines=1,
        lacking=0,
        gross=sum((abs(amount) for amount, _ in sums.values()), Decimal(0)) if is_change else None,
    )


def many(number: int, usd: int = 10, start: int = 0, **said: object) -> list[Line]:
    """Return lines of so many units of much the same size; `said` replaces parts of each."""
    return [Line(f"u{start + each}", Decimal(usd + each), **said) for each in range(number)]  # type: ignore[arg-type]  # fields of a line


def panel_of(shown: Dashboard, key: str) -> PanelShown:
    """Return a panel of a dashboard."""
    return next(each for each in shown.panels if each.key == key)


def figure_at(shown: Dashboard, key: str, time: str, code: str, measure: str = "execution_usd") -> Figure:
    """Return the figure at a time and code of a panel."""
    return next(row.figures[measure] for row in panel_of(shown, key).rows if row.at == (time, code))


def sums_of(shown: Dashboard, measure: str = "execution_usd") -> Iterator[dict[tuple[str, str, str, Of], bool]]:
    """Yield the sums that a reader of a dashboard can add up: which numbers belong to each, and which are masked."""
    yield from _months_of(shown, measure)
    for panel in shown.panels:
        if measure not in PANELS[panel.key].measures:
            continue
        rows = {row.at: row.figures[measure] for row in panel.rows}
        wholes: dict[str, list[str]] = defaultdict(list)
        for item in panel.items:
            if item.parent:
                wholes[item.parent].append(item.code)
        for of in (Of.VALUE, Of.BEFORE, Of.FILED, Of.FILED_TO_APPROVED, Of.FINAL, Of.APPROVED_TO_FINAL):
            for time in dict.fromkeys(time for time, _ in rows):
                for whole, parts in wholes.items():
                    found = {(panel.key, time, code, of): rows.get((time, code)) for code in (whole, *parts)}
                    yield {at: of in each.masked for at, each in found.items() if each and _has(each, of)}
        if PANELS[panel.key].reviewed:
            for (time, code), each in rows.items():
                for kinds in ((Of.FILED, Of.FILED_TO_APPROVED, Of.VALUE), (Of.VALUE, Of.APPROVED_TO_FINAL, Of.FINAL)):
                    yield {(panel.key, time, code, of): of in each.masked for of in kinds}


def _months_of(shown: Dashboard, measure: str) -> Iterator[dict[tuple[str, str, str, Of], bool]]:
    """Yield the years to date with their months, of each nature of contracts."""
    panels = {each.key: {row.at: row.figures[measure] for row in each.rows} for each in shown.panels}
    months, sums = panels.get("trend", {}), panels.get("scale", {})
    year, until = shown.period[:4], shown.period[5:]
    for of, counted in ((Of.VALUE, year), (Of.BEFORE, str(int(year) - 1))):
        for (time, code), whole in sums.items():
            if time == f"{year}:{until}" and _has(whole, of):
                parts = {
                    at: each
                    for at, each in months.items()
                    if at[1] == code and f"{counted}-" <= at[0] <= f"{counted}-{until}"
                }
                yield {
                    ("scale", time, code, of): of in whole.masked,
                    **{("trend", *at, Of.VALUE): Of.VALUE in each.masked for at, each in parts.items()},
                }


def _has(figure: Figure, of: Of) -> bool:
    return of in figure.numbers or of in figure.masked
