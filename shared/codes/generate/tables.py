"""What every code list is made into before it is written, and what is refused: each refusal names the place."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from shared.codes.entries import Fact, is_between


class ListError(ValueError):
    """A list that must not be published; the text says where and why."""


@dataclass(frozen=True)
class Row:
    """One meaning of a code; the dates may be open, `parent` empty."""

    code: str
    name: str
    parent: str = ""
    first: date | None = None
    last: date | None = None
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True)
class Table:
    """One version of a list. `published` counts the rows per level from the top; empty where no one counts them."""

    scheme: str
    key: str
    title: str
    source: str
    licence: str
    rows: Sequence[Row]
    valid_from: date | None = None
    valid_to: date | None = None
    published: tuple[int, ...] = ()
    gaps: tuple[str, ...] = ()
    are_codes_ours: bool = False

    @property
    def place(self) -> str:
        """Return what names this table in a message."""
        return f"{self.scheme} {self.key}"


def levels(rows: Sequence[Row]) -> dict[str, int]:
    """Return the level of every code, 1 at the top; a parent must stand before what lies below it."""
    found = {"": 0}
    for row in rows:
        found[row.code] = found[row.parent] + 1
    del found[""]
    return found


def counts(rows: Sequence[Row]) -> tuple[int, ...]:
    """Return how many rows stand on each level, from the top."""
    depth = levels(rows)
    per_level: dict[int, int] = defaultdict(int)
    for row in rows:
        per_level[depth[row.code]] += 1
    return tuple(per_level[level] for level in sorted(per_level))


def check(tables: Sequence[Table]) -> None:
    """Raise ListError for the first fault of a scheme's versions or of their rows."""
    keys: set[tuple[str, str]] = set()
    for table in tables:
        if (table.scheme, table.key) in keys:
            raise ListError(f"{table.place}: the version is there twice")
        keys.add((table.scheme, table.key))
        _check_days(table.place, table.valid_from, table.valid_to)
        _check_rows(table)


def _check_rows(table: Table) -> None:
    seen: dict[str, list[Row]] = defaultdict(list)
    names: set[tuple[str, str, date | None]] = set()
    for row in table.rows:
        place = f"{table.place} {row.code}"
        if not row.code or not row.name or row.name != row.name.strip():
            raise ListError(f"{place}: a row needs a code and a name without blanks around it")
        if row.parent and row.parent not in seen:
            raise ListError(f"{place}: its parent {row.parent} does not stand before it")
        if (row.parent, row.name, row.first) in names:
            raise ListError(f"{place}: the name is there twice below {row.parent or 'the top'}")
        names.add((row.parent, row.name, row.first))
        _check_days(place, row.first, row.last)
        for other in seen[row.code]:
            if row.parent != other.parent or _overlap(row, other):
                raise ListError(f"{place}: it is there twice on one day, or under two parents")
        seen[row.code].append(row)
    if table.published and not table.gaps and counts(table.rows) != table.published:
        raise ListError(f"{table.place}: {counts(table.rows)} rows per level, published are {table.published}")


def _check_days(place: str, first: date | None, last: date | None) -> None:
    if first and last and first > last:
        raise ListError(f"{place}: it ends before it begins")


def _overlap(one: Row, other: Row) -> bool:
    starts = (one.first or date.min, other.first or date.min)
    return any(
        is_between(start, one.first, one.last) and is_between(start, other.first, other.last) for start in starts
    )


def check_pointers(tables: Sequence[Table]) -> None:
    """Raise ListError where a fact points at nothing: a class, a section of industries, a division's or country's code.

    Divisions are checked by their tests; here are the pointers between the lists themselves.
    """
    codes = {
        scheme: {row.code for table in tables if table.scheme == scheme for row in table.rows}
        for scheme in _TARGETS.values()
    }
    for table in tables:
        for row in table.rows:
            for key, target in _pointers(row.facts):
                scheme = "country" if key == "member" and table.scheme == "country_group" else _TARGETS.get(key)
                if scheme and target not in codes[scheme]:
                    raise ListError(f"{table.place} {row.code}: {key} points at {target}, which is no {scheme}")


_TARGETS = {
    "to": "business_class",
    "business_class": "business_class",
    "prefer": "business_class",
    "over": "business_class",
    "sections": "industry",
    "becomes": "industry",
    "country": "country",
}
"""Facts that hold codes of another list."""


def _pointers(facts: Mapping[str, Fact]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in facts.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                found += _pointers(item)
            elif isinstance(item, str):
                found.append((key, item))
    return found
