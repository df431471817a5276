"""One function per type of message that the exchange takes.

What can't be read is parked by the loop, and the transaction that it shares with others has no effect; the note that
makes it visible in the ledger goes with the poison, and is written beside when that transaction is undone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import cast

import structlog
from pymongo.client_session import ClientSession

from services.exchange.errors import Unreadable
from services.exchange.model.deliveries import RECEIVERS
from services.exchange.model.inquiries import Follower
from services.exchange.model.messages import Kind
from services.exchange.model.partners import STATEMENTS, Partner, RouteName
from services.exchange.operations.announcements import Arrived, note_put_aside, take_announcement
from services.exchange.operations.answers import take_records
from services.exchange.operations.asking import PROOFS, follow_fact, follow_wish
from services.exchange.operations.casework import follow_message, take_answer
from services.exchange.operations.entering import REJECTED, Came, enter_arrival
from services.exchange.operations.objecting import take_objection
from services.exchange.operations.receipts import Incoming, note_foreign_receipt, note_rejected_receipt, take_receipt
from services.exchange.operations.sending import Fact, note_failure, read_fact, send_fact
from services.exchange.operations.sets import HandedOver, take_set, tell_refused
from services.exchange.operations.statements import take_statement
from services.exchange.policy import EXCHANGE, PARTNERS
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.codes import uscc
from shared.contracts.border import RECEIPT, load_content
from shared.contracts.deliveries import OBJECTION, Objection
from shared.contracts.directory import RECORDS, UNIT_ANNOUNCED
from shared.contracts.filing import DIRECTORY_WANTED, UNIT_CHANGED
from shared.contracts.statements import STATEMENT_ANSWERED
from shared.contracts.statistics import TABLES_APPROVED
from shared.crypto.errors import CryptoError
from shared.errors import Conflict, StaleVersion, TooLarge
from shared.messaging.effects import Handler
from shared.messaging.envelope import Message
from shared.messaging.errors import ContractBroken, Poison, Transient

TOLD_AS = {
    "tongbao.registration.approved.v1": Kind.UNIT_NEW,
    "tongbao.registration.changed.v1": Kind.UNIT_CHANGE,
    "tongbao.registration.deregistered.v1": Kind.UNIT_CLOSE,
    UNIT_CHANGED.type: Kind.UNIT_CHANGE,
}
"""What the 名录库 is told on which facts of registration and filing."""

CANNOT_SEAL = "cannot_seal"
"""The unit's key was destroyed, so that nothing of it can be kept."""

CANNOT_OPEN = "cannot_open"
"""What is kept of the unit does not open."""

NOTE_TRIES = 3

log = structlog.get_logger()


def of_units(deps: Deps, deps_within: Callable[[ClientSession], Deps]) -> Mapping[str, Handler]:
    """Return the handlers of facts about units; `deps_within` binds what the operations use to a transaction."""

    def on_fact(session: ClientSession, message: Message) -> None:
        data = message.data
        fact = Fact(
            event_id=message.id,
            type=message.type,
            registration_id=data.get("registration_id", ""),
            filing_id=data.get("filing_id", ""),
            at=message.time,
            unit_id=data["unit_id"],
            division=data["division"],
            revision=data["revision"],
            sealed=data["sealed"],
            kind=TOLD_AS[message.type],
        )
        call = Call(EXCHANGE, message.correlation_id)
        try:
            inside = deps_within(session)
            record = read_fact(inside, fact)
            sent = send_fact(inside, call, fact, record)
            if sent is None:
                log.info("fact_known_already", message_id=message.id, filing_id=fact.filing_id)
            else:
                follow_message(inside, call, sent)
            follow_fact(inside, call, fact, record)
        except StaleVersion as error:
            raise Transient("case_changed") from error
        except (Unreadable, CryptoError) as error:
            code = error.code if isinstance(error, Unreadable) else CANNOT_SEAL
            log.error("fact_failed", message_id=message.id, code=code, error=type(error).__name__)
            raise Poison(code, lambda: note_failure(deps, call, fact, code)) from error

    def on_wish(session: ClientSession, message: Message) -> None:
        data = message.data
        try:
            said = cast("Mapping[str, object]", deps.border.open_record(data["sealed"], message.type)["basics"])
            claims = {name: str(said[name]) for name in PROOFS if said.get(name)}
            code = uscc.normalise(str(said.get("uscc", "")))
            follower = Follower(data["unit_id"], data["division"], code, message.time, claims=claims)
            follow_wish(deps_within(session), Call(EXCHANGE, message.correlation_id), follower)
        except Conflict as error:
            raise Transient("directory_changed") from error
        except Unreadable as error:
            raise Poison(error.code) from error

    return {**dict.fromkeys(TOLD_AS, on_fact), DIRECTORY_WANTED.type: on_wish}


