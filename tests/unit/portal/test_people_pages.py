"""Pages about people in offices: who opens them, appointing, the second person, steps with accounts."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.errors import Conflict, Invalid, NotAllowed, Problem, StaleVersion
from shared.identity.actor import PEOPLE, REVIEWERS, UNIT_ROLES, Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_people import ACCOUNT_ID, GRANT_ID, make_held, make_holder, make_opened

PAGES = {
    "/people": frozenset({Role.ADMINISTRATOR, Role.MINISTRY, Role.PROVINCE_REVIEWER, Role.CITY_REVIEWER}),
    "/colleagues": UNIT_ROLES,
    "/recoveries": REVIEWERS,
    "/divisions/changes": frozenset({Role.MINISTRY, Role.ADMINISTRATOR}),
}


def signed_in(role: Role) -> Portal:
    portal = make_portal()
    portal.sign_in(role)
    return portal


def send(portal: Portal, path: str, **fields: Any) -> Any:
    return portal.post(path, key="k" * 32, **fields)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_each_page_is_open_to_its_roles_and_linked_for_them_alone(path: str, role: Role) -> None:
    portal = signed_in(role)

    status = portal.browser.get(path).status_code
    frame = portal.browser.get("/account").text

    assert status == (200 if role in PAGES[path] else 403)
    assert (f'href="{path}"' in frame) is (role in PAGES[path])


@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_everybody_has_a_first_page(role: Role) -> None:
    portal = signed_in(role)

    answer = portal.browser.get("/home", follow_redirects=True)

    assert answer.status_code == 200


@pytest.mark.parametrize("path", PAGES)
def test_a_form_of_another_site_changes_nothing(path: str) -> None:
    portal = signed_in(sorted(PAGES[path])[0])

    answer = portal.browser.post(path if path != "/colleagues" else "/colleagues/transfer", data={"key": "k" * 32})

    assert answer.status_code == 403
    assert portal.offices.sent + portal.colleagues.sent + portal.upkeep.sent == []


def test_every_form_has_a_key_of_its_own() -> None:
    portal = signed_in(Role.CITY_REVIEWER)

    keys = re.findall(r'name="key" value="([^"]+)"', portal.browser.get("/people").text)

    assert len(keys) == len(set(keys)) >= 5


def test_a_person_is_appointed_with_what_was_filled_in_only() -> None:
    portal = signed_in(Role.CITY_REVIEWER)

    fields = {"username": "zhang", "role": "county_reviewer", "division": "330106"}
    answer = send(portal, "/people", act="more", valid_to="", **fields)

    assert answer.location.endswith("done=appointed")
    assert portal.offices.sent == [("appoint", {**fields, "valid_from": None, "valid_to": None})]


def test_the_divisions_directly_below_are_offered() -> None:
    portal = make_portal()
    portal.identity.people["c@example.cn"] = {**PERSON, "role": "city_reviewer", "division": "330100"}
    portal.come_back("c@example.cn")

    page = portal.browser.get("/people").text

    assert '<option value="330106">西湖区</option>' in page
    assert '<option value="county_reviewer">' in page
    assert '<option value="city_reviewer">' not in page


PERSON = {
    "id": "account-1",
    "role_label": "",
    "display_name": "李芳",
    "unit_id": None,
    "division_name": "浙江省杭州市",
}


def test_a_first_password_is_shown_once_and_a_mailed_one_never() -> None:
    portal = signed_in(Role.CITY_REVIEWER)
    shown, told = [], []
    for opened in (
        make_opened(make_holder(), "Abc-123"),
        make_opened(make_holder(), None),
        make_opened(make_holder(make_held(state="proposed")), None, is_mailed=True),
    ):
        portal.offices.opened = opened

        answer = send(portal, "/people", act="new", username="zhang", role="county_reviewer")

        shown.append("Abc-123" in answer.text)
        told.append((answer.headers["Cache-Control"], str(answer.location).rpartition("=")[2]))
    assert shown == [True, False, False]
    assert told == [("no-store", "None"), ("no-store", "shown_once"), ("no-store", "nominated")]


@pytest.mark.parametrize("act", ["new", "more"])
def test_a_refused_appointment_keeps_what_was_typed_and_names_the_field_of_its_form(act: str) -> None:
    portal = signed_in(Role.CITY_REVIEWER)
    portal.offices.error = Invalid([Problem("/division", "division_not_below", "只能任用直接下级的人员。")])

    answer = send(portal, "/people", act=act, username="li.shenhe", role="county_reviewer", division="330206")

    assert answer.status_code == 422
    assert answer.text.count('value="li.shenhe"') == 1
    assert f'id="{act}-division-e"' in answer.text
    assert f'<a href="#{act}-division">行政区划：只能任用直接下级的人员。</a>' in answer.text


def test_a_taken_user_name_is_told_at_its_field() -> None:
    portal = signed_in(Role.CITY_REVIEWER)
    portal.offices.error = Conflict("该用户名已被使用。")

    answer = send(portal, "/people", act="new", username="li.shenhe")

    assert answer.status_code == 409
    assert 'id="new-username-e">该用户名已被使用。' in answer.text


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("confirm", {}),
        ("withdraw", {}),
        ("refuse", {"reason": "不符合"}),
        ("extend", {"valid_to": "2027-01-01"}),
        ("end", {"reason": "不符合"}),
    ],
)
def test_each_step_with_a_grant_is_sent_on_its_version(act: str, body: dict[str, str]) -> None:
    portal = signed_in(Role.CITY_REVIEWER)

    url = f"/people/{ACCOUNT_ID}/grants/{GRANT_ID}"
    answer = send(portal, url, act=act, version="3", reason="不符合", valid_to="2027-01-01")

    assert answer.status_code == 303
    assert portal.offices.sent == [(act, ACCOUNT_ID, GRANT_ID, 3, body)]


def test_a_missing_reason_opens_its_form_with_the_fault() -> None:
    portal = signed_in(Role.CITY_REVIEWER)
    portal.offices.error = Invalid([Problem("/reason", "empty", "此项不能为空。")])

    answer = send(portal, f"/people/{ACCOUNT_ID}/grants/{GRANT_ID}", act="end", version="3", reason="")

    assert answer.status_code == 422
    assert f'href="#end-{GRANT_ID}-reason"' in answer.text
    assert answer.text.count("<details open>") == 1


@pytest.mark.parametrize("act", ["reset_password", "reset_factor", "end_sign_ins", "disable", "enable"])
def test_each_step_with_an_account_is_offered_where_it_is_open_and_sent_on_its_version(act: str) -> None:
    portal = signed_in(Role.CITY_REVIEWER)
    portal.offices.holders = [make_holder(open_actions=[act])]
    page = portal.browser.get("/people").text

    answer = send(portal, f"/people/{ACCOUNT_ID}", act=act, version="3")

    offered = re.findall(rf'action="/people/{ACCOUNT_ID}">.*?name="act" value="(\w+)"', page, re.DOTALL)
    assert offered == [act]
    assert answer.status_code == (200 if act == "reset_password" else 303)
    assert portal.offices.sent == [(act, ACCOUNT_ID, 3)]


@pytest.mark.parametrize("path", [f"/people/{ACCOUNT_ID}", f"/people/{ACCOUNT_ID}/grants/{GRANT_ID}"])
def test_a_step_that_there_is_not_is_not_found(path: str) -> None:
    portal = signed_in(Role.CITY_REVIEWER)

    answer = send(portal, path, act="promote", version="3")

    assert answer.status_code == 404
    assert portal.offices.sent == []


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (StaleVersion(), 412, "刚被他人更改"),
        (NotAllowed("只能由另一人确认。"), 409, "只能由另一人确认"),
        (Conflict("最后一名管理员。"), 409, "最后一名管理员"),
    ],
)
def test_what_can_not_be_done_is_told_above_the_list(error: Any, status: int, text: str) -> None:
    portal = signed_in(Role.CITY_REVIEWER)
    portal.offices.error = error

    answer = send(portal, f"/people/{ACCOUNT_ID}", act="disable", version="3")

    assert answer.status_code == status
    assert text in answer.text
    assert "张审核" in answer.text


def test_a_grant_over_a_division_that_was_merged_is_to_be_settled() -> None:
    portal = signed_in(Role.CITY_REVIEWER)
    portal.offices.holders = [make_holder(make_held(successors=["330106", "330108"]))]

    page = portal.browser.get("/people").text

    assert "由 浙江省杭州市西湖区、330108 承接" in page


def test_what_is_over_by_its_last_day_is_not_shown_as_in_force() -> None:
    portal = signed_in(Role.CITY_REVIEWER)
    portal.offices.holders = [make_holder(make_held(is_past=True, valid_to="2026-03-01", open_actions=[]))]

    page = portal.browser.get("/people").text

    assert "已到期" in page
    assert "生效</span>" not in page


def test_what_waits_for_a_second_person_is_listed_alone_and_an_empty_list_says_so() -> None:
    portal = signed_in(Role.ADMINISTRATOR)
    portal.offices.holders = []

    waiting = portal.browser.get("/people?waiting=1").text
    asked = portal.offices.is_waiting
    everybody = portal.browser.get("/people").text

    assert asked
    assert "没有待确认的提名" in waiting
    assert "还没有任用下级人员" in everybody
