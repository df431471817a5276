"""Units and what is in flight of theirs follow changes to the divisions, and no approval is lost or made up (L15)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.filing.model.filings import Filing
from services.filing.model.relocations import Relocation, RelocationState
from services.filing.model.states import State
from services.filing.operations.relocating import follow_changes, place_unit
from services.filing.policy import chain_of, reviewing_division
from shared.calls import Call
from shared.codes import divisions
from shared.codes.division_changes import Change, ChangeKind, faults
from shared.errors import Invalid, NotFound, StaleVersion
from shared.identity.actor import COUNTRY, Actor, Role
from tests.support.filing_deps import (
    CITY,
    COUNTY,
    NOW,
    PROVINCE,
    UNIT,
    Office,
    department_of,
    make_office,
)
from tests.support.filing_relocations import MemoryRelocations

XIHU, GONGSHU, YUHANG = "330106", "330105", "330110"
HANGZHOU, NINGBO, ZHEJIANG = "330100", "330200", "330000"
FROM = date(2025, 1, 9)
MERGED = Change(ChangeKind.MERGE, XIHU, FROM, successors=(GONGSHU,))
MOVED = Change(ChangeKind.MOVE, XIHU, FROM, parent=NINGBO)
RENAMED = Change(ChangeKind.RENAME, XIHU, FROM, name="新西湖区")
SPLIT = Change(ChangeKind.SPLIT, XIHU, FROM, successors=(GONGSHU, YUHANG))


@dataclass
class Round:
    """A run of the job on a day."""

    slot: datetime
    cursor: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def note(self, cursor: str) -> None:
        """Keep how far it has come."""
        self.notes.append(cursor)


@pytest.fixture(autouse=True)
def as_listed() -> Iterator[None]:
    yield
    divisions.use(())


@pytest.fixture
def office() -> Office:
    return make_office()


def follow(office: Office, *changes: Change) -> Round:
    """Have the changes known, and the job run on the present day."""
    divisions.use([*divisions.changes_in_use(), *changes])
    done = Round(office.clock.now())
    follow_changes(office.deps, done)
    return done


def on_the_day(office: Office) -> None:
    office.clock.moment = NOW + timedelta(days=1)


def relocations(office: Office) -> MemoryRelocations:
    kept = office.deps.relocations
    assert isinstance(kept, MemoryRelocations)
    return kept


def the_one(office: Office) -> Relocation:
    (found,) = relocations(office).kept.values()
    return found


def now(office: Office, filing: Filing) -> Filing:
    return office.filings.kept[filing.id]


def test_a_filing_goes_to_the_county_that_took_over(office: Office) -> None:
    filing = office.submit(office.filled())
    on_the_day(office)

    follow(office, MERGED)

    moved = now(office, filing)
    assert (moved.division, reviewing_division(moved), moved.passed) == (GONGSHU, GONGSHU, ())
    assert office.units.kept[UNIT].path == (GONGSHU, HANGZHOU, ZHEJIANG, COUNTRY)
    assert moved.versions == filing.versions
    assert moved.history[-1].action == "reroute"
    assert relocations(office).moved[UNIT].division == GONGSHU


def test_what_was_approved_stays_approved_by_who_took_over(office: Office) -> None:
    filing = office.pass_on(office.submit(office.filled()))
    on_the_day(office)

    follow(office, MERGED)

    moved = now(office, filing)
    assert (moved.passed, reviewing_division(moved)) == ((GONGSHU,), HANGZHOU)
    assert moved.waiting_since == filing.waiting_since


def test_a_department_that_comes_in_between_must_approve_too(office: Office) -> None:
    filing = office.pass_on(office.pass_on(office.submit(office.filled())), CITY)
    on_the_day(office)

    follow(office, MOVED)

    moved = now(office, filing)
    assert (moved.passed, reviewing_division(moved)) == ((XIHU,), NINGBO)
    assert [each.division for each in moved.versions[0].decisions] == [XIHU, HANGZHOU]
    assert moved.waiting_since == office.clock.now()


def test_who_approved_for_the_province_may_do_so_again_after_the_city_that_came_in_between(office: Office) -> None:
    filing = office.pass_on(office.pass_on(office.pass_on(office.submit(office.filled())), CITY), PROVINCE)
    on_the_day(office)
    follow(office, MOVED)

    passed = office.approve(now(office, filing))

    assert passed.state is State.APPROVED
    assert [each.division for each in passed.versions[0].decisions] == [
        XIHU,
        HANGZHOU,
        ZHEJIANG,
        NINGBO,
        ZHEJIANG,
        COUNTRY,
    ]


def test_a_new_name_moves_nothing(office: Office) -> None:
    filing = office.submit(office.filled())
    on_the_day(office)

    follow(office, RENAMED)

    assert now(office, filing) == filing
    assert relocations(office).kept == {}


def test_a_change_that_is_known_in_advance_waits_for_its_day(office: Office) -> None:
    filing = office.submit(office.filled())

    follow(office, MERGED)
    before = now(office, filing)
    on_the_day(office)
    follow(office)

    assert before == filing
    assert now(office, filing).division == GONGSHU


def test_a_second_round_changes_and_tells_nothing(office: Office) -> None:
    office.submit(office.filled())
    on_the_day(office)
    follow(office, MOVED)
    writes, told = office.filings.writes, len(relocations(office).events)

    again = follow(office)

    assert (office.filings.writes, len(relocations(office).events), again.counts) == (writes, told, {})


def test_a_round_that_was_broken_off_before_the_unit_moved_is_finished_by_the_next(office: Office) -> None:
    filing = office.submit(office.filled())
    on_the_day(office)
    save, office.units.save = office.units.save, _broken  # type: ignore[method-assign]
    follow(office, MERGED)
    office.units.save = save  # type: ignore[method-assign]
    told = len(relocations(office).events)

    follow(office)

    assert office.units.kept[UNIT].division == GONGSHU
    assert [each.action for each in now(office, filing).history].count("reroute") == 1
    assert len(relocations(office).events) == told


def test_unit_and_both_departments_are_told(office: Office) -> None:
    office.submit(office.filled())
    on_the_day(office)

    follow(office, MERGED)

    told = [(str(each.data["occasion"]), each.data["to"]) for each in relocations(office).events]
    assert [name for name, _ in told] == ["filing.relocated", "filing.relocation_noted", "filing.relocation_noted"]
    assert [to["division"] for _, to in told[1:]] == [XIHU, GONGSHU]  # type: ignore[index]


def test_departments_are_told_once_of_many_units_that_go_the_same_way(office: Office) -> None:
    for number in range(3):
        office.tell(f"{number:032x}")
    on_the_day(office)

    follow(office, MERGED)

    noted = [each for each in relocations(office).events if each.data["occasion"] == "filing.relocation_noted"]
    assert len(noted) == 8
    assert len({each.data["once"] for each in noted}) == 2


def test_after_a_split_the_department_above_says_where_the_unit_belongs(office: Office) -> None:
    filing = office.submit(office.filled())
    on_the_day(office)
    follow(office, SPLIT)
    asked = the_one(office)

    done = place_unit(office.deps, Call(CITY, version=asked.version), asked.id, YUHANG)

    assert (asked.state, asked.placer, asked.candidates) == (RelocationState.OPEN, HANGZHOU, (GONGSHU, YUHANG))
    assert (done.state, office.units.kept[UNIT].division) == (RelocationState.DONE, YUHANG)
    assert reviewing_division(now(office, filing)) == YUHANG


def test_what_the_county_that_was_split_approved_counts_where_the_unit_is_placed(office: Office) -> None:
    filing = office.pass_on(office.submit(office.filled()))
    on_the_day(office)
    follow(office, SPLIT)
    waiting = now(office, filing)
    asked = the_one(office)

    place_unit(office.deps, Call(CITY, version=asked.version), asked.id, YUHANG)

    assert reviewing_division(waiting) == HANGZHOU
    assert now(office, filing).passed == (YUHANG,)


@pytest.mark.parametrize("who", [COUNTY, PROVINCE, Actor("x", Role.CITY_REVIEWER, division=NINGBO)])
def test_no_other_department_places_the_unit(office: Office, who: Actor) -> None:
    on_the_day(office)
    follow(office, SPLIT)
    asked = the_one(office)

    with pytest.raises(NotFound):
        place_unit(office.deps, Call(who, version=asked.version), asked.id, YUHANG)


def test_a_unit_is_placed_in_a_successor_alone(office: Office) -> None:
    on_the_day(office)
    follow(office, SPLIT)
    asked = the_one(office)

    with pytest.raises(Invalid):
        place_unit(office.deps, Call(CITY, version=asked.version), asked.id, "330108")


def test_the_chain_of_a_submission_is_that_of_its_day(office: Office) -> None:
    filing = office.filled()
    on_the_day(office)
    divisions.use([MOVED])

    submitted = office.submit(filing)

    assert chain_of(submitted) == (XIHU, NINGBO, ZHEJIANG, COUNTRY)


def test_news_that_name_an_ended_division_do_not_bring_it_back(office: Office) -> None:
    on_the_day(office)
    follow(office, SPLIT)
    asked = the_one(office)
    place_unit(office.deps, Call(CITY, version=asked.version), asked.id, YUHANG)
    office.clock.advance(timedelta(hours=1))

    told = office.tell()

    assert told.division == YUHANG


CITIES = (HANGZHOU, NINGBO, "330300")
STARTS = ("330106", "330105", "330203", "330205", "330302")


@st.composite
def sequences(draw: st.DrawFn) -> list[Change]:
    """Return changes that fit on the list, one a day."""
    chosen: list[Change] = []
    meanings = dict(divisions.meanings())
    for number in range(draw(st.integers(1, 6))):
        on = FROM + timedelta(days=number)
        code = draw(st.sampled_from(STARTS))
        kind = draw(st.sampled_from([ChangeKind.MERGE, ChangeKind.MOVE, ChangeKind.RENAME, ChangeKind.SPLIT]))
        heirs = tuple(draw(st.lists(st.sampled_from(STARTS), min_size=2, max_size=2, unique=True)))
        change = {
            ChangeKind.MERGE: Change(kind, code, on, successors=heirs[:1]),
            ChangeKind.SPLIT: Change(kind, code, on, successors=heirs),
            ChangeKind.MOVE: Change(kind, code, on, parent=draw(st.sampled_from(CITIES))),
            ChangeKind.RENAME: Change(kind, code, on, name=f"新{number}区"),
        }[kind]
        if not faults(meanings, [*chosen, change]):
            chosen.append(change)
    return chosen


@settings(max_examples=60, deadline=None)
@given(sequences(), st.integers(0, 3), st.lists(st.integers(0, 1), min_size=8, max_size=8))
def test_after_any_changes_it_waits_with_one_department_and_no_approval_is_lost_or_made_up(
    changes: Sequence[Change], approvals: int, choices: Sequence[int]
) -> None:
    divisions.use(())
    office = make_office()
    filing = office.submit(office.filled())
    for _ in range(approvals):
        filing = office.pass_on(filing, department_of(reviewing_division(filing)))
    try:
        for number, change in enumerate(changes):
            office.clock.moment = datetime(2025, 1, 9, 2, 0, tzinfo=UTC) + timedelta(days=number)
            follow(office, change)
            _placed_sometimes(office, choices[number])
            _holds(office, filing)
    finally:
        divisions.use(())


def _placed_sometimes(office: Office, choice: int) -> None:
    for each in list(relocations(office).kept.values()):
        if each.state is RelocationState.OPEN and choice and each.candidates:
            placer = department_of(each.placer)
            place_unit(office.deps, Call(placer, version=each.version), each.id, each.candidates[-1])


def _holds(office: Office, filing: Filing) -> None:
    on, moved = office.clock.now().date(), now(office, filing)
    chain, unit = chain_of(moved), office.units.kept[UNIT]
    assert moved.passed == chain[: len(moved.passed)]
    assert moved.versions == filing.versions
    assert moved.state is State.SUBMITTED
    open_ones = [each for each in relocations(office).kept.values() if each.state is RelocationState.OPEN]
    waits_with = reviewing_division(moved)
    if divisions.find(waits_with, on) is None:
        (asked,) = [each for each in open_ones if each.before == waits_with]
        assert divisions.find(asked.placer, on) is not None
    else:
        assert all(divisions.find(each, on) for each in chain[1:])
    approved = {each.division for each in moved.versions[0].decisions}
    for division in moved.passed:
        assert any(each == division or division in _heirs(each, on) for each in approved)
    if reviewing_division(moved) != COUNTRY:  # who is asked has not approved, nor anybody whom it took over from alone
        assert waits_with not in approved
        assert not any(_heirs(each, on) == (waits_with,) for each in approved)
    if not open_ones:
        assert (
            (unit.division, unit.path)
            == (moved.division, moved.path)
            == (unit.division, divisions.path(unit.division, on))
        )


def _heirs(code: str, on: date) -> tuple[str, ...]:
    return divisions.successors(code, on)


def _broken(*_: object) -> None:
    raise StaleVersion
