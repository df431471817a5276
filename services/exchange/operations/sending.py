"""From a fact to a message on its way: made once, sent in the unit's sequence, sent again, given up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from services.exchange.errors import Unreadable
from services.exchange.model.messages import (
    ANSWERED,
    Action,
    Entry,
    Kind,
    LogEntry,
    Message,
    Resending,
    Secret,
    State,
)
from services.exchange.operations.changes import queued, sending, stepped, told
from services.exchange.operations.contents import content_of
from services.exchange.operations.corrections import corrected, kept
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.contracts.border import digest_of
from shared.contracts.exchange import UNIT_UNANSWERED
from shared.crypto.errors import CryptoError, KeyDestroyed
from shared.errors import Conflict, StaleVersion
from shared.history import was_done

log = structlog.get_logger()

AT_ONCE = 200
"""Messages that one round of a periodic job takes up."""


@dataclass(frozen=True)
class Fact:
    """What registration or filing tells of a unit: approved, changed, ended; `sealed` is its record, for us alone.

    `at` is when it was decided. By a filing, the message may still become that of a new unit.
    """

    event_id: str
    type: str
    registration_id: str
    unit_id: str
    division: str
    revision: int
    sealed: str
    at: datetime
    kind: Kind = Kind.UNIT_NEW
    filing_id: str = ""


def message_id_of(event_id: str, kind: Kind = Kind.UNIT_NEW) -> str:
    """Return the id of the message that follows from an event: always the same, and not the event's own."""
    return hashlib.sha256(f"{kind}/{event_id}".encode()).hexdigest()[:32]


def send_fact(deps: Deps, call: Call, fact: Fact) -> Message | None:
    """Make the message of what happened to a unit and send it, as soon as the unit's former messages are answered.

    Actor: the exchange, by an event of registration or filing. From: nothing, or failed. To: pending. Events: the
    message over the border, unit_sent. Safe to run twice. Returns None where filing corrects what the 名录库 knows
    already. Raises `Unreadable` where the record can't be read or is not what was told.
    """
    known = deps.messages.find(message_id_of(fact.event_id, fact.kind))
    if known is not None and known.state is not State.FAILED:
        return known
    at = deps.clock.now()
    record: Mapping[str, object] | None = _read(deps, fact)
    sequence = deps.messages.last_sequence(fact.unit_id) + 1
    message = known or _new(fact, at)
    if fact.filing_id and record is not None:
        kind, record = corrected(deps, message, record, fact.at)
        message = replace(message, kind=kind)
    elif record is not None:
        record = kept(deps, message, record)
    if record is None:
        return None
    secret = Secret(content_of(message, sequence, record))
    made = replace(message, sequence=sequence, digest=digest_of(secret.content), reason_code="", updated_at=at)
    created = LogEntry(at, Entry.CREATED, 0, source=fact.event_id)
    if known is None:
        act = call.entry(at, Action.CREATE, None, State.PENDING)
        made = replace(made, log=(created,), history=(act,))
    else:
        made = stepped(made, call, Action.CREATE, at, created)
    goes = _is_next(deps, made)
    if goes:
        made = queued(made, at, Entry.QUEUED)
    events = sending(deps, made, secret, at) if goes else ()
    if known is None:
        return deps.messages.add(made, call, secret, events)
    return deps.messages.save(made, call, secret, events)


def note_failure(deps: Deps, call: Call, fact: Fact, code: str) -> None:
    """Put a message that could not be made into the ledger, so that it is seen; the fact itself is parked.

    Actor: the exchange. From: nothing. To: failed. Events: none. Safe to run twice.
    """
    if deps.messages.find(message_id_of(fact.event_id, fact.kind)) is not None:
        return
    at = deps.clock.now()
    act = call.entry(at, Action.CREATE, None, State.FAILED)
    failed = LogEntry(at, Entry.FAILED, 0, code, fact.event_id)
    message = replace(_new(fact, at), state=State.FAILED, reason_code=code, log=(failed,), history=(act,))
    deps.messages.add(message, call, None)


