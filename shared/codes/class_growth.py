"""Growth over the versions of 服务外包业务分类: what a class is compared with that stood in another version a year before."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from shared.codes import lists
from shared.codes.class_changes import above, shared_above, succession, version_on
from shared.codes.schemes import Scheme

Codes = tuple[str, ...]


def classes_apart(on: date, before: date) -> frozenset[str]:
    """Return the classes of the version of a day whose growth on an earlier day says nothing: the version was another.

    They are all of them where nothing is told of what became of the earlier ones.
    """
    earlier, later = version_on(before), version_on(on)
    if not later or earlier == later:
        return frozenset()
    if earlier and (found := succession(earlier, later)).became:
        return found.apart
    return frozenset(each.code for each in lists.entries(Scheme.BUSINESS_CLASS, on))


def places_within(earlier: str, later: str) -> Mapping[str, Codes]:
    """Return for each 小类 of a version the classes of a later one that it counts in, the lowest first.

    One that became several counts where all of these lie; one of which nothing is told is missing.
    """
    became = succession(earlier, later).became
    return {
        old: above(later, codes[0]) if len(codes) == 1 else shared_above(later, codes) for old, codes in became.items()
    }


def classes_before(on: date, before: date) -> Mapping[str, Codes]:
    """Return for each class of a day the classes of an earlier day that it is compared with, to be added up.

    One that holds what it held is compared with itself, one that can't be compared with none.
    """
    earlier, later = version_on(before), version_on(on)
    apart = classes_apart(on, before)
    holds = _leaves_of(places_within(earlier, later)) if earlier and later else {}
    held = _leaves_of(places_within(earlier, earlier)) if earlier and later else {}
    return {
        each.code: _same(each.code, holds, held) if each.code in holds and each.code not in apart else ()
        for each in lists.entries(Scheme.BUSINESS_CLASS, on)
    }


def note_on_classes(apart: frozenset[str], on: date, before: date) -> str:
    """Return what a table says of classes that have no growth."""
    versions = f"{version_on(before) or '未知'} 年版 → {version_on(on)} 年版"
    return f"与上年同期的业务分类不是同一版本（{versions}），下列类别不可比，不计算同比：{'、'.join(sorted(apart))}。"


def _same(code: str, holds: Mapping[str, Codes], held: Mapping[str, Codes]) -> Codes:
    """Return what a class is compared with: itself, or the classes that it holds now where these have moved."""
    return (code,) if sorted(holds[code]) == sorted(held.get(code, ())) else holds[code]


def _leaves_of(places: Mapping[str, Codes]) -> Mapping[str, Codes]:
    found: dict[str, list[str]] = {}
    for leaf, codes in places.items():
        for code in codes:
            found.setdefault(code, []).append(leaf)
    return {code: tuple(leaves) for code, leaves in found.items()}
