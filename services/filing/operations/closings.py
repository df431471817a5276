"""Closing a period for good (最终审定): what it would settle, deciding it, and reading what became of it (D2, G1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

from services.filing.errors import ClosingAtWork, FinalTooEarly, PeriodClosed, PeriodOpen, PreviewChanged
from services.filing.model.closings import (
    Closing,
    ClosingAction,
    LeftOut,
    SnapshotRow,
    Stage,
    Verification,
    Words,
    covering,
    first_link,
    scope_of,
)
from services.filing.model.filings import Filing
from services.filing.model.periods import Period, period_of
from services.filing.model.states import State
from services.filing.operations.instruments import read_period
from services.filing.ports.closings import Group, Narrowed
from services.filing.ports.deps import Deps
from shared.calendar.statutory import StatutoryDay, final_approval_from, written
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Invalid, Problem

NOT_APPROVED = frozenset({State.DRAFT, State.RETURNED, State.SUBMITTED})


@dataclass(frozen=True)
class Preview:
    """What closing a period would settle and leave out, and from which day it may be closed.

    `seen` tells the filings that would be left out, and how they stand, from any others; a closing names it, so that the
    ministry leaves out what it saw. `closing` is there where the period is closed already.
    """

    period: Period
    first: StatutoryDay
    may_close: bool
    groups: Sequence[Group]
    seen: str
    closing: Closing | None

    @property
    def to_settle(self) -> int:
        """How many filings would be settled."""
        return sum(each.count for each in self.groups if each.state is State.APPROVED)

    @property
    def settled(self) -> int:
        """How many are settled already."""
        return sum(each.count for each in self.groups if each.state is State.FINAL)

    @property
    def to_leave_out(self) -> int:
        """How many would be left out."""
        return sum(each.count for each in self.groups if each.state in NOT_APPROVED)


@dataclass(frozen=True)
class Wish:
    """The ministry's decision on a period; a reason where filings are left out, and what was seen of them."""

    period: str
    words: Words
    seen: str


def first_day_for(period: Period) -> StatutoryDay:
    """Return the first day on which a period, or a filing of it, may be settled for good."""
    return final_approval_from(period.year, period.month)


def require_settleable(deps: Deps, filing: Filing) -> None:
    """Refuse to settle a filing before its day, or before its period has been closed.

    Raises `FinalTooEarly` and `PeriodOpen`, which name the earliest day.
    """
    period = period_of(filing.period)
    first = first_day_for(period)
    if local_date(deps.clock.now()) < first.on:
        raise FinalTooEarly(f"尚不能最终审定：{first.explanation}")
    if deps.closings.find_any(covering(filing.period)) is None:
        text = f"{period.label}尚未最终审定，报表随本期一并审定；本期自{written(first.on)}起可以审定。"
        raise PeriodOpen(text)


def preview_closing(deps: Deps, call: Call, period_text: str) -> Preview:
    """Return what closing a period would settle and leave out. Actor: the ministry. Raises `Invalid` for no period."""
    period = read_period(period_text)
    scope = scope_of(period)
    first = first_day_for(period)
    closing = deps.closings.find_any([str(period)])
    return Preview(
        period=period,
        first=first,
        may_close=closing is None and local_date(deps.clock.now()) >= first.on,
        groups=deps.period_filings.standings(scope),
        seen=_seen(deps, scope),
        closing=closing,
    )


def list_not_approved(
    deps: Deps, call: Call, period_text: str, narrowed: Narrowed, after: str, limit: int
) -> Sequence[LeftOut]:
    """Return filings of a period that closing it would leave out, by id; the read is recorded. Raises `Invalid`."""
    period = read_period(period_text)
    deps.reads.record(call, "list_not_approved", str(period))
    return deps.period_filings.not_approved(scope_of(period), narrowed, after, limit)


