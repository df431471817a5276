"""Removing what a broken-off upload left: rows that nothing claims, objects that no row knows, uploads never ended."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class FileRow:
    """A file as its owner's database knows it: the id of the row and the key of the object."""

    id: str
    key: str


class FileRows(Protocol):
    """The rows of uploaded files in the owner's database."""

    def list_older_than(self, before: datetime) -> Iterable[FileRow]:
        """Return the rows made before a moment."""
        ...

    def has_key(self, key: str) -> bool:
        """Whether any row, claimed or not, names this object."""
        ...

    def forget(self, row: FileRow) -> bool:
        """Delete the row if it is unclaimed still, in one atomic step; False where it was claimed meanwhile."""
        ...


class SweptObjects(Protocol):
    """The part of `SealedObjects` that sweeping needs."""

    def list_older_than(self, prefix: str, before: datetime) -> Iterator[tuple[str, datetime]]:
        """Yield key and moment of the objects written before a moment."""
        ...

    def abort_older_than(self, prefix: str, before: datetime) -> int:
        """Abort uploads begun before a moment; return how many."""
        ...

    def delete(self, key: str) -> None:
        """Remove an object."""
        ...


@dataclass(frozen=True)
class Swept:
    """How many were removed of each."""

    rows: int
    objects: int
    uploads: int


def sweep(
    objects: SweptObjects,
    file_rows: FileRows,
    is_claimed: Callable[[FileRow], bool],
    before: datetime,
    prefix: str = "",
) -> Swept:
    """Remove all that is older than `before` and that no operation has claimed; may be broken off and run again.

    The row goes first, since only that can be done together with the check that nobody claims it just now; should the
    run end there, its object is one without a row, which the second half takes.
    """
    rows = 0
    for row in file_rows.list_older_than(before):
        if not is_claimed(row) and file_rows.forget(row):
            objects.delete(row.key)
            rows += 1
    orphans = 0
    for key, _ in objects.list_older_than(prefix, before):
        if not file_rows.has_key(key):
            objects.delete(key)
            orphans += 1
    return Swept(rows, orphans, objects.abort_older_than(prefix, before))
