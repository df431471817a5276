"""Data keys: the secret of one owner, the keys derived from it, and its row in the keys collection."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from shared.crypto.kek import Wrapped
from shared.crypto.suites import Suite, derive, primitives

DEK_SIZE = 32
COMMITMENT_SIZE = 32


class Purpose(enum.Enum):
    """What a derived key is for; no two purposes share a key (GB/T 39786-2021, 8.4 on keys by purpose)."""

    DOCUMENT = b"document"
    FILE = b"file"
    INDEX = b"index"
    BLIND_INDEX = b"blind-index"


@dataclass(frozen=True)
class PurposeKey:
    """A key for one purpose and suite, and the value by which a header commits to it."""

    key: bytes = field(repr=False)
    commitment: bytes


@dataclass(frozen=True)
class Dek:
    """The secret of one owner. `suite` is the one it was made under; it may serve others too."""

    key_id: str
    owner: str
    suite: Suite
    secret: bytes = field(repr=False)
    _derived: dict[tuple[Purpose, Suite], PurposeKey] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def for_purpose(self, purpose: Purpose, suite: Suite) -> PurposeKey:
        """Return the key of a purpose under a suite; the same one each time."""
        found = self._derived.get((purpose, suite))
        if found is None:
            found = self._derived[purpose, suite] = self.derive(purpose, suite, b"", b"")
        return found

    def derive(self, purpose: Purpose, suite: Suite, salt: bytes, info: bytes) -> PurposeKey:
        """Return a fresh key for one salt and context, with its commitment, from one run of HKDF."""
        size = primitives(suite).key_size
        label = b"tongbao/v1/" + purpose.value + b"/" + bytes((suite,)) + info
        material = derive(suite, self.secret, salt, label, size + COMMITMENT_SIZE)
        return PurposeKey(material[:size], material[size:])


class KeyState(enum.Enum):
    """Whether a key still exists."""

    LIVE = "live"
    DESTROYED = "destroyed"


@dataclass(frozen=True)
class KeyRow:
    """A key as it is stored. `is_current` marks the one that seals for its owner; a tombstone has no `wrapped`."""

    id: str
    owner: str
    suite: Suite
    state: KeyState
    is_current: bool
    made_at: datetime
    wrapped: Wrapped | None
    destroyed_at: datetime | None = None


class KeyStore(Protocol):
    """Where the rows are. Every method is one atomic step."""

    def find_current(self, owner: str) -> KeyRow | None:
        """Return the row that seals for this owner, or its tombstone."""
        ...

    def find(self, key_id: str) -> KeyRow | None:
        """Return the row with this id."""
        ...

    def add(self, row: KeyRow) -> bool:
        """Store a current row; False where the owner has one already (somebody was quicker)."""
        ...

    def supersede(self, key_id: str) -> bool:
        """Make a live, current row no longer current; False where it isn't both."""
        ...

    def destroy(self, owner: str, at: datetime) -> int:
        """Turn all live rows of an owner into tombstones without their wrapped keys; return how many."""
        ...

    def replace_wrapped(self, key_id: str, old: Wrapped, new: Wrapped) -> bool:
        """Put `new` where `old` is; False where something else is there by now."""
        ...

    def list_not_under(self, kek_id: str, after: str, limit: int) -> list[KeyRow]:
        """Return live rows that another key-encryption key wraps, by id, those with an id above `after`."""
        ...

    def count_not_under(self, kek_id: str) -> int:
        """Count the live rows that another key-encryption key wraps."""
        ...

    def count_under(self, kek_id: str) -> int:
        """Count the live rows that this key-encryption key wraps."""
        ...
