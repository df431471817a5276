"""GB/T 4754 in the editions that the forms print: what a code is, its section, and what became of it.

107 asks for a class (小类) of the edition of 2011, 212 and 平台1表 for a section (门类) of that of 2017. All else is
asked of `shared.codes.lists` with the edition as the version.
"""

from __future__ import annotations

from shared.codes import lists
from shared.codes.schemes import Scheme

V2011 = "2011"
"""The edition of 107."""
V2017 = "2017"
"""The edition of 212 and of 平台1表, as published."""
V2017_AMENDED = "2017-1"
"""With the first amendment of 2019."""

SECTION_LEVEL = 1
CLASS_LEVEL = 4


def is_class(code: str, version: str) -> bool:
    """Tell whether an edition has a class (four digits) with this code; raises UnknownVersion."""
    found = lists.find_last(Scheme.INDUSTRY, code, version)
    return found is not None and found.level == CLASS_LEVEL


def section_of(code: str, version: str) -> str | None:
    """Return the letter of the section that a code of any level belongs to; None for an unknown code."""
    found = lists.find_last(Scheme.INDUSTRY, code, version)
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
