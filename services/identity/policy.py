"""Who may: the permissions of the routes, and the predicates of the workflow."""

from __future__ import annotations

from enum import StrEnum

from services.identity.model.accounts import LEVEL_OF_ROLE, STAFF_ROLES, Account, level_of
from services.identity.model.clients import Client
from shared.identity.actor import MACHINES, PEOPLE, Actor, Role


class Permission(StrEnum):
    """What a route of this service needs."""

    ME = "identity.me"
    ACCOUNTS = "identity.accounts"
    CLIENTS = "identity.clients"
    CONTACTS = "identity.contacts"


GRANTS: dict[StrEnum, frozenset[Role]] = {
    Permission.ME: PEOPLE,
    Permission.ACCOUNTS: frozenset({Role.ADMINISTRATOR}),
    Permission.CLIENTS: frozenset({Role.ADMINISTRATOR}),
    Permission.CONTACTS: MACHINES,
}


def own_account(actor: Actor, account: Account) -> bool:
    """Whether the account is the actor's."""
    return actor.account_id == account.id


def administrator_of_another(actor: Actor, account: Account) -> bool:
    """Whether the actor keeps the accounts, and this one is staff's and not the actor's own."""
    return actor.role is Role.ADMINISTRATOR and is_staff(account) and actor.account_id != account.id


def keeps_clients(actor: Actor, client: Client) -> bool:
    """Whether the actor keeps the clients of the provider."""
    return actor.role is Role.ADMINISTRATOR


def is_in_sight(actor: Actor, account: Account) -> bool:
    """Whether the account exists for the actor: one's own, and those of staff for an administrator.

    The accounts of units are unit data, which an administrator has no access to.
    """
    return own_account(actor, account) or (actor.role is Role.ADMINISTRATOR and is_staff(account))


def is_staff(account: Account) -> bool:
    """Whether the person has or had a place in a department or in the upkeep, and none in a unit."""
    return bool(account.grants) and all(grant.role in STAFF_ROLES for grant in account.grants)


def division_fits(role: Role, division: str | None) -> bool:
    """Whether staff of this role has a division of this level; a role without a level has none."""
    level = LEVEL_OF_ROLE.get(role)
    if level is None or division is None:
        return level is None and division is None
    return level_of(division) is level
