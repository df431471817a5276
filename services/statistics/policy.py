"""Who may: the permissions of the routes."""

from __future__ import annotations

from enum import StrEnum

from shared.identity.actor import Actor, Role

SYSTEM = Actor(account_id="statistics", role=Role.SERVICE)
"""The service itself, in what it does without a person."""


class Permission(StrEnum):
    """What a route of this service needs."""

    LIST = "statistics.list"
    READ_DRAFT = "statistics.read_draft"


GRANTS: dict[StrEnum, frozenset[Role]] = {
    Permission.LIST: frozenset({Role.MINISTRY, Role.STATISTICS_HEAD, Role.PROVINCE_REVIEWER, Role.AUDITOR}),
    Permission.READ_DRAFT: frozenset({Role.MINISTRY, Role.STATISTICS_HEAD, Role.PROVINCE_REVIEWER}),
}


def own_province(actor: Actor) -> str | None:
    """Return the province whose drafts a reviewer of it sees, None for those who see the whole country."""
    return (actor.division or "") if actor.role is Role.PROVINCE_REVIEWER else None
