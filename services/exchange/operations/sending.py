"""A message on its way: made once, sent in its party's sequence, sent again, given up."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from services.exchange.errors import Unreadable
from services.exchange.model.controls import Gate
from services.exchange.model.messages import (
    ANSWERED,
    KINDS_OF,
    Action,
    Entry,
    Kind,
    LogEntry,
    Message,
    Resending,
    Secret,
    State,
)
from services.exchange.model.partners import RouteName
from services.exchange.operations.changes import queued, sending, stepped, told
from services.exchange.operations.contents import content_of, found_by
from services.exchange.operations.corrections import corrected, kept
from services.exchange.operations.embargo import refuse_early
from services.exchange.operations.rounds import AT_ONCE, each
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Outgoing
from shared.calls import Call
from shared.contracts.border import digest_of
from shared.contracts.exchange import UNIT_UNANSWERED
from shared.crypto.errors import KeyDestroyed
from shared.errors import Conflict, NotFound
from shared.history import was_done

Turns = dict[RouteName, tuple[datetime, str] | None]
"""Where a round ended on each route: the moment and the id of the last message; None at the end."""


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


@dataclass(frozen=True)
class Draft:
    """A message to be put on its way.

    `id` follows from what it is made for, so that it is made once. `content` returns what is signed, given the number of
    the message in its party's sequence on the route. By `credit_code` and `name` it is found, where it is about a unit;
    `cause` is the id of the bus message that it follows from.
    """

    id: str
    route: RouteName
    kind: Kind
    party: str
    content: Callable[[int], bytes] = field(repr=False)
    unit_id: str = ""
    registration_id: str = ""
    filing_id: str = ""
    division: str = ""
    period: str = ""
    final_on: date | None = None
    revision: int = 0
    credit_code: str = field(default="", repr=False)
    name: str = field(default="", repr=False)
    cause: str = ""


def message_id_of(event_id: str, kind: Kind = Kind.UNIT_NEW) -> str:
    """Return the id of the message that follows from an event: always the same, and not the event's own."""
    return hashlib.sha256(f"{kind}/{event_id}".encode()).hexdigest()[:32]


def read_fact(deps: Deps, fact: Fact) -> Mapping[str, object]:
    """Return the record that came with a fact. Raises `Unreadable` that names the message which follows from the fact."""
    try:
        return deps.border.open_record(fact.sealed, fact.type)
    except Unreadable as error:
        raise Unreadable(error.code, message_id_of(fact.event_id, fact.kind)) from error


def send_fact(deps: Deps, call: Call, fact: Fact, read: Mapping[str, object] | None = None) -> Message | None:
    """Make the message of what happened to a unit and send it, as soon as the unit's former messages are answered.

    Actor: the exchange, by an event of registration or filing. From: nothing, or failed. To: pending. Events: the
    message over the border, unit_sent. Safe to run twice. Returns None where filing corrects what the 名录库 knows
    already. `read` is the fact's record, where it is at hand. Raises `Unreadable` where the record can't be read or is not
    what was told.
    """
    known = deps.messages.find(message_id_of(fact.event_id, fact.kind))
    if known is not None and known.state is not State.FAILED:
        return known
    record: Mapping[str, object] | None = read_fact(deps, fact) if read is None else read
    message = _new(fact, deps.clock.now())
    last = deps.messages.find_last(message.route, message.party)
    if fact.filing_id and record is not None:
        kind, record = corrected(deps, message, last, record, fact.at)
        message = replace(message, kind=kind)
    elif record is not None:
        record = kept(deps, message, last, record)
    if record is None:
        return None
    return _posted(deps, call, draft_of(message, record, fact.event_id), known, last)


