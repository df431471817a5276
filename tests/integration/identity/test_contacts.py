"""Addresses for machines: of a unit, a role over a division, an account; from an index, in pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from services.identity.model.accounts import AccountState
from services.identity.model.grants import GrantState
from services.identity.repository.grants import holding
from services.identity.repository.indexes import ACCOUNTS
from shared.clock import local_date
from shared.identity.actor import COUNTRY, Actor, Role
from tests.support.identity import MOMENT, make_grant
from tests.support.identity_office import MACHINE, Office

TODAY = local_date(MOMENT)
UNIT = "1" * 32


def emails(office: Office, query: str) -> list[str]:
    answer = office.ask(MACHINE, "GET", f"/contacts?{query}")
    assert answer.status_code == 200, answer.json
    return [row["email"] for row in answer.json["items"]]  # type: ignore[index]


def plan_of(office: Office, query: Any) -> str:
    return str(office.database[ACCOUNTS].find(query, sort=[("_id", -1)]).explain()["queryPlanner"]["winningPlan"])


def test_those_who_act_for_a_unit_today_are_told(office: Office) -> None:
    unit = {"role": Role.OPERATOR, "unit_id": UNIT}
    office.add(1, make_grant(**unit, is_principal=True))
    office.add(2, make_grant(**unit, valid_to=TODAY))
    office.add(3, make_grant(**unit, valid_to=TODAY - timedelta(days=1)))
    office.add(4, make_grant(**unit, valid_from=TODAY + timedelta(days=1)))
    office.add(5, make_grant(**unit, state=GrantState.ENDED))
    office.add(6, make_grant(**unit), state=AccountState.DISABLED)
    office.add(7, make_grant(role=Role.OPERATOR, unit_id="2" * 32))

    found = emails(office, f"unit_id={UNIT}")

    assert found == ["p2@example.com", "p1@example.com"]


def test_those_in_a_role_over_the_very_division_are_told(office: Office) -> None:
    office.add(1, make_grant(division="330106"))
    office.add(2, make_grant(division="330108"))
    office.add(3, make_grant(role=Role.CITY_REVIEWER, division="330100"))
    office.add(4, make_grant(role=Role.MINISTRY, division=COUNTRY))
    office.add(5, make_grant(role=Role.DIRECTORY_DESK, division=None))
    office.add(6, make_grant(division="330108"), make_grant(id="f" * 32, division="330106"))

    county = emails(office, "role=county_reviewer&division=330106")
    ministry = emails(office, "role=ministry&division=000000")
    desk = emails(office, "role=directory_desk")
    nowhere = emails(office, "role=county_reviewer")

    assert county == ["p6@example.com", "p1@example.com"]
    assert (ministry, desk, nowhere) == (["p4@example.com"], ["p5@example.com"], [])


def test_one_account_is_told_by_its_id(office: Office) -> None:
    account = office.add(1, make_grant())

    found = office.ask(MACHINE, "GET", f"/contacts?account_id={account.id}")

    assert found.json == {
        "items": [{"account_id": account.id, "email": "p1@example.com", "display_name": "人员1"}],
        "next_cursor": "",
    }


def test_an_account_is_told_by_its_id_that_its_last_right_was_ended_but_not_once_it_is_disabled(
    office: Office,
) -> None:
    ended = office.add(1, make_grant(state=GrantState.ENDED))
    disabled = office.add(2, make_grant(), state=AccountState.DISABLED)

    found = [emails(office, f"account_id={account.id}") for account in (ended, disabled)]

    assert found == [["p1@example.com"], []]


def test_pages_neither_skip_nor_repeat_anybody(office: Office) -> None:
    for number in range(1, 8):
        office.add(number, make_grant())
    found, cursor = [], ""

    for _ in range(4):
        path = f"/contacts?role=county_reviewer&division=330106&limit=2&cursor={cursor}"
        page = office.ask(MACHINE, "GET", path).json or {}
        found += [row["account_id"] for row in page["items"]]
        cursor = page["next_cursor"]

    assert found == [f"{number:032x}" for number in range(7, 0, -1)]
    assert cursor == ""


@pytest.mark.parametrize(
    "query",
    [
        "",
        f"unit_id={UNIT}&account_id={UNIT}",
        f"unit_id={UNIT}&division=330106",
        "division=330106",
        "role=county_reviewer&division=33",
        "role=nobody",
        "unit_id[$ne]=x",
        "unit_id=x",
    ],
)
def test_what_names_no_one_recipient_is_refused(office: Office, query: str) -> None:
    answer = office.ask(MACHINE, "GET", f"/contacts?{query}")

    assert answer.status_code in (400, 422)
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.MINISTRY, Role.AUDITOR, Role.OPERATOR])
def test_no_person_reads_addresses(office: Office, role: Role) -> None:
    answer = office.ask(Actor("a" * 32, role), "GET", f"/contacts?unit_id={UNIT}")

    assert answer.status_code == 403


def test_contacts_are_found_by_an_index(office: Office) -> None:
    by_unit = plan_of(office, holding(TODAY, unit_id=UNIT))
    by_place = plan_of(office, holding(TODAY, role="county_reviewer", division="330106"))

    assert "'indexName': 'unit'" in by_unit
    assert "'indexName': 'place'" in by_place
    assert "COLLSCAN" not in by_unit + by_place
    assert "'stage': 'SORT'" not in by_unit + by_place


def test_a_reviewer_sees_by_name_who_reviews_for_the_same_department_and_nobody_else(office: Office) -> None:
    office.add(1, make_grant())
    office.add(2, make_grant(division="330108"))
    office.add(3, make_grant())
    office.add(4, make_grant(state=GrantState.ENDED))

    found = office.ask(Actor(f"{1:032x}", Role.COUNTY_REVIEWER, division="330106"), "GET", "/reviewers")

    assert found.json == {
        "items": [
            {"account_id": f"{3:032x}", "display_name": "人员3"},
            {"account_id": f"{1:032x}", "display_name": "人员1"},
        ],
        "next_cursor": "",
    }
