"""One entry of the journal, and the only way to write it down.

An entry is written as JSON with sorted names, without spaces, in ASCII; whole numbers and texts only. Its hash is the
SHA-256 of those bytes in hex, and the next entry of the chain quotes it as `previous`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime

NOTHING_BEFORE = "0" * 64
"""What the first entry of a chain quotes."""

ENTRY, HASH = "entry", "hash"
"""The two members of a line: the entry, and its hash as it was when the entry was made."""


class Malformed(ValueError):
    """A text is not what the journal writes."""


@dataclass(frozen=True)
class Crossing:
    """What crosses the border once, in either direction; ids, codes and digests only, nothing of a unit.

    `event` is the id of what carries it; `content` the SHA-256 of what is signed, empty where it could not be opened;
    `token` that of the sealed text as it went or came, and `size` its bytes. A receipt has an `outcome` and the digest
    that it quotes; its `message_id` is that of the message which it answers.
    """

    event: str
    partner: str
    direction: str
    route: str
    message_id: str
    type: str
    attempt: int
    content: str
    token: str
    size: int
    outcome: str = ""
    quoted: str = ""


@dataclass(frozen=True)
class Entry(Crossing):
    """A crossing in its place: the `number` in its partner's chain from 1, the hash before it, the moment in UTC."""

    number: int = 0
    previous: str = NOTHING_BEFORE
    at: str = ""

    @property
    def text(self) -> bytes:
        """The bytes that the hash is made over."""
        return canonical(asdict(self))

    @property
    def hash(self) -> str:
        """The hash that the next entry quotes."""
        return hashlib.sha256(self.text).hexdigest()

    def line(self, noted: str) -> bytes:
        """Return the line of a container, without its end; `noted` is the hash that was kept beside the entry."""
        return canonical({ENTRY: asdict(self), HASH: noted})


_NUMBERS = frozenset({"attempt", "size", "number"})
_NAMES = frozenset(field.name for field in fields(Entry))


def canonical(value: Mapping[str, object]) -> bytes:
    """Return the one serialisation of a JSON object."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()


def digest_of(data: bytes) -> str:
    """Return the SHA-256 of bytes in hex."""
    return hashlib.sha256(data).hexdigest()


def entry_of(found: object) -> Entry:
    """Return the entry of its parsed members. Raises `Malformed` for a missing, foreign or wrongly typed one."""
    if not isinstance(found, dict) or found.keys() != _NAMES:
        raise Malformed("members")
    for name, value in found.items():
        if type(value) is not (int if name in _NUMBERS else str):
            raise Malformed(name)
    moment_of(found["at"])
    return Entry(**found)


def read_line(line: bytes) -> tuple[Entry, str]:
    """Return the entry of a line and the hash that stands beside it. Raises `Malformed`, also for another spelling."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        raise Malformed("json") from None
    if not isinstance(found, dict) or found.keys() != {ENTRY, HASH} or not isinstance(found[HASH], str):
        raise Malformed("members")
    entry = entry_of(found[ENTRY])
    if canonical(found) != line:
        raise Malformed("spelling")
    return entry, found[HASH]


def moment_text(moment: datetime) -> str:
    """Return an aware moment as entries write it: UTC, cut to milliseconds."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def moment_of(text: str) -> datetime:
    """Return the moment of its text. Raises `Malformed` for any other way to write it."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Malformed("at") from None
    if moment.tzinfo is None or moment_text(moment) != text:
        raise Malformed("at")
    return moment
