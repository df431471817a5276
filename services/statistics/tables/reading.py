"""Reading files of definitions strictly: all faults at once, each with its place."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import TypeVar

from services.statistics.model.cells import OF_UNITS
from services.statistics.model.columns import COLUMNS
from services.statistics.tables.definitions import Only
from shared.contracts.filing import FactKind

E = TypeVar("E", bound=StrEnum)


class TablesBroken(ValueError):
    """The files are not right; each line names a place and what is wrong there."""

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class Reader:
    """One table of a file; every key that is read is ticked off, `close` names the others."""

    def __init__(self, data: Mapping[str, object], place: str, faults: list[str]) -> None:
        self._data, self._place, self._faults = data, place, faults
        self._read: set[str] = set()

    def fault(self, key: str, what: str) -> None:
        """Note a fault at a key of the table, or at the table itself."""
        self._faults.append(f"{self._place}{'/' if key else ''}{key}: {what}")

    def text(self, key: str, *, may_miss: bool = False) -> str:
        """Return a text."""
        value = self._take(key)
        if value is None and may_miss:
            return ""
        if not isinstance(value, str) or not value:
            self.fault(key, "应为文字")
            return ""
        return value

    def whole(self, key: str, default: int) -> int:
        """Return a whole number."""
        value = self._take(key)
        if value is None:
            return default
        if isinstance(value, bool) or not isinstance(value, int):
            self.fault(key, "应为整数")
            return default
        return value

    def flag(self, key: str) -> bool:
        """Return whether something is so; what is not said isn't."""
        value = self._take(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, "应为 true 或 false")
        return value is True

    def member(self, key: str, enum: type[E], default: E | None = None) -> E:
        """Return a member of a closed set."""
        text = self.text(key, may_miss=default is not None)
        found = next((each for each in enum if each.value == text), default if not text else None)
        if found is None:
            self.fault(key, f"应为 {'、'.join(each.value for each in enum)} 之一")
        return found or next(iter(enum))

    def texts(self, key: str, *, may_miss: bool = False) -> tuple[str, ...]:
        """Return a list of texts, each once."""
        value = self._take(key)
        if value is None and may_miss:
            return ()
        if not isinstance(value, list) or not value or not all(isinstance(each, str) and each for each in value):
            self.fault(key, "应为文字的列表")
            return ()
        return tuple(dict.fromkeys(value))

    def members(self, key: str, enum: type[E], default: tuple[E, ...] = ()) -> tuple[E, ...]:
        """Return members of a closed set."""
        known = {each.value: each for each in enum}
        texts = self.texts(key, may_miss=bool(default))
        for text in texts:
            if text not in known:
                self.fault(key, f"不是 {'、'.join(known)} 之一")
        return tuple(known[text] for text in texts if text in known) or default

    def parts(self, key: str) -> list[Reader]:
        """Return the tables of a list, each to be read."""
        value = self._take(key)
        if value is None:
            return []
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.fault(key, "应为表的列表")
            return []
        return [Reader(each, f"{self._place}/{key}/{number}", self._faults) for number, each in enumerate(value)]

    def only(self, kinds: Iterable[FactKind]) -> Only:
        """Return which values of which columns narrow the facts."""
        value = self._take("only")
        if value is None:
            return ()
        if not isinstance(value, dict):
            self.fault("only", "应为列名到代码的表")
            return ()
        within = Reader(value, f"{self._place}/only", self._faults)
        for column in value:
            if not all(has_column(kind, column) for kind in kinds):
                within.fault(column, "没有这一列")
        return tuple((column, within.texts(column)) for column in value)

    def close(self) -> None:
        """Note what was not read: it is too much."""
        for key in self._data.keys() - self._read:
            self.fault(key, "多余的项")

    def _take(self, key: str) -> object:
        self._read.add(key)
        return self._data.get(key)


def rows_of(path: Path, place: str, faults: list[str]) -> list[tuple[str, Mapping[str, object]]]:
    """Return the tables of a file by their keys."""
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


def has_column(kind: FactKind, column: str) -> bool:
    """Tell whether facts of a kind have a column, by themselves or through their unit."""
    return column in OF_UNITS or any(each.name == column for each in COLUMNS[kind])
