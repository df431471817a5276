"""Code lists as the forms need them: found by scheme and version, each entry with its code, name and parent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol


class ListEntry(Protocol):
    """One entry of a code list."""

    @property
    def code(self) -> str:
        """Return the code as it is kept."""

    @property
    def name(self) -> str:
        """Return the official name."""

    @property
    def parent(self) -> str:
        """Return the code of the entry above, empty at the top."""

    @property
    def level(self) -> int:
        """Return the level in the tree, 1 at the top."""

    @property
    def is_leaf(self) -> bool:
        """Tell whether nothing lies below."""

    @property
    def facts(self) -> Mapping[str, object]:
        """Return what else the list says of the entry, such as a `note` in words."""

    def words(self, key: str) -> tuple[str, ...]:
        """Return texts kept with the entry, such as its `aliases`; empty where there are none."""


class CodeLists(Protocol):
    """All code lists that exist, given to the loader by whoever loads an edition."""

    def find(self, scheme: str, version: str, code: str) -> ListEntry | None:
        """Return the entry of a code, None where the list has none; raises LookupError for an unknown list."""

    def entries(self, scheme: str, version: str) -> Sequence[ListEntry]:
        """Return the whole list in its own order; raises LookupError for an unknown list."""


@dataclass(frozen=True)
class ListRef:
    """A code list in one version, as a form names it; `level` bounds what may be chosen, 0 takes every leaf.

    The version is kept with the form, since the same digits mean different things in different versions
    (行业代码 6520 of GB/T 4754-2011 and -2017).
    """

    scheme: str
    version: str
    level: int = 0

    def __str__(self) -> str:
        """Return `scheme/version`."""
        return f"{self.scheme}/{self.version}"

    def takes(self, entry: ListEntry) -> bool:
        """Tell whether an entry of the list may be chosen."""
        return entry.level == self.level if self.level else entry.is_leaf


@dataclass(frozen=True)
class Option:
    """One way to answer a choice: its code, its label, the group it stands in (the levels under CMM), and a note."""

    code: str
    label: str
    group: str = ""
    note: str = ""
