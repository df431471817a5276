"""Key-encryption keys: where they come from, and wrapping with them.

A provider wraps the data keys of the keyring; `context` (owner and key id) is bound to each wrapped key, so that a row
of one unit can't stand in for another's. No provider makes a key by itself or falls back to another.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from shared.crypto.errors import KekUnknown, SuiteUnknown, TagMismatch, UnwrapRefused
from shared.crypto.kek_file import KekFile, read_kek_file, stamp_of
from shared.crypto.lengths import join_prefixed
from shared.crypto.suites import NONCE_SIZE, Suite, derive, primitives
from shared.errors import Unavailable

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient

_WRAP_LABEL = b"tongbao/v1/wrap"
_FORMAT = 1


@dataclass(frozen=True)
class Wrapped:
    """A data key under a key-encryption key: which one, and the ciphertext."""

    kek_id: str
    data: bytes


class KekProvider(Protocol):
    """Wraps and unwraps data keys; the key-encryption key itself never leaves it."""

    @property
    def key_id(self) -> str:
        """The id of the key that wraps now."""
        ...

    def wrap(self, dek: bytes, context: str) -> Wrapped:
        """Wrap a data key under the active key, bound to `context`."""
        ...

    def unwrap(self, wrapped: Wrapped, context: str) -> bytes:
        """Return the data key. Raises `KekUnknown`, `UnwrapRefused`, or `Unavailable` where waiting may help."""
        ...


class FileKek:
    """Keys from a file mounted from a secret (see `kek_file`); read anew when the file changes.

    Reading anew makes a rotation known to every running process, so that none of them wraps under a key that is about
    to be retired. `group_may_read` is for platforms that mount secrets readable by the process's group only.
    """

    def __init__(self, path: Path, suite: Suite = Suite.AES_256_GCM, *, group_may_read: bool = False) -> None:
        self._path = path
        self._suite = suite
        self._group_may_read = group_may_read
        self._lock = threading.Lock()
        self._keys, self._stamp = read_kek_file(path, group_may_read=group_may_read)

    @property
    def key_id(self) -> str:
        """The id of the key that wraps now."""
        return self._present().active

    def wrap(self, dek: bytes, context: str) -> Wrapped:
        """Wrap a data key under the active key, bound to `context`."""
        keys = self._present()
        nonce = os.urandom(NONCE_SIZE)
        prefix = bytes((_FORMAT, self._suite))
        key = _wrapping_key(self._suite, keys.keys[keys.active])
        sealed = primitives(self._suite).aead.seal(key, nonce, dek, _aad(prefix, keys.active, context))
        return Wrapped(keys.active, prefix + nonce + sealed)

    def unwrap(self, wrapped: Wrapped, context: str) -> bytes:
        """Return the data key. Raises `KekUnknown` or `UnwrapRefused`."""
        secret = self._present().keys.get(wrapped.kek_id)
        if secret is None:
            raise KekUnknown(f"key-encryption key {wrapped.kek_id}")
        prefix, nonce, sealed = wrapped.data[:2], wrapped.data[2 : 2 + NONCE_SIZE], wrapped.data[2 + NONCE_SIZE :]
        if len(prefix) < 2 or prefix[0] != _FORMAT or len(nonce) < NONCE_SIZE:
            raise UnwrapRefused(f"wrapped key of {context}")
        try:
            suite = Suite.of(prefix[1])
            aad = _aad(prefix, wrapped.kek_id, context)
            return primitives(suite).aead.open(_wrapping_key(suite, secret), nonce, sealed, aad)
        except (SuiteUnknown, TagMismatch):
            raise UnwrapRefused(f"wrapped key of {context}") from None

    def _present(self) -> KekFile:
        with self._lock:
            if stamp_of(self._path) != self._stamp:
                self._keys, self._stamp = read_kek_file(self._path, group_may_read=self._group_may_read)
            return self._keys


def _wrapping_key(suite: Suite, secret: bytes) -> bytes:
    return derive(suite, secret, b"", _WRAP_LABEL + bytes((suite,)), primitives(suite).key_size)


def _aad(prefix: bytes, kek_id: str, context: str) -> bytes:
    return join_prefixed(prefix, kek_id.encode(), context.encode())


class AwsKmsKek:
    """A key in AWS KMS, or behind a front that speaks its protocol; `context` goes into the EncryptionContext.

    `key_arn` wraps. `former` lists the keys that may still unwrap during a rotation: a row that names any other key is
    refused, so that nobody can slip in a data key under a key of their own.
    """

    def __init__(self, client: KMSClient, key_arn: str, former: Sequence[str] = ()) -> None:
        if ":key/" not in key_arn:  # an alias would not be the id that KMS answers with, and could be moved
            raise ValueError("the key must be given by the ARN of the key itself")
        self._client = client
        self._key_arn = key_arn
        self._accepted = frozenset((key_arn, *former))

    @property
    def key_id(self) -> str:
        """The ARN of the key that wraps now."""
        return self._key_arn

    def wrap(self, dek: bytes, context: str) -> Wrapped:
        """Wrap a data key by KMS `Encrypt`. Raises `Unavailable` where KMS does not answer."""
        try:
            answer = self._client.encrypt(
                KeyId=self._key_arn, Plaintext=dek, EncryptionContext=_encryption_context(context)
            )
        except (ClientError, BotoCoreError) as error:
            raise _translated(error, context) from error
        return Wrapped(self._key_arn, answer["CiphertextBlob"])

    def unwrap(self, wrapped: Wrapped, context: str) -> bytes:
        """Return the data key by KMS `Decrypt`. Raises `KekUnknown`, `UnwrapRefused`, `Unavailable`."""
        if wrapped.kek_id not in self._accepted:
            raise KekUnknown("the wrapped key names a KMS key that is not configured")
        try:
            answer = self._client.decrypt(
                KeyId=wrapped.kek_id,
                CiphertextBlob=wrapped.data,
                EncryptionContext=_encryption_context(context),
            )
        except (ClientError, BotoCoreError) as error:
            raise _translated(error, context) from error
        return answer["Plaintext"]


def _encryption_context(context: str) -> dict[str, str]:
    return {"tongbao:key": context}


_REFUSED = frozenset({"InvalidCiphertextException", "IncorrectKeyException"})
_GONE = frozenset({"NotFoundException", "DisabledException", "KMSInvalidStateException", "InvalidKeyUsageException"})


def _translated(error: ClientError | BotoCoreError, context: str) -> Exception:
    code = error.response.get("Error", {}).get("Code", "") if isinstance(error, ClientError) else ""
    if code in _REFUSED:
        return UnwrapRefused(f"wrapped key of {context}")
    if code in _GONE:
        return KekUnknown(f"KMS: {code}")
    return Unavailable(code="kms_unavailable")
