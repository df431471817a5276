"""The headers of tus 1.0.0 (core, creation, checksum, expiration, termination), pure: from text to values and back."""

from __future__ import annotations

import binascii
import hashlib
import re
from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from hmac import compare_digest
from typing import TYPE_CHECKING

from shared.errors import Malformed
from shared.uploads.errors import ProtocolUnknown

if TYPE_CHECKING:
    from hashlib import _Hash

VERSION = "1.0.0"
EXTENSIONS = ("creation", "checksum", "expiration", "termination")
MEDIA_TYPE = "application/offset+octet-stream"
ALGORITHMS = ("sha1", "sha256")
"""SHA-1 is what the protocol asks of every server; against slips of the line it is as good as any."""

LONGEST_METADATA = 4000
_NUMBER = re.compile(r"[0-9]{1,15}", re.ASCII)
_KEY = re.compile(r"[!-+\--~]+", re.ASCII)


@dataclass(frozen=True)
class Checksum:
    """What the bytes of one request should add up to."""

    algorithm: str
    digest: bytes

    def start(self) -> _Hash:
        """Return a digest with nothing in it yet."""
        return hashlib.new(self.algorithm, usedforsecurity=False)

    def fits(self, found: _Hash) -> bool:
        """Whether this is what was found."""
        return compare_digest(found.digest(), self.digest)


def check_version(header: str | None) -> None:
    """Return for `Tus-Resumable: 1.0.0`. Raises `ProtocolUnknown`."""
    if header != VERSION:
        raise ProtocolUnknown


def read_number(name: str, header: str | None) -> int:
    """Return a count of bytes. Raises `Malformed` where the header is missing, or no plain number."""
    if header is None or not _NUMBER.fullmatch(header):
        raise Malformed(f"{name} 应为非负整数。", code="bad_upload_header")
    return int(header)


def read_checksum(header: str | None) -> Checksum | None:
    """Return what `Upload-Checksum` names, None where it is not sent. Raises `Malformed`."""
    if header is None:
        return None
    algorithm, _, text = header.partition(" ")
    digest = _decoded(text)
    if algorithm not in ALGORITHMS or digest is None or len(digest) != hashlib.new(algorithm).digest_size:
        raise Malformed("Upload-Checksum 应为算法名与 Base64 摘要。", code="bad_upload_checksum")
    return Checksum(algorithm, digest)


def read_metadata(header: str | None) -> Mapping[str, str]:
    """Return the values of `Upload-Metadata` by key: `key base64,key base64`; a value may be left out.

    Raises `Malformed` for doubled keys, and for what is neither Base64 nor UTF-8.
    """
    values: dict[str, str] = {}
    for pair in (header or "").split(",") if header else ():
        key, _, text = pair.strip().partition(" ")
        data = _decoded(text)
        if not _KEY.fullmatch(key) or key in values or data is None or len(header or "") > LONGEST_METADATA:
            raise _bad_metadata()
        try:
            values[key] = data.decode()
        except UnicodeDecodeError:
            raise _bad_metadata() from None
    return values


def http_date(moment: datetime) -> str:
    """Return a moment as `Upload-Expires` has it."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _bad_metadata() -> Malformed:
    return Malformed("Upload-Metadata 应为以逗号分隔的键与 Base64 值。", code="bad_upload_metadata")


def _decoded(text: str) -> bytes | None:
    try:
        return b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
