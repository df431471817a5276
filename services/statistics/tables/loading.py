"""Reading measures and tables from their files: strictly, all faults at once, each with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TypeVar

from services.statistics.model.columns import COLUMNS, Form
from services.statistics.tables.definitions import (
    Audience,
    AxisUse,
    Counted,
    Definition,
    Measure,
    Only,
    Rhythm,
    Span,
    Tables,
)
from services.statistics.tables.dimensions import KEYS, dimension
from shared.contracts.filing import FactKind

FOLDER = Path(__file__).parent
MEASURES = "measures.toml"
SETS = "sets"
OF_UNITS = frozenset({"ownership", "industry"})
"""Columns that every kind has through its unit."""

_ANY_DAY = date(2025, 1, 1)
_MOST_DECIMALS = 6

E = TypeVar("E", bound=StrEnum)


class TablesBroken(ValueError):
    """The files are not right; each line names a place and what is wrong there."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


@cache
def load_tables(folder: Path = FOLDER) -> Tables:
    """Return all measures and tables. Raises `TablesBroken`."""
    faults: list[str] = []
    measures = {
        key: _measure(_Reader(row, f"{MEASURES}/{key}", faults), key)
        for key, row in _rows(folder / MEASURES, MEASURES, faults)
    }
    tables: dict[str, Definition] = {}
    for path in sorted((folder / SETS).glob("*.toml")):
        for key, row in _rows(path, f"{SETS}/{path.name}", faults):
            reader = _Reader(row, f"{SETS}/{path.name}/{key}", faults)
            if key in tables:
                reader.fault("", "已有同名的表")
            tables[key] = _table(reader, key, measures)
    if faults:
        raise TablesBroken(faults)
    return Tables(measures, dict(sorted(tables.items(), key=lambda pair: (pair[1].order, pair[0]))))


class _Reader:
    """One table of a file; every key that is read is ticked off, `close` names the others."""

    def __init__(self, data: Mapping[str, object], place: str, faults: list[str]) -> None:
        self._data, self._place, self._faults = data, place, faults
        self._read: set[str] = set()

    def fault(self, key: str, what: str) -> None:
        self._faults.append(f"{self._place}{'/' if key else ''}{key}: {what}")

    def text(self, key: str, *, may_miss: bool = False) -> str:
        value = self._take(key)
        if value is None and may_miss:
            return ""
        if not isinstance(value, str) or not value:
            self.fault(key, "应为文字")
            return ""
        return value

    def whole(self, key: str, default: int) -> int:
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(key, "应为整数")
            return default
        return value

    def flag(self, key: str) -> bool:
        value = self._take(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, "应为 true 或 false")
        return value is True

    def member(self, key: str, enum: type[E], default: E | None = None) -> E:
        text = self.text(key, may_miss=default is not None)
        found = next((each for each in enum if each.value == text), default if not text else None)
        if found is None:
            self.fault(key, f"应为 {'、'.join(each.value for each in enum)} 之一")
        return found or next(iter(enum))

    def texts(self, key: str, *, may_miss: bool = False) -> tuple[str, ...]:
        value = self._take(key)
        if value is None and may_miss:
            return ()
        if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
            self.fault(key, "应为文字的列表")
            return ()
        return tuple(dict.fromkeys(value))

    def members(self, key: str, enum: type[E], default: tuple[E, ...] = ()) -> tuple[E, ...]:
        known = {each.value: each for each in enum}
        texts = self.texts(key, may_miss=bool(default))
        for text in texts:
            if text not in known:
                self.fault(key, f"不是 {'、'.join(known)} 之一")
        return tuple(known[text] for text in texts if text in known) or default

    def parts(self, key: str) -> list[_Reader]:
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.fault(key, "应为表的列表")
            return []
        return [_Reader(each, f"{self._place}/{key}/{number}", self._faults) for number, each in enumerate(value)]

    def only(self, kinds: Iterable[FactKind]) -> Only:
        value = self._take("only")
        if value is None:
            return ()
        if not isinstance(value, dict):
            self.fault("only", "应为列名到代码的表")
            return ()
        within = _Reader(value, f"{self._place}/only", self._faults)
        for column in value:
            if not all(_has(kind, column) for kind in kinds):
                within.fault(column, "没有这一列")
        return tuple((column, within.texts(column)) for column in value)

    def close(self) -> None:
        for key in self._data.keys() - self._read:
            self.fault(key, "多余的项")

    def _take(self, key: str) -> object:
        self._read.add(key)
        return self._data.get(key)


def _rows(path: Path, place: str, faults: list[str]) -> list[tuple[str, Mapping[str, object]]]:
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (tomllib.TOMLDecodeError, OSError) as error:
        faults.append(f"{place}: {error}")
        return []
    found: list[tuple[str, Mapping[str, object]]] = []
    for key, row in document.items():
        if isinstance(row, dict):
            found.append((key, row))
        else:
            faults.append(f"{place}/{key}: 应为表")
    return found


def _measure(reader: _Reader, key: str) -> Measure:
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


def _table(reader: _Reader, key: str, measures: Mapping[str, Measure]) -> Definition:
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


def _axis(reader: _Reader, used: Iterable[Measure]) -> AxisUse:
    key, levels = reader.text("dimension"), reader.texts("levels")
    if key not in KEYS:
        reader.fault("dimension", f"应为 {'、'.join(KEYS)} 之一")
    else:
        made = dimension(key, _ANY_DAY)
        for level in levels:
            if level not in made.levels:
                reader.fault("levels", f"没有层级 {level}，应为 {'、'.join(made.levels)} 之一")
        for measure in used:
            if not _has(measure.kind, made.column):
                reader.fault("dimension", f"指标 {measure.key} 没有这个维度")
    reader.close()
    return AxisUse(key, levels)


def _has(kind: FactKind, column: str) -> bool:
    return column in OF_UNITS or any(each.name == column for each in COLUMNS[kind])
