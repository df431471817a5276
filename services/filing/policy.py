"""Who may: the permissions of the routes, and the predicates of the workflow.

A unit files for itself; a demonstration city's department reports 城市1–3表 in the city's name. What a unit filed goes up
from the department of its division to the ministry, what a city filed from the level above it (总说明（六）–（八）): each
department approves it upward or returns it. Nobody reviews what they filed themselves.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from services.filing.model.filings import Filing
from services.filing.model.reliefs import Relief
from services.filing.model.states import Action
from services.filing.model.units import CITY_UNIT, Unit, UnitType
from shared.identity.actor import COUNTRY, REVIEWERS, UNIT_ROLES, Actor, Role
from shared.threads.model import Side, Visibility


class Permission(StrEnum):
    """What a route of this service needs."""

    FILE = "filing.file"
    READ = "filing.read"
    REVIEW = "filing.review"
    DISCUSS = "filing.discuss"
    UNIT = "filing.unit"
    DECIDE = "filing.decide"
    SETTLE = "filing.settle"
    READ_DECISIONS = "filing.read_decisions"
    READ_RATES = "filing.read_rates"
    KEEP_RATES = "filing.keep_rates"
    READ_JOBS = "filing.read_jobs"
    RUN_JOBS = "filing.run_jobs"


FILERS = UNIT_ROLES | REVIEWERS
"""Roles that may file: units, and departments of demonstration cities."""

READERS = UNIT_ROLES | REVIEWERS | {Role.MINISTRY}

GRANTS: dict[StrEnum, frozenset[Role]] = {
    Permission.FILE: FILERS,
    Permission.READ: READERS,
    Permission.REVIEW: REVIEWERS | {Role.MINISTRY},
    Permission.DISCUSS: READERS,
    Permission.UNIT: UNIT_ROLES,
    Permission.DECIDE: frozenset({Role.MINISTRY}),
    Permission.SETTLE: frozenset({Role.MINISTRY}),
    Permission.READ_DECISIONS: READERS,
    Permission.READ_RATES: READERS,
    Permission.KEEP_RATES: frozenset({Role.MINISTRY}),
    Permission.READ_JOBS: frozenset({Role.MINISTRY, Role.ADMINISTRATOR}),
    Permission.RUN_JOBS: frozenset({Role.ADMINISTRATOR}),
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
    return _is_of_unit(actor, filing.unit_id)


def chain_of(filing: Filing) -> tuple[str, ...]:
    """Return the divisions whose departments review a filing, one after the other; the ministry comes last.

    For a unit that is its own division and those above it, as many as there are: a district of a municipality and a
    county directly under its province have one less. What a city filed begins above it (regulation 总说明（六）–（八）).
    """
    return chain_for(filing.unit_id, filing.division, filing.path)


def chain_for(unit_id: str, division: str, path: tuple[str, ...]) -> tuple[str, ...]:
    """Return the divisions whose departments review what a unit of these divisions files (see `chain_of`)."""
    return path[path.index(division) + 1 :] if unit_id.startswith(CITY_UNIT) else path


def reviewing_division(filing: Filing) -> str:
    """Return the division whose department acts next; where all have approved, the last of them."""
    chain = chain_of(filing)
    return next((division for division in chain if division not in filing.passed), chain[-1])


def is_at_the_last_level(filing: Filing) -> bool:
    """Whether the department that acts next is the last one of the chain."""
    return reviewing_division(filing) == chain_of(filing)[-1]


def is_below_the_last_level(filing: Filing) -> bool:
    """Whether more departments have to approve after the one that acts next."""
    return not is_at_the_last_level(filing)


def department_that_acts(actor: Actor, filing: Filing) -> bool:
    """Whether the actor may decide for the department that acts next.

    Nobody decides on what they filed, nor on one version for two departments.
    """
    division = reviewing_division(filing)
    return is_department_of(actor, division) and _is_impartial(actor, filing) and not _decided_elsewhere(actor, filing)


def department_that_decided(actor: Actor, filing: Filing) -> bool:
    """Whether the actor may take back the last decision for the department that took it."""
    decision = filing.last.decision if filing.last else None
    return decision is not None and is_department_of(actor, decision.division) and _is_impartial(actor, filing)


def ministry(actor: Actor, filing: Filing) -> bool:
    """Whether the actor may settle a filing for good for the ministry."""
    return is_department_of(actor, COUNTRY) and _is_impartial(actor, filing)


def was_just_decided(filing: Filing) -> bool:
    """Whether a decision is the last thing that happened to the filing."""
    return bool(filing.history) and filing.history[-1].action in {Action.RETURN, Action.APPROVE}


def is_untouched(filing: Filing) -> bool:
    """Whether no department has approved the version that was submitted last."""
    return not filing.passed


def has_filed(actor: Actor, filing: Filing) -> bool:
    """Whether the actor began the filing or submitted any version of it."""
    return actor.account_id in filers_of(filing)


def has_decided(actor: Actor, filing: Filing) -> bool:
    """Whether the actor decided on the version that was submitted last, for whatever department."""
    decisions = filing.last.decisions if filing.last else ()
    return any(decision.decided_by == actor.account_id for decision in decisions)


def _decided_elsewhere(actor: Actor, filing: Filing) -> bool:
    """Whether the actor decided on the last version for another department than the one that acts next.

    A department that comes to act again, since a division below it was moved, may have the same person look again.
    """
    decisions = filing.last.decisions if filing.last else ()
    acting = reviewing_division(filing)
    return any(each.decided_by == actor.account_id and each.division != acting for each in decisions)


def was_approved(filing: Filing) -> bool:
    """Whether a version of the filing is in force that is not settled for good."""
    return filing.approved is not None and filing.approved.final_at is None


def was_settled(filing: Filing) -> bool:
    """Whether the version of the filing in force is settled for good (最终审定)."""
    return filing.approved is not None and filing.approved.final_at is not None


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


def own_relief(actor: Actor, relief: Relief) -> bool:
    """Whether the actor acts for the unit that an extension or exception is for."""
    return _is_of_unit(actor, relief.unit_id)


def department_of_relief(actor: Actor, relief: Relief) -> bool:
    """Whether the actor may decide on an extension or end an exception: for the department, and not on their own wish."""
    is_own = relief.is_extension and actor.account_id == relief.asked_by
    return is_department_of(actor, relief.decider) and not is_own and not own_relief(actor, relief)


def is_exception(relief: Relief) -> bool:
    """Whether it was given by a department, and not asked for."""
    return not relief.is_extension


def relief_is_in_sight(actor: Actor, relief: Relief) -> bool:
    """Whether the extension or exception exists for the actor: the unit's own, and those of a department's area."""
    return owner_is_in_sight(actor, relief.unit_id, relief.path)


def gives_exceptions(actor: Actor, unit_id: str, division: str, path: tuple[str, ...]) -> bool:
    """Whether the actor may give a unit of these divisions exceptions: for any department that reviews what it files."""
    return any(is_department_of(actor, each) for each in chain_for(unit_id, division, path))


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


def _is_of_unit(actor: Actor, unit_id: str) -> bool:
    if unit_id.startswith(CITY_UNIT):
        return actor.role in REVIEWERS and f"{CITY_UNIT}{actor.division}" == unit_id
    return actor.role in UNIT_ROLES and actor.unit_id is not None and actor.unit_id == unit_id


def is_department_of(actor: Actor, division: str) -> bool:
    """Whether the actor belongs to the department of a division, for the whole country to the ministry."""
    if division == COUNTRY:
        return actor.role is Role.MINISTRY
    return actor.role in REVIEWERS and actor.division == division


def _is_impartial(actor: Actor, filing: Filing) -> bool:
    return not has_filed(actor, filing) and not own_unit(actor, filing)


def has_had_its_turn(actor: Actor, filing: Filing) -> bool:
    """Whether the last version has come to the actor's department: it acts next or decided last, or has approved it."""
    chain = chain_of(filing)
    return any(is_department_of(actor, each) for each in chain[: chain.index(reviewing_division(filing)) + 1])


