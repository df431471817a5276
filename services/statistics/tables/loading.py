"""Reading measures and tables from their files: strictly, all faults at once, each with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path

from services.statistics.model.columns import COLUMNS, Form
from services.statistics.tables.definitions import (
    Audience,
    AxisUse,
    Counted,
    Definition,
    Measure,
    Rhythm,
    Span,
    Tables,
)
from services.statistics.tables.dimensions import KEYS, dimension
from services.statistics.tables.reading import Reader, TablesBroken, has_column, rows_of
from shared.contracts.filing import FactKind

FOLDER = Path(__file__).parent
MEASURES = "measures.toml"
SETS = "sets"

_ANY_DAY = date(2025, 1, 1)
_MOST_DECIMALS = 6


@cache
def load_tables(folder: Path = FOLDER) -> Tables:
    """Return all measures and tables. Raises `TablesBroken`."""
    faults: list[str] = []
    measures = {
        key: _measure(Reader(row, f"{MEASURES}/{key}", faults), key)
        for key, row in rows_of(folder / MEASURES, MEASURES, faults)
    }
    tables: dict[str, Definition] = {}
    for path in sorted((folder / SETS).glob("*.toml")):
        for key, row in rows_of(path, f"{SETS}/{path.name}", faults):
            reader = Reader(row, f"{SETS}/{path.name}/{key}", faults)
            if key in tables:
                reader.fault("", "已有同名的表")
            tables[key] = _table(reader, key, measures)
    if faults:
        raise TablesBroken(faults)
    return Tables(measures, dict(sorted(tables.items(), key=lambda pair: (pair[1].order, pair[0]))))


def _measure(reader: Reader, key: str) -> Measure:
    kind, counted = reader.member("kind", FactKind), reader.member("counted", Counted, Counted.COLUMN)
    column = reader.text("column", may_miss=counted is not Counted.COLUMN)
    amounts = {each.name for each in COLUMNS[kind] if each.form is Form.AMOUNT}
    if counted is Counted.COLUMN and column and column not in amounts:
        reader.fault("column", f"应为 {'、'.join(sorted(amounts))} 之一" if amounts else "这类事实没有数值列")
    if counted is not Counted.COLUMN and column:
        reader.fault("column", "计数的指标没有列")
    currency = reader.text("currency", may_miss=True)
    if currency not in {"", "CNY", "USD"}:
        reader.fault("currency", "应为 CNY 或 USD")
    decimals = reader.whole("decimals", 0)
    if not 0 <= decimals <= _MOST_DECIMALS:
        reader.fault("decimals", f"应在 0 到 {_MOST_DECIMALS} 之间")
    made = Measure(
        key=key,
        title=reader.text("title"),
        unit=reader.text("unit"),
        kind=kind,
        counted=counted,
        column=column,
        currency=currency,
        decimals=decimals,
        only=reader.only((kind,)),
    )
    reader.close()
    return made


def _table(reader: Reader, key: str, measures: Mapping[str, Measure]) -> Definition:
    rhythm = reader.member("rhythm", Rhythm)
    named = reader.texts("measures")
    for each in named:
        if each not in measures:
            reader.fault("measures", f"没有指标 {each}")
    used = [measures[each] for each in named if each in measures]
    if rhythm is Rhythm.MONTH and any(each.is_yearly for each in used):
        reader.fault("measures", "年度指标不能用于月度表")
    axes = tuple(_axis(each, used) for each in reader.parts("axes"))
    if len({axis.dimension for axis in axes}) != len(axes):
        reader.fault("axes", "同一维度用了两次")
    spans = reader.members("spans", Span, (Span.PERIOD,))
    if rhythm is Rhythm.YEAR and Span.TO_DATE in spans:
        reader.fault("spans", "年度表没有累计数")
    shares = reader.text("shares", may_miss=True)
    if shares and shares not in {axis.dimension for axis in axes}:
        reader.fault("shares", "不是本表的维度")
    made = Definition(
        key=key,
        title=reader.text("title"),
        source=reader.text("source"),
        order=reader.whole("order", 0),
        rhythm=rhythm,
        audiences=reader.members("audiences", Audience),
        measures=named,
        axes=axes,
        spans=spans,
        growth=reader.flag("growth"),
        shares=shares,
        only=reader.only(each.kind for each in used),
    )
    reader.close()
    return made


def _axis(reader: Reader, used: Iterable[Measure]) -> AxisUse:
    key, levels = reader.text("dimension"), reader.texts("levels")
    if key not in KEYS:
        reader.fault("dimension", f"应为 {'、'.join(KEYS)} 之一")
    else:
        made = dimension(key, _ANY_DAY)
        for level in levels:
            if level not in made.levels:
                reader.fault("levels", f"没有层级 {level}，应为 {'、'.join(made.levels)} 之一")
        for measure in used:
            if not has_column(measure.kind, made.column):
                reader.fault("dimension", f"指标 {measure.key} 没有这个维度")
    reader.close()
    return AxisUse(key, levels)
