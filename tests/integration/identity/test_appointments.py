"""Appointing on the real database: from an index, never without an administrator, and seen by the right level only."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from werkzeug.test import TestResponse

from services.identity.model.grants import GrantState
from services.identity.operations.sight import places_of
from services.identity.repository.grants import in_places, live_over
from services.identity.repository.indexes import ACCOUNTS
from shared.calls import Call
from shared.clock import local_date
from shared.identity.actor import COUNTRY, Actor, Role
from shared.mongo.client import Document
from tests.support.identity import CITY, MOMENT, make_grant
from tests.support.identity_office import Office

TODAY = local_date(MOMENT)
PROVINCE = Actor("d" * 32, Role.PROVINCE_REVIEWER, division="330000")


def admin(number: int) -> Actor:
    return Actor(f"{number:032x}", Role.ADMINISTRATOR)


def with_administrators(office: Office, count: int) -> None:
    for number in range(1, count + 1):
        office.add(number, make_grant(id=f"{number:032x}", role=Role.ADMINISTRATOR, division=None))


def rows(answer: TestResponse) -> list[dict[str, Any]]:
    assert answer.json is not None
    found: list[dict[str, Any]] = answer.json["items"]
    return found


def test_a_proposal_waits_in_the_list_of_the_others_until_one_confirms(office: Office) -> None:
    with_administrators(office, 2)
    body = {"username": "audit", "display_name": "审计员", "role": "auditor", "email": "audit@example.com"}
    made = office.ask(admin(1), "POST", "/accounts", body).json or {}
    waiting = rows(office.ask(admin(2), "GET", "/accounts?waiting=true"))
    path = f"/accounts/{made['id']}/grants/{made['grants'][0]['id']}/confirmation"

    own = office.ask(admin(1), "POST", path, {}, version=1)
    confirmed = office.ask(admin(2), "POST", path, {}, version=1)

    assert (made["first_password"], made["is_mailed"]) == (None, True)
    assert [row["id"] for row in waiting] == [made["id"]]
    assert waiting[0]["grants"][0]["open_actions"] == ["confirm", "refuse"]
    assert (own.status_code, confirmed.status_code) == (403, 200)
    assert rows(office.ask(admin(2), "GET", "/accounts?waiting=true")) == []


def test_who_holds_places_of_two_levels_is_seen_by_each_with_its_own(office: Office) -> None:
    county = make_grant()
    office.add(1, county, make_grant(id="f" * 32, role=Role.CITY_REVIEWER, division="330200"))

    by_city = rows(office.ask(CITY, "GET", "/accounts"))
    by_province = rows(office.ask(PROVINCE, "GET", "/accounts"))

    assert [grant["role"] for grant in by_city[0]["grants"]] == ["county_reviewer"]
    assert [grant["role"] for grant in by_province[0]["grants"]] == ["city_reviewer"]
    assert (by_city[0]["open_actions"], by_province[0]["open_actions"]) == ([], [])


def test_two_administrators_who_end_one_another_at_once_leave_one(office: Office) -> None:
    with_administrators(office, 2)

    def end(by: int, whom: int) -> int:
        path = f"/accounts/{whom:032x}/grants/{whom:032x}/end"
        return office.ask(admin(by), "POST", path, {"reason": "测试"}, version=1).status_code

    with ThreadPoolExecutor(2) as pool:
        statuses = sorted(pool.map(end, (1, 2), (2, 1)))

    in_force = [
        account["_id"]
        for account in office.database[ACCOUNTS].find()
        if account["grants"][0]["state"] == GrantState.IN_FORCE.value
    ]
    assert statuses == [200, 409]
    assert len(in_force) == 1


def test_a_reason_is_stored_sealed(office: Office) -> None:
    office.add(1, make_grant())

    ended = office.ask(CITY, "POST", f"/accounts/{1:032x}/grants/{'e' * 32}/end", {"reason": "金丝雀理由"}, version=1)

    assert (ended.json or {})["grants"][0]["reason"] == "金丝雀理由"
    assert "金丝雀理由" not in str(office.database[ACCOUNTS].find_one())


def plan_of(office: Office, query: Document, **options: Any) -> str:
    """Return how the database would answer a query of accounts."""
    return str(office.database[ACCOUNTS].find(query, **options).explain()["queryPlanner"]["winningPlan"])


def test_accounts_of_a_level_are_found_by_an_index(office: Office) -> None:
    places = places_of(office.wired.deps, Call(Actor("d" * 32, Role.MINISTRY, division=COUNTRY)))

    plan = plan_of(office, {"$or": in_places(places, None)}, sort=[("_id", -1)])

    assert "'indexName': 'place'" in plan
    assert "COLLSCAN" not in plan


def test_accounts_over_a_division_are_counted_by_an_index_whatever_their_role(office: Office) -> None:
    office.add(1, make_grant(), make_grant(id="f" * 32, state=GrantState.ENDED, division="330107"))
    office.add(2, make_grant(role=Role.OPERATOR, unit_id="a" * 32))

    plan = plan_of(office, live_over("330106", TODAY))

    assert "'indexName': 'place'" in plan
    assert [office.wired.deps.accounts.count_over(division, TODAY) for division in ("330106", "330107")] == [2, 0]
