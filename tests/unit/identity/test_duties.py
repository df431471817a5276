"""Duties that nobody holds together: filing and reviewing, keeping the system and judging with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.identity.model.grants import Grant, GrantState, in_force
from services.identity.model.places import excluding
from services.identity.operations.appointments import Appointment, appoint
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Invalid
from shared.identity.actor import PEOPLE, REVIEWERS, UNIT_ROLES, Actor, Role
from tests.support.identity import MOMENT, make_account, make_deps, make_grant

TODAY = local_date(MOMENT)
CITY = Actor("c" * 32, Role.CITY_REVIEWER, division="330100")
COUNTY = Appointment(Role.COUNTY_REVIEWER, "330106")


@pytest.mark.parametrize(
    ("held", "wanted"),
    [
        (make_grant(role=Role.OPERATOR, unit_id="d" * 32), COUNTY),
        (make_grant(role=Role.ADMINISTRATOR, division=None), COUNTY),
        (make_grant(role=Role.AUDITOR, division=None, state=GrantState.PROPOSED), COUNTY),
        (make_grant(role=Role.OPERATOR, unit_id="d" * 32, valid_from=TODAY + timedelta(days=9)), COUNTY),
    ],
)
def test_duties_are_kept_apart(held: Grant, wanted: Appointment) -> None:
    deps = make_deps([make_account(grants=(held,))])

    with pytest.raises(Invalid) as caught:
        appoint(deps, Call(CITY), "county.330106", wanted)

    assert [problem.code for problem in caught.value.problems] == ["roles_excluded"]


def test_duties_that_ended_exclude_nothing() -> None:
    ended = make_grant(role=Role.OPERATOR, unit_id="d" * 32, state=GrantState.ENDED)
    past = make_grant(id="f" * 32, role=Role.OPERATOR, unit_id="d" * 32, valid_to=TODAY - timedelta(days=1))
    deps = make_deps([make_account(grants=(ended, past))])

    saved = appoint(deps, Call(CITY), "county.330106", COUNTY)

    assert [grant.role for grant in in_force(saved, TODAY)] == [Role.COUNTY_REVIEWER]


@pytest.mark.parametrize("unit", sorted(UNIT_ROLES))
@pytest.mark.parametrize("office", sorted(PEOPLE - UNIT_ROLES))
def test_who_files_holds_no_office(unit: Role, office: Role) -> None:
    assert excluding(office, [unit]) is unit
    assert excluding(unit, [office]) is office


@pytest.mark.parametrize("reviewer", sorted(REVIEWERS | {Role.MINISTRY}))
def test_who_keeps_the_system_does_not_review(reviewer: Role) -> None:
    assert excluding(Role.ADMINISTRATOR, [reviewer]) is reviewer
    assert excluding(Role.AUDITOR, [reviewer]) is reviewer


def test_reviewing_in_two_places_is_allowed() -> None:
    deps = make_deps([make_account()])

    saved = appoint(deps, Call(CITY), "county.330106", Appointment(Role.COUNTY_REVIEWER, "330108"))

    assert [grant.division for grant in in_force(saved, TODAY)] == ["330106", "330108"]
