"""The mirror beside a simple model, under repetition, disorder, loss, counterfeits and what is asked for again."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, field

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.exchange.errors import Unreadable
from services.exchange.model.directory import Announced, Announcement, Party, Role
from services.exchange.model.mirror import UnitState
from services.exchange.model.partners import Partner
from services.exchange.operations.announcements import take_content
from services.exchange.policy import PARTNERS
from shared.calls import Call
from tests.support.exchange_desk import make_deps
from tests.support.exchange_mirror import content_of, make_announcement, make_directory_record, make_party

UNITS = ("D1", "D2", "D3", "D4")
BY_DIRECTORY = Call(PARTNERS[Partner.DIRECTORY], "c" * 32)


@dataclass
class Bureau:
    """The directory as it should be: how far each unit is, its address, whether it exists; what it announced."""

    sequence: dict[str, int] = field(default_factory=lambda: dict.fromkeys(UNITS, 0))
    address: dict[str, str] = field(default_factory=dict)
    announced: list[Announcement] = field(default_factory=list)

    def announce(self, units: list[str], ceases: bool) -> Announcement:
        parties = [self._party(unit, ceases and at > 0, at) for at, unit in enumerate(units)]
        made = make_announcement(*parties, kind=Announced.MERGE if len(units) > 1 else Announced.CHANGE)
        self.announced.append(made)
        return made

    def _party(self, unit: str, ceases: bool, at: int) -> Party:
        before = self.address.get(unit)
        self.sequence[unit] += 1
        number, now = int(unit[1:]), f"{self.sequence[unit]}号"
        self.address[unit] = before if ceases and before else now
        return make_party(
            unit,
            self.sequence[unit],
            role=Role.PREDECESSOR if at else Role.SUBJECT,
            before=make_directory_record(number, address=before) if before else None,
            after=None if ceases and before else make_directory_record(number, address=now),
        )


class Mirroring(RuleBasedStateMachine):
    """Announces, loses, repeats and reorders; at the end everything was asked for again, and both sides are equal."""

    def __init__(self) -> None:
        super().__init__()
        self.bureau = Bureau()
        self.deps = make_deps()
        self.under_way: list[Announcement] = []

    @rule(units=st.lists(st.sampled_from(UNITS), min_size=1, max_size=3, unique=True), ceases=st.booleans())
    def announce(self, units: list[str], ceases: bool) -> None:
        self.under_way.append(self.bureau.announce(units, ceases))

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def deliver(self, data: st.DataObject) -> None:
        self._take(self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1))))

    @precondition(lambda self: self.under_way)
    @rule(data=st.data())
    def lose(self, data: st.DataObject) -> None:
        self.under_way.pop(data.draw(st.integers(0, len(self.under_way) - 1)))

    @precondition(lambda self: self.bureau.announced)
    @rule(data=st.data(), times=st.integers(1, 5))
    def repeat(self, data: st.DataObject, times: int) -> None:
        again = data.draw(st.sampled_from(self.bureau.announced))
        for _ in range(times):
            self._take(again)

    @precondition(lambda self: self.bureau.announced)
    @rule(data=st.data())
    def counterfeit(self, data: st.DataObject) -> None:
        true = data.draw(st.sampled_from(self.bureau.announced))
        place = true.subject.place
        if self.deps.directory.announcements.find_at([place]):
            forged = make_announcement(*true.parties, kind=true.kind, evidence="另一依据")
            with contextlib.suppress(Unreadable):
                take_content(self.deps, BY_DIRECTORY, content_of(forged), "f" * 32)
                raise AssertionError("a counterfeit was taken")

    @invariant()
    def never_ahead_and_what_waits_has_a_gap_before_it(self) -> None:
        come = self.deps.directory.mirror.sequences(UNITS)
        assert all(come.get(unit, 0) <= self.bureau.sequence[unit] for unit in UNITS)
        for kept in self.deps.directory.announcements.list_waiting(1000):
            assert any(party.sequence > come.get(party.unit, 0) + 1 for party in kept.announcement.parties)

    def teardown(self) -> None:
        for announcement in self.bureau.announced:
            self._take(announcement)
        known = self.deps.directory.mirror.find(UNITS)
        assert {unit: each.sequence for unit, each in known.items()} == {
            u: s for u, s in self.bureau.sequence.items() if s
        }
        assert {unit: each.record.address for unit, each in known.items()} == self.bureau.address
        last = {party.unit: party for made in self.bureau.announced for party in made.parties}
        assert {unit: each.state is UnitState.CEASED for unit, each in known.items()} == {
            unit: party.after is None for unit, party in last.items()
        }
        assert self.deps.directory.announcements.count_waiting() == 0

    def _take(self, announcement: Announcement) -> None:
        take_content(self.deps, BY_DIRECTORY, content_of(announcement), "e" * 32)


Mirroring.TestCase.settings = settings(max_examples=40, stateful_step_count=30, deadline=None)
TestMirroring = Mirroring.TestCase
