"""Pages about people: accounts, colleagues, recoveries, divisions. Faults stand at their fields, what was typed stays."""

from __future__ import annotations

from typing import Any

import pytest

from shared.errors import Conflict, Invalid, NotAllowed, Problem, StaleVersion
from shared.identity.actor import PEOPLE, REVIEWERS, UNIT_ROLES, Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_people import (
    ACCOUNT_ID,
    CHANGE,
    GRANT_ID,
    INVITATION_ID,
    make_colleagues,
    make_held,
    make_holder,
    page_of,
)

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
    return portal.browser.post(path, data={"csrf_token": portal.csrf(), "key": "k" * 32, **fields})


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("role", sorted(PEOPLE))
def test_each_page_is_open_to_its_roles_and_linked_for_them_alone(path: str, role: Role) -> None:
    portal = signed_in(role)

    status = portal.browser.get(path).status_code
    frame = portal.browser.get("/account").text

    assert status == (200 if role in PAGES[path] else 403)
    assert (f'href="{path}"' in frame) is (role in PAGES[path])


def test_a_person_is_appointed_with_what_was_filled_in_only() -> None:
    portal = signed_in(Role.CITY_REVIEWER)
    portal.people.reply = make_holder()

    answer = send(
        portal, "/people", act="more", username="zhang", role="county_reviewer", division="330106", valid_to=""
    )

    assert answer.status_code == 303
    url, body, _ = portal.people.sent[0]
    assert url == "/appointments"
    assert body == {
        "username": "zhang",
        "role": "county_reviewer",
        "division": "330106",
        "valid_from": None,
        "valid_to": None,
    }


def test_a_first_password_is_shown_once_and_a_mailed_one_never() -> None:
    portal = signed_in(Role.CITY_REVIEWER)
    portal.people.reply = make_holder() | {"first_password": "Abc-123"}

    shown = send(portal, "/people", act="new", username="zhang", role="county_reviewer")

    portal.people.reply = make_holder(make_held(state="proposed")) | {"first_password": None}
    mailed = send(portal, "/people", act="new", username="zhang", role="auditor")
    assert "Abc-123" in shown.text
    assert mailed.location.endswith("done=proposed")


def test_a_refused_appointment_keeps_what_was_typed_and_names_the_field() -> None:
    portal = signed_in(Role.CITY_REVIEWER)
    portal.people.error = Invalid([Problem("/division", "division_not_below", "只能任用直接下级区划的人员。")])

    answer = send(portal, "/people", act="new", username="li.shenhe", role="county_reviewer", division="330206")

    assert answer.status_code == 422
    assert 'value="li.shenhe"' in answer.text
    assert 'id="new-division-e"' in answer.text
    assert 'href="#new-division"' in answer.text


@pytest.mark.parametrize(
    ("act", "path", "body"),
    [
        ("confirm", "confirmation", {}),
        ("withdraw", "withdrawal", {}),
        ("refuse", "refusal", {"reason": "不符合"}),
        ("extend", "extension", {"valid_to": "2027-01-01"}),
        ("end", "end", {"reason": "不符合"}),
    ],
)
def test_each_step_with_a_grant_is_sent_on_its_version(act: str, path: str, body: dict[str, str]) -> None:
    portal = signed_in(Role.CITY_REVIEWER)

    url = f"/people/{ACCOUNT_ID}/grants/{GRANT_ID}"
    answer = send(portal, url, act=act, version="3", reason="不符合", valid_to="2027-01-01")

    assert answer.status_code == 303
    assert portal.people.sent == [(f"/accounts/{ACCOUNT_ID}/grants/{GRANT_ID}/{path}", body, 3)]


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
    portal.people.error = error

    answer = send(portal, f"/people/{ACCOUNT_ID}", act="disable", version="3")

    assert answer.status_code == status
    assert text in answer.text
    assert "张审核" in answer.text


def test_a_grant_over_a_division_that_was_merged_is_to_be_settled() -> None:
    portal = signed_in(Role.CITY_REVIEWER)
    portal.people.answers["/accounts"] = page_of(make_holder(make_held(successors=["330105"])))

    page = portal.browser.get("/people").text

    assert "由 330105 承接" in page


def test_a_colleague_who_is_not_the_principal_sees_no_forms() -> None:
    portal = signed_in(Role.OPERATOR)
    portal.people.answers["/colleagues"] = make_colleagues(is_principal=False)

    page = portal.browser.get("/colleagues").text

    assert "王同事" in page
    assert "发出邀请" not in page
    assert "终止权限" not in page


def test_the_place_is_offered_to_a_colleague_or_by_mail() -> None:
    portal = signed_in(Role.OPERATOR)

    send(portal, "/colleagues/transfer", account_id=ACCOUNT_ID, stays="yes")
    send(portal, "/colleagues/transfer", account_id="", email="a@example.com", display_name="甲", stays="no")

    assert [body for _, body, _ in portal.people.sent] == [
        {"stays": True, "account_id": ACCOUNT_ID},
        {"stays": False, "email": "a@example.com", "display_name": "甲"},
    ]


def test_an_invitation_is_answered_without_signing_in() -> None:
    portal = make_portal()
    page = portal.browser.get(f"/invitations/{INVITATION_ID}")

    fields = {"code": "40718265", "display_name": "甲", "password": "一句话"}
    answer = send(portal, f"/invitations/{INVITATION_ID}", act="accept", **fields)

    assert page.status_code == 200
    assert answer.status_code == 303
    assert portal.people.sent == [(f"/invitations/{INVITATION_ID}/enrolment", fields, None)]


def test_a_wrong_code_is_told_at_its_field_and_the_password_is_not_shown_again() -> None:
    portal = make_portal()
    portal.browser.get(f"/invitations/{INVITATION_ID}")
    portal.people.error = Invalid([Problem("/code", "code_wrong", "邀请码不正确。")])

    answer = send(portal, f"/invitations/{INVITATION_ID}", act="accept", code="00000000", password="secret-word")

    assert answer.status_code == 422
    assert 'id="code-e"' in answer.text
    assert "secret-word" not in answer.text


def test_who_is_signed_in_accepts_with_that_account() -> None:
    portal = signed_in(Role.OPERATOR)

    answer = send(portal, f"/invitations/{INVITATION_ID}", act="accept")

    assert answer.status_code == 303
    assert portal.people.sent == [(f"/me/invitations/{INVITATION_ID}/acceptance", {}, None)]


def test_changes_to_the_divisions_are_looked_at_before_they_are_proposed() -> None:
    portal = signed_in(Role.MINISTRY)
    portal.people.reply = {
        "changes": [CHANGE],
        "faults": [],
        "impacts": [{"code": "330105", "name": "浙江省杭州市拱墅区", "grants": 3, "units": 12}],
    }

    seen = send(portal, "/divisions/changes/preview", act="table", table="变更类型\t代码\n合并\t330105")

    assert portal.people.sent == [("/division-changes/table", "变更类型,代码\n合并,330105".encode(), None)]
    assert "有效权限 3 项、单位 12 家" in seen.text
    assert "提出，等待确认" in seen.text


def test_faulty_changes_can_not_be_proposed() -> None:
    portal = signed_in(Role.MINISTRY)
    fault = {"line": 2, "field": "代码", "code": "unreadable", "message": "应为 6 位数字。"}
    portal.people.reply = {"changes": [CHANGE], "faults": [fault], "impacts": []}

    seen = send(portal, "/divisions/changes/preview", act="table", table="x")

    assert "第 2 行" in seen.text
    assert "提出，等待确认" not in seen.text
