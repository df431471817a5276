"""A filing goes up from department to department: how far, back down again, and who may not decide twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.filing.model.filings import Filing
from services.filing.model.states import Action, State
from services.filing.operations.review import approve_filing, undo_decision
from services.filing.policy import chain_of, reviewing_division
from shared.calls import Call
from shared.errors import NotAllowed
from shared.identity.actor import Actor, Role
from tests.support.filing_deps import AGREED, CITY, COUNTY, MINISTRY, NOW, PROVINCE, Office, make_office

DEPARTMENTS = (COUNTY, CITY, PROVINCE, MINISTRY)


@pytest.fixture
def office() -> Office:
    return make_office()


def gone_up(office: Office, *departments: Actor) -> Filing:
    """Return a filing that these departments have approved."""
    filing = office.submit(office.filled())
    for department in departments:
        filing = office.pass_on(filing, department)
    return filing


def test_a_filing_is_approved_once_all_four_levels_have_passed_it(office: Office) -> None:
    filing = office.submit(office.filled())
    seen = []

    for department in DEPARTMENTS:
        office.clock.advance(timedelta(days=1))
        filing = office.pass_on(filing, department)
        seen.append((filing.state, filing.passed[-1], filing.in_force, filing.waiting_since))

    days = [NOW + timedelta(days=number) for number in (1, 2, 3)]
    assert seen == [
        (State.SUBMITTED, "330106", 0, days[0]),
        (State.SUBMITTED, "330100", 0, days[1]),
        (State.SUBMITTED, "330000", 0, days[2]),
        (State.APPROVED, "000000", 1, None),
    ]
    assert [each.division for each in filing.versions[0].decisions] == ["330106", "330100", "330000", "000000"]
    assert office.told == ["submitted", "forwarded", "forwarded", "forwarded", "approved"]


def test_what_was_returned_begins_at_the_lowest_level_again(office: Office) -> None:
    returned = office.give_back(gone_up(office, COUNTY, CITY), actor=PROVINCE)

    again = office.submit(returned)

    assert (returned.waiting_since, again.passed, reviewing_division(again)) == (None, (), "330106")
    assert [[each.action for each in version.decisions] for version in again.versions] == [
        [Action.APPROVE, Action.APPROVE, Action.RETURN],
        [],
    ]


def test_undoing_gives_a_filing_back_to_the_department_that_decided(office: Office) -> None:
    filing = gone_up(office, COUNTY, CITY)

    undone = undo_decision(office.deps, Call(CITY, version=filing.version), filing.id)

    (version,) = undone.versions
    assert (undone.state, undone.passed, reviewing_division(undone)) == (State.SUBMITTED, ("330106",), "330100")
    assert [each.division for each in version.undone] == ["330100"]
    assert undone.waiting_since == version.decisions[0].decided_at


def test_one_person_does_not_decide_for_two_departments(office: Office) -> None:
    filing = gone_up(office, COUNTY)
    promoted = replace(COUNTY, role=Role.CITY_REVIEWER, division=CITY.division)

    with pytest.raises(NotAllowed):
        approve_filing(office.deps, Call(promoted, version=filing.version), filing.id, AGREED)

    assert office.filings.get(filing.id) == filing


@pytest.mark.parametrize(
    ("division", "chain"),
    [
        ("330106", ["330106", "330100", "330000", "000000"]),  # a district of a city
        ("110105", ["110105", "110000", "000000"]),  # of a municipality (直辖市)
        ("429004", ["429004", "420000", "000000"]),  # 仙桃, directly under its province
        ("441900", ["441900", "440000", "000000"]),  # 东莞, a city without counties
    ],
)
def test_the_chain_has_as_many_levels_as_lie_above_the_unit(office: Office, division: str, chain: list[str]) -> None:
    office.tell(division=division, at=NOW + timedelta(hours=1))

    filing = office.submit(office.filled())

    assert list(chain_of(filing)) == chain
