"""Closings, and filings by their periods, in memory, with the contract of the real ones."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from services.filing.errors import PeriodClosed
from services.filing.model.closings import Closing, LeftOut, SnapshotRow, Stage, Words, first_link
from services.filing.model.filings import Filing
from services.filing.model.states import State
from services.filing.operations.closings import NOT_APPROVED
from services.filing.policy import reviewing_division
from services.filing.ports.closings import Due, Frozen, Group, KeyOf, Narrowed
from shared.calls import Call
from shared.errors import NotFound, StaleVersion
from shared.history import HistoryEntry, was_done
from shared.idempotency import RequestKey
from shared.identity.actor import COUNTRY, Actor, Role
from shared.messaging.events import Outgoing

MAY_2026 = datetime(2026, 5, 6, 2, 0, tzinfo=UTC)
"""After the carry-over window of 2025."""


@dataclass
class MemoryClosings:
    """Closings by id, with the rows and names that were written."""

    kept: dict[str, Closing] = field(default_factory=dict)
    frozen: dict[str, list[SnapshotRow]] = field(default_factory=dict)
    names: dict[str, list[LeftOut]] = field(default_factory=dict)
    events: list[Outgoing] = field(default_factory=list)

    def find_created(self, request: RequestKey) -> Closing | None:
        """Return the closing that this request made."""
        return next((each for each in self.kept.values() if was_done(each.history[:1], request)), None)

    def find_any(self, periods: Iterable[str]) -> Closing | None:
        """Return the closing of any of these periods."""
        wanted = set(periods)
        return next((each for each in self.kept.values() if each.period in wanted), None)

    def get(self, closing_id: str) -> Closing:
        """Return the closing. Raises `NotFound`."""
        if closing_id not in self.kept:
            raise NotFound
        return self.kept[closing_id]

    def list_all(self) -> tuple[Closing, ...]:
        """Return all, the latest period first."""
        return tuple(sorted(self.kept.values(), key=lambda each: each.period, reverse=True))

    def add(self, closing: Closing, call: Call) -> Closing:
        """Store a new one. Raises `PeriodClosed`."""
        if self.find_any([closing.period]) is not None:
            raise PeriodClosed
        self.kept[closing.id] = closing
        return closing

    def save(
        self,
        closing: Closing,
        rows: Sequence[SnapshotRow] = (),
        left_out: Sequence[LeftOut] = (),
        events: Sequence[Outgoing] = (),
        act: HistoryEntry | None = None,
    ) -> Closing:
        """Store the next version. Raises `StaleVersion`."""
        if self.kept[closing.id].version != closing.version:
            raise StaleVersion
        history = closing.history if act is None else (*closing.history, act)
        self.kept[closing.id] = replace(closing, version=closing.version + 1, history=history)
        self.frozen.setdefault(closing.id, []).extend(rows)
        self.names.setdefault(closing.id, []).extend(left_out)
        self.events += events
        return self.kept[closing.id]

    def take(self, now: datetime, lease: timedelta) -> Closing | None:
        """Take one that is at work; nobody else works here."""
        return next((each for each in self.kept.values() if each.is_at_work), None)

    def rows(self, closing_id: str, after: int, limit: int) -> tuple[SnapshotRow, ...]:
        """Return rows behind a number."""
        return tuple(each for each in self.frozen.get(closing_id, ()) if each.no > after)[:limit]

    def left_out(self, closing_id: str, after: str, limit: int) -> tuple[LeftOut, ...]:
        """Return names behind an id."""
        return tuple(each for each in self.names.get(closing_id, ()) if each.filing_id > after)[:limit]

    def close(self, period: str, at: datetime) -> None:
        """Have a period closed, with nothing in it."""
        actor, number = Actor("r-4", Role.MINISTRY, division=COUNTRY), f"{len(self.kept) + 1:032x}"
        chain = first_link(number, period)
        self.add(Closing(number, 1, period, Words("同意", "审定人"), actor, Stage.COMPLETE, at, at, chain), Call(actor))


@dataclass
class MemoryPeriodFilings:
    """The filings of `kept` by their periods."""

    kept: Mapping[str, Filing]

    def standings(self, periods: Sequence[str]) -> Sequence[Group]:
        """Return how many stand where."""
        found = Counter(
            (each.form, each.state, reviewing_division(each), each.path[-2])
            for each in self._of(periods)
            if each.versions
        )
        return [Group(*key, count) for key, count in sorted(found.items())]

    def not_approved(self, periods: Sequence[str], narrowed: Narrowed, after: str, limit: int) -> Sequence[LeftOut]:
        """Return what is not approved."""
        states = {narrowed.state} if narrowed.state else NOT_APPROVED
        return [
            _left_out(each)
            for each in self._of(periods)
            if each.state in states
            and each.versions
            and each.id > after
            and narrowed.form in {"", each.form}
            and (not narrowed.province or narrowed.province in each.path)
        ][:limit]

    def names_of_not_approved(self, periods: Sequence[str]) -> Iterator[str]:
        """Yield what is not approved, and how it stands."""
        for each in self._of(periods):
            if each.state in NOT_APPROVED and each.versions:
                yield f"{each.id}/{each.state}/{each.revision}"

    def to_settle(self, periods: Sequence[str], after: str, limit: int, keys: KeyOf) -> Sequence[Due]:
        """Return what is approved or was settled."""
        found = [each for each in self._of(periods) if each.state in {State.APPROVED, State.FINAL} and each.id > after]
        return [Due(each.id, each.version, any(act.key == keys(each.id) for act in each.history)) for each in found][
            :limit
        ]

    def unsettled(self, periods: Sequence[str], after: str, limit: int) -> Sequence[LeftOut]:
        """Return what is not final."""
        states = {*NOT_APPROVED, State.APPROVED}
        found = [each for each in self._of(periods) if each.state in states and each.versions and each.id > after]
        return [_left_out(each) for each in found[:limit]]

    def in_force(self, periods: Sequence[str], after: str, limit: int) -> Sequence[Frozen]:
        """Return what has a version in force."""
        return [_frozen(each) for each in self._of(periods) if each.in_force and each.id > after][:limit]

    def find_all(self, filing_ids: Sequence[str]) -> Mapping[str, Frozen]:
        """Return those that are there."""
        return {each: _frozen(self.kept[each]) for each in filing_ids if each in self.kept}

    def _of(self, periods: Sequence[str]) -> list[Filing]:
        found = (each for each in self.kept.values() if each.period in periods and each.state is not State.DISCARDED)
        return sorted(found, key=lambda each: each.id)


def _frozen(filing: Filing) -> Frozen:
    return Frozen(filing.id, filing.unit_id, filing.form, filing.period, filing.in_force, filing)


def _left_out(filing: Filing) -> LeftOut:
    return LeftOut(
        filing_id=filing.id,
        unit_id=filing.unit_id,
        form=filing.form,
        period=filing.period,
        division=filing.division,
        state=filing.state,
        reviewer=reviewing_division(filing),
        revision=filing.revision,
        is_correction=filing.in_force > 0,
    )