def resend_by_hand(deps: Deps, call: Call, message_id: str, reason: str) -> Message:
    """Send a message again.

    Actor: a person at the desk. From: unanswered, refused. To: pending. Events: the message, unit_sent. Raises
    `NotFound`, `KeyReused`, `VersionRequired`, `StaleVersion`, `Conflict`, `NotAllowed`.
    """
    message = deps.messages.get(message_id)
    if was_done(message.history, call.request):
        return message
    call.check_version(message.version)
    at = deps.clock.now()
    changed = stepped(message, call, Action.RESEND_BY_HAND, at)
    try:
        before = deps.messages.secret_of(message)
    except KeyDestroyed:  # nothing is left to send
        raise Conflict from None
    resending = Resending(at, call.actor.account_id, reason)
    secret = replace(before, directory_id="", resendings=(*before.resendings, resending))
    changed = queued(changed, at, Entry.RESENT)
    return deps.messages.save(changed, call, secret, sending(deps, changed, secret, at))


def confirm_sent(deps: Deps, correlation_id: str) -> int:
    """Note which messages the broker has by now; their time to be answered begins. Return how many there were.

    Actor: the exchange. From: pending. To: sent. Events: none.
    """

    def confirm(message: Message, call: Call, at: datetime) -> None:
        sent = LogEntry(at, Entry.SENT, message.attempts)
        deps.messages.save(replace(stepped(message, call, Action.CONFIRM, at, sent), sent_at=at), call)

    return _each(deps, correlation_id, deps.messages.list_confirmed(AT_ONCE), confirm)


def send_waiting(deps: Deps, correlation_id: str) -> int:
    """Send the messages whose unit's former message was answered meanwhile; return how many were looked at.

    Actor: the exchange. From: pending, never sent. To: pending. Events: the message, unit_sent.
    """

    def send(message: Message, call: Call, at: datetime) -> None:
        if not _is_next(deps, message):
            return
        changed = queued(stepped(message, call, Action.QUEUE, at), at, Entry.QUEUED)
        secret = deps.messages.secret_of(message)
        deps.messages.save(changed, call, None, sending(deps, changed, secret, at))

    return _each(deps, correlation_id, deps.messages.list_waiting(AT_ONCE), send)


def send_overdue(deps: Deps, correlation_id: str) -> int:
    """Send messages without receipt again, or give them up after the last attempt; return how many there were.

    Actor: the exchange. From: sent. To: pending, or unanswered. Events: the message and unit_sent, or unit_unanswered.
    A receipt that comes later is still taken.
    """

    def follow(message: Message, call: Call, at: datetime) -> None:
        if message.attempts < deps.patience.attempts:
            changed = queued(stepped(message, call, Action.RESEND, at), at, Entry.RESENT)
            secret = deps.messages.secret_of(message)
            deps.messages.save(changed, call, None, sending(deps, changed, secret, at))
        else:
            given_up = LogEntry(at, Entry.UNANSWERED, message.attempts)
            changed = stepped(message, call, Action.GIVE_UP, at, given_up)
            deps.messages.save(changed, call, None, (told(UNIT_UNANSWERED, changed, at),))

    sent_before = deps.clock.now() - deps.patience.wait
    return _each(deps, correlation_id, deps.messages.list_overdue(sent_before, AT_ONCE), follow)


def _each(
    deps: Deps, correlation_id: str, messages: Iterable[Message], work: Callable[[Message, Call, datetime], None]
) -> int:
    """Do `work` with each message; one that changed meanwhile, or whose seal is broken, does not hold up the others."""
    call = Call(EXCHANGE, correlation_id)
    count = 0
    for message in messages:
        count += 1
        try:
            work(message, call, deps.clock.now())
        except StaleVersion:
            log.info("message_changed", message_id=message.id)
        except CryptoError as error:
            log.error("message_unreadable", message_id=message.id, error=type(error).__name__)
    return count


def _is_next(deps: Deps, message: Message) -> bool:
    """Whether the directory has answered all that came before it for the same unit."""
    if message.sequence is None or message.sequence == 1:
        return message.sequence is not None
    before = deps.messages.find_in_sequence(message.unit_id, message.sequence - 1)
    return before is not None and before.state in ANSWERED


def _read(deps: Deps, fact: Fact) -> dict[str, object]:
    try:
        return dict(deps.border.open_record(fact.sealed, fact.type))
    except Unreadable as error:
        raise Unreadable(error.code, message_id_of(fact.event_id, fact.kind)) from error


def _new(fact: Fact, at: datetime) -> Message:
    return Message(
        id=message_id_of(fact.event_id, fact.kind),
        version=1,
        unit_id=fact.unit_id,
        registration_id=fact.registration_id,
        division=fact.division,
        revision=fact.revision,
        state=State.PENDING,
        created_at=at,
        updated_at=at,
        kind=fact.kind,
        filing_id=fact.filing_id,
    )
