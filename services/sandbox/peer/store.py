"""What the stand-in remembers, in SQLite: answers by message, units by id; credit codes of real units as keyed digests.

What stands in clear are the units that it has made up itself.
"""

from __future__ import annotations

import hashlib
import secrets
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

from services.sandbox.peer.judgement import Known

FILE = "directory.sqlite"

Value: TypeAlias = str | bytes | int | float

SCHEMA = """
CREATE TABLE IF NOT EXISTS secret (key BLOB NOT NULL);
CREATE TABLE IF NOT EXISTS units (
    number INTEGER PRIMARY KEY, unit_id TEXT NOT NULL UNIQUE, code BLOB NOT NULL UNIQUE, sequence INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS answers (
    message_id TEXT PRIMARY KEY, unit_id TEXT NOT NULL, digest TEXT NOT NULL, outcome TEXT NOT NULL,
    reason TEXT NOT NULL, event_id TEXT NOT NULL, receipt_id TEXT NOT NULL, receipt BLOB NOT NULL,
    deliveries INTEGER NOT NULL, effects INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS arrivals (
    message_id TEXT PRIMARY KEY, type TEXT NOT NULL, digest TEXT NOT NULL, region TEXT NOT NULL, received_at REAL NOT NULL
);
CREATE INDEX IF NOT EXISTS arrivals_at ON arrivals (received_at);
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS bureau (
    unit TEXT PRIMARY KEY, sequence INTEGER NOT NULL, is_ceased INTEGER NOT NULL, code BLOB NOT NULL, record TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS bureau_code ON bureau (code);
CREATE TABLE IF NOT EXISTS announced (
    unit TEXT NOT NULL, sequence INTEGER NOT NULL, content TEXT NOT NULL, PRIMARY KEY (unit, sequence)
);
CREATE TABLE IF NOT EXISTS leaving (
    number INTEGER PRIMARY KEY AUTOINCREMENT, content TEXT NOT NULL, how TEXT NOT NULL, due REAL NOT NULL
);
"""


@dataclass(frozen=True)
class Answer:
    """What was answered to a message: `event_id` is that of its delivery, `receipt` the body that went back."""

    message_id: str
    unit_id: str
    digest: str
    outcome: str
    reason: str
    event_id: str
    receipt_id: str
    receipt: bytes


