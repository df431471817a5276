"""The file of key-encryption keys: JSON `{"active": id, "keys": {id: base64 of 32 bytes}}`, mode 0600.

Only these functions write it, each at the word of an operator; a service that starts without the file does not start.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.crypto.errors import KekStillUsed, KekUnknown, KeyFileUnsafe
from shared.crypto.private_file import forbidden_bits, read_private, write_private

KEY_SIZE = 32

Stamp = tuple[int, int, int]


@dataclass(frozen=True)
class KekFile:
    """The keys of the file by id, and which of them wraps."""

    active: str
    keys: Mapping[str, bytes] = field(repr=False)


def create_kek_file(path: Path) -> str:
    """Write a new file with one fresh key and return its id. Raises `FileExistsError` rather than replace one."""
    kek_id = _new_kek_id()
    write_private(path, _encoded(KekFile(kek_id, {kek_id: secrets.token_bytes(KEY_SIZE)})), replace=False)
    return kek_id


def add_kek(path: Path) -> str:
    """Add a fresh key, make it the active one and return its id; then `Keyring.rewrap_all` moves the data keys."""
    present, _ = read_kek_file(path)
    kek_id = _new_kek_id()
    added = KekFile(kek_id, {**present.keys, kek_id: secrets.token_bytes(KEY_SIZE)})
    write_private(path, _encoded(added), replace=True)
    return kek_id


def retire_kek(path: Path, kek_id: str, uses: int) -> None:
    """Take a key out of the file for good.

    `uses` is the number of keys that it still wraps (`Keyring.uses_of`, added up over all services).
    Raises `KekStillUsed` where that isn't zero or the key is the active one, `KekUnknown` where it isn't there.
    """
    present, _ = read_kek_file(path)
    if kek_id not in present.keys:
        raise KekUnknown(f"key-encryption key {kek_id}")
    if uses or kek_id == present.active:
        raise KekStillUsed(f"key-encryption key {kek_id} wraps {uses} keys")
    left = {other: key for other, key in present.keys.items() if other != kek_id}
    write_private(path, _encoded(KekFile(present.active, left)), replace=True)


def read_kek_file(path: Path, *, group_may_read: bool = False) -> tuple[KekFile, Stamp]:
    """Return the keys and the stamp of the file that was read. Raises `KeyFileUnsafe`."""
    try:
        data, status = read_private(path, forbidden_bits(group_may_read=group_may_read))
        content = json.loads(data)
        keys = {str(kek_id): base64.b64decode(text, validate=True) for kek_id, text in content["keys"].items()}
        active = content["active"]
    except OSError:
        raise KeyFileUnsafe("the file of key-encryption keys can't be read") from None
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error):
        raise KeyFileUnsafe("the file of key-encryption keys is malformed") from None
    if active not in keys or any(len(key) != KEY_SIZE for key in keys.values()):
        raise KeyFileUnsafe("the file of key-encryption keys is malformed")
    return KekFile(active, keys), _stamp(status)


def stamp_of(path: Path) -> Stamp:
    """Return what changes when the file is replaced. Raises `KeyFileUnsafe` where there is none."""
    try:
        return _stamp(path.stat())
    except OSError:
        raise KeyFileUnsafe("the file of key-encryption keys can't be read") from None


def _stamp(status: os.stat_result) -> Stamp:
    return status.st_mtime_ns, status.st_ino, status.st_size


def _new_kek_id() -> str:
    return f"kek-{secrets.token_hex(8)}"


def _encoded(content: KekFile) -> bytes:
    keys = {kek_id: base64.b64encode(key).decode() for kek_id, key in content.keys.items()}
    return json.dumps({"active": content.active, "keys": keys}, indent=1).encode()