def is_of_the_chain(actor: Actor, filing: Filing) -> bool:
    """Whether the actor belongs to a department that reviews the filing at any level, and did not file it."""
    return any(is_department_of(actor, each) for each in chain_of(filing)) and _is_impartial(actor, filing)


def is_of_the_department_that_acts(actor: Actor, filing: Filing) -> bool:
    """Whether the actor belongs to the department that the filing waits for, and did not file it."""
    return is_department_of(actor, reviewing_division(filing)) and _is_impartial(actor, filing)


def reads_threads(actor: Actor, filing: Filing, visibility: Visibility) -> bool:
    """Whether the actor reads threads of this visibility on a filing in sight.

    What departments say among themselves is for those of the chain, and kept from the unit and from whoever filed.
    """
    return visibility is Visibility.FILER or is_of_the_chain(actor, filing)


def opens_threads(actor: Actor, filing: Filing, visibility: Visibility) -> bool:
    """Whether the actor begins, resolves and reopens such threads on a filing in sight.

    Any department of the chain speaks with the others; with the unit those to whom the version has come.
    """
    if not is_of_the_chain(actor, filing):
        return False
    return visibility is Visibility.INTERNAL or has_had_its_turn(actor, filing)


def writes_threads(actor: Actor, filing: Filing, visibility: Visibility) -> bool:
    """Whether the actor answers in such threads on a filing in sight; the unit does in what it reads."""
    if visibility is Visibility.FILER and own_unit(actor, filing):
        return True
    return opens_threads(actor, filing, visibility)


def side_of(actor: Actor, filing: Filing) -> Side:
    """Return for whom the actor writes."""
    return Side.UNIT if own_unit(actor, filing) else Side.DEPARTMENT


def filers_of(filing: Filing) -> frozenset[str]:
    """Return the accounts that began the filing or submitted any version of it."""
    return frozenset((filing.owner_id, *(version.submitted_by for version in filing.versions)))


def division_of(actor: Actor) -> str:
    """Return the division of the actor's department, the whole country for the ministry; empty where there is none."""
    return COUNTRY if actor.role is Role.MINISTRY else actor.division or ""
