"""What counts as filed, in time and approved; counts that add up and rates that never exceed the whole."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.filing.completeness.counts import Counts, counted, rate
from services.filing.completeness.standing import Filed, Judged, Level, Standing, judged
from services.filing.model.respondents import Slot
from services.filing.model.states import State
from services.filing.operations.completeness import rows_of, total_of
from services.filing.ports.counts import Cell

DUE = date(2026, 1, 10)
PATHS = (
    ("330106", "330100", "330000", "000000"),
    ("330108", "330100", "330000", "000000"),
    ("330100", "330000", "000000"),
    ("330000", "000000"),
    ("310104", "310000", "000000"),
    ("429004", "420000", "000000"),
    ("000000",),
)
STATES = (State.DRAFT, State.SUBMITTED, State.RETURNED, State.APPROVED, State.FINAL)


def slot(path: Sequence[str] = PATHS[0], unit_id: str = "u") -> Slot:
    """Return an expected form."""
    return Slot(unit_id, path[0], tuple(path), "enterprise-4", "2025")


def filed(**changes: Any) -> Filed:
    """Return a filing that was submitted in time and waits for review."""
    plain: dict[str, Any] = {"item": "", "state": State.SUBMITTED, "in_force": 0, "passed": (), "filed_on": DUE}
    return Filed("u", **{**plain, **changes})


@pytest.mark.parametrize(
    ("filings", "standing"),
    [
        ((), Standing.MISSING),
        ((filed(),), Standing.FILED),
        ((filed(state=State.RETURNED),), Standing.RETURNED),
        ((filed(state=State.DRAFT),), Standing.RETURNED),
        ((filed(state=State.RETURNED, in_force=1),), Standing.FILED),
        ((filed(state=State.DRAFT, in_force=2),), Standing.FILED),
        ((filed(state=State.APPROVED, in_force=1),), Standing.FILED),
        ((filed(state=State.FINAL, in_force=1),), Standing.FILED),
        ((filed(state=State.RETURNED), filed()), Standing.FILED),
    ],
)
def test_filed_is_what_lies_with_a_department_or_is_in_force(filings: Sequence[Filed], standing: Standing) -> None:
    assert judged(slot(), DUE, filings).standing is standing


def test_the_first_submission_decides_whether_it_was_in_time() -> None:
    late = filed(filed_on=DUE + timedelta(days=3))

    found = [judged(slot(), DUE, filings) for filings in ((filed(),), (late,), (late, filed()))]

    assert [each.is_late for each in found] == [False, True, False]
    assert [each.days_late(DUE + timedelta(days=9)) for each in found] == [0, 3, 0]


def test_what_is_missing_is_late_by_the_days_since_it_was_due() -> None:
    missing = judged(slot(), DUE, ())

    assert [missing.days_late(DUE + timedelta(days=days)) for days in (-1, 0, 5)] == [0, 0, 5]


def test_a_level_has_approved_what_passed_it_and_all_have_what_is_in_force() -> None:
    passed = judged(slot(), DUE, (filed(passed=("330106", "330100")),))
    in_force = judged(slot(), DUE, (filed(state=State.APPROVED, in_force=1),))
    correcting = judged(slot(), DUE, (filed(state=State.SUBMITTED, in_force=1),))

    assert passed.approved == {Level.COUNTY, Level.CITY}
    assert in_force.approved == correcting.approved == set(Level)


def test_of_many_executions_all_must_have_passed_and_none_may_wait_for_a_correction() -> None:
    passed = filed(passed=("330106",))

    found = [
        judged(slot(), DUE, filings).approved
        for filings in ((passed, passed), (passed, filed()), (passed, filed(state=State.RETURNED)))
    ]

    assert found == [{Level.COUNTY}, frozenset(), frozenset()]


def test_final_is_what_the_ministry_settled_while_no_correction_is_under_way() -> None:
    found = [
        judged(slot(), DUE, (filed(state=state, in_force=1),)).is_final
        for state in (State.FINAL, State.APPROVED, State.SUBMITTED)
    ]

    assert found == [True, False, False]


def test_what_a_city_files_is_reviewed_by_the_levels_above_it() -> None:
    city = judged(slot(PATHS[2], "city-330100"), DUE, (filed(passed=("330000",)),))

    assert (city.chain, city.approved) == ((Level.PROVINCE, Level.MINISTRY), {Level.PROVINCE})


@pytest.mark.parametrize(
    ("part", "whole", "percent"), [(0, 3, "0"), (2, 3, "66.6"), (2999, 3000, "99.9"), (3, 3, "100")]
)
def test_a_rate_is_cut_so_that_only_the_whole_is_a_hundred(part: int, whole: int, percent: str) -> None:
    assert rate(part, whole) == Decimal(percent)


def test_of_nothing_there_is_no_rate() -> None:
    assert rate(0, 0) is None


@st.composite
def forms(draw: st.DrawFn) -> Judged:
    """Draw an expected form with what was submitted of it."""
    path = draw(st.sampled_from(PATHS))
    filings = [
        filed(
            state=draw(st.sampled_from(STATES)),
            in_force=draw(st.integers(0, 2)),
            passed=path[: draw(st.integers(0, len(path)))],
            filed_on=DUE + timedelta(days=draw(st.integers(-5, 5))),
        )
        for _ in range(draw(st.integers(0, 3)))
    ]
    return judged(slot(path), DUE + timedelta(days=draw(st.integers(0, 3))), filings)


apart = st.integers(0, 4)


@given(st.lists(forms(), max_size=30), apart, apart)
def test_no_rate_exceeds_the_whole_and_the_parts_add_up(found: list[Judged], exempt: int, unexpected: int) -> None:
    counts = counted(found, exempt, unexpected)

    rates = [counts.filed_rate, counts.in_time_rate, counts.final_rate, *(counts.approved_rate(one) for one in Level)]

    assert all(each is None or 0 <= each <= 100 for each in rates)
    assert counts.filed + counts.returned + counts.missing == counts.expected == len(found)
    assert min(counts.missing, counts.returned, counts.filed) >= 0
    assert sum(counts.open_by_due.values()) == counts.missing + counts.returned
    assert counts.final <= counts.approved.get(Level.MINISTRY, 0) <= counts.filed
    assert all(counts.approved.get(one, 0) <= counts.in_chain.get(one, 0) for one in Level)


@given(st.lists(forms(), max_size=30), st.integers(0, 30))
def test_counts_of_two_halves_are_the_counts_of_the_whole(found: list[Judged], cut: int) -> None:
    assert counted(found[:cut]) + counted(found[cut:]) == counted(found)


@given(st.lists(forms(), max_size=40), st.sampled_from(["000000", "330000", "330100", "330106", "310000"]))
def test_a_division_counts_as_much_as_what_is_below_it_and_its_own_units_together(
    found: list[Judged], division: str
) -> None:
    places = {each.slot.path for each in found if division in each.slot.path}
    cells = [Cell(path, counted(each for each in found if each.slot.path == path)) for path in sorted(places)]

    rows = rows_of(cells, division)
    below = [total_of([cell for cell in cells if row.division in cell.path]) for row in rows if not row.is_own]
    own = [cell.counts for cell in cells if cell.path[0] == division]

    inside = counted(each for each in found if division in each.slot.path)
    assert sum((row.counts for row in rows), Counts()) == total_of(cells) == inside
    assert sum([*below, *own], Counts()) == inside


@given(st.lists(forms(), max_size=20), st.integers(-3, 8))
def test_overdue_is_what_is_open_after_its_day(found: list[Judged], days: int) -> None:
    today = DUE + timedelta(days=days)

    is_open = [each for each in found if each.standing is not Standing.FILED]

    assert counted(found).overdue(today) == sum(each.due < today for each in is_open)
