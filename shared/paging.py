"""Pages by cursor: the cursor names the last row of the page before, so that pages neither skip nor repeat rows."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Generic, TypeVar

from shared.errors import Malformed

T = TypeVar("T")


@dataclass(frozen=True)
class Page(Generic[T]):
    """Some rows, and the cursor of the next page (empty on the last one)."""

    items: tuple[T, ...]
    next_cursor: str = ""


def encode_cursor(*parts: str) -> str:
    """Return an opaque cursor of the given sort values."""
    return base64.urlsafe_b64encode("\x1f".join(parts).encode()).decode().rstrip("=")


def read_moment(text: str) -> datetime:
    """Return the moment in a cursor, in UTC. Raises `Malformed` for anything but an aware moment in ISO 8601."""
    try:
        moment = datetime.fromisoformat(text)
        if moment.tzinfo is None:
            raise ValueError("a moment of nowhere")
        return moment.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise Malformed("分页游标无效。", code="bad_cursor") from error


def decode_cursor(cursor: str, parts: int) -> tuple[str, ...] | None:
    """Return the sort values of a cursor, None for the first page. Raises `Malformed`."""
    if not cursor:
        return None
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError) as error:
        raise Malformed("分页游标无效。", code="bad_cursor") from error
    values = tuple(text.split("\x1f"))
    if len(values) != parts or encode_cursor(*values) != cursor:
        raise Malformed("分页游标无效。", code="bad_cursor")
    return values