class Store:
    """The store in a folder. Made in one thread, it may be used in one other."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._rows = sqlite3.connect(folder / FILE, timeout=10, isolation_level=None, check_same_thread=False)
        self._rows.executescript(SCHEMA)
        with self.transaction():
            if self._rows.execute("SELECT 1 FROM secret").fetchone() is None:
                self._rows.execute("INSERT INTO secret VALUES (?)", (secrets.token_bytes(32),))
        self._key: bytes = self._rows.execute("SELECT key FROM secret").fetchone()[0]

    def close(self) -> None:
        """Let go of the file."""
        self._rows.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside is stored together, durably, or not at all."""
        self._rows.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._rows.execute("ROLLBACK")
            raise
        self._rows.execute("COMMIT")

    def setting(self, name: str, otherwise: str) -> str:
        """Return what was set under a name."""
        row = self.one("SELECT value FROM settings WHERE name = ?", name)
        return otherwise if row is None else str(row[0])

    def put_setting(self, name: str, value: str) -> None:
        """Set something under a name."""
        self.run(
            "INSERT INTO settings VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value", name, value
        )

    def run(self, statement: str, *values: Value) -> None:
        """Run a statement that changes something."""
        self._rows.execute(statement, values)

    def one(self, statement: str, *values: Value) -> tuple[Any, ...] | None:  # Any: columns of SQLite
        """Return the first row."""
        row: tuple[Any, ...] | None = self._rows.execute(statement, values).fetchone()
        return row

    def many(self, statement: str, *values: Value) -> list[tuple[Any, ...]]:
        """Return all rows."""
        return self._rows.execute(statement, values).fetchall()

    def digest(self, credit_code: str) -> bytes:
        """Return the keyed digest by which a credit code is found."""
        return hashlib.blake2b(credit_code.encode(), key=self._key, digest_size=16).digest()

    def known(self, unit_id: str, credit_code: str) -> Known:
        """Return what is known of a unit and of a credit code."""
        holder = self._rows.execute("SELECT unit_id FROM units WHERE code = ?", (self.digest(credit_code),)).fetchone()
        last = self._rows.execute("SELECT sequence FROM units WHERE unit_id = ?", (unit_id,)).fetchone()
        return Known(holder[0] if holder else None, last[0] if last else 0)

    def put_unit(self, unit_id: str, credit_code: str, sequence: int) -> str:
        """Take a unit, or a later message of it; return the directory's own id of it."""
        self._rows.execute(
            "INSERT INTO units (unit_id, code, sequence) VALUES (?, ?, ?)"
            " ON CONFLICT (unit_id) DO UPDATE SET code = excluded.code, sequence = excluded.sequence",
            (unit_id, self.digest(credit_code), sequence),
        )
        number = self._rows.execute("SELECT number FROM units WHERE unit_id = ?", (unit_id,)).fetchone()[0]
        return f"D{number:011d}"

    def find(self, message_id: str) -> Answer | None:
        """Return what was answered to a message."""
        row = self._rows.execute(
            "SELECT message_id, unit_id, digest, outcome, reason, event_id, receipt_id, receipt"
            " FROM answers WHERE message_id = ?",
            (message_id,),
        ).fetchone()
        return None if row is None else Answer(*row)

    def count_delivery(self, message_id: str) -> None:
        """Note that an answered message came once more."""
        self._rows.execute("UPDATE answers SET deliveries = deliveries + 1 WHERE message_id = ?", (message_id,))

    def put(self, answer: Answer, effects: int) -> None:
        """Keep an answer; `effects` is 1 where the message changed the directory."""
        self._rows.execute(
            "INSERT INTO answers VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1, ?)"
            " ON CONFLICT (message_id) DO UPDATE SET outcome = excluded.outcome, reason = excluded.reason,"
            " event_id = excluded.event_id, receipt_id = excluded.receipt_id, receipt = excluded.receipt,"
            " deliveries = deliveries + 1, effects = effects + excluded.effects",
            (
                answer.message_id,
                answer.unit_id,
                answer.digest,
                answer.outcome,
                answer.reason,
                answer.event_id,
                answer.receipt_id,
                answer.receipt,
                effects,
            ),
        )

    def note_arrival(self, message_id: str, type_: str, digest: str, region: str, at: float) -> None:
        """Note when a message came that was judged, anew where it was judged anew; `at` in seconds of the epoch."""
        self._rows.execute(
            "INSERT OR REPLACE INTO arrivals VALUES (?, ?, ?, ?, ?)", (message_id, type_, digest, region, at)
        )

    def arrivals(self, since: float, until: float) -> Sequence[tuple[str, str, str, str, float, str]]:
        """Return what came between two moments in the order of coming: id, type, digest, region, moment, outcome."""
        return self._rows.execute(
            "SELECT message_id, type, arrivals.digest, region, received_at, outcome FROM arrivals JOIN answers"
            " USING (message_id) WHERE received_at >= ? AND received_at < ? ORDER BY received_at, message_id",
            (since, until),
        ).fetchall()

    def report(self) -> dict[str, object]:
        """Return the units, and each message with how often it came and how often it had an effect."""
        messages = [
            dict(zip(("message_id", "unit_id", "outcome", "reason", "deliveries", "effects"), row, strict=True))
            for row in self._rows.execute(
                "SELECT message_id, unit_id, outcome, reason, deliveries, effects FROM answers ORDER BY message_id"
            )
        ]
        units = [row[0] for row in self._rows.execute("SELECT unit_id FROM units ORDER BY unit_id")]
        return {"units": units, "messages": messages}
