"""A delivery on its way: signed off by the responsible person, sent when it is due, followed until it is answered."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import date, datetime

import structlog

from services.exchange.errors import NoGrant, TooEarly
from services.exchange.model.catalogue import RESOURCE_OF_KIND
from services.exchange.model.deliveries import FOLLOWS, Action, Delivery, State
from services.exchange.model.messages import Kind, Message
from services.exchange.model.partners import Partner
from services.exchange.model.sharing import Grant
from services.exchange.operations.embargo import sharing_of
from services.exchange.operations.objecting import correct_by
from services.exchange.operations.preparing import prepared, stepped, superseded
from services.exchange.operations.sending import Draft, message_id_of, post
from services.exchange.operations.sets import tables_of
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.contracts.border import dump_content
from shared.errors import Conflict, Invalid, NotFound, Problem, StaleVersion
from shared.history import was_done

log = structlog.get_logger()

AT_ONCE = 100
"""Deliveries that one round of a periodic job takes up."""


def prepare(deps: Deps, call: Call, set_id: str, receiver: Partner) -> Delivery:
    """Prepare a set for a receiver once more, after it was declined or refused.

    Actor: the sharing desk. From: nothing. To: prepared. Events: none. Raises `NotFound`, `Conflict`, `TooLarge`.
    """

    def work(within: Deps) -> Delivery:
        made = tables_of(within, within.sharing.deliveries.get_set(set_id))
        done = within.sharing.deliveries.of_period(receiver, made.kind, made.period)
        mine = next((each for each in done if was_done(each.history, call.request)), None)
        return mine or prepared(within, call, receiver, made)

    return deps.together(work)


def sign_off(deps: Deps, call: Call, delivery_id: str) -> Delivery:
    """Sign a delivery off; one that is not held back goes at once.

    Actor: the head of statistics, not who prepared it. From: prepared. To: signed off, or held until its day. Events:
    none. Raises `NotFound`, `KeyReused`, `VersionRequired`, `StaleVersion`, `Conflict`, `NotAllowed`, `NoGrant`.
    """
    delivery = deps.sharing.deliveries.get(delivery_id)
    if was_done(delivery.history, call.request):
        return delivery
    call.check_version(delivery.version)
    at = deps.clock.now()
    changed = stepped(delivery, call, Action.SIGN_OFF, at)
    ground_of(deps, delivery, local_date(at))
    sharing = sharing_of(delivery.route, delivery.final_on)
    due_on = sharing.scheduled if sharing else local_date(at)
    changed = replace(changed, signed_by=call.actor.account_id, signed_at=at, due_on=due_on)
    saved = deps.sharing.deliveries.save(changed, call)
    if saved.state is State.HELD:
        return saved
    return send(deps, Call(EXCHANGE, call.correlation_id, saved.version), delivery_id)


def decline(deps: Deps, call: Call, delivery_id: str, reason: str) -> Delivery:
    """Decline to sign a delivery off, or take the signature back while it is held.

    Actor: the head of statistics. From: prepared, held. To: declined. Events: none. Raises `NotFound`, `KeyReused`,
    `VersionRequired`, `StaleVersion`, `Conflict`, `NotAllowed`.
    """
    delivery = deps.sharing.deliveries.get(delivery_id)
    if was_done(delivery.history, call.request):
        return delivery
    call.check_version(delivery.version)
    changed = replace(stepped(delivery, call, Action.DECLINE, deps.clock.now()), reason=reason)
    return deps.sharing.deliveries.save(changed, call)


def send(deps: Deps, call: Call, delivery_id: str) -> Delivery:
    """Put a delivery on its way, by the clock or by hand.

    Actor: the exchange, or the sharing desk. From: signed off, held. To: queued. Events: the message over the border.
    Raises `NotFound`, `KeyReused`, `VersionRequired`, `StaleVersion`, `Conflict`, `NotAllowed`; `TooEarly` before its
    first day, whoever asks; `NoGrant` where the receiver has no grant in force.
    """

    def work(within: Deps) -> Delivery:
        delivery = within.sharing.deliveries.get(delivery_id)
        if was_done(delivery.history, call.request):
            return delivery
        call.check_version(delivery.version)
        at = within.clock.now()
        changed = stepped(delivery, call, Action.SEND, at)
        grant = ground_of(within, delivery, local_date(at))
        message = post(within, Call(EXCHANGE, call.correlation_id), _draft(within, delivery))
        changed = replace(changed, message_id=message.id, message_state=message.state, grant_id=grant.id)
        return within.sharing.deliveries.save(changed, call)

    return deps.together(work)


def send_due(deps: Deps, correlation_id: str) -> int:
    """Send what was signed off and is due by today; return how many were looked at.

    Actor: the exchange. From: signed off, held. To: queued. What lacks its grant stays, and is seen in the list.
    """

    def work(delivery: Delivery, at: datetime) -> None:
        try:
            send(deps, Call(EXCHANGE, correlation_id, delivery.version), delivery.id)
        except (NoGrant, TooEarly) as refused:
            log.warning("delivery_stays", delivery_id=delivery.id, code=refused.code)

    return _each(deps, deps.sharing.deliveries.list_due(local_date(deps.clock.now()), AT_ONCE), work)


def follow(deps: Deps, correlation_id: str) -> int:
    """Note what became of the deliveries on their way; return how many changed.

    Actor: the exchange. From: queued, going, unanswered. To: going, accepted, refused, unanswered. Events: none. What a
    delivery that is accepted replaces is superseded, and objections that were upheld there are put right.
    """
    call = Call(EXCHANGE, correlation_id)
    changed = []

    def work(delivery: Delivery, at: datetime) -> None:
        message = deps.messages.find(delivery.message_id)
        if message is None or message.state not in FOLLOWS:
            return
        known = _known(delivery, message)
        if known.by_message is delivery.state:
            return
        deps.together(lambda within: _followed(within, call, known, at))
        changed.append(delivery.id)

    _each(deps, deps.sharing.deliveries.list_on_the_way(AT_ONCE), work)
    return len(changed)


def ground_of(deps: Deps, delivery: Delivery, on: date) -> Grant:
    """Return the grant in force on which a delivery leaves. Raises `NoGrant`."""
    grants = deps.sharing.grants.of_resource(delivery.receiver, RESOURCE_OF_KIND[delivery.kind])
    grant = next((each for each in grants if each.is_in_force(on)), None)
    if grant is None:
        raise NoGrant
    return grant


def require_reason(reason: str) -> str:
    """Return the reason. Raises `Invalid` where there is none."""
    if not reason.strip():
        raise Invalid([Problem("/reason", "required", "请填写理由。")])
    return reason


def _known(delivery: Delivery, message: Message) -> Delivery:
    """Return the delivery with what the ledger says of its message now."""
    return replace(
        delivery,
        message_state=message.state,
        reason_code=message.reason_code,
        left_at=delivery.left_at or message.sent_at,
        answered_at=message.answered_at,
    )


def _followed(deps: Deps, call: Call, known: Delivery, at: datetime) -> None:
    saved = deps.sharing.deliveries.save(stepped(known, call, Action.FOLLOW, at), call)
    if saved.state is not State.ACCEPTED or not saved.supersedes:
        return
    before = deps.sharing.deliveries.find(saved.supersedes)
    if before is not None and before.state in (State.ACCEPTED, State.UNANSWERED):
        superseded(deps, call, before, at)
    correct_by(deps, call, saved, at)


def _draft(deps: Deps, delivery: Delivery) -> Draft:
    id = message_id_of(delivery.id, Kind.STATISTICS)

    def content(sequence: int) -> bytes:
        return dump_content(
            {
                "kind": Kind.STATISTICS.value,
                "message_id": id,
                "sequence": sequence,
                "delivery_id": delivery.id,
                "receiver": delivery.receiver.value,
                "period_kind": delivery.kind,
                "period": delivery.period,
                "version": delivery.number,
                "supersedes": delivery.supersedes,
                "is_sample": delivery.is_sample,
                "digest": delivery.digest,
                "package": base64.b64encode(deps.sharing.deliveries.package_of(delivery)).decode(),
            }
        )

    return Draft(
        id=id,
        route=delivery.route,
        kind=Kind.STATISTICS,
        party=delivery.series,
        content=content,
        period=delivery.period,
        final_on=delivery.final_on,
        revision=delivery.number,
        cause=delivery.id,
    )


def _each(deps: Deps, found: Iterable[Delivery], work: Callable[[Delivery, datetime], None]) -> int:
    """Do `work` with each delivery; one that changed meanwhile does not hold up the others."""
    count = 0
    for delivery in found:
        count += 1
        try:
            work(delivery, deps.clock.now())
        except (StaleVersion, Conflict, NotFound) as error:
            log.info("delivery_changed", delivery_id=delivery.id, code=error.code)
    return count
