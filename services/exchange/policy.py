"""Who may: the permissions of the routes, and the predicates of the workflow."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from services.exchange.model.cases import Case
from services.exchange.model.messages import Message
from services.exchange.model.partners import Partner
from shared.identity.actor import REVIEWERS, Actor, Role

EXCHANGE = Actor(account_id="exchange", role=Role.DIRECTORY_DESK)
"""The exchange itself, in histories; accounts of people have ids of 32 digits."""

PARTNERS: Mapping[Partner, Actor] = {
    partner: Actor(account_id=partner.value, role=Role.DIRECTORY_DESK) for partner in Partner
}
"""The partners behind verified receipts, in histories."""


class Permission(StrEnum):
    """What a route of this service needs."""

    LIST = "exchange.list"
    READ = "exchange.read"
    RESEND = "exchange.resend"
    CASES = "exchange.cases"
    DECIDE = "exchange.decide"
    QUALITY = "exchange.quality"


GRANTS: dict[StrEnum, frozenset[Role]] = {
    Permission.LIST: frozenset(
        {Role.DIRECTORY_DESK, Role.SHARING_DESK, Role.STATISTICS_HEAD, Role.MINISTRY, Role.AUDITOR}
    ),
    Permission.READ: frozenset({Role.DIRECTORY_DESK, Role.MINISTRY}),
    Permission.RESEND: frozenset({Role.DIRECTORY_DESK}),
    Permission.CASES: frozenset({Role.DIRECTORY_DESK, Role.MINISTRY}) | REVIEWERS,
    Permission.DECIDE: frozenset({Role.DIRECTORY_DESK}),
    Permission.QUALITY: frozenset({Role.DIRECTORY_DESK, Role.MINISTRY}),
}


def the_exchange(actor: Actor, _: Message) -> bool:
    """Whether the exchange acts by itself."""
    return actor == EXCHANGE


def the_partner(actor: Actor, message: Message) -> bool:
    """Whether the message's partner acts, by a receipt whose signature was verified."""
    return actor == PARTNERS[message.partner]


def is_at_the_desk(actor: Actor) -> bool:
    """Whether the actor is a person of the 名录库 desk."""
    return actor.role is Role.DIRECTORY_DESK and actor not in (EXCHANGE, *PARTNERS.values())


def a_person_at_the_desk(actor: Actor, _: Message) -> bool:
    """Whether the actor is a person of the 名录库 desk; they alone see unit records."""
    return is_at_the_desk(actor)


def a_person_decides(actor: Actor, _: Case) -> bool:
    """Whether the actor decides on cases: a person of the 名录库 desk."""
    return is_at_the_desk(actor)


def the_directory(actor: Actor, _: Case) -> bool:
    """Whether the 名录库 acts, by what it announced or answered."""
    return actor == PARTNERS[Partner.DIRECTORY]


def either_side(actor: Actor, case: Case) -> bool:
    """Whether one of the two sides acts: the 名录库, or the exchange by what the survey found."""
    return the_directory(actor, case) or actor == EXCHANGE
