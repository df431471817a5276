"""Alarms of likely duplicates as reviewers and the ministry see them, and the ministry's decision.

A department sees of an alarm the sides in its own sight, and of the others only that there is another; the ministry sees
all. Units see nothing: whoever files is neither blocked nor told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.filing.errors import DuplicateUnsettled
from services.filing.ledger.alarms import (
    AlarmAction,
    AlarmState,
    DuplicateAlarm,
    Outcome,
    Settlement,
    Side,
    Verdict,
)
from services.filing.ledger.lines import Execution
from services.filing.ledger.posting import execution_in
from services.filing.ledger.reading import CONTRACT_FORM, terms_of
from services.filing.ledger.terms import Terms
from services.filing.model.filings import Filing
from services.filing.model.units import Unit
from services.filing.operations.telling import tell_of_duplicate
from services.filing.policy import has_filed, owner_is_in_sight
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotFound, Problem
from shared.history import was_done
from shared.identity.actor import UNIT_ROLES, Actor, Role
from shared.paging import Page


@dataclass(frozen=True)
class SideView:
    """A side as somebody who sees it does; `filing`, `terms` and `execution` are there where it is read in full."""

    side: Side
    unit: Unit | None
    filing: Filing | None = None
    terms: Terms | None = field(default=None, repr=False)
    execution: Execution | None = field(default=None, repr=False)


@dataclass(frozen=True)
class AlarmView:
    """An alarm as an actor sees it; `has_another` says that a side is outside of their sight.

    `is_in_full` is for the ministry, which sees who decided on which version too.
    """

    alarm: DuplicateAlarm
    sides: tuple[SideView, ...]
    has_another: bool
    is_in_full: bool


@dataclass(frozen=True)
class Decided:
    """What the ministry says: the verdict, why, and for a duplicate which filings stand."""

    verdict: Verdict
    reason: str = field(repr=False)
    stands: Sequence[str] = ()


def list_duplicates(deps: Deps, call: Call, state: AlarmState | None, cursor: str, limit: int) -> Page[AlarmView]:
    """Return a page of the alarms that the actor sees, the last opened first; the read is recorded.

    Actor: a department or the ministry. Raises `Malformed`.
    """
    page = deps.duplicates.list_in_sight(call.actor, state, cursor, limit)
    deps.reads.record(call, "list_duplicates", call.actor.division or "")
    units = _units(deps, call.actor, page.items)
    views = (_view(call.actor, each, units) for each in page.items)
    return Page(tuple(each for each in views if each.sides), page.next_cursor)


def duplicates_of(deps: Deps, actor: Actor, filing: Filing) -> tuple[AlarmView, ...]:
    """Return the alarms about a filing that hold or were decided, for a reviewer; nothing for whoever files."""
    if actor.role in UNIT_ROLES or has_filed(actor, filing):
        return ()
    found = deps.duplicates.list_about((filing.id,))
    shown = [each for each in found if each.state is not AlarmState.WITHDRAWN]
    units = _units(deps, actor, shown)
    return tuple(_view(actor, each, units) for each in sorted(shown, key=lambda alarm: alarm.opened_at))


def require_settled(deps: Deps, filing: Filing) -> None:
    """Raise `DuplicateUnsettled` where an alarm about a filing waits for the ministry, or left the filing as it is.

    Which of two alike filings is corrected is decided by whoever sees both, not by the department that is quicker.
    """
    for alarm in deps.duplicates.list_about((filing.id,)):
        is_decided = alarm.outcome_of(filing.id) is Outcome.TO_CORRECT
        if alarm.state is not AlarmState.WITHDRAWN and not is_decided:
            raise DuplicateUnsettled


def read_duplicate(deps: Deps, call: Call, alarm_id: str) -> AlarmView:
    """Return an alarm with what the sides in the actor's sight filed; the read of each is recorded. Raises `NotFound`."""
    alarm = _in_sight(deps, call, alarm_id)
    return _in_full(deps, call, alarm)


