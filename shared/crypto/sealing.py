"""Sealing a document's confidential part as one blob, bound to the place where it is stored.

Associated data is the header, the owner of the key and the place, each behind its length: a blob that is moved to
another database, collection, document, version or unit, or whose header is changed in any bit, does not open. The
header also commits to the key (checked before decrypting), so that no blob opens under two keys. The nonce is random,
96 bits, under a key that serves one unit and one purpose, and so stays far below 2**32 messages (NIST SP 800-38D, 8.3).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from hmac import compare_digest

from shared.crypto.dek import Dek, Purpose
from shared.crypto.errors import CryptoError, KeyDestroyed, PayloadUnsupported, SealBroken
from shared.crypto.header import HEADER_SIZE, Content, Header, decode_header
from shared.crypto.keyring import Keyring
from shared.crypto.lengths import join_prefixed
from shared.crypto.payload import dump_payload, load_payload
from shared.crypto.suites import NONCE_SIZE, primitives


@dataclass(frozen=True)
class Place:
    """Where a blob is stored. `version` is that of the document with the blob in it: 1 at insert, old + 1 at save."""

    database: str
    collection: str
    id: str
    version: int

    def encode(self) -> bytes:
        """Return the place as bytes, unlike those of any other place."""
        return join_prefixed(
            self.database.encode(), self.collection.encode(), self.id.encode(), self.version.to_bytes(8, "big")
        )

    def __str__(self) -> str:
        return f"{self.database}/{self.collection}/{self.id}/{self.version}"


class Sealer:
    """Seals and opens blobs with the keys of a keyring, under the suite of the keyring; opens those of every suite."""

    def __init__(self, keyring: Keyring) -> None:
        self._keyring = keyring

    def seal(self, payload: object, unit_id: str, place: Place) -> bytes:
        """Seal a payload (see `payload` for what it may hold) with the key of a unit, for one place.

        Raises `PayloadUnsupported`, `KeyDestroyed`.
        """
        return self._seal(dump_payload(payload), Content.PAYLOAD, unit_id, place)

    def open(self, blob: bytes, place: Place) -> object:
        """Return the payload. Raises `SealBroken`, or `KeyDestroyed` where the unit was erased."""
        data = self._open(blob, Content.PAYLOAD, place)
        try:
            return load_payload(data)
        except PayloadUnsupported as error:
            raise SealBroken(str(place)) from error

    def seal_bytes(self, data: bytes, unit_id: str, place: Place) -> bytes:
        """Seal raw bytes with the key of a unit, for one place. Raises `KeyDestroyed`."""
        return self._seal(data, Content.BYTES, unit_id, place)

    def open_bytes(self, blob: bytes, place: Place) -> bytes:
        """Return the raw bytes. Raises `SealBroken`, or `KeyDestroyed` where the unit was erased."""
        return self._open(blob, Content.BYTES, place)

    def is_outdated(self, blob: bytes, unit_id: str) -> bool:
        """Whether a blob was sealed under another suite or key than those of now, so that it should be sealed anew."""
        header = decode_header(blob)
        return header.suite is not self._keyring.suite or header.key_id != self._keyring.key_for(unit_id).key_id

    def _seal(self, data: bytes, content: Content, unit_id: str, place: Place) -> bytes:
        dek = self._keyring.key_for(unit_id)
        suite = self._keyring.suite
        key = dek.for_purpose(Purpose.DOCUMENT, suite)
        nonce = os.urandom(NONCE_SIZE)
        header = Header(content, suite, dek.key_id, nonce, key.commitment).encode()
        return header + primitives(suite).aead.seal(key.key, nonce, data, _aad(header, dek, place))

    def _open(self, blob: bytes, content: Content, place: Place) -> bytes:
        try:
            header = decode_header(blob)
            dek = self._keyring.key(header.key_id)
            key = dek.for_purpose(Purpose.DOCUMENT, header.suite)
            if header.content is not content or not compare_digest(header.commitment, key.commitment):
                raise SealBroken(str(place))
            aad = _aad(blob[:HEADER_SIZE], dek, place)
            return primitives(header.suite).aead.open(key.key, header.nonce, blob[HEADER_SIZE:], aad)
        except KeyDestroyed:
            raise
        except CryptoError as error:
            raise SealBroken(str(place)) from error


def _aad(header: bytes, dek: Dek, place: Place) -> bytes:
    return join_prefixed(header, dek.owner.encode(), place.encode())
