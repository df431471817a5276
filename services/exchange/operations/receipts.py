"""The receipts of partners: verified and taken, or refused and noted."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from hmac import compare_digest
from typing import cast

from services.exchange.errors import Unreadable
from services.exchange.model.messages import (
    ANSWERED,
    Action,
    Entry,
    LogEntry,
    Message,
    Outcome,
    Receipt,
)
from services.exchange.model.partners import ROUTES, Partner, RouteName
from services.exchange.operations.changes import stepped, told
from services.exchange.operations.entering import REJECTED, Came, enter_arrival, enter_receipt
from services.exchange.operations.telling import tell_refusal
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.contracts import border
from shared.contracts.exchange import UNIT_ACKNOWLEDGED, UNIT_REFUSED
from shared.errors import NotFound
from shared.messaging.errors import ContractBroken

MAX_REJECTIONS = 20
"""Rejected receipts that the log of one message shows; whoever sends more does not fill the ledger with them."""

_STEPS = {
    Outcome.ACCEPTED: (Action.TAKE_ACCEPTANCE, Entry.ACCEPTED, UNIT_ACKNOWLEDGED),
    Outcome.REFUSED: (Action.TAKE_REFUSAL, Entry.REFUSED, UNIT_REFUSED),
}


_SIGNED = frozenset({"digest_mismatch", "answered_otherwise"})
"""Why receipts are not taken that are the partner's own all the same."""


@dataclass(frozen=True)
class Incoming:
    """A receipt as it came; `about` is what its envelope says it answers, which nobody signed."""

    event_id: str
    type: str
    about: str
    sealed: str
    partner: Partner = Partner.DIRECTORY


@dataclass(frozen=True)
class _Read:
    message_id: str
    directory_id: str
    attempt: int
    receipt: Receipt


def take_receipt(deps: Deps, call: Call, incoming: Incoming) -> Message:
    """Take a partner's answer to a message.

    Actor: the partner, by a receipt whose signature and digest hold. From: pending, sent, unanswered. To: accepted
    or refused. Events: of a change of a unit, unit_acknowledged, or unit_refused with a notice to the reviewers. An
    answer that is known already, and a refusal of a sending that another has followed, change nothing. Raises
    `Unreadable` where the receipt does not verify, answers no message of ours, or contradicts the answer before.
    """
    read = _read(deps, incoming)
    message = deps.messages.find(read.message_id)
    if message is None or message.partner is not incoming.partner:
        raise Unreadable("unknown_message")
    if not compare_digest(read.receipt.digest, message.digest):
        raise Unreadable("digest_mismatch", message.id)
    taken = _taken(deps, call, incoming, read, message)
    came = Came(incoming.event_id, incoming.type, incoming.sealed, incoming.partner, message.route)
    told_of = (read.receipt.outcome.value, read.receipt.digest)
    enter_receipt(deps, came, message.id, read.attempt or message.attempts, *told_of, message.holder)
    return taken


def note_foreign_receipt(deps: Deps, incoming: Incoming, refusal: Unreadable) -> None:
    """Enter a receipt that was not taken in the journal; one that the partner did sign, with the message it is about.

    Actor: the exchange. Safe to run twice.
    """
    came = Came(incoming.event_id, incoming.type, incoming.sealed, incoming.partner, _route_of(deps, incoming))
    enter_arrival(deps, came, REJECTED, refusal.message_id if refusal.code in _SIGNED else "")


def _route_of(deps: Deps, incoming: Incoming) -> RouteName:
    """Return the route of the message that an envelope names, or the partner's first: nobody vouches for either."""
    named = deps.messages.find(incoming.about)
    if named is not None and named.partner is incoming.partner:
        return named.route
    return next(route.name for route in ROUTES.values() if route.partner is incoming.partner)


def _taken(deps: Deps, call: Call, incoming: Incoming, read: _Read, message: Message) -> Message:
    outcome = read.receipt.outcome
    if outcome is Outcome.REFUSED and 0 < read.attempt < message.attempts:
        return message  # the answer to a sending that another has followed
    if message.state in ANSWERED and message.receipt is not None:
        if message.receipt.outcome is not outcome:
            raise Unreadable("answered_otherwise", message.id)
        return message
    action, entry, contract = _STEPS[outcome]
    at = deps.clock.now()
    taken = LogEntry(at, entry, message.attempts, read.receipt.reason_code, incoming.event_id)
    changed = replace(
        stepped(message, call, action, at, taken),
        receipt=read.receipt,
        reason_code=read.receipt.reason_code,
        sent_at=message.sent_at or at,
        answered_at=at,
    )
    secret = replace(deps.messages.secret_of(message), directory_id=read.directory_id)
    notices = tell_refusal(deps, changed) if outcome is Outcome.REFUSED else ()
    return deps.messages.save(changed, call, secret, (*told(contract, changed, at, outcome), *notices))


def note_rejected_receipt(deps: Deps, call: Call, message_id: str, code: str, event_id: str) -> None:
    """Show in a message's log that a receipt for it did not verify; its state stays as it is.

    Actor: the exchange. From: any state. Events: none. Safe to run twice. Unknown messages are passed over.
    """
    with suppress(NotFound):
        message = deps.messages.get(message_id)
        rejected = [entry for entry in message.log if entry.event is Entry.RECEIPT_REJECTED]
        if len(rejected) >= MAX_REJECTIONS or any(entry.source == event_id for entry in rejected):
            return
        at = deps.clock.now()
        note = LogEntry(at, Entry.RECEIPT_REJECTED, message.attempts, code, event_id)
        deps.messages.save(stepped(message, call, Action.NOTE_REJECTED_RECEIPT, at, note), call)


def _read(deps: Deps, incoming: Incoming) -> _Read:
    try:
        content = deps.border.open_receipt(incoming.sealed, incoming.type, incoming.partner)
        loaded = border.load_content(border.Receipt(), content)
    except Unreadable as error:
        raise Unreadable(error.code, incoming.about) from error
    except ContractBroken:
        raise Unreadable("receipt_malformed", incoming.about) from None
    receipt = Receipt(
        outcome=Outcome(cast(str, loaded["outcome"])),
        reason_code=cast(str, loaded["reason"]),
        received_at=cast(datetime, loaded["received_at"]),
        digest=cast(str, loaded["digest"]),
    )
    return _Read(
        cast(str, loaded["message_id"]), cast(str, loaded["directory_id"]), cast(int, loaded["attempt"]), receipt
    )
