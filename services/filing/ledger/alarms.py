"""Alarms of likely duplicates: which filings are alike, and what becomes of an alarm as they come and go. Pure.

An alarm is about a group of filings that hang together by likeness, so that one contract reported twice is one alarm,
whatever the reasons, and in whatever order its filings came.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from services.filing.ledger.likeness import Reason
from shared.history import HistoryEntry


class AlarmState(StrEnum):
    """How far an alarm is."""

    OPEN = "open"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


class AlarmAction(StrEnum):
    """What happens to an alarm, for its history."""

    RAISE = "raise"
    FOLLOW = "follow"
    WITHDRAW = "withdraw"
    SETTLE = "settle"


class Verdict(StrEnum):
    """What the ministry decided."""

    DUPLICATE = "duplicate"
    DISTINCT = "distinct"


class Outcome(StrEnum):
    """What the decision means for one side."""

    STANDS = "stands"
    TO_CORRECT = "to_correct"
    DISTINCT = "distinct"


@dataclass(frozen=True)
class Shown:
    """A mark of a filing as it leaves the service: keyed hashes of its text and of its owner."""

    reason: Reason
    mark: bytes
    owner: bytes


@dataclass(frozen=True)
class Likeness:
    """What a filing shows of itself; `filers` are the accounts that filed it, to whom an alarm shows nothing of it.

    `at_version` is the filing's when it was read, `is_due` asks to read it again.
    """

    filing_id: str
    unit_id: str
    division: str
    path: tuple[str, ...]
    form: str
    period: str
    at_version: int
    marks: frozenset[Shown] = frozenset()
    filers: tuple[str, ...] = ()
    is_due: bool = False


@dataclass(frozen=True)
class Side:
    """One filing of an alarm, with the reasons for which it is alike another one."""

    filing_id: str
    unit_id: str
    division: str
    path: tuple[str, ...]
    form: str
    period: str
    reasons: tuple[Reason, ...]
    filers: tuple[str, ...] = ()


@dataclass(frozen=True)
class Settlement:
    """A decision of the ministry on the sides that the alarm had; `stands` are the filings that stay as they are."""

    verdict: Verdict
    stands: tuple[str, ...]
    reason: str = field(repr=False)
    decided_by: str
    decided_at: datetime


@dataclass(frozen=True)
class DuplicateAlarm:
    """The aggregate. `covered` are the filings that the last decision settles; one beside them opens it again."""

    id: str
    version: int
    state: AlarmState
    sides: tuple[Side, ...]
    opened_at: datetime
    updated_at: datetime
    covered: frozenset[str] = frozenset()
    settlements: tuple[Settlement, ...] = ()
    history: tuple[HistoryEntry, ...] = ()

    @property
    def filing_ids(self) -> frozenset[str]:
        """The ids of all filings that it is about."""
        return frozenset(side.filing_id for side in self.sides)

    @property
    def settlement(self) -> Settlement | None:
        """The decision that holds, None while the alarm is open or withdrawn."""
        return self.settlements[-1] if self.state is AlarmState.SETTLED else None

    def outcome_of(self, filing_id: str) -> Outcome | None:
        """Return what the decision means for a filing, None where there is none."""
        settled = self.settlement
        if settled is None:
            return None
        if settled.verdict is Verdict.DISTINCT:
            return Outcome.DISTINCT
        return Outcome.STANDS if filing_id in settled.stands else Outcome.TO_CORRECT

    def settled(self, settlement: Settlement) -> DuplicateAlarm:
        """Return the alarm with a decision on all its sides."""
        return replace(
            self,
            state=AlarmState.SETTLED,
            covered=self.filing_ids,
            settlements=(*self.settlements, settlement),
            updated_at=settlement.decided_at,
        )


Group = tuple[Side, ...]


def groups_of(known: Iterable[Likeness]) -> tuple[Group, ...]:
    """Return the groups of filings that hang together by likeness, each of two or more sides."""
    found = {each.filing_id: each for each in known}
    reasons, near = _links(found.values())
    groups: list[Group] = []
    left = set(near)
    while left:
        reached, edge = set[str](), {min(left)}
        while edge:
            reached |= edge
            edge = {other for each in edge for other in near[each]} - reached
        left -= reached
        groups.append(tuple(_side(found[each], reasons[each]) for each in sorted(reached)))
    return tuple(groups)


def followed(
    alarms: Sequence[DuplicateAlarm], groups: Sequence[Group], read: str, now: datetime
) -> tuple[tuple[DuplicateAlarm, ...], tuple[Group, ...]]:
    """Return the alarms that change, as they are then, and the groups that no alarm is about yet.

    `alarms` are all that are about any filing of the groups or about `read`, the filing that was read anew.
    """
    left = list(groups)
    changed: list[DuplicateAlarm] = []
    for alarm in sorted(alarms, key=_precedence):
        group = max(left, key=lambda each: _in_common(alarm, each), default=())
        if group and _in_common(alarm, group):
            left.remove(group)
        else:
            group = ()
        after = _following(alarm, group, read, now)
        if after != alarm:
            changed.append(after)
    return tuple(changed), tuple(left)


def raised(alarm_id: str, group: Group, now: datetime) -> DuplicateAlarm:
    """Return a new alarm about a group."""
    return DuplicateAlarm(alarm_id, 0, AlarmState.OPEN, group, now, now)


def _following(alarm: DuplicateAlarm, group: Group, read: str, now: datetime) -> DuplicateAlarm:
    ids = {side.filing_id for side in group}
    if alarm.state is AlarmState.SETTLED:
        if not ids <= alarm.covered:
            return replace(alarm, state=AlarmState.OPEN, sides=group, opened_at=now, updated_at=now)
        is_corrected = read not in ids and alarm.outcome_of(read) is Outcome.TO_CORRECT
        return replace(alarm, covered=alarm.covered - {read}) if is_corrected else alarm
    if not group:
        is_open = alarm.state is AlarmState.OPEN
        return replace(alarm, state=AlarmState.WITHDRAWN, updated_at=now) if is_open else alarm
    if alarm.state is AlarmState.WITHDRAWN:
        return replace(alarm, state=AlarmState.OPEN, sides=group, opened_at=now, updated_at=now)
    return alarm if alarm.sides == group else replace(alarm, sides=group, updated_at=now)


def _precedence(alarm: DuplicateAlarm) -> tuple[bool, datetime, str]:
    """The order in which alarms take a group: those that are not withdrawn first, then the oldest."""
    return alarm.state is AlarmState.WITHDRAWN, alarm.opened_at, alarm.id


def _in_common(alarm: DuplicateAlarm, group: Group) -> int:
    return sum(side.filing_id in alarm.filing_ids for side in group)


def _links(known: Iterable[Likeness]) -> tuple[Mapping[str, set[Reason]], Mapping[str, set[str]]]:
    """Return, by filing, why it is alike others, and which; both only for those that are."""
    holders: dict[tuple[Reason, bytes], list[tuple[str, bytes]]] = {}
    for each in known:
        for shown in each.marks:
            holders.setdefault((shown.reason, shown.mark), []).append((each.filing_id, shown.owner))
    reasons: dict[str, set[Reason]] = {}
    near: dict[str, set[str]] = {}
    for (reason, _), of_mark in holders.items():
        for one, owner in of_mark:
            others = {other for other, others_owner in of_mark if others_owner != owner}
            if others:
                reasons.setdefault(one, set()).add(reason)
                near.setdefault(one, set()).update(others)
    return reasons, near


def _side(likeness: Likeness, reasons: Iterable[Reason]) -> Side:
    return Side(
        filing_id=likeness.filing_id,
        unit_id=likeness.unit_id,
        division=likeness.division,
        path=likeness.path,
        form=likeness.form,
        period=likeness.period,
        reasons=tuple(sorted(reasons)),
        filers=likeness.filers,
    )
