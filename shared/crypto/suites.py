"""The two cipher suites behind one interface; the id stands in every header.

AES-256-GCM with SHA-256, and SM4-GCM (GB/T 32907-2016, mode as in RFC 8998) with SM3 (GB/T 32905-2016). The SM4 here is
software of the `cryptography` package, not a certified cipher module: an `Aead` that speaks to a certified module can
stand in its place.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.crypto.errors import SuiteUnknown, TagMismatch

NONCE_SIZE = 12
TAG_SIZE = 16


class Suite(enum.IntEnum):
    """A cipher suite; the value is its byte in every header and never changes its meaning."""

    AES_256_GCM = 1
    SM4_GCM = 2

    @classmethod
    def named(cls, name: str) -> Suite:
        """Return the suite of a setting: `AES-256-GCM` or `SM4-GCM`. Raises `SuiteUnknown`; there is no default."""
        try:
            return _NAMES[name]
        except KeyError:
            raise SuiteUnknown("the setting names no known suite") from None

    @classmethod
    def of(cls, number: int) -> Suite:
        """Return the suite with this id. Raises `SuiteUnknown`."""
        try:
            return cls(number)
        except ValueError:
            raise SuiteUnknown(f"suite {number}") from None


_NAMES = {"AES-256-GCM": Suite.AES_256_GCM, "SM4-GCM": Suite.SM4_GCM}


class Aead(Protocol):
    """Authenticated encryption with a 96-bit nonce and a 128-bit tag at the end of the ciphertext."""

    def seal(self, key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
        """Return ciphertext and tag; `nonce` must never come twice with one key."""
        ...

    def open(self, key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        """Return the plaintext, and none of it before the tag was checked. Raises `TagMismatch`."""
        ...


class _Aes256Gcm:
    def seal(self, key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
        return AESGCM(key).encrypt(nonce, data, aad)

    def open(self, key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        try:
            return AESGCM(key).decrypt(nonce, sealed, aad)
        except InvalidTag:
            raise TagMismatch from None


class _Sm4Gcm:
    def seal(self, key: bytes, nonce: bytes, data: bytes, aad: bytes) -> bytes:
        encryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(aad)
        return encryptor.update(data) + encryptor.finalize() + encryptor.tag

    def open(self, key: bytes, nonce: bytes, sealed: bytes, aad: bytes) -> bytes:
        if len(sealed) < TAG_SIZE:
            raise TagMismatch
        body, tag = memoryview(sealed)[:-TAG_SIZE], bytes(sealed[-TAG_SIZE:])
        decryptor = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(aad)
        # `update` gives plaintext that nobody has vouched for yet: it stays here until `finalize` has checked the tag.
        unverified = decryptor.update(body)
        try:
            return unverified + decryptor.finalize()
        except InvalidTag:
            raise TagMismatch from None


@dataclass(frozen=True)
class Primitives:
    """What a suite is made of."""

    aead: Aead
    key_size: int
    hash: hashes.HashAlgorithm


_PRIMITIVES: Mapping[Suite, Primitives] = {
    Suite.AES_256_GCM: Primitives(_Aes256Gcm(), key_size=32, hash=hashes.SHA256()),
    Suite.SM4_GCM: Primitives(_Sm4Gcm(), key_size=16, hash=hashes.SM3()),
}


def primitives(suite: Suite) -> Primitives:
    """Return the cipher, key size and hash of a suite."""
    return _PRIMITIVES[suite]


def derive(suite: Suite, secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    """Return `size` bytes by HKDF (RFC 5869) with the hash of the suite; `info` separates the purposes."""
    return HKDF(primitives(suite).hash, size, salt, info).derive(secret)


def mac(suite: Suite, key: bytes, data: bytes) -> bytes:
    """Return the 32-byte HMAC of `data` with the hash of the suite (HMAC-SHA-256 or HMAC-SM3)."""
    code = hmac.HMAC(key, primitives(suite).hash)
    code.update(data)
    return code.finalize()
