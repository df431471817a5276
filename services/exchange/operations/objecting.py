"""The objection loop (校核纠错): a receiver doubts a number, the desk answers, a correction puts it right."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from services.exchange.errors import Unreadable
from services.exchange.model.deliveries import LEFT, Delivery
from services.exchange.model.partners import Partner
from services.exchange.model.sharing import Objection, ObjectionAction, ObjectionState
from services.exchange.operations.sets import tables_of
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from services.exchange.workflow import OBJECTION_WORKFLOW
from shared.calendar.working_days import add_working_days
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Invalid, Problem
from shared.history import was_done

ANSWER_DAYS = 10
"""Working days within which an objection is answered: an agreement of ours, the regulation says none."""


@dataclass(frozen=True)
class Doubt:
    """Which number of a delivery is doubted, and why."""

    delivery_id: str
    table: str
    at: tuple[str, ...]
    measure: str
    reason: str = field(repr=False)


def object_for(deps: Deps, call: Call, doubt: Doubt) -> Objection:
    """Raise an objection on behalf of the receiver of a delivery.

    Actor: the sharing desk. From: nothing. To: open. Events: none. Raises `NotFound`, `Invalid` for a number that the
    delivery does not have.
    """
    delivery = deps.sharing.deliveries.get(doubt.delivery_id)
    key = call.request.key if call.request else ""
    id = hashlib.sha256(f"{doubt.delivery_id}/{call.actor.account_id}/{key}".encode()).hexdigest()[:32]
    known = deps.sharing.objections.find(id)
    if known is not None and was_done(known.history, call.request):
        return known
    place = _place(deps, delivery, doubt)
    if not place:
        raise Invalid([Problem("/at", "unknown_cell", "该批资料中没有这个数据。")])
    return deps.sharing.objections.add(_raised(deps, call, id, delivery.receiver, doubt, place), call)


def take_objection(deps: Deps, call: Call, partner: Partner, content: Mapping[str, object]) -> Objection:
    """Take an objection that a receiver signed.

    Actor: the partner. From: nothing. To: open. Events: none. Safe to run twice. Raises `Unreadable` where it is about
    nothing that this partner got.
    """
    id = str(content["message_id"])
    known = deps.sharing.objections.find(id)
    if known is not None:
        return known
    places = content["at"]
    at = tuple(str(code) for code in places) if isinstance(places, list) else ()
    doubt = Doubt(
        str(content["delivery_id"]), str(content["table"]), at, str(content["measure"]), str(content["reason"])
    )
    delivery = deps.sharing.deliveries.find(doubt.delivery_id)
    place = _place(deps, delivery, doubt) if delivery is not None and delivery.receiver is partner else ""
    if not place:
        raise Unreadable("unknown_cell")
    return deps.sharing.objections.add(_raised(deps, call, id, partner, doubt, place), call)


def answer_objection(deps: Deps, call: Call, objection_id: str, is_upheld: bool, answer: str) -> Objection:
    """Answer an objection: the number is to be corrected, or it stands.

    Actor: the sharing desk. From: open. To: upheld, rejected. Events: none. Raises `NotFound`, `KeyReused`,
    `VersionRequired`, `StaleVersion`, `Conflict`, `NotAllowed`.
    """
    objection = deps.sharing.objections.get(objection_id)
    if was_done(objection.history, call.request):
        return objection
    call.check_version(objection.version)
    at = deps.clock.now()
    action = ObjectionAction.UPHOLD if is_upheld else ObjectionAction.REJECT
    changed = replace(stepped(objection, call, action, at), answer=answer, answered_at=at)
    return deps.sharing.objections.save(changed, call)


def correct_by(deps: Deps, call: Call, delivery: Delivery, at: datetime) -> None:
    """Put right what was upheld of the delivery that this one replaces.

    Actor: the exchange. From: upheld. To: corrected. Events: none. Within the transaction that takes the acceptance.
    """
    for each in deps.sharing.objections.of_deliveries([delivery.supersedes]):
        if each.state is ObjectionState.UPHELD:
            changed = replace(stepped(each, call, ObjectionAction.CORRECT, at), corrected_by=delivery.id)
            deps.sharing.objections.save(changed, call)


def stepped(objection: Objection, call: Call, action: ObjectionAction, at: datetime) -> Objection:
    """Return the objection one step further. Raises `Conflict`, `NotAllowed`."""
    step = OBJECTION_WORKFLOW.step_for(objection, action, call.actor)
    entry = call.entry(at, action, objection.state, step.target)
    return replace(objection, state=step.target, updated_at=at, history=(*objection.history, entry))


def _raised(deps: Deps, call: Call, id: str, receiver: Partner, doubt: Doubt, place: str) -> Objection:
    at = deps.clock.now()
    on = local_date(at)
    return Objection(
        id=id,
        version=1,
        receiver=receiver,
        delivery_id=doubt.delivery_id,
        table=doubt.table,
        at=doubt.at,
        measure=doubt.measure,
        state=ObjectionState.OPEN,
        raised_by=call.actor.account_id,
        raised_on=on,
        due_on=add_working_days(on, ANSWER_DAYS).on,
        created_at=at,
        updated_at=at,
        reason=doubt.reason,
        place=place,
        history=(call.entry(at, ObjectionAction.RAISE, None, ObjectionState.OPEN),),
    )


def _place(deps: Deps, delivery: Delivery, doubt: Doubt) -> str:
    """Say in words which number it is; empty where the receiver has no such number, shown or hidden."""
    if delivery.state not in LEFT or delivery.left_at is None:
        return ""
    table = tables_of(deps, deps.sharing.deliveries.get_set(delivery.set_id)).table(doubt.table)
    if table is None or not any((cell.at, cell.measure) == (doubt.at, doubt.measure) for cell in table.cells):
        return ""
    titles = [each.title_of(code) for each, code in zip(table.dimensions, doubt.at, strict=True)]
    return "，".join((table.title, *titles, table.measure(doubt.measure).title))


def escalated(deps: Deps, objection: Objection) -> Objection:
    """Return the objection as one of which the head of statistics was told that it is overdue."""
    call = Call(EXCHANGE)
    return replace(stepped(objection, call, ObjectionAction.ESCALATE, deps.clock.now()), is_escalated=True)