def settle_duplicate(deps: Deps, call: Call, alarm_id: str, decided: Decided) -> AlarmView:
    """Decide whether an alarm is a duplicate, and which filings stand; the departments are told the outcome.

    Actor: the ministry. From: open. To: settled. Events: the departments of all sides are told.
    Raises `NotFound`, `Conflict`, `Invalid`, `VersionRequired`, `StaleVersion`.
    """
    alarm = _in_sight(deps, call, alarm_id)
    if was_done(alarm.history, call.request):
        return _in_full(deps, call, alarm)
    call.check_version(alarm.version)
    if alarm.state is not AlarmState.OPEN:
        raise Conflict
    problems = _problems(alarm, decided)
    if problems:
        raise Invalid(problems)
    now = deps.clock.now()
    stands = tuple(sorted(set(decided.stands)))
    settled = alarm.settled(Settlement(decided.verdict, stands, decided.reason, call.actor.account_id, now))
    act = call.entry(now, AlarmAction.SETTLE, alarm.state, settled.state)
    divisions = sorted({side.division for side in settled.sides})
    events = tuple(tell_of_duplicate(settled, "duplicate_settled", each) for each in divisions)
    return _in_full(deps, call, deps.duplicates.save(settled, act, events, call.correlation_id))


def _problems(alarm: DuplicateAlarm, decided: Decided) -> list[Problem]:
    stands = set(decided.stands)
    if decided.verdict is Verdict.DISTINCT:
        text = "认定不重复时，无需指明保留哪一方。"
        return [Problem("/stands", "nothing_to_choose", text, "空", "保留的报表")] if stands else []
    if not stands <= alarm.filing_ids:
        return [Problem("/stands", "not_a_side", "所选报表不在此项疑似重复之中。", "所列各方之一", "保留的报表")]
    if not stands or stands == alarm.filing_ids:
        text = "请指明保留哪一方，其余各方应更正。"
        return [Problem("/stands", "one_side_stands", text, "至少保留一方，至少更正一方", "保留的报表")]
    return []


def _in_sight(deps: Deps, call: Call, alarm_id: str) -> DuplicateAlarm:
    alarm = deps.duplicates.get(alarm_id)
    if not any(_sees(call.actor, side) for side in alarm.sides):
        raise NotFound
    return alarm


def _in_full(deps: Deps, call: Call, alarm: DuplicateAlarm) -> AlarmView:
    units = _units(deps, call.actor, (alarm,))
    seen = [side for side in alarm.sides if _sees(call.actor, side)]
    for side in seen:
        deps.reads.record(call, "read_duplicate", side.filing_id, alarm.id)
    sides = tuple(_side_in_full(deps, side, units.get(side.unit_id)) for side in seen)
    return AlarmView(alarm, sides, len(seen) < len(alarm.sides), _sees_all(call.actor))


def _side_in_full(deps: Deps, side: Side, unit: Unit | None) -> SideView:
    try:
        filing = deps.filings.get(side.filing_id)
    except NotFound:  # the unit's key was destroyed
        return SideView(side, unit)
    version = filing.approved or filing.last
    if version is None:
        return SideView(side, unit, filing)
    if filing.form == CONTRACT_FORM:
        return SideView(side, unit, filing, terms=terms_of(version.content.answers))
    return SideView(side, unit, filing, execution=execution_in(version))


def _view(actor: Actor, alarm: DuplicateAlarm, units: Mapping[str, Unit]) -> AlarmView:
    seen = [side for side in alarm.sides if _sees(actor, side)]
    sides = tuple(SideView(side, units.get(side.unit_id)) for side in seen)
    return AlarmView(alarm, sides, len(seen) < len(alarm.sides), _sees_all(actor))


def _units(deps: Deps, actor: Actor, alarms: Sequence[DuplicateAlarm]) -> Mapping[str, Unit]:
    return deps.units.find_all({side.unit_id for each in alarms for side in each.sides if _sees(actor, side)})


def _sees(actor: Actor, side: Side) -> bool:
    """Tell whether a reviewer sees a side; whoever filed it sees nothing of it, in whatever role they come back."""
    is_reviewer = actor.role not in UNIT_ROLES and actor.account_id not in side.filers
    return is_reviewer and owner_is_in_sight(actor, side.unit_id, side.path)


def _sees_all(actor: Actor) -> bool:
    return actor.role is Role.MINISTRY
