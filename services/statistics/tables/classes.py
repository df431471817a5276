"""Classes of contracts over the versions of their list: how a code is kept, and where it counts.

A contract keeps the class of the edition that it was filed under, and its executions count for years. The same code may
mean another thing in another version, so a code is kept with its version, and counts in what it became.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from shared.codes import lists
from shared.codes.class_changes import version_on
from shared.codes.class_growth import places_within
from shared.codes.schemes import Scheme

PLAIN = "2022"
"""Codes of this version are kept as they are; those of all others have the last two digits of theirs behind them."""


def kept_class(code: str, named_list: str) -> str:
    """Return a class as facts keep it; `named_list` is the list that it is of, such as business_class/2019."""
    version = named_list.partition("/")[2] or PLAIN
    return code if not code or version == PLAIN else f"{code}{version[2:4]}"


def places_of_classes(on: date) -> Mapping[str, tuple[str, ...]]:
    """Return for each class as it is kept the classes of the version of a day that it counts in, the lowest first.

    One that became several counts where all of these lie. Of later versions, and where nothing is told, it is missing.
    """
    current = version_on(on)
    found: dict[str, tuple[str, ...]] = {}
    for each in lists.versions(Scheme.BUSINESS_CLASS) if current else ():
        if not _is_later(each.key, current):
            for old, places in places_within(each.key, current).items():
                found[kept_class(old, f"{Scheme.BUSINESS_CLASS}/{each.key}")] = places
    return found


def _is_later(version: str, than: str) -> bool:
    newest_first = [each.key for each in lists.versions(Scheme.BUSINESS_CLASS)]
    return newest_first.index(version) < newest_first.index(than)
