"""Pseudonyms of units, filings, contracts and names: keyed hashes under a key that serves nothing else."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, field
from enum import StrEnum

from shared.crypto.keyring import Keyring
from shared.crypto.lengths import join_prefixed

KEY = "statistics/pseudonyms"
SIZE = 16


class Named(StrEnum):
    """What a pseudonym stands for; equal texts of two kinds have nothing in common."""

    UNIT = "unit"
    FILING = "filing"
    FIRM = "firm"
    """A firm by its name: that of a unit, or of who holds one."""


@dataclass(frozen=True)
class Pseudonyms:
    """Makes pseudonyms with a key of the keyring. They are the same for ever, and say nothing without the key."""

    keyring: Keyring = field(repr=False)

    def unit(self, value: str) -> str:
        """Return the pseudonym of a unit's id as 32 digits."""
        return self._of(Named.UNIT, value)

    def filing(self, value: str) -> str:
        """Return the pseudonym of a filing's id, empty for none."""
        return self._of(Named.FILING, value)

    def firm(self, value: str) -> str:
        """Return the pseudonym of a firm's name, empty for none."""
        return self._of(Named.FIRM, value)

    def _of(self, kind: Named, value: str) -> str:
        if not value:
            return ""
        said = join_prefixed(kind.value.encode(), value.encode())
        return hmac.digest(self.keyring.index_key(KEY), said, "sha256")[:SIZE].hex()
