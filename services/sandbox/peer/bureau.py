"""The stand-in as a directory that has units of its own: which there are, what it announced of them, what leaves when.

A unit that was never changed follows from its number; of the others the record of now is kept, and of all changes the
content that was announced, byte by byte.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from services.sandbox.peer.bureau_units import Record, number_of, number_of_code, record_of, unit_id
from services.sandbox.peer.store import Store
from shared.clock import SystemClock, local_date
from shared.contracts.border import dump_content

MISSING_AT_ONCE = 200


class How(StrEnum):
    """How an announcement leaves: as it should, signed by a stranger, cut off in the middle, in an unknown version, or not at all."""

    RIGHT = "right"
    STRANGER = "stranger"
    TRUNCATED = "truncated"
    UNKNOWN = "unknown"
    LOST = "lost"


@dataclass(frozen=True)
class Standing:
    """A unit as the directory has it now."""

    unit: str
    sequence: int
    is_ceased: bool
    record: Record

    @property
    def entry(self) -> Mapping[str, object]:
        """Return the unit as it stands in an answer."""
        state = "ceased" if self.is_ceased else "in_force"
        return {"unit": self.unit, "sequence": self.sequence, "state": state, "record": self.record}


@dataclass(frozen=True)
class Change:
    """What becomes of one unit: its record afterwards, None where it ceases."""

    unit: str
    role: str
    after: Record | None


class Bureau:
    """The units of the directory and its announcements, in the store of the stand-in."""

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def size(self) -> int:
        """How many units have a number."""
        return int(self._store.setting("units", "0"))

    def found(self, units: int) -> None:
        """Have so many units, of the numbers from 1; those that are there stay."""
        self._store.put_setting("units", str(max(units, self.size)))

    def find(self, unit: str) -> Standing | None:
        """Return a unit by the directory's id."""
        row = self._store.one("SELECT sequence, is_ceased, record FROM bureau WHERE unit = ?", unit)
        if row is not None:
            return Standing(unit, row[0], bool(row[1]), json.loads(row[2]))
        number = number_of(unit)
        if number is None or not 1 <= number <= self.size:
            return None
        return Standing(unit, 1, False, record_of(number))

    def find_code(self, credit_code: str) -> Standing | None:
        """Return a unit by its credit code."""
        row = self._store.one("SELECT unit FROM bureau WHERE code = ?", self._store.digest(credit_code))
        number = number_of_code(credit_code)
        return self.find(row[0] if row else unit_id(number or 0))

    def page(self, after: str, size: int) -> tuple[Sequence[Standing], str]:
        """Return the units with an id above `after`, and after which id the next page begins (empty: none)."""
        first = self.size + 1 if after > "N" else (number_of(after) or 0) + 1
        numbers = range(first, min(first + size, self.size + 1))
        found = [standing for number in numbers if (standing := self.find(unit_id(number))) is not None]
        if len(found) < size:
            entered = self._store.many(
                "SELECT unit FROM bureau WHERE unit > ? AND unit > 'N' ORDER BY unit LIMIT ?", after, size - len(found)
            )
            found += [standing for row in entered if (standing := self.find(row[0])) is not None]
        return found, found[-1].unit if len(found) == size and found[-1].unit != self._last() else ""

    def count(self) -> int:
        """Return how many units there are."""
        entered = self._store.one("SELECT count(*) FROM bureau WHERE unit > 'N'")
        return self.size + (entered[0] if entered else 0)

    def _last(self) -> str:
        row = self._store.one("SELECT max(unit) FROM bureau WHERE unit > 'N'")
        return row[0] if row and row[0] else unit_id(self.size)

    def announced(self, unit: str, first: int, last: int) -> Sequence[str]:
        """Return the contents that were announced of a unit under these numbers."""
        rows = self._store.many(
            "SELECT content FROM announced WHERE unit = ? AND sequence BETWEEN ? AND ? ORDER BY sequence LIMIT ?",
            unit,
            first,
            last,
            MISSING_AT_ONCE,
        )
        return [row[0] for row in rows]

    def announce(
        self, kind: str, changes: Sequence[Change], evidence: str = "市场监管部门登记变更", how: How = How.RIGHT
    ) -> bytes:
        """Change units and lay the announcement down for the way; return its content."""
        with self._store.transaction():
            today = local_date(SystemClock().now())
            parties = [self._party(change) for change in changes]
            content = dump_content(
                {"kind": kind, "effective_date": today.isoformat(), "evidence": evidence, "parties": parties}
            )
            for party in parties:
                self._store.run(
                    "INSERT INTO announced VALUES (?, ?, ?)", party["unit"], party["sequence"], content.decode()
                )
            self._lay_down(content, how, 0.0)
        return content

    def send_again(self, content: bytes, how: How = How.RIGHT, times: int = 1, after_seconds: float = 0.0) -> None:
        """Lay an announcement down once more, or as often as that; it leaves after so many seconds."""
        with self._store.transaction():
            for _ in range(times):
                self._lay_down(content, how, after_seconds)

    def enter(self) -> str:
        """Return the id of a new unit with the next number; it exists once it is announced."""
        with self._store.transaction():
            self._store.put_setting("entered", str(int(self._store.setting("entered", "0")) + 1))
            return f"N{int(self._store.setting('entered', '0')):011d}"

    def due(self, limit: int) -> Sequence[tuple[int, bytes, How]]:
        """Return what is to leave now, the oldest first."""
        rows = self._store.many(
            "SELECT number, content, how FROM leaving WHERE due <= ? ORDER BY due, number LIMIT ?", time.time(), limit
        )
        return [(row[0], row[1].encode(), How(row[2])) for row in rows]

    def left(self, numbers: Sequence[int]) -> None:
        """Note what has left."""
        with self._store.transaction():
            for number in numbers:
                self._store.run("DELETE FROM leaving WHERE number = ?", number)

    def _lay_down(self, content: bytes, how: How, after_seconds: float) -> None:
        if how is not How.LOST:
            due = time.time() + after_seconds
            self._store.run(
                "INSERT INTO leaving (content, how, due) VALUES (?, ?, ?)", content.decode(), how.value, due
            )

    def _party(self, change: Change) -> Record:
        before = self.find(change.unit)
        sequence = before.sequence + 1 if before else 1
        record = change.after or (before.record if before else {})
        self._store.run(
            "INSERT INTO bureau VALUES (?, ?, ?, ?, ?) ON CONFLICT (unit) DO UPDATE SET sequence = excluded.sequence,"
            " is_ceased = excluded.is_ceased, code = excluded.code, record = excluded.record",
            change.unit,
            sequence,
            int(change.after is None),
            self._store.digest(record["credit_code"]),
            json.dumps(record, ensure_ascii=False),
        )
        return {
            "unit": change.unit,
            "sequence": sequence,
            "role": change.role,
            "before": before.record if before else None,
            "after": change.after,
        }
