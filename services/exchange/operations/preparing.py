"""A delivery is prepared: the package made, its version for the receiver found, what it replaces superseded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.exchange.model.catalogue import RESOURCE_OF_KIND, RESOURCES
from services.exchange.model.deliveries import BEFORE_LEAVING, ENDED, Action, Delivery, State
from services.exchange.model.partners import Partner
from services.exchange.packaging.package import MOST_BYTES, TYP, Addressed, pack
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from services.exchange.workflow import DELIVERY_WORKFLOW
from shared.calls import Call
from shared.errors import Conflict, TooLarge
from shared.tabulation.tables import TableSet


def prepared(deps: Deps, call: Call, receiver: Partner, made: TableSet) -> Delivery:
    """Prepare a set for a receiver; deliveries of older sets that did not leave are superseded.

    Actor: the exchange, or the sharing desk. From: nothing. To: prepared. Events: none. Within a transaction. Raises
    `Conflict` where the set is prepared already or a newer one is, `TooLarge` where the package is too large to leave.
    """
    earlier = deps.sharing.deliveries.of_period(receiver, made.kind, made.period)
    if any(_stands_in_the_way(each, made) for each in earlier):
        raise Conflict
    at = deps.clock.now()
    for each in earlier:
        if each.state in BEFORE_LEAVING:
            superseded(deps, Call(EXCHANGE, call.correlation_id), each, at)
    before = _last_on_its_way(earlier)
    round_ = sum(each.set_id == made.set_id for each in earlier)
    addressed = Addressed(
        delivery_id=hashlib.sha256(f"{made.set_id}/{receiver}/{round_}".encode()).hexdigest()[:32],
        receiver=receiver.value,
        version=before.number + 1 if before else 1,
        supersedes=before.id if before else "",
    )
    resource = RESOURCES[RESOURCE_OF_KIND[made.kind]]
    package = pack(made, addressed, resource, lambda payload: deps.signer.sign(payload, TYP))
    if len(package.data) > MOST_BYTES:
        raise TooLarge
    delivery = Delivery(
        id=addressed.delivery_id,
        version=1,
        receiver=receiver,
        set_id=made.set_id,
        kind=made.kind,
        period=made.period,
        set_version=made.version,
        title=made.title,
        final_on=made.final_on,
        is_sample=made.is_sample,
        number=addressed.version,
        supersedes=addressed.supersedes,
        digest=package.digest,
        size=len(package.data),
        state=State.PREPARED,
        prepared_by=call.actor.account_id,
        created_at=at,
        updated_at=at,
        history=(call.entry(at, Action.PREPARE, None, State.PREPARED),),
    )
    return deps.sharing.deliveries.add(delivery, call, package.data)


def superseded(deps: Deps, call: Call, delivery: Delivery, at: datetime) -> Delivery:
    """Supersede a delivery: something newer takes its place.

    Actor: the exchange. From: prepared, signed off, held, accepted, unanswered. To: superseded. Events: none.
    """
    return deps.sharing.deliveries.save(stepped(delivery, call, Action.SUPERSEDE, at), call)


def stepped(delivery: Delivery, call: Call, action: Action, at: datetime) -> Delivery:
    """Return the delivery one step further. Raises `Conflict`, `NotAllowed`."""
    step = DELIVERY_WORKFLOW.step_for(delivery, action, call.actor)
    entry = call.entry(at, action, delivery.state, step.target)
    return replace(delivery, state=step.target, updated_at=at, history=(*delivery.history, entry))


def _stands_in_the_way(each: Delivery, made: TableSet) -> bool:
    """Whether the set is with the receiver already, or on its way there, or a newer one is."""
    if each.state in ENDED:
        return False
    return each.set_id == made.set_id or each.set_version >= made.version


def _last_on_its_way(earlier: Sequence[Delivery]) -> Delivery | None:
    """Return the last delivery that the receiver has or will have; one that it refused it has not."""
    posted = [each for each in earlier if each.message_id and each.state not in ENDED]
    return max(posted, key=lambda each: each.number, default=None)
