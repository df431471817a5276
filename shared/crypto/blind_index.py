"""Blind indexes: finding a sealed value by equality without storing it in clear.

An index shows which rows hold equal values, and how often. So it is for identifiers (credit code, contract number,
voucher number, name), never for a field with few values: there the frequencies alone give them away.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from shared.crypto.dek import Purpose
from shared.crypto.keyring import Keyring
from shared.crypto.lengths import join_prefixed
from shared.crypto.suites import mac

INDEX_SIZE = 16


class BlindIndex:
    """Computes blind indexes, each field under a key of its own, with the hash of the suite that the key began with.

    That suite stays with the key: changing the suite of the system does not make stored indexes unfindable.
    """

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def of(self, field: str, value: str) -> bytes:
        """Return the 16-byte index of a value of a field; equal for values that are equal once normalised.

        Raises `ValueError` for a value that is empty once normalised: all empty ones would look alike.
        """
        return self.of_all(field, (value,))[0]

    def of_all(self, field: str, values: Iterable[str]) -> list[bytes]:
        """Return the indexes of many values of a field, in their order, with the key derived once. Raises as `of` does."""
        dek = self._keyring.index_dek("blind_index")
        key = dek.derive(Purpose.BLIND_INDEX, dek.suite, b"", join_prefixed(field.encode())).key
        return [mac(dek.suite, key, _indexable(field, value))[:INDEX_SIZE] for value in values]


def _indexable(field: str, value: str) -> bytes:
    normal = normalised(value)
    if not normal:
        raise ValueError(f"nothing to index in {field}")
    return normal.encode()


def normalised(value: str) -> str:
    """Return the value with compatible forms unified (NFKC: full width to half), upper-cased, without outer blanks."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", value).upper()).strip()