def post(deps: Deps, call: Call, draft: Draft, events: Sequence[Outgoing] = ()) -> Message:
    """Put a message on its way, as soon as the former messages of its party are answered and its route lets it.

    Actor: the exchange. From: nothing, or failed. To: pending. Events: the message over the border, unit_sent for a
    change of a unit, and `events`. Safe to run twice: the id is that of one message for ever. Raises `ValueError` for a
    kind that the route does not know, and what making the content raises.
    """
    if draft.kind not in KINDS_OF.get(draft.route, ()):
        raise ValueError(f"{draft.kind} on {draft.route}")
    known = deps.messages.find(draft.id)
    if known is not None and known.state is not State.FAILED:
        return known
    last = deps.messages.find_last(draft.route, draft.party) if draft.party != draft.id else None
    return _posted(deps, call, draft, known, last, events)


def _posted(
    deps: Deps,
    call: Call,
    draft: Draft,
    known: Message | None,
    last: Message | None,
    events: Sequence[Outgoing] = (),
) -> Message:
    """Store a message as `post` does; `known` is the one that failed under its id, `last` the last one of its party."""
    at = deps.clock.now()
    refuse_early(draft.route, draft.final_on, at)
    sequence = (last.sequence or 0) + 1 if last else 1
    secret = Secret(draft.content(sequence), credit_code=draft.credit_code, name=draft.name)
    made = _drafted(draft, known, sequence, secret, at)
    created = LogEntry(at, Entry.CREATED, 0, source=draft.cause)
    if known is None:
        made = replace(made, log=(created,), history=(call.entry(at, Action.CREATE, None, State.PENDING),))
    else:
        made = stepped(made, call, Action.CREATE, at, created)
    goes = (last is None or last.state in ANSWERED) and is_open(deps, made.route, at)
    made = queued(made, at, Entry.QUEUED) if goes else replace(made, waits=True)
    leaving = (*(sending(deps, made, secret, at) if goes else ()), *events)
    if known is None:
        return deps.messages.add(made, call, secret, leaving)
    return deps.messages.save(made, call, secret, leaving)


def draft_of(message: Message, record: Mapping[str, object], cause: str) -> Draft:
    """Return the draft of a message that tells a unit's record to the 名录库."""
    credit_code, name = found_by(record)
    return Draft(
        id=message.id,
        route=message.route,
        kind=message.kind,
        party=message.party,
        content=lambda sequence: content_of(message, sequence, record),
        unit_id=message.unit_id,
        registration_id=message.registration_id,
        filing_id=message.filing_id,
        division=message.division,
        period=str(record.get("effective_date"))[:7],
        revision=message.revision,
        credit_code=credit_code,
        name=name,
        cause=cause,
    )


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
    except (KeyDestroyed, NotFound):  # nothing is left to send
        raise Conflict from None
    resending = Resending(at, call.actor.account_id, reason)
    secret = replace(before, directory_id="", resendings=(*before.resendings, resending))
    if not is_open(deps, changed.route, at):
        return deps.messages.save(replace(changed, waits=True), call, secret)
    changed = queued(changed, at, Entry.RESENT)
    return deps.messages.save(changed, call, secret, sending(deps, changed, secret, at))


def confirm_sent(deps: Deps, correlation_id: str) -> int:
    """Note which messages the transport has by now; their time to be answered begins. Return how many there were.

    Actor: the exchange. From: pending. To: sent. Events: none. What was answered meanwhile stays as it is.
    """
    call, at = Call(EXCHANGE, correlation_id), deps.clock.now()
    found = deps.messages.list_confirmed(AT_ONCE)
    deps.messages.save_each([confirmed(message, call, at) for message in found])
    return len(found)


def confirmed(message: Message, call: Call, at: datetime) -> Message:
    """Return a message that its transport has by now. Raises `Conflict`, `NotAllowed`."""
    sent = LogEntry(at, Entry.SENT, message.attempts)
    return replace(stepped(message, call, Action.CONFIRM, at, sent), sent_at=at)


