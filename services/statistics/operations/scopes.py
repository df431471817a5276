"""Where a department looks: its division in the facts, and the divisions directly below it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.statistics.model.facts import MUNICIPALITIES, NATION, spot_of
from services.statistics.tables.definitions import Only
from services.statistics.tables.dimensions import UNKNOWN, Dimension, Node
from services.statistics.tables.panels import BELOW, PART, WHOLE
from shared.codes import divisions
from shared.codes.divisions import Level, UnknownDivision

COLUMNS_BELOW = {Level.NATION: "province", Level.PROVINCE: "city", Level.CITY: "county"}
"""The column that tells the divisions below a level apart."""


@dataclass(frozen=True)
class Scope:
    """A division: what narrows the facts to it, and the dimension of those below, None where none are told apart."""

    division: str
    title: str
    level: Level
    only: Only
    below: Dimension | None


def scope_of(division: str, on: date) -> Scope | None:
    """Return where a division lies in the facts on a day, None for one that there isn't."""
    try:
        found, path = divisions.get(division, on), divisions.path(division, on)
    except UnknownDivision:
        return None
    title = "全国" if division == NATION else divisions.full_name(division, on)
    return Scope(division, title, found.level, _only(path), _below(division, title, found.level, on))


def is_within(division: str, above: str, on: date) -> bool:
    """Tell whether a division is another one, or lies below it, on a day."""
    try:
        return above in divisions.path(division, on)
    except UnknownDivision:
        return False


def _only(path: tuple[str, ...]) -> Only:
    province, city, county = spot_of(path)
    if county:
        return (("county", (county,)),)
    if city != province:
        return (("city", (city,)),)
    return (("province", (province,)),) if province else ()


def _below(division: str, title: str, level: Level, on: date) -> Dimension | None:
    children = divisions.children(division, on)
    column = "county" if division in MUNICIPALITIES else COLUMNS_BELOW.get(level)
    if column is None or not children:
        return None
    # What a department itself filed, and what was filed where a division has ended since, names none of them.
    parts = (*((each.code, each.name) for each in children), (UNKNOWN, f"{title}（未分地区）"))
    nodes = (Node(division, title, WHOLE), *(Node(code, name, PART) for code, name in parts))
    leaves = {each.code: (each.code, division) for each in children} | {"": (UNKNOWN, division)}
    return Dimension(BELOW, "地区", column, nodes, {division: tuple(code for code, _ in parts)}, leaves)
