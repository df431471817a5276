"""Who fills which places, which places need two people, and which nobody may hold together: three tables.

The departments appoint downwards, each the level directly below it (regulation 总说明（五）–（十）: 逐级管理); the
upkeep of the system has no division. Units are no matter of departments: their people invite one another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from services.identity.model.grants import Grant
from shared.codes.divisions import Level
from shared.identity.actor import COUNTRY, PEOPLE, REVIEWERS, UNIT_ROLES, Actor, Role

LEVEL_OF_ROLE = {
    Role.COUNTY_REVIEWER: Level.COUNTY,
    Role.CITY_REVIEWER: Level.CITY,
    Role.PROVINCE_REVIEWER: Level.PROVINCE,
    Role.MINISTRY: Level.NATION,
}
"""At which level the division of a role lies; other staff has none."""

DESKS = frozenset({Role.DIRECTORY_DESK, Role.SHARING_DESK})
"""The desks of the exchange with other departments."""

APPOINTS = {
    Role.ADMINISTRATOR: frozenset({Role.ADMINISTRATOR, Role.MINISTRY, Role.STATISTICS_HEAD, *DESKS, Role.AUDITOR}),
    Role.MINISTRY: frozenset({Role.PROVINCE_REVIEWER}),
    Role.PROVINCE_REVIEWER: frozenset({Role.CITY_REVIEWER, Role.COUNTY_REVIEWER}),
    Role.CITY_REVIEWER: frozenset({Role.COUNTY_REVIEWER}),
}
"""Which roles each role gives: over the divisions directly below its own, so that a province gives those counties
that no city lies between (省直辖县, districts of a municipality)."""

FOUR_EYES = APPOINTS[Role.ADMINISTRATOR]
"""Roles that one person proposes and another confirms before they are in force."""

_OFFICES = PEOPLE - UNIT_ROLES
_EXCLUDING: tuple[tuple[frozenset[Role], frozenset[Role]], ...] = (
    (UNIT_ROLES, _OFFICES),  # who files does not review, publish, exchange or keep accounts
    (frozenset({Role.ADMINISTRATOR}), REVIEWERS | DESKS | {Role.MINISTRY, Role.STATISTICS_HEAD}),
    (frozenset({Role.AUDITOR}), _OFFICES - {Role.AUDITOR}),  # nobody audits what they do themselves
)


@dataclass(frozen=True)
class Place:
    """A role over a division; None for a role without one."""

    role: Role
    division: str | None


def place_of(grant: Grant) -> Place:
    """Return the place that a grant gives."""
    return Place(grant.role, grant.division)


def places_below(
    actor: Actor, below: Callable[[str], Sequence[str]], level_of: Callable[[str], Level | None]
) -> frozenset[Place]:
    """Return the places that the actor fills. `below` and `level_of` know the tree of divisions."""
    roles = APPOINTS.get(actor.role, frozenset())
    free = {Place(role, None) for role in roles if role not in LEVEL_OF_ROLE}
    if actor.role is Role.ADMINISTRATOR:
        return frozenset({*free, Place(Role.MINISTRY, COUNTRY)})
    divisions = below(actor.division) if actor.division else ()
    levels = {division: level_of(division) for division in divisions}
    return frozenset(Place(role, each) for role in roles for each in divisions if levels[each] is LEVEL_OF_ROLE[role])


def excluding(role: Role, others: Iterable[Role]) -> Role | None:
    """Return the first of the other roles that nobody may hold together with `role`; None where there is none."""
    return next((other for other in others if _exclude(role, other)), None)


def _exclude(one: Role, other: Role) -> bool:
    return any((one in a and other in b) or (one in b and other in a) for a, b in _EXCLUDING)