def of_partner(
    deps: Deps, deps_within: Callable[[ClientSession], Deps], partner: Partner = Partner.DIRECTORY
) -> Mapping[str, Handler]:
    """Return the handlers of what a partner sends over the border; `deps_within` as above."""

    def on_receipt(session: ClientSession, message: Message) -> None:
        incoming = Incoming(message.id, message.type, message.subject, message.data["sealed"], partner)
        try:
            inside, call = deps_within(session), Call(PARTNERS[partner], message.correlation_id)
            take_answer(inside, call, take_receipt(inside, call, incoming))
        except StaleVersion as error:
            raise Transient("case_changed") from error
        except Unreadable as error:
            log.error("receipt_rejected", message_id=message.id, code=error.code)
            unreadable = error
            raise Poison(error.code, lambda: _note_rejected(deps, message, incoming, unreadable)) from error

    def on_statement(session: ClientSession, message: Message) -> None:
        came = Came(message.id, message.type, message.data["sealed"], partner, STATEMENTS[partner])
        inside = deps_within(session)
        try:
            take_statement(inside, Call(PARTNERS[partner], message.correlation_id), partner, came.sealed)
            enter_arrival(inside, came)
        except StaleVersion as error:
            raise Transient("statement_changed") from error
        except (Unreadable, ContractBroken) as error:
            code = error.code if isinstance(error, Unreadable) else "statement_malformed"
            log.error("statement_rejected", message_id=message.id, code=code)
            raise Poison(code, lambda: enter_arrival(deps, came, REJECTED)) from None

    return {RECEIPT.type: on_receipt, STATEMENT_ANSWERED.type: on_statement}


def _note_rejected(deps: Deps, message: Message, incoming: Incoming, error: Unreadable) -> None:
    note_foreign_receipt(deps, incoming, error)
    call = Call(EXCHANGE, message.correlation_id)
    for _ in range(NOTE_TRIES):
        try:
            return note_rejected_receipt(deps, call, error.message_id, error.code, message.id)
        except StaleVersion:  # that it was sent is noted at the same time, say
            continue
    raise Transient("message_changed") from error


def of_receiver(deps: Deps, deps_within: Callable[[ClientSession], Deps], partner: Partner) -> Mapping[str, Handler]:
    """Return the handlers of what a receiver of statistics sends: receipts, and objections to a number."""

    def on_objection(session: ClientSession, message: Message) -> None:
        came = Came(message.id, message.type, message.data["sealed"], partner, RECEIVERS[partner])
        try:
            inside = deps_within(session)
            content = load_content(Objection(), deps.border.open_receipt(came.sealed, came.type, partner))
            take_objection(inside, Call(PARTNERS[partner], message.correlation_id), partner, content)
            enter_arrival(inside, came)
        except (Unreadable, ContractBroken) as error:
            code = error.code if isinstance(error, Unreadable) else "objection_malformed"
            log.error("objection_rejected", message_id=message.id, code=code)
            raise Poison(code, lambda: enter_arrival(deps, came, REJECTED)) from None

    return {**of_partner(deps, deps_within, partner), OBJECTION.type: on_objection}


def of_statistics(deps: Deps, deps_within: Callable[[ClientSession], Deps]) -> Mapping[str, Handler]:
    """Return the handler of the sets of tables that statistics hands over; `deps_within` as above."""

    def on_set(session: ClientSession, message: Message) -> None:
        data = message.data
        handed = HandedOver(message.type, data["set_id"], data["digest"], data["sealed"])
        try:
            take_set(deps_within(session), Call(EXCHANGE, message.correlation_id), handed)
        except (Unreadable, TooLarge) as error:
            code = error.code
            log.error("set_rejected", message_id=message.id, code=code)
            raise Poison(code, lambda: tell_refused(deps, handed.set_id, code)) from error

    return {TABLES_APPROVED.type: on_set}


def of_announcements(deps: Deps, deps_within: Callable[[ClientSession], Deps]) -> Mapping[str, Handler]:
    """Return the handlers of what the 名录库 announces by itself; `deps_within` as above."""

    def on_announced(session: ClientSession, message: Message) -> None:
        inside = deps_within(session)
        with _entering(deps, inside, message, RouteName.DIRECTORY_ANNOUNCEMENTS):
            call = Call(PARTNERS[Partner.DIRECTORY], message.correlation_id)
            take_announcement(inside, call, Arrived(message.id, message.data["sealed"]))

    return {UNIT_ANNOUNCED.type: on_announced}


def of_records(deps: Deps, deps_within: Callable[[ClientSession], Deps]) -> Mapping[str, Handler]:
    """Return the handlers of what the 名录库 answers to inquiries; `deps_within` as above."""

    def on_records(session: ClientSession, message: Message) -> None:
        inside = deps_within(session)
        with _entering(deps, inside, message, RouteName.DIRECTORY_RECORDS):
            call = Call(PARTNERS[Partner.DIRECTORY], message.correlation_id)
            take_records(inside, call, Arrived(message.id, message.data["sealed"]))

    return {RECORDS.type: on_records}


@contextmanager
def _entering(deps: Deps, inside: Deps, message: Message, route: RouteName) -> Iterator[None]:
    """Enter what the 名录库 sends in the journal, in the transaction that takes it.

    What can't be taken is parked, and noted and entered beside the transaction, which then has no effect.
    """
    came = Came(message.id, message.type, message.data["sealed"], Partner.DIRECTORY, route)
    try:
        yield
        enter_arrival(inside, came)
    except (Conflict, StaleVersion) as error:
        raise Transient("directory_changed") from error
    except (Unreadable, CryptoError) as error:
        code = error.code if isinstance(error, Unreadable) else CANNOT_OPEN
        log.error("directory_message_put_aside", message_id=message.id, code=code)
        raise Poison(code, lambda: _put_aside(deps, message, came, code)) from error


def _put_aside(deps: Deps, message: Message, came: Came, code: str) -> None:
    enter_arrival(deps, came, REJECTED)
    note_put_aside(deps, Call(EXCHANGE, message.correlation_id), code, message.id)
