"""Values of code lists that have versions, and of divisions that change: compared by what they mean. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date

from services.exchange.comparing.verdicts import DIFFERS, SAME, Said, Verdict, Why, equal, unclear
from shared.codes import divisions, industries, registration_types
from shared.codes.divisions import UnknownDivision
from shared.codes.registration_types import Group, Version

OLD, NEW = Version.V2011, Version.V2023

_GROUPS: Mapping[str, Group] = {
    "domestic": Group.DOMESTIC,
    "hk_mo_tw": Group.GREATER_CHINA,
    "greater_china": Group.GREATER_CHINA,
    "foreign": Group.FOREIGN,
    **{group.value: group for group in Group},
}
"""What the registration of a platform asks for: the group alone."""

_LONG = 12
_SHORT = 6


def registration_type(theirs: Said, ours: Said, _: date) -> Verdict:
    """Compare 登记注册类型 over the lists of 2011 and 2023.

    What tells how capital is held in the one and the legal form in the other has no counterpart. A group (内资, …) and
    a type in it are less and more exact; a type in another group differs.
    """
    left, right = _narrow(theirs.value), _narrow(ours.value)
    if left in _GROUPS or right in _GROUPS:
        return _by_group(_group(theirs), _group(ours), is_exact=left in _GROUPS and right in _GROUPS)
    versions = _version(theirs), _version(ours)
    if None in versions:
        malformed = not (_lists(left) and _lists(right))
        return unclear(Why.MALFORMED if malformed else Why.VERSION_UNKNOWN)
    if versions[0] is versions[1]:
        return equal(left == right)
    code_2011, code_2023 = (left, right) if versions[0] is OLD else (right, left)
    counterpart = registration_types.in_2023(code_2011)
    if counterpart is not None:
        return equal(counterpart.code == code_2023)
    groups = registration_types.group_of(code_2011, OLD), registration_types.group_of(code_2023, NEW)
    return unclear(Why.NO_COUNTERPART) if groups[0] is groups[1] else DIFFERS


def industry(theirs: Said, ours: Said, _: date) -> Verdict:
    """Compare classes of GB/T 4754 over the editions of 2011 and 2017; the amendment of 2019 goes with 2017."""
    left, right = _narrow(theirs.value), _narrow(ours.value)
    versions = tuple(_edition(each.version) for each in (theirs, ours))
    if None in versions:
        return unclear(Why.VERSION_UNKNOWN)
    known = [industries.section_of(each, str(version)) for each, version in zip((left, right), versions, strict=True)]
    if None in known:
        return unclear(Why.MALFORMED)
    if versions[0] == versions[1]:
        return _in_one_edition(left, right, str(versions[0]))
    old, new = (left, right) if versions[0] == industries.V2011 else (right, left)
    became = industries.suggest_2017(old)
    if became == (new,):
        return SAME
    return unclear(Why.NO_COUNTERPART) if not became or new in became or len(new) < len(old) else DIFFERS


def division(theirs: Said, ours: Said, on: date) -> Verdict:
    """Compare divisions of six or twelve digits, by what has become of those that ended."""
    left, right = (_six(each.value) for each in (theirs, ours))
    if left is None or right is None:
        return unclear(Why.MALFORMED)
    if left == right:
        return SAME
    now = [divisions.successors(each, on) or (each,) for each in (left, right)]
    if now[0] == now[1] and len(now[0]) == 1:
        return SAME
    if set(now[0]) & set(now[1]):
        return unclear(Why.NO_COUNTERPART)
    paths = _path(now[0][0], on), _path(now[1][0], on)
    return unclear(Why.LESS_EXACT) if now[0][0] in paths[1] or now[1][0] in paths[0] else DIFFERS


def names_of(code: str, on: date) -> tuple[str, ...]:
    """Return the names of a division and of those above it, from the province down; none for an unknown one."""
    return tuple(divisions.get(each, on).name for each in reversed(_path(_six(code) or "", on)) if _is_below(each))


def _is_below(code: str) -> bool:
    return code != divisions.NATION


def _path(code: str, on: date) -> tuple[str, ...]:
    try:
        return divisions.path(code, on)
    except UnknownDivision:
        return ()


def _six(value: str) -> str | None:
    code = _narrow(value)
    return code[:_SHORT] if re.fullmatch(r"\d+", code, re.ASCII) and len(code) in (_SHORT, _LONG) else None


def _narrow(value: str) -> str:
    return unicodedata.normalize("NFKC", value).strip()


def _lists(code: str) -> tuple[Version, ...]:
    return tuple(version for version in Version if registration_types.find(code, version))


def _version(said: Said) -> Version | None:
    """Return the list that a code is of: the one named, or the only one that has it."""
    listed = _lists(_narrow(said.value))
    if said.version:
        return next((version for version in listed if version.value == said.version), None)
    return listed[0] if len(listed) == 1 else None


def _group(said: Said) -> Group | None:
    code = _narrow(said.value)
    if code in _GROUPS:
        return _GROUPS[code]
    groups = {registration_types.group_of(code, version) for version in _lists(code)}
    return groups.pop() if len(groups) == 1 else None


def _by_group(left: Group | None, right: Group | None, *, is_exact: bool) -> Verdict:
    if left is None or right is None:
        return unclear(Why.MALFORMED)
    if left is not right:
        return DIFFERS
    return SAME if is_exact else unclear(Why.LESS_EXACT)


def _edition(version: str) -> str | None:
    if version == industries.V2017_AMENDED:
        return version
    return {industries.V2011: industries.V2011, industries.V2017: industries.V2017_AMENDED}.get(version)


def _in_one_edition(left: str, right: str, version: str) -> Verdict:
    if left == right:
        return SAME
    short, long = sorted((left, right), key=len)
    inside = long.startswith(short) or industries.section_of(long, version) == short
    return unclear(Why.LESS_EXACT) if inside else DIFFERS
