"""Who may: the permissions of the routes, and what each actor sees."""

from __future__ import annotations

from enum import StrEnum

from services.notification.model.notices import Notice, scopes_of
from shared.identity.actor import PEOPLE, Actor, Role


class Permission(StrEnum):
    """What a route of this service needs."""

    INBOX = "notification.inbox"
    PREFERENCES = "notification.preferences"
    TEMPLATES = "notification.templates"
    MAILS = "notification.mails"


GRANTS: dict[StrEnum, frozenset[Role]] = {
    Permission.INBOX: PEOPLE,
    Permission.PREFERENCES: PEOPLE,
    Permission.TEMPLATES: frozenset({Role.MINISTRY}),
    Permission.MAILS: frozenset({Role.ADMINISTRATOR}),
}


def is_in_sight(actor: Actor, notice: Notice) -> bool:
    """Whether the notice exists for the actor: one's own, as long as one acts for whom it was meant."""
    return notice.account_id == actor.account_id and notice.scope in scopes_of(actor)
