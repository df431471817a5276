"""Letting a stored file in: inspected and scanned through a reader that decrypts on demand, or refused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from shared.documents.inspect import inspect
from shared.documents.kinds import Kind, Limits
from shared.documents.scan import Scanner, require_clean


@dataclass(frozen=True)
class Admitted:
    """A file that may be referred to: what it is, how many pages it has, and who scanned it."""

    kind: Kind
    pages: int | None
    engine: str


def admit(
    open_again: Callable[[], BinaryIO], name: str, kinds: frozenset[Kind], limits: Limits, scanner: Scanner
) -> Admitted:
    """Return what a file is; `open_again` opens it from its first byte. Raises `Invalid`, `Unavailable` where the scanner
    does not answer."""
    with open_again() as content:
        found = inspect(content, name, kinds, limits)
    with open_again() as content:
        verdict = scanner.scan(content)
    require_clean(verdict)
    return Admitted(found.kind, found.pages, verdict.engine)
