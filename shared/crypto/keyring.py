"""The keyring: one data key per unit, wrapped by the key-encryption key, kept in memory for a short while.

Destroying a unit's key makes all it sealed unreadable (crypto-shredding); the row stays as a tombstone. Another process
may hold the key in memory for `KEPT_FOR` more.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from shared.clock import Clock
from shared.crypto.dek import DEK_SIZE, Dek, KeyRow, KeyState, KeyStore, Purpose
from shared.crypto.errors import KekUnknown, KeyDestroyed, KeyUnknown, UnwrapRefused
from shared.crypto.kek import KekProvider
from shared.crypto.kept import Kept
from shared.crypto.suites import Suite
from shared.ids import new_id as random_id

KEPT_KEYS = 2048
KEPT_FOR = timedelta(seconds=60)
REWRAP_BATCH = 100


@dataclass(frozen=True)
class Rewrapped:
    """The outcome of a rewrap: keys that moved now, keys not under the active key yet, and of these the broken ones."""

    rewrapped: int
    remaining: int
    refused: int


class Keyring:
    """Gives data keys by unit or by key id. Safe for threads; any number of processes may share one store."""

    def __init__(
        self,
        store: KeyStore,
        kek: KekProvider,
        suite: Suite,
        clock: Clock,
        *,
        new_id: Callable[[], str] = random_id,
        kept_keys: int = KEPT_KEYS,
    ) -> None:
        self.suite = suite
        self._store = store
        self._kek = kek
        self._clock = clock
        self._new_id = new_id
        self._by_id: Kept[Dek] = Kept(clock, KEPT_FOR, kept_keys)
        self._current: Kept[str] = Kept(clock, KEPT_FOR, kept_keys)

    def key_for(self, unit_id: str) -> Dek:
        """Return the key that seals for a unit; makes and stores it the first time.

        Raises `KeyDestroyed` for a unit whose key was destroyed: it never gets a second one.
        """
        return self._key_of(_unit(unit_id))

    def key(self, key_id: str) -> Dek:
        """Return the key with this id. Raises `KeyUnknown`, `KeyDestroyed`."""
        return self._by_id.get(key_id) or self._opened(self._store.find(key_id), key_id)

    def index_key(self, purpose: str) -> bytes:
        """Return 32 secret bytes for one purpose outside of sealing (a MAC, say); the same ones for ever."""
        return self.index_dek(purpose).derive(Purpose.INDEX, Suite.AES_256_GCM, b"", b"").key

    def index_dek(self, purpose: str) -> Dek:
        """Return the key behind `index_key`, for those who derive more than one from it."""
        return self._key_of(f"index/{purpose}")

    def rotate(self, unit_id: str) -> Dek:
        """Give a unit a new key; what the former ones sealed stays readable and can be sealed anew at leisure."""
        owner = _unit(unit_id)
        row = self._store.find_current(owner)
        if row is not None and not self._store.supersede(row.id):
            self._opened(self._store.find(row.id), row.id)  # raises where it was destroyed meanwhile
        self._current.drop(owner)
        return self._key_of(owner)

    def destroy(self, unit_id: str) -> None:
        """Destroy all keys of a unit for good and leave a tombstone; doing it again changes nothing."""
        owner = _unit(unit_id)
        now = self._clock.now()
        while True:
            self._store.destroy(owner, now)
            current = self._store.find_current(owner)
            if current is None:
                # Without a key there must be a tombstone still, or a later call would make a key for this unit.
                self._store.add(self._tombstone(owner, now))
            elif current.state is KeyState.DESTROYED:
                break
        self._current.drop(owner)
        self._by_id.drop_where(lambda dek: dek.owner == owner)

    def rewrap_all(self) -> Rewrapped:
        """Wrap every live key under the active key-encryption key; may be broken off and run again.

        The key-encryption key that was active before may be retired when `remaining` is 0 in every service.
        """
        active = self._kek.key_id
        rewrapped = refused = 0
        after = ""
        while rows := self._store.list_not_under(active, after, REWRAP_BATCH):
            after = rows[-1].id
            for row in rows:
                try:
                    rewrapped += self._rewrap(row)
                except (UnwrapRefused, KekUnknown):  # one broken row must not hold up the rotation of all others
                    refused += 1
        return Rewrapped(rewrapped, self._store.count_not_under(active), refused)

    def uses_of(self, kek_id: str) -> int:
        """Count the live keys that a key-encryption key wraps."""
        return self._store.count_under(kek_id)

    def _rewrap(self, row: KeyRow) -> bool:
        if row.wrapped is None:
            return False
        context = _context(row.owner, row.id)
        new = self._kek.wrap(self._kek.unwrap(row.wrapped, context), context)
        return self._store.replace_wrapped(row.id, row.wrapped, new)

    def _key_of(self, owner: str) -> Dek:
        key_id = self._current.get(owner)
        if key_id is not None:
            return self.key(key_id)
        row = self._store.find_current(owner) or self._made(owner)
        dek = self._opened(row, row.id)
        self._current.put(owner, dek.key_id)
        return dek

    def _made(self, owner: str) -> KeyRow:
        key_id = self._new_id()
        wrapped = self._kek.wrap(secrets.token_bytes(DEK_SIZE), _context(owner, key_id))
        row = KeyRow(key_id, owner, self.suite, KeyState.LIVE, True, self._clock.now(), wrapped)
        if self._store.add(row):
            return row
        winner = self._store.find_current(owner)  # somebody was quicker: theirs is the unit's key
        if winner is None:
            raise KeyUnknown(f"the current key of {owner} went away while it was made")
        return winner

    def _opened(self, row: KeyRow | None, key_id: str) -> Dek:
        if row is None:
            raise KeyUnknown(f"key {key_id}")
        if row.state is KeyState.DESTROYED or row.wrapped is None:
            raise KeyDestroyed(f"key {key_id}")
        secret = self._kek.unwrap(row.wrapped, _context(row.owner, row.id))
        dek = Dek(row.id, row.owner, row.suite, secret)
        self._by_id.put(row.id, dek)
        return dek

    def _tombstone(self, owner: str, now: datetime) -> KeyRow:
        return KeyRow(self._new_id(), owner, self.suite, KeyState.DESTROYED, True, now, None, now)


def _unit(unit_id: str) -> str:
    return f"unit/{unit_id}"


def _context(owner: str, key_id: str) -> str:
    return f"{owner}/{key_id}"
