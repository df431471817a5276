"""Keeping the tree of divisions: what a change would do, proposing it, and the second person's word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from services.identity.model.change_sets import MOST_CHANGES, ChangeSet, ChangeSetAction, ChangeSetState, Impact
from services.identity.model.grants import Act
from services.identity.operations.telling import divisions_proposed
from services.identity.ports.deps import Deps
from services.identity.workflow import change_set_step_for
from shared.calls import Call
from shared.clock import local_date
from shared.codes.division_changes import ENDING, Change, ChangeKind, Fault, FaultCode, faults
from shared.errors import Conflict, Invalid, Problem
from shared.history import was_done
from shared.paging import Page

log = structlog.get_logger()

MESSAGES = {
    FaultCode.UNKNOWN: "当日没有这个行政区划。",
    FaultCode.OVERLAP: "该代码当日已在使用。",
    FaultCode.CYCLE: "上级区划最终又指回本区划。",
    FaultCode.SUCCESSOR_MISSING: "请填写承接的区划；拆分至少填写两个，撤销和合并不能填写自身。",
    FaultCode.SUCCESSOR_UNKNOWN: "承接的区划当日不存在。",
    FaultCode.LEVEL: "区划的级别不符。",
    FaultCode.CODE: "代码的前两位应与上级区划相同。",
    FaultCode.NAME: "请填写名称。",
    FaultCode.CHILDREN: "其下还有区划，请先移到其他上级或一并撤销。",
}
"""What is told about each fault."""

TOUCHING = ENDING | {ChangeKind.MOVE}


@dataclass(frozen=True)
class Preview:
    """What some changes would do: their faults, and what each touches."""

    changes: Sequence[Change]
    faults: Sequence[Fault]
    impacts: Sequence[Impact]


def preview(deps: Deps, changes: Sequence[Change]) -> Preview:
    """Return what is wrong with changes on the tree as it is, and whom they touch. Nothing is stored."""
    today = local_date(deps.clock.now())
    touched = [change.code for change in changes if change.kind in TOUCHING]
    impacts = [
        Impact(code, deps.accounts.count_over(code, today), deps.units.count_in(code))
        for code in dict.fromkeys(touched)
    ]
    return Preview(changes, faults(deps.divisions.meanings(), changes), impacts)


def propose_changes(deps: Deps, call: Call, document: str, changes: Sequence[Change]) -> ChangeSet:
    """Propose the changes of one document. To: proposed. Actor: ministry or administrator.

    Nothing of the tree changes yet. Raises `Invalid` with every fault of every change, `KeyReused`.
    """
    if call.request is not None:
        made = deps.change_sets.find_created(call.request)
        if made is not None:
            return made
    _check(deps, changes)
    now = deps.clock.now()
    change_set = ChangeSet(
        id=deps.random.id(),
        version=1,
        state=ChangeSetState.PROPOSED,
        document=document,
        changes=tuple(changes),
        proposed=Act(call.actor.account_id, now),
    )
    entry = call.entry(now, ChangeSetAction.PROPOSE, None, ChangeSetState.PROPOSED)
    stored = deps.change_sets.add(change_set, entry, divisions_proposed(document))
    log.info("divisions_proposed", change_set_id=stored.id, changes=len(changes), by=call.actor.account_id)
    return stored


def list_change_sets(deps: Deps, cursor: str, limit: int) -> Page[ChangeSet]:
    """Return a page of sets of changes, newest first. Actor: ministry or administrator."""
    return deps.change_sets.list_all(cursor, limit)


def confirm_changes(deps: Deps, call: Call, change_set_id: str) -> ChangeSet:
    """Bring proposed changes into the tree, each from its day on. From: proposed. Event: divisions_changed.

    Actor: a second person with the same right. They are looked at once more, as the tree may have changed meanwhile.
    Raises `NotFound`, `NotAllowed` for the proposer, `Conflict`, `StaleVersion`.
    """
    change_set = deps.change_sets.get(change_set_id)
    if was_done(change_set.history, call.request):
        return change_set
    call.check_version(change_set.version)
    change_set_step_for(change_set, ChangeSetAction.CONFIRM, call.actor)
    if faults(deps.divisions.meanings(), change_set.changes):
        raise Conflict("区划已另有变更，这些变更不再适用，请重新提出。", code="changes_outdated")
    return _decided(deps, call, change_set, ChangeSetAction.CONFIRM)


def refuse_changes(deps: Deps, call: Call, change_set_id: str) -> ChangeSet:
    """Refuse proposed changes. From: proposed. Actor: as for confirming."""
    return _end(deps, call, change_set_id, ChangeSetAction.REFUSE)


def withdraw_changes(deps: Deps, call: Call, change_set_id: str) -> ChangeSet:
    """Take proposed changes back. From: proposed. Actor: who proposed them."""
    return _end(deps, call, change_set_id, ChangeSetAction.WITHDRAW)


def _end(deps: Deps, call: Call, change_set_id: str, action: ChangeSetAction) -> ChangeSet:
    change_set = deps.change_sets.get(change_set_id)
    if was_done(change_set.history, call.request):
        return change_set
    call.check_version(change_set.version)
    return _decided(deps, call, change_set, action)


def _decided(deps: Deps, call: Call, change_set: ChangeSet, action: ChangeSetAction) -> ChangeSet:
    step = change_set_step_for(change_set, action, call.actor)
    now = deps.clock.now()
    done = replace(change_set, state=step.target, decided=Act(call.actor.account_id, now))
    saved = deps.change_sets.save(done, call.entry(now, action, change_set.state, step.target))
    deps.divisions.renew()
    log.info("divisions_decided", change_set_id=saved.id, action=action, by=call.actor.account_id)
    return saved


def _check(deps: Deps, changes: Sequence[Change]) -> None:
    problems = [
        Problem(f"/changes/{fault.number}/{fault.field}", fault.code.value, MESSAGES[fault.code])
        for fault in faults(deps.divisions.meanings(), changes)
    ]
    if not 1 <= len(changes) <= MOST_CHANGES:
        problems.append(Problem("/changes", "count", f"一次可提出 1 至 {MOST_CHANGES} 项变更。"))
    if problems:
        raise Invalid(problems)
