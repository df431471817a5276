"""Requests for resources of the catalogue: asked, granted with conditions and a term or refused, answered in time or told of."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from services.exchange.model.catalogue import RESOURCE_OF_KIND, RESOURCES
from services.exchange.model.deliveries import RECEIVERS
from services.exchange.model.partners import Partner
from services.exchange.model.sharing import Grant, GrantAction, GrantState
from services.exchange.operations import objecting
from services.exchange.packaging.metadata import SharingType
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Outgoing
from services.exchange.workflow import GRANT_WORKFLOW
from shared.calendar.working_days import add_working_days
from shared.calls import Call
from shared.clock import local_date
from shared.contracts.notification import NOTICE_DUE, Notice, in_role
from shared.errors import Invalid, NotFound, Problem
from shared.history import was_done
from shared.identity.actor import Role

ANSWER_DAYS = 10
"""Working days within which a request is answered."""

AT_ONCE = 100

STATUTORY = "《服务外包统计调查制度》附录（一）（二）规定的统计资料清单"
"""On what ground the receivers get what the regulation lists, without asking."""

NEVER_SHARED = "该资源为不予共享类，依据："


@dataclass(frozen=True)
class Answer:
    """What is granted: on which conditions, from when until when."""

    conditions: str = field(repr=False)
    valid_from: date
    valid_to: date | None


def request(deps: Deps, call: Call, receiver: Partner, resource: str, purpose: str) -> Grant:
    """Ask for a resource on behalf of a receiver; what is never shared is refused at once, with its ground.

    Actor: the sharing desk. From: nothing. To: requested, refused. Events: none. Raises `NotFound` for an unknown resource.
    """
    if resource not in RESOURCES:
        raise NotFound
    key = call.request.key if call.request else ""
    id = hashlib.sha256(f"{receiver}/{resource}/{call.actor.account_id}/{key}".encode()).hexdigest()[:32]
    known = deps.sharing.grants.find(id)
    if known is not None and was_done(known.history, call.request):
        return known
    at = deps.clock.now()
    asked = _asked(call, id, receiver, resource, purpose, at)
    entry = RESOURCES[resource]
    if entry.sharing is SharingType.NEVER:
        itself = Call(EXCHANGE, call.correlation_id)
        refused = stepped(asked, itself, GrantAction.REFUSE, at)
        made = deps.sharing.grants.add(asked, call)
        return deps.sharing.grants.save(
            replace(refused, version=made.version, reason=f"{NEVER_SHARED}{entry.condition}。", answered_at=at), itself
        )
    return deps.sharing.grants.add(asked, call)


def grant(deps: Deps, call: Call, grant_id: str, answer: Answer) -> Grant:
    """Grant a request.

    Actor: the sharing desk. From: requested. To: granted. Events: none. Raises `NotFound`, `KeyReused`,
    `VersionRequired`, `StaleVersion`, `Conflict`, `NotAllowed`; `Invalid` where a conditional resource has no conditions
    or the term ends before it begins.
    """
    asked = deps.sharing.grants.get(grant_id)
    if was_done(asked.history, call.request):
        return asked
    call.check_version(asked.version)
    at = deps.clock.now()
    changed = stepped(asked, call, GrantAction.GRANT, at)
    if problems := _problems(asked, answer):
        raise Invalid(problems)
    changed = replace(
        changed,
        conditions=answer.conditions,
        valid_from=answer.valid_from,
        valid_to=answer.valid_to,
        answered_at=at,
    )
    return deps.sharing.grants.save(changed, call)


def refuse(deps: Deps, call: Call, grant_id: str, reason: str) -> Grant:
    """Refuse a request, with a reason.

    Actor: the sharing desk. From: requested. To: refused. Events: none. Raises as `grant`.
    """
    return _ended(deps, call, grant_id, GrantAction.REFUSE, reason)


def end(deps: Deps, call: Call, grant_id: str, reason: str) -> Grant:
    """End a grant: nothing is delivered on it any more.

    Actor: the sharing desk. From: granted. To: ended. Events: none. Raises as `grant`.
    """
    return _ended(deps, call, grant_id, GrantAction.END, reason)


def lay_statutory(deps: Deps) -> int:
    """Grant the receivers what the regulation lists for them, where nobody ever asked; return how many there were.

    Actor: the exchange. From: nothing. To: granted. Events: none. Safe to run twice.
    """
    count = 0
    call = Call(EXCHANGE)
    at = deps.clock.now()
    for receiver in RECEIVERS:
        for resource in RESOURCE_OF_KIND.values():
            if deps.sharing.grants.of_resource(receiver, resource):
                continue
            id = hashlib.sha256(f"statutory/{receiver}/{resource}".encode()).hexdigest()[:32]
            made = deps.sharing.grants.add(_asked(call, id, receiver, resource, STATUTORY, at), call)
            answered = replace(stepped(made, call, GrantAction.GRANT, at), answered_at=at, valid_from=local_date(at))
            deps.sharing.grants.save(replace(answered, conditions=RESOURCES[resource].condition), call)
            count += 1
    return count


def tell_overdue(deps: Deps, correlation_id: str) -> int:
    """Tell the head of statistics of what should have been answered, once each; return how much it was.

    Actor: the exchange. From: requested, or open. To: the same. Events: a notice.
    """
    call = Call(EXCHANGE, correlation_id)
    at = deps.clock.now()
    today = local_date(at)
    asked = deps.sharing.grants.list_overdue(today, AT_ONCE)
    for each in asked:
        told = replace(stepped(each, call, GrantAction.ESCALATE, at), is_escalated=True)
        deps.sharing.grants.save(told, call, (_notice(deps, "request_overdue", each.id, "/sharing/requests"),))
    doubts = deps.sharing.objections.list_overdue(today, AT_ONCE)
    for doubt in doubts:
        notice = _notice(deps, "objection_overdue", doubt.id, "/sharing/objections")
        deps.sharing.objections.save(objecting.escalated(deps, doubt), call, (notice,))
    return len(asked) + len(doubts)


def stepped(asked: Grant, call: Call, action: GrantAction, at: datetime) -> Grant:
    """Return the request one step further. Raises `Conflict`, `NotAllowed`."""
    step = GRANT_WORKFLOW.step_for(asked, action, call.actor)
    entry = call.entry(at, action, asked.state, step.target)
    return replace(asked, state=step.target, updated_at=at, history=(*asked.history, entry))


def _asked(call: Call, id: str, receiver: Partner, resource: str, purpose: str, at: datetime) -> Grant:
    on = local_date(at)
    return Grant(
        id=id,
        version=1,
        receiver=receiver,
        resource=resource,
        state=GrantState.REQUESTED,
        requested_on=on,
        due_on=add_working_days(on, ANSWER_DAYS).on,
        created_at=at,
        updated_at=at,
        purpose=purpose,
        history=(call.entry(at, GrantAction.REQUEST, None, GrantState.REQUESTED),),
    )


def _problems(asked: Grant, answer: Answer) -> list[Problem]:
    found = []
    if RESOURCES[asked.resource].sharing is SharingType.CONDITIONAL and not answer.conditions.strip():
        found.append(Problem("/conditions", "required", "有条件共享的资源须写明共享条件。"))
    if answer.valid_to is not None and answer.valid_to < answer.valid_from:
        found.append(Problem("/valid_to", "before_start", "截止日期不能早于起始日期。"))
    return found


def _ended(deps: Deps, call: Call, grant_id: str, action: GrantAction, reason: str) -> Grant:
    asked = deps.sharing.grants.get(grant_id)
    if was_done(asked.history, call.request):
        return asked
    call.check_version(asked.version)
    at = deps.clock.now()
    return deps.sharing.grants.save(replace(stepped(asked, call, action, at), reason=reason, answered_at=at), call)


def _notice(deps: Deps, occasion: str, about: str, link: str) -> Outgoing:
    notice = Notice(
        occasion=f"exchange.{occasion}",
        once=about,
        to=in_role(Role.STATISTICS_HEAD, None),
        values={"days": str(ANSWER_DAYS)},
        link=link,
    )
    return Outgoing(NOTICE_DUE["exchange"].type, deps.border.seal_notice(notice))
