"""Who may: the permissions of the routes."""

from __future__ import annotations

from enum import StrEnum

from services.statistics.model.releases import Release
from shared.identity.actor import COUNTRY, REVIEWERS, UNIT_ROLES, Actor, Role

SYSTEM = Actor(account_id="statistics", role=Role.SERVICE)
"""The service itself, in what it does without a person."""


class Permission(StrEnum):
    """What a route of this service needs."""

    LIST = "statistics.list"
    READ_DRAFT = "statistics.read_draft"
    READ_DASHBOARD = "statistics.read_dashboard"
    READ_RELEASE = "statistics.read_release"
    READ_CONTENT = "statistics.read_content"
    READ_REACH = "statistics.read_reach"
    PREPARE_RELEASE = "statistics.prepare_release"
    APPROVE_RELEASE = "statistics.approve_release"
    SCHEDULE_RELEASE = "statistics.schedule_release"


GRANTS: dict[StrEnum, frozenset[Role]] = {
    Permission.LIST: frozenset({Role.MINISTRY, Role.STATISTICS_HEAD, Role.PROVINCE_REVIEWER, Role.AUDITOR}),
    Permission.READ_DRAFT: frozenset({Role.MINISTRY, Role.STATISTICS_HEAD, Role.PROVINCE_REVIEWER}),
    Permission.READ_DASHBOARD: frozenset({Role.MINISTRY, Role.STATISTICS_HEAD}) | REVIEWERS,
    Permission.READ_RELEASE: frozenset({Role.MINISTRY, Role.STATISTICS_HEAD, Role.AUDITOR}),
    Permission.READ_CONTENT: frozenset({Role.MINISTRY, Role.STATISTICS_HEAD}),
    Permission.READ_REACH: UNIT_ROLES | REVIEWERS | {Role.MINISTRY, Role.STATISTICS_HEAD},
    Permission.PREPARE_RELEASE: frozenset({Role.MINISTRY, Role.STATISTICS_HEAD}),
    Permission.APPROVE_RELEASE: frozenset({Role.STATISTICS_HEAD}),
    Permission.SCHEDULE_RELEASE: frozenset({Role.MINISTRY, Role.STATISTICS_HEAD}),
}


def own_province(actor: Actor) -> str | None:
    """Return the province whose drafts a reviewer of it sees, None for those who see the whole country."""
    return (actor.division or "") if actor.role is Role.PROVINCE_REVIEWER else None


def own_division(actor: Actor) -> str:
    """Return the division whose dashboard a department sees, the whole country for the ministry; empty for nobody's."""
    return COUNTRY if actor.role in (Role.MINISTRY, Role.STATISTICS_HEAD) else actor.division or ""


def the_service(actor: Actor, _: Release) -> bool:
    """Whether the service acts by itself."""
    return actor == SYSTEM


def a_second_person(actor: Actor, release: Release) -> bool:
    """Whether the actor is the head of statistics, and not whoever prepared the release."""
    return actor.role is Role.STATISTICS_HEAD and actor.account_id != release.prepared_by


def who_prepares(actor: Actor, _: Release) -> bool:
    """Whether the actor is one of those who prepare releases."""
    return actor.role in GRANTS[Permission.PREPARE_RELEASE]


def who_schedules(actor: Actor, _: Release) -> bool:
    """Whether the actor is one of those who set the day of publication."""
    return actor.role in GRANTS[Permission.SCHEDULE_RELEASE]
