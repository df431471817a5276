"""Who may: the permissions of the routes, and the predicates of the workflow.

A unit files for itself; a demonstration city's department reports 城市1–3表 in the city's name. What a unit filed is
reviewed by the department of its division, what a city filed by the level above it (regulation 总说明（六）–（八）).
Nobody reviews what they filed themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from services.filing.model.filings import Filing
from services.filing.model.states import Action
from services.filing.model.units import CITY_UNIT, Unit, UnitType
from shared.identity.actor import COUNTRY, REVIEWERS, UNIT_ROLES, Actor, Role


class Permission(StrEnum):
    """What a route of this service needs."""

    FILE = "filing.file"
    READ = "filing.read"
    REVIEW = "filing.review"
    UNIT = "filing.unit"
    DECIDE = "filing.decide"
    READ_DECISIONS = "filing.read_decisions"
    READ_RATES = "filing.read_rates"
    KEEP_RATES = "filing.keep_rates"


FILERS = UNIT_ROLES | REVIEWERS
"""Roles that may file: units, and departments of demonstration cities."""

READERS = UNIT_ROLES | REVIEWERS | {Role.MINISTRY}

GRANTS: dict[StrEnum, frozenset[Role]] = {
    Permission.FILE: FILERS,
    Permission.READ: READERS,
    Permission.REVIEW: REVIEWERS | {Role.MINISTRY},
    Permission.UNIT: UNIT_ROLES,
    Permission.DECIDE: frozenset({Role.MINISTRY}),
    Permission.READ_DECISIONS: READERS,
    Permission.READ_RATES: READERS,
    Permission.KEEP_RATES: frozenset({Role.MINISTRY}),
}

TYPES_OF_ROLE = {
    Role.OPERATOR: UnitType.PLATFORM,
    Role.ENTERPRISE: UnitType.ENTERPRISE,
    Role.TRAINING_INSTITUTION: UnitType.TRAINING,
}
"""The type that a unit gets by the role in which its person signed up."""

SYSTEM = Actor(account_id="filing", role=Role.SERVICE)
"""The service itself, in histories."""


def own_unit(actor: Actor, filing: Filing) -> bool:
    """Whether the actor files for the unit of the filing: its person, or the department of the demonstration city."""
    if filing.unit_id.startswith(CITY_UNIT):
        return actor.role in REVIEWERS and f"{CITY_UNIT}{actor.division}" == filing.unit_id
    return actor.role in UNIT_ROLES and actor.unit_id is not None and actor.unit_id == filing.unit_id


def reviewing_division(filing: Filing) -> str:
    """Return the division whose department reviews: that of the unit, for a city the one above it, or the ministry."""
    if not filing.unit_id.startswith(CITY_UNIT):
        return filing.division
    above = filing.path[filing.path.index(filing.division) + 1 :]
    return above[0] if above else COUNTRY


def department_of_the_division(actor: Actor, filing: Filing) -> bool:
    """Whether the actor belongs to the department that reviews the filing, and did not file it."""
    division = reviewing_division(filing)
    is_of_it = actor.role is Role.MINISTRY if division == COUNTRY else _is_department(actor, division)
    return is_of_it and not has_filed(actor, filing) and not own_unit(actor, filing)


def decided_department_before_the_unit_acts(actor: Actor, filing: Filing) -> bool:
    """Whether the department may take its decision back: it decided last, and nothing has happened since."""
    decided_last = bool(filing.history) and filing.history[-1].action in {Action.RETURN, Action.APPROVE}
    return decided_last and department_of_the_division(actor, filing)


def has_filed(actor: Actor, filing: Filing) -> bool:
    """Whether the actor began the filing or submitted any version of it."""
    return actor.account_id in {filing.owner_id, *(version.submitted_by for version in filing.versions)}


def was_approved(filing: Filing) -> bool:
    """Whether a version of the filing is in force."""
    return filing.in_force > 0


def was_never_submitted(filing: Filing) -> bool:
    """Whether the filing is a draft that nobody else has seen."""
    return not filing.versions


def is_in_sight(actor: Actor, filing: Filing) -> bool:
    """Whether the filing exists for the actor: the unit's own, and for departments what was submitted in their area."""
    if own_unit(actor, filing):
        return True
    if was_never_submitted(filing):
        return False
    if actor.role is Role.MINISTRY:
        return True
    return actor.role in REVIEWERS and actor.division is not None and actor.division in filing.path


def unit_is_in_sight(actor: Actor, unit: Unit) -> bool:
    """Whether the unit exists for the actor: its own, and those of a department's area."""
    return owner_is_in_sight(actor, unit.id, unit.path)


def owner_is_in_sight(actor: Actor, unit_id: str, path: Sequence[str]) -> bool:
    """Whether what a unit in these divisions owns exists for the actor: its own, and that of a department's area."""
    if actor.role in UNIT_ROLES:
        return actor.unit_id == unit_id
    if actor.role is Role.MINISTRY:
        return True
    return actor.role in REVIEWERS and actor.division is not None and actor.division in path


def _is_department(actor: Actor, division: str) -> bool:
    return actor.role in REVIEWERS and actor.division == division
