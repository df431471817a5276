"""Keys for tests: a store in memory that keeps the promises of the real one, and a keyring on it."""

from __future__ import annotations

import dataclasses
import threading
from datetime import UTC, datetime

from shared.clock import Clock, FixedClock
from shared.crypto.dek import KeyRow, KeyState
from shared.crypto.errors import TagMismatch, UnwrapRefused
from shared.crypto.kek import KekProvider, Wrapped
from shared.crypto.keyring import Keyring
from shared.crypto.suites import NONCE_SIZE, Suite, primitives

MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


class MemoryKeyStore:
    """A `KeyStore` in a dictionary; each method is atomic, as with the real one."""

    def __init__(self) -> None:
        self.rows: dict[str, KeyRow] = {}
        self._lock = threading.Lock()

    def find_current(self, owner: str) -> KeyRow | None:
        with self._lock:
            return next((row for row in self.rows.values() if row.owner == owner and row.is_current), None)

    def find(self, key_id: str) -> KeyRow | None:
        return self.rows.get(key_id)

    def add(self, row: KeyRow) -> bool:
        with self._lock:
            if any(other.owner == row.owner and other.is_current for other in self.rows.values()):
                return False
            self.rows[row.id] = row
            return True

    def supersede(self, key_id: str) -> bool:
        with self._lock:
            row = self.rows[key_id]
            if row.state is not KeyState.LIVE or not row.is_current:
                return False
            self.rows[key_id] = dataclasses.replace(row, is_current=False)
            return True

    def destroy(self, owner: str, at: datetime) -> int:
        with self._lock:
            hit = [row for row in self.rows.values() if row.owner == owner and row.state is KeyState.LIVE]
            for row in hit:
                gone = dataclasses.replace(row, state=KeyState.DESTROYED, wrapped=None, destroyed_at=at)
                self.rows[row.id] = gone
            return len(hit)

    def replace_wrapped(self, key_id: str, old: Wrapped, new: Wrapped) -> bool:
        with self._lock:
            row = self.rows[key_id]
            if row.state is not KeyState.LIVE or row.wrapped != old:
                return False
            self.rows[key_id] = dataclasses.replace(row, wrapped=new)
            return True

    def list_not_under(self, kek_id: str, after: str, limit: int) -> list[KeyRow]:
        found = (row for row in self.rows.values() if row.wrapped and row.wrapped.kek_id != kek_id and row.id > after)
        return sorted(found, key=lambda row: row.id)[:limit]

    def count_not_under(self, kek_id: str) -> int:
        return sum(1 for row in self.rows.values() if row.wrapped and row.wrapped.kek_id != kek_id)

    def count_under(self, kek_id: str) -> int:
        return sum(1 for row in self.rows.values() if row.wrapped and row.wrapped.kek_id == kek_id)


class MemoryKek:
    """A `KekProvider` without a file; the nonce is derived from a counter, the key is the same in every test."""

    def __init__(self, key_id: str = "kek-test") -> None:
        self.key_id = key_id
        self._count = 0

    def wrap(self, dek: bytes, context: str) -> Wrapped:
        self._count += 1
        nonce = self._count.to_bytes(NONCE_SIZE, "big")
        sealed = primitives(Suite.AES_256_GCM).aead.seal(b"k" * 32, nonce, dek, context.encode())
        return Wrapped(self.key_id, nonce + sealed)

    def unwrap(self, wrapped: Wrapped, context: str) -> bytes:
        nonce, sealed = wrapped.data[:NONCE_SIZE], wrapped.data[NONCE_SIZE:]
        try:
            return primitives(Suite.AES_256_GCM).aead.open(b"k" * 32, nonce, sealed, context.encode())
        except TagMismatch:
            raise UnwrapRefused(context) from None


def make_keyring(
    suite: Suite = Suite.AES_256_GCM,
    store: MemoryKeyStore | None = None,
    clock: Clock | None = None,
    kek: KekProvider | None = None,
    kept_keys: int = 16,
) -> Keyring:
    """Return a keyring on a store in memory; two with the same store stand for two processes."""
    return Keyring(
        store if store is not None else MemoryKeyStore(),
        kek or MemoryKek(),
        suite,
        clock or FixedClock(MOMENT),
        kept_keys=kept_keys,
    )
