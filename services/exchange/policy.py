"""Who may: the permissions of the routes, and the predicates of the workflow."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from services.exchange.model.cases import Case
from services.exchange.model.deliveries import Delivery
from services.exchange.model.messages import Message
from services.exchange.model.mirror import Known
from services.exchange.model.partners import Partner
from services.exchange.model.statements import Statement
from shared.identity.actor import REVIEWERS, Actor, Role

EXCHANGE = Actor(account_id="exchange", role=Role.DIRECTORY_DESK)
"""The exchange itself, in histories; accounts of people have ids of 32 digits."""

PARTNERS: Mapping[Partner, Actor] = {
    partner: Actor(account_id=partner.value, role=Role.DIRECTORY_DESK) for partner in Partner
}
"""The partners behind verified receipts, in histories."""


KEEPER_OF: Mapping[Partner, Role] = {
    Partner.DIRECTORY: Role.DIRECTORY_DESK,
    Partner.NBS: Role.DIRECTORY_DESK,
    Partner.SHARING: Role.SHARING_DESK,
}
"""Whose desk keeps the routes to a partner."""

KEEPERS = frozenset(KEEPER_OF.values())


class Permission(StrEnum):
    """What a route of this service needs."""

    LIST = "exchange.list"
    READ = "exchange.read"
    RESEND = "exchange.resend"
    BODY = "exchange.body"
    CONTROL = "exchange.control"
    READ_DELIVERIES = "exchange.read_deliveries"
    PREPARE_DELIVERY = "exchange.prepare_delivery"
    SIGN_OFF_DELIVERY = "exchange.sign_off_delivery"
    KEEP_SHARING = "exchange.keep_sharing"
    CASES = "exchange.cases"
    DECIDE = "exchange.decide"
    QUALITY = "exchange.quality"
    JOURNAL = "exchange.journal"
    EXPORT_JOURNAL = "exchange.export_journal"
    STATEMENTS = "exchange.statements"
    SIGN_STATEMENT = "exchange.sign_statement"
    READ_JOBS = "exchange.read_jobs"
    RUN_JOBS = "exchange.run_jobs"

    MIRROR = "exchange.mirror"
    LOOK_UP = "exchange.look_up"
    LOAD = "exchange.load"


GRANTS: dict[StrEnum, frozenset[Role]] = {
    Permission.LIST: frozenset(
        {Role.DIRECTORY_DESK, Role.SHARING_DESK, Role.STATISTICS_HEAD, Role.MINISTRY, Role.AUDITOR}
    ),
    Permission.READ: KEEPERS | {Role.MINISTRY},
    Permission.RESEND: KEEPERS,
    Permission.BODY: KEEPERS,
    Permission.CONTROL: KEEPERS,
    Permission.READ_DELIVERIES: frozenset({Role.SHARING_DESK, Role.STATISTICS_HEAD, Role.MINISTRY}),
    Permission.PREPARE_DELIVERY: frozenset({Role.SHARING_DESK}),
    Permission.SIGN_OFF_DELIVERY: frozenset({Role.STATISTICS_HEAD}),
    Permission.KEEP_SHARING: frozenset({Role.SHARING_DESK}),
    Permission.MIRROR: frozenset({Role.DIRECTORY_DESK, Role.MINISTRY, Role.AUDITOR}),
    Permission.LOOK_UP: frozenset({Role.DIRECTORY_DESK}) | REVIEWERS,
    Permission.LOAD: frozenset({Role.DIRECTORY_DESK}),
    Permission.CASES: frozenset({Role.DIRECTORY_DESK, Role.MINISTRY}) | REVIEWERS,
    Permission.DECIDE: frozenset({Role.DIRECTORY_DESK}),
    Permission.QUALITY: frozenset({Role.DIRECTORY_DESK, Role.MINISTRY}),
    Permission.JOURNAL: KEEPERS | {Role.STATISTICS_HEAD, Role.MINISTRY, Role.AUDITOR},
    Permission.EXPORT_JOURNAL: KEEPERS | {Role.AUDITOR},
    Permission.STATEMENTS: KEEPERS | {Role.STATISTICS_HEAD, Role.MINISTRY, Role.AUDITOR},
    Permission.SIGN_STATEMENT: KEEPERS,
    Permission.READ_JOBS: frozenset({Role.MINISTRY, Role.ADMINISTRATOR}),
    Permission.RUN_JOBS: frozenset({Role.ADMINISTRATOR}),
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


def keeps(actor: Actor, partner: Partner) -> bool:
    """Whether the actor is a person of the desk that keeps the routes to the partner."""
    return actor.role is KEEPER_OF[partner] and actor not in (EXCHANGE, *PARTNERS.values())


def may_export(actor: Actor, partner: Partner) -> bool:
    """Whether the actor may take a container of the partner's journal out: an auditor, or who keeps its routes."""
    return actor.role is Role.AUDITOR or keeps(actor, partner)


def the_statements_partner(actor: Actor, statement: Statement) -> bool:
    """Whether the partner of a statement acts, by an answer whose signature was verified."""
    return actor == PARTNERS[statement.partner]


def the_statements_keeper(actor: Actor, statement: Statement) -> bool:
    """Whether the actor signs statements of the partner: a person of the desk that keeps its routes."""
    return keeps(actor, statement.partner)


def a_person_at_the_desk(actor: Actor, message: Message) -> bool:
    """Whether the actor is a person of the desk of the message's partner; they alone see what messages say."""
    return keeps(actor, message.partner)


def a_person_decides(actor: Actor, _: Case) -> bool:
    """Whether the actor decides on cases: a person of the 名录库 desk."""
    return is_at_the_desk(actor)


def the_directory(actor: Actor, _: Case) -> bool:
    """Whether the 名录库 acts, by what it announced or answered."""
    return actor == PARTNERS[Partner.DIRECTORY]


def either_side(actor: Actor, case: Case) -> bool:
    """Whether one of the two sides acts: the 名录库, or the exchange by what the survey found."""
    return the_directory(actor, case) or actor == EXCHANGE


def may_see_record(actor: Actor, known: Known) -> bool:
    """Whether the actor sees a record of the 名录库: the desk each one, a reviewer those of their own area."""
    if is_at_the_desk(actor):
        return True
    if actor.role not in REVIEWERS or not actor.division:
        return False
    area = actor.division.removesuffix("00").removesuffix("00")
    return any(place.startswith(area) for place in (known.record.registered_division, known.record.division))


def at_the_sharing_desk(actor: Actor, _: object) -> bool:
    """Whether the actor is a person of the sharing desk."""
    return actor.role is Role.SHARING_DESK


def at_the_sharing_desk_or_itself(actor: Actor, _: object) -> bool:
    """Whether the sharing desk acts, or the exchange by itself."""
    return actor == EXCHANGE or actor.role is Role.SHARING_DESK


def by_itself(actor: Actor, _: object) -> bool:
    """Whether the exchange acts by itself."""
    return actor == EXCHANGE


def the_responsible_person(actor: Actor, delivery: Delivery) -> bool:
    """Whether the actor is the head of statistics (共享责任人), who signs off what somebody else prepared."""
    return actor.role is Role.STATISTICS_HEAD and actor.account_id != delivery.prepared_by
