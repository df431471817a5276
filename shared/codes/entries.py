"""What a code list consists of: versions, and entries that have their own days."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeAlias

from shared.codes.schemes import Scheme

Fact: TypeAlias = "str | int | bool | list[Fact] | dict[str, Fact]"
"""What a list tells of an entry beside its name: JSON without null and fractions."""


@dataclass(frozen=True, slots=True)
class Version:
    """An edition of a list; `valid_from` and `valid_to` (the last day) are None where open or unknown.

    `published` is how many entries the source's own publisher counts on each level from the top, `gaps` says what of
    them is not had here; `are_codes_ours` tells codes of this project from codes that the source prints.
    """

    scheme: Scheme
    key: str
    title: str
    valid_from: date | None
    valid_to: date | None
    source: str
    licence: str
    published: tuple[int, ...]
    gaps: tuple[str, ...] = ()
    are_codes_ours: bool = False

    def is_valid(self, on: date) -> bool:
        """Tell whether the version is in use on the date."""
        return is_between(on, self.valid_from, self.valid_to)


@dataclass(frozen=True, slots=True)
class Entry:
    """One meaning of a code in one version of a list.

    `level` counts from 1 at the top; `is_leaf` tells whether nothing lies below. `facts` are described in the list's
    source file.
    """

    scheme: Scheme
    version: str
    code: str
    name: str
    parent: str
    level: int
    is_leaf: bool
    valid_from: date | None
    valid_to: date | None
    facts: Mapping[str, Fact] = field(default_factory=dict)

    def is_valid(self, on: date) -> bool:
        """Tell whether the code has this meaning on the date."""
        return is_between(on, self.valid_from, self.valid_to)

    def words(self, key: str) -> tuple[str, ...]:
        """Return a fact that is a list of texts; empty where the entry has none."""
        found = self.facts.get(key, [])
        return tuple(str(word) for word in found) if isinstance(found, list) else ()


def is_between(on: date, first: date | None, last: date | None) -> bool:
    """Tell whether a date lies between two days, both included; None is open."""
    return (first or date.min) <= on <= (last or date.max)