def close_period(deps: Deps, call: Call, wish: Wish) -> Closing:
    """Decide that a period is final; the worker then settles each filing that is approved, and freezes the snapshot.

    Actor: the ministry. Events: none here; `period_finalised` once all is done. The same request closes once, and no
    period is closed twice. What is not approved is left out only with a reason, and only what was seen. It can't be
    taken back. Raises `FinalTooEarly`, `PeriodClosed`, `PreviewChanged`, `Invalid`. Source: 总说明（六）、（十）.
    """
    made = deps.closings.find_created(call.request) if call.request else None
    if made is not None:
        return made
    preview = preview_closing(deps, call, wish.period)
    if preview.closing is not None:
        raise PeriodClosed
    if not preview.may_close:
        raise FinalTooEarly(f"尚不能最终审定：{preview.first.explanation}")
    if wish.seen != preview.seen:
        raise PreviewChanged
    if preview.to_leave_out and not wish.words.left_out_reason:
        text = f"本期还有 {preview.to_leave_out} 份报表未审核通过。不含这些报表审定本期，须说明理由。"
        raise Invalid([Problem("/left_out_reason", "reason_missing", text, "理由", "不含未审核通过报表的理由")])
    words = wish.words if preview.to_leave_out else replace(wish.words, left_out_reason="")
    now, closing_id, period = deps.clock.now(), deps.new_id(), str(preview.period)
    closing = Closing(
        id=closing_id,
        version=1,
        period=period,
        words=words,
        actor=call.actor,
        stage=Stage.SETTLING,
        created_at=now,
        updated_at=now,
        chain=first_link(closing_id, period),
        total=preview.to_settle,
        history=(call.entry(now, ClosingAction.CLOSE, None, Stage.SETTLING),),
    )
    return deps.closings.add(closing, call)


def list_closings(deps: Deps) -> tuple[Closing, ...]:
    """Return all closings, the latest period first. Actor: the ministry."""
    return deps.closings.list_all()


def read_closing(deps: Deps, closing_id: str) -> Closing:
    """Return a closing with how far it is. Actor: the ministry. Raises `NotFound`."""
    return deps.closings.get(closing_id)


def list_rows(deps: Deps, call: Call, closing_id: str, after: int, limit: int) -> tuple[SnapshotRow, ...]:
    """Return rows of a snapshot in their order; the read is recorded. Raises `NotFound`."""
    closing = deps.closings.get(closing_id)
    deps.reads.record(call, "read_snapshot", closing.id)
    return deps.closings.rows(closing.id, after, limit)


def list_left_out(deps: Deps, call: Call, closing_id: str, after: str, limit: int) -> tuple[LeftOut, ...]:
    """Return what a closing left out, by id; the read is recorded. Raises `NotFound`."""
    closing = deps.closings.get(closing_id)
    deps.reads.record(call, "read_left_out", closing.id)
    return deps.closings.left_out(closing.id, after, limit)


def names_of(deps: Deps, found: Sequence[LeftOut]) -> dict[str, str]:
    """Return the names of the units of these filings, by id; none where a key was destroyed, or a city filed."""
    units = deps.units.find_all({each.unit_id for each in found})
    return {unit_id: unit.basic("name") for unit_id, unit in units.items()}


def verify_closing(deps: Deps, call: Call, closing_id: str) -> Closing:
    """Have the snapshot looked at again by the worker: its digest made anew, each row held against its filing.

    Actor: the ministry. From: complete. Events: none. Raises `NotFound`, and `ClosingAtWork` while the closing or
    another look is under way.
    """
    closing = deps.closings.get(closing_id)
    if any(call.request and entry.key == call.request.key for entry in closing.history):
        return closing
    if closing.is_at_work:
        raise ClosingAtWork
    now = deps.clock.now()
    verification = Verification(call.actor.account_id, now, first_link(closing.id, closing.period))
    changed = replace(closing, verification=verification, updated_at=now)
    act = call.entry(now, ClosingAction.VERIFY, closing.stage, closing.stage)
    return deps.closings.save(changed, act=act)


def _seen(deps: Deps, scope: Sequence[str]) -> str:
    digest = hashlib.sha256()
    for name in deps.period_filings.names_of_not_approved(scope):
        digest.update(f"{name}\n".encode())
    return digest.hexdigest()