def send_waiting(deps: Deps, correlation_id: str, turns: Turns | None = None) -> int:
    """Send the messages whose turn has come on routes that are open; return how many were looked at.

    Actor: the exchange. From: pending, waiting. To: pending. Events: the message, unit_sent. `turns` says where the
    round before ended, so that many whose turn has not come don't hold up those behind them.
    """

    full: set[RouteName] = set()

    def send(message: Message, call: Call, at: datetime) -> None:
        if message.route in full or not _is_next(deps, message):
            return
        if not deps.controls.admits(message.route, gates[message.route].cap, at):
            full.add(message.route)
            return
        entry = Entry.RESENT if message.attempts else Entry.QUEUED
        changed = queued(stepped(message, call, Action.QUEUE, at), at, entry)
        secret = deps.messages.secret_of(message)
        deps.messages.save(changed, call, None, sending(deps, changed, secret, at))

    turns = {} if turns is None else turns
    gates = deps.controls.gates(deps.clock.now())
    count = 0
    for route in _open(gates):
        found = deps.messages.list_waiting(route, turns.get(route), AT_ONCE)
        count += each(deps, correlation_id, found, send)
        goes_on = len(found) == AT_ONCE and route not in full
        turns[route] = (found[-1].created_at, found[-1].id) if goes_on else None
    return count


def send_overdue(deps: Deps, correlation_id: str) -> int:
    """Send messages without receipt again, or give them up after the last attempt; return how many there were.

    Actor: the exchange. From: sent. To: pending, or unanswered. Events: the message and unit_sent, or unit_unanswered.
    A receipt that comes later is still taken. On a route that is held nothing is sent again, and nothing given up.
    """

    def follow(message: Message, call: Call, at: datetime) -> None:
        if message.attempts < (message.line.attempts or deps.patience.attempts):
            if not deps.controls.admits(message.route, gates[message.route].cap, at):
                return
            changed = queued(stepped(message, call, Action.RESEND, at), at, Entry.RESENT)
            secret = deps.messages.secret_of(message)
            deps.messages.save(changed, call, None, sending(deps, changed, secret, at))
        else:
            given_up = LogEntry(at, Entry.UNANSWERED, message.attempts)
            changed = stepped(message, call, Action.GIVE_UP, at, given_up)
            deps.messages.save(changed, call, None, told(UNIT_UNANSWERED, changed, at))

    now = deps.clock.now()
    gates = deps.controls.gates(now)
    overdue = deps.messages.list_overdue(_open(gates), now - deps.patience.wait, AT_ONCE)
    return each(deps, correlation_id, overdue, follow)


def is_open(deps: Deps, route: RouteName, at: datetime) -> bool:
    """Whether a message may leave on the route now; it counts against the cap where it may."""
    gate = deps.controls.gates(at)[route]
    return gate.hold is None and deps.controls.admits(route, gate.cap, at)


def open_routes(deps: Deps) -> tuple[RouteName, ...]:
    """Return the routes out on which messages may leave now."""
    return _open(deps.controls.gates(deps.clock.now()))


def _open(gates: Mapping[RouteName, Gate]) -> tuple[RouteName, ...]:
    """Return the routes out on which messages may leave."""
    return tuple(route for route in KINDS_OF if gates[route].hold is None)


def _is_next(deps: Deps, message: Message) -> bool:
    """Whether the partner has answered all that came before it for the same party."""
    if message.sequence is None or message.sequence == 1:
        return message.sequence is not None
    before = deps.messages.find_in_sequence(message.route, message.party, message.sequence - 1)
    return before is not None and before.state in ANSWERED


def _drafted(draft: Draft, known: Message | None, sequence: int, secret: Secret, at: datetime) -> Message:
    """Return the message of a draft, before anything happens to it; `known` is the one that failed before."""
    first = Message(draft.id, 1, draft.party, State.PENDING, at, at)
    return replace(
        known or first,
        updated_at=at,
        route=draft.route,
        kind=draft.kind,
        unit_id=draft.unit_id,
        registration_id=draft.registration_id,
        filing_id=draft.filing_id,
        division=draft.division,
        period=draft.period,
        final_on=draft.final_on,
        revision=draft.revision,
        sequence=sequence,
        digest=digest_of(secret.content),
        reason_code="",
    )


def _new(fact: Fact, at: datetime) -> Message:
    return Message(
        id=message_id_of(fact.event_id, fact.kind),
        version=1,
        party=fact.unit_id,
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
