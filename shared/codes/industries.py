"""GB/T 4754, the two editions that the forms print: what a code is, and how far this list can tell.

Sections and divisions are complete in both editions; groups and classes only below some divisions (each version's
`gaps` counts them). A code below a division without classes here can be neither confirmed nor refused: it is
`UNLISTED`, and a form takes it with a note. `generate/import_industries` puts in the standard's own table.
"""

from __future__ import annotations

import re
from enum import StrEnum

from shared.codes import lists
from shared.codes.schemes import Scheme

V2011 = "2011"
"""The edition of 107."""
V2017 = "2017"
"""The edition of 212 and of 平台1表."""

SECTION_LEVEL = 1
CLASS_LEVEL = 4

_CLASS = re.compile(r"\d{4}", re.ASCII)


class Verdict(StrEnum):
    """What the list says of a four-digit code."""

    LISTED = "listed"
    UNLISTED = "unlisted"
    WRONG = "wrong"


def judge(code: str, version: str) -> Verdict:
    """Tell whether a class of an edition has this code, has not, or can't be told; raises UnknownVersion."""
    if lists.find_last(Scheme.INDUSTRY, code, version) and _CLASS.fullmatch(code):
        return Verdict.LISTED
    division = lists.find_last(Scheme.INDUSTRY, code[:2], version)
    if not _CLASS.fullmatch(code) or division is None:
        return Verdict.WRONG
    return Verdict.UNLISTED if division.is_leaf else Verdict.WRONG


def section_of(code: str, version: str) -> str | None:
    """Return the letter of the section that a code of any length belongs to; None for a code of no division."""
    found = lists.find_last(Scheme.INDUSTRY, code if code.isalpha() else code[:2], version)
    while found is not None and found.parent:
        found = lists.find_last(Scheme.INDUSTRY, found.parent, version)
    return found.code if found else None


def suggest_2017(code: str) -> tuple[str, ...]:
    """Return classes of 2017 that a class of 2011 became: as written down, or itself where code and name are the same.

    Empty where neither tells. It is a suggestion: equal names can hide a changed content.
    """
    change = lists.find_last(Scheme.INDUSTRY_CHANGE, code, "2011-2017")
    if change is not None:
        return change.words("becomes")
    old, new = (lists.find_last(Scheme.INDUSTRY, code, version) for version in (V2011, V2017))
    return (code,) if old and new and old.name == new.name else ()
