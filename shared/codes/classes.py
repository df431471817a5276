"""服务外包业务分类: the 45 classes with their scopes, pointers to other classes and design shares.

A thin, typed view of `shared.codes.lists`; the facts are written in `generate/written/business_class.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from shared.codes import lists
from shared.codes.entries import Entry, Fact
from shared.codes.schemes import Scheme

CLASS_LEVEL = 3
"""The level that a contract names (209): 大类 is 1, 中类 2, 小类 3."""


class Reason(StrEnum):
    """Why a thing does not belong to a class."""

    ELSEWHERE = "elsewhere"
    """Another class, where one is named."""
    NOT_OUTSOURCING = "not_outsourcing"
    """Not to be filed at all."""
    OWN_USE = "own_use"
    """Done for oneself, so not to be filed."""
    NOT_COUNTED = "not_counted"
    """Part of such a contract, but deducted from the amount."""


@dataclass(frozen=True)
class Exclusion:
    """What a class leaves out. `belongs_to` are classes or the level above; `is_inferred` where the text names none."""

    what: str
    reason: Reason
    belongs_to: tuple[str, ...] = ()
    is_inferred: bool = False


@dataclass(frozen=True)
class BusinessClass:
    """One 小类 with what is said of it; `businesses` are the printed titles of typical businesses."""

    code: str
    name: str
    scope: str
    businesses: tuple[str, ...]
    exclusions: tuple[Exclusion, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ShareKind:
    """A kind of product or project with the usual share of design in per cent, both ends included."""

    code: str
    name: str
    share_from: int
    share_to: int


def find(code: str, on: date) -> BusinessClass | None:
    """Return the 小类 of a code; None for an unknown code and for 大类 and 中类, which no contract can name."""
    entry = lists.find(Scheme.BUSINESS_CLASS, code, on)
    return None if entry is None or entry.level != CLASS_LEVEL else _class(entry)


def classes(on: date) -> tuple[BusinessClass, ...]:
    """Return the 小类 in the order of the regulation."""
    return tuple(_class(entry) for entry in lists.entries(Scheme.BUSINESS_CLASS, on, level=CLASS_LEVEL))


def share_kinds(code: str, on: date) -> tuple[ShareKind, ...]:
    """Return the kinds of product or project that 203 asks for with this class; empty for all but K21 and K22."""
    return tuple(
        ShareKind(entry.code, entry.name, _number(entry.facts["share_from"]), _number(entry.facts["share_to"]))
        for entry in lists.entries(Scheme.SHARE_KIND, on)
        if entry.facts["business_class"] == code
    )


def _class(entry: Entry) -> BusinessClass:
    excludes = entry.facts.get("excludes", [])
    return BusinessClass(
        code=entry.code,
        name=entry.name,
        scope=str(entry.facts["scope"]),
        businesses=entry.words("businesses"),
        exclusions=tuple(_exclusion(each) for each in _list(excludes) if isinstance(each, dict)),
        notes=entry.words("notes"),
    )


def _exclusion(found: Mapping[str, Fact]) -> Exclusion:
    return Exclusion(
        what=str(found["what"]),
        reason=Reason(str(found["kind"])),
        belongs_to=tuple(str(code) for code in _list(found.get("to", []))),
        is_inferred=found.get("is_inferred") is True,
    )


def _list(found: Fact) -> list[Fact]:
    return found if isinstance(found, list) else []


def _number(found: Fact) -> int:
    if not isinstance(found, int):
        raise TypeError("a share is a whole number of per cent")
    return found
