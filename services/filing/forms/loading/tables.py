"""Strict reading of a TOML table: the expected type or a fault, and nothing left over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import TypeVar

from services.filing.forms.expressions.expression import Expression
from services.filing.forms.expressions.parsing import SyntaxFault, parse
from services.filing.forms.loading.faults import Faults

E = TypeVar("E", bound=StrEnum)


class Table:
    """One table with its place; every key that is read is ticked off, `close` names the others."""

    def __init__(self, data: Mapping[str, object], place: str, faults: Faults) -> None:
        self.place = place
        self.faults = faults
        self._data = data
        self._read: set[str] = set()

    def has(self, key: str) -> bool:
        """Tell whether the key is there."""
        return key in self._data

    def at(self, key: str) -> str:
        """Return the place of a key."""
        return f"{self.place}/{key}"

    def fault(self, key: str, code: str, detail: str = "") -> None:
        """Note a fault at a key."""
        self.faults.add(self.at(key) if key else self.place, code, detail)

    def text(self, key: str, default: str | None = None) -> str:
        """Return a text; without a default it must be there and not be empty."""
        value = self._take(key)
        if value is None:
            if default is None:
                self.fault(key, "missing")
            return default or ""
        if not isinstance(value, str) or (default is None and not value):
            self.fault(key, "not_text")
            return ""
        return value

    def flag(self, key: str, default: bool = False) -> bool:
        """Return a truth value."""
        value = self._take(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, "not_flag")
        return value if isinstance(value, bool) else default

    def whole(self, key: str) -> int | None:
        """Return a whole number, None where it is not there."""
        value = self._take(key)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
            self.fault(key, "not_whole_number")
            return None
        return value

    def day(self, key: str) -> date:
        """Return a date, which must be there."""
        value = self._take(key)
        if type(value) is not date:
            self.fault(key, "not_date")
            return date.min
        return value

    def member(self, key: str, enum: type[E]) -> E:
        """Return a member of a closed set, which must be there; the first one after a fault."""
        text = self.text(key)
        found = next((member for member in enum if member.value == text), None)
        if found is None:
            self.fault(key, "unknown", text)
        return found or next(iter(enum))

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts, empty where it is not there."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self.fault(key, "not_texts")
            return ()
        return tuple(str(each) for each in value)

    def groups(self, key: str) -> tuple[tuple[str, ...], ...]:
        """Return a list of lists of texts, which must be there; no list in it is empty."""
        value = self._take(key)
        if not isinstance(value, list) or not value or not all(isinstance(each, list) and each for each in value):
            self.fault(key, "not_groups")
            return ()
        if not all(isinstance(text, str) and text for each in value for text in each):
            self.fault(key, "not_groups")
            return ()
        return tuple(tuple(str(text) for text in each) for each in value)

    def table(self, key: str) -> Table:
        """Return a table inside, an empty one where it is not there."""
        value = self._take(key)
        if value is not None and not isinstance(value, dict):
            self.fault(key, "not_table")
        return Table(value if isinstance(value, dict) else {}, self.at(key), self.faults)

    def tables(self, key: str) -> tuple[Table, ...]:
        """Return a list of tables, empty where it is not there."""
        value = self._take(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(each, dict) for each in value):
            self.fault(key, "not_tables")
            return ()
        return tuple(Table(each, f"{self.at(key)}/{number}", self.faults) for number, each in enumerate(value))

    def expression(self, key: str, code: str = "") -> Expression | None:
        """Return a parsed expression, None where it is not there; `{code}` in its text stands for an indicator's."""
        text = self.text(key, "")
        if not text:
            return None
        try:
            return parse(text.replace("{code}", code))
        except SyntaxFault as fault:
            self.fault(key, "expression_malformed", str(fault))
            return None

    def items(self) -> tuple[tuple[str, object], ...]:
        """Return all keys with their raw values, in order, and tick them off."""
        self._read.update(self._data)
        return tuple(self._data.items())

    def close(self) -> None:
        """Note a fault for every key that nobody read."""
        for key in self._data:
            if key not in self._read:
                self.fault(key, "unknown_key")

    def _take(self, key: str) -> object:
        self._read.add(key)
        return self._data.get(key)
