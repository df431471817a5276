"""Releases: prepared from the frozen facts of a closed period, checked, signed off by a second person, handed over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import structlog

from services.statistics.errors import FactsBehind, NotFrozen
from services.statistics.model.releases import (
    SIGNED_OFF,
    Progress,
    Release,
    ReleaseAction,
    ReleaseKind,
    ReleaseState,
    Verdict,
)
from services.statistics.model.snapshots import Snapshot
from services.statistics.operations.checking import check
from services.statistics.operations.handing_over import told_of
from services.statistics.operations.kinds import RULES, require_period_of, years_of
from services.statistics.operations.snapshots import frozen_snapshot
from services.statistics.policy import SYSTEM
from services.statistics.ports.deps import Deps
from services.statistics.ports.releases import Papers
from services.statistics.workflow import step_for
from shared.calls import Call
from shared.errors import Invalid, NotFound, Problem, StaleVersion
from shared.history import was_done

LEASE = timedelta(minutes=30)
"""A check whose worker said nothing for so long is taken up by another; the same check twice has one outcome.

It says something after each quantity: so long may one quantity take.
"""

log = structlog.get_logger()


def prepare_release(deps: Deps, call: Call, kind: ReleaseKind, period: str) -> Release:
    """Begin a release of a closed period; the worker then checks it.

    A later version supersedes the one approved before, and has what was corrected and settled since. Actor: the
    ministry. Events: none. The same request prepares once. Raises `Invalid` for a period of another kind, `NotFrozen`,
    `FactsBehind`, and `ReleaseUnderWay` while another one that tells of the same year is not decided.
    """
    made = deps.releases.find_created(call.request) if call.request else None
    if made is not None:
        return made
    require_period_of(kind, period)
    approved = [each for each in deps.releases.list_of(kind, period) if each.state in SIGNED_OFF]
    snapshot = _snapshot_for(deps, period, is_revision=bool(approved))
    entry = call.entry(deps.clock.now(), ReleaseAction.PREPARE, None, ReleaseState.DRAFT)
    release = Release(
        id=deps.new_id(),
        version=1,
        kind=kind,
        period=period,
        number=len(approved) + 1,
        supersedes=approved[0].id if approved else "",
        final_on=snapshot.final_on,
        state=ReleaseState.DRAFT,
        prepared_by=call.actor.account_id,
        snapshot=snapshot.number,
        created_at=entry.at,
        updated_at=entry.at,
        history=(entry,),
        is_sample=deps.is_sample,
    )
    return deps.releases.add(release, call, years_of(kind, period))


def check_next(deps: Deps) -> bool:
    """Check a release that waits for it; tell whether there was one. Actor: the service. Events: none.

    From: draft. To: passed, or failed with what was found. Any number of workers may do this at once.
    """
    release = deps.releases.take(deps.clock.now(), LEASE)
    if release is None:
        return False

    def heard(progress: Progress) -> None:
        deps.releases.note_progress(release, progress, deps.clock.now() + LEASE)

    outcome = check(deps, release, deps.snapshots.get(release.period, release.snapshot), heard)
    action = ReleaseAction.FAIL if outcome.checked.faults else ReleaseAction.PASS
    call = Call(SYSTEM, correlation_id=release.id)
    step = step_for(release, action, SYSTEM)
    entry = call.entry(deps.clock.now(), action, release.state, step.target)
    checked = replace(
        release,
        state=step.target,
        progress=None,
        checked=outcome.checked,
        hidden=outcome.hidden,
        updated_at=entry.at,
        history=(*release.history, entry),
    )
    try:
        deps.releases.save(checked, call, Papers(outcome.content, outcome.report))
    except StaleVersion:
        log.info("release_checked_by_another", release_id=release.id)
    else:
        log.info("release_checked", release_id=release.id, state=step.target.value, findings=outcome.checked.findings)
    return True


def approve_release(deps: Deps, call: Call, release_id: str, statement: str, exception_reason: str = "") -> Release:
    """Sign a release off: the tables of the appendix are handed to exchange, as they were checked.

    Where the check left something to judge, `exception_reason` says why it goes out all the same. Actor: the head of
    statistics, who must not have prepared it. From: passed. To: approved. Events: tables approved, for the appendix.
    Raises `Invalid`, `NotFound`, `Conflict`, `NotAllowed`, `StaleVersion`. Source: 附录（一）、（二）.
    """
    release = deps.releases.get(release_id)
    if was_done(release.history, call.request):
        return release
    call.check_version(release.version)
    step = step_for(release, ReleaseAction.APPROVE, call.actor)
    _require_reason(release, exception_reason)
    content = deps.releases.content(release)
    entry = call.entry(deps.clock.now(), ReleaseAction.APPROVE, release.state, step.target)
    approved = replace(
        release,
        state=step.target,
        approved_by=call.actor.account_id,
        statement=statement,
        exception_reason=exception_reason,
        updated_at=entry.at,
        history=(*release.history, entry),
    )
    events = (told_of(approved, content),) if RULES[release.kind].is_handed_over else ()
    return deps.releases.save(approved, call, events=events)


def withdraw_release(deps: Deps, call: Call, release_id: str) -> Release:
    """Give a release up that passed its check, so that another one can be prepared.

    Actor: the ministry, its head of statistics. From: passed. To: withdrawn. Events: none. Raises as `approve_release`.
    """
    release = deps.releases.get(release_id)
    if was_done(release.history, call.request):
        return release
    call.check_version(release.version)
    step = step_for(release, ReleaseAction.WITHDRAW, call.actor)
    entry = call.entry(deps.clock.now(), ReleaseAction.WITHDRAW, release.state, step.target)
    withdrawn = replace(release, state=step.target, updated_at=entry.at, history=(*release.history, entry))
    return deps.releases.save(withdrawn, call)


def list_releases(deps: Deps) -> tuple[Release, ...]:
    """Return all releases, the newest first. Actor: whoever may read releases."""
    return deps.releases.list_all()


def read_release(deps: Deps, call: Call, release_id: str) -> Release:
    """Return a release with the outcome of its check; the read is recorded. Raises `NotFound`."""
    release = deps.releases.get(release_id)
    deps.reads.record(call, "read_release", release_id)
    return release


def read_content(deps: Deps, call: Call, release_id: str) -> bytes:
    """Return the tables of a release as they are handed over; the read is recorded. Raises `NotFound`."""
    release = deps.releases.get(release_id)
    content = deps.releases.content(release)
    deps.reads.record(call, "read_content", release_id)
    return content


def read_report(deps: Deps, call: Call, release_id: str) -> bytes:
    """Return the report of the check of a release; the read is recorded. Raises `NotFound` before it was checked too."""
    release = deps.releases.get(release_id)
    report = deps.releases.report(release)
    deps.reads.record(call, "read_report", release_id)
    return report


def is_reproduced(deps: Deps, release_id: str) -> bool:
    """Tell whether a release that is made anew from its snapshot is the same to the last byte. Raises `NotFound`."""
    release = deps.releases.get(release_id)
    outcome = check(deps, release, deps.snapshots.get(release.period, release.snapshot), lambda _: None)
    return outcome.content == deps.releases.content(release)


def _snapshot_for(deps: Deps, period: str, *, is_revision: bool) -> Snapshot:
    """Return what a release is made from: a later version from what was corrected since. Raises `NotFrozen`, `FactsBehind`."""
    try:
        snapshot = frozen_snapshot(deps, period)
    except NotFound:
        raise NotFrozen from None
    if snapshot is None:
        raise NotFrozen
    if not is_revision:
        return snapshot
    revised = deps.snapshots.revise(snapshot, deps.clock.now())
    if revised is None:
        raise FactsBehind
    return revised


def _require_reason(release: Release, reason: str) -> None:
    """Raise `Invalid` where a reason is needed and missing, or given where there is nothing to make an exception of."""
    is_needed = release.checked is not None and release.checked.verdict is Verdict.REVIEW
    label = "例外签发理由"
    if is_needed and not reason:
        text = "核查结果须人工判断，签发须说明理由。"
        raise Invalid([Problem("/exception_reason", "reason_missing", text, "理由", label)])
    if reason and not is_needed:
        text = "核查已通过，没有须说明理由的事项。"
        raise Invalid([Problem("/exception_reason", "reason_not_needed", text, "不填", label)])
