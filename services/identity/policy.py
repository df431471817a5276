"""Who may: the permissions of the routes, and the predicates of the workflow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from services.identity.model.accounts import Account
from services.identity.model.clients import Client
from services.identity.model.grants import Grant, live
from services.identity.model.places import APPOINTS, FOUR_EYES, LEVEL_OF_ROLE, Place, place_of
from shared.codes.divisions import Level
from shared.identity.actor import MACHINES, PEOPLE, REVIEWERS, UNIT_ROLES, Actor, Role


class Permission(StrEnum):
    """What a route of this service needs."""

    ME = "identity.me"
    ACCOUNTS = "identity.accounts"
    CLIENTS = "identity.clients"
    CONTACTS = "identity.contacts"
    COLLEAGUES = "identity.colleagues"
    RECOVERIES = "identity.recoveries"
    DIVISIONS = "identity.divisions"
    REVIEWERS = "identity.reviewers"


GRANTS: dict[StrEnum, frozenset[Role]] = {
    Permission.ME: PEOPLE,
    Permission.ACCOUNTS: frozenset(APPOINTS),
    Permission.CLIENTS: frozenset({Role.ADMINISTRATOR}),
    Permission.CONTACTS: MACHINES,
    Permission.COLLEAGUES: UNIT_ROLES,
    Permission.RECOVERIES: REVIEWERS,
    Permission.DIVISIONS: frozenset({Role.MINISTRY, Role.ADMINISTRATOR}),
    Permission.REVIEWERS: REVIEWERS | {Role.MINISTRY},
}


def keeps_clients(actor: Actor, client: Client) -> bool:
    """Whether the actor keeps the clients of the provider."""
    return actor.role is Role.ADMINISTRATOR


@dataclass(frozen=True)
class Kept:
    """An account as an actor finds it: with the places that the actor fills."""

    account: Account
    places: frozenset[Place]
    today: date


@dataclass(frozen=True)
class Held:
    """A grant of an account as an actor finds it."""

    account: Account
    grant: Grant
    places: frozenset[Place]


def is_in_sight(actor: Actor, account: Account, places: frozenset[Place]) -> bool:
    """Whether the account exists for the actor: one's own, and who holds or held a place that the actor fills.

    The accounts of units are unit data, which no department and no administrator has access to.
    """
    return actor.account_id == account.id or any(place_of(grant) in places for grant in account.grants)


def keeps(actor: Actor, kept: Kept) -> bool:
    """Whether the actor may stop the account or give it a new first password.

    Not for oneself, and only where the actor fills all places that the person has: a first password opens all of them.
    """
    account = kept.account
    held = live(account, kept.today) or account.grants
    return actor.account_id != account.id and all(place_of(grant) in kept.places for grant in held)


def fills(actor: Actor, held: Held) -> bool:
    """Whether the actor fills the place of the grant, for somebody else."""
    return actor.account_id != held.account.id and place_of(held.grant) in held.places


def is_second_person(actor: Actor, held: Held) -> bool:
    """Whether the actor has the right of who proposed the grant, and is neither that person nor the one concerned."""
    return fills(actor, held) and actor.account_id != held.grant.proposed.by


def is_proposer(actor: Actor, held: Held) -> bool:
    """Whether the actor proposed the grant."""
    return fills(actor, held) and actor.account_id == held.grant.proposed.by


def extends(actor: Actor, held: Held) -> bool:
    """Whether the actor may set another last day: alone, so not for what needs two people."""
    return fills(actor, held) and held.grant.role not in FOUR_EYES


def division_fits(role: Role, division: str | None, level_of: Callable[[str], Level | None]) -> bool:
    """Whether staff of this role has a division of this level; a role without a level has none."""
    level = LEVEL_OF_ROLE.get(role)
    if level is None or division is None:
        return level is None and division is None
    return level_of(division) is level
