"""Length-prefixed joining, so that no two lists of parts give the same bytes."""

from __future__ import annotations


def join_prefixed(*parts: bytes) -> bytes:
    """Return the parts one after another, each behind its length as four bytes, big-endian."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in parts)
