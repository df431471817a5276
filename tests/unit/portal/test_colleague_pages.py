"""Pages about the people of units: sharing, handing over, answering an invitation, a new principal by the department."""

from __future__ import annotations

import re
from typing import Any

import pytest

from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, StaleVersion, TooManyRequests
from shared.identity.actor import Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_people import ACCOUNT_ID, INVITATION_ID, make_people, make_received, make_recovery

ANSWER = f"/invitations/{INVITATION_ID}"
RECOVERY = {
    "credit_code": "91330106000000019W",
    "display_name": "赵新",
    "email": "zhao@yuncai.example",
    "reason": "离职",
}


def signed_in(role: Role = Role.OPERATOR) -> Portal:
    portal = make_portal()
    portal.sign_in(role)
    return portal


def visiting() -> Portal:
    """A browser of somebody who is not signed in, on the page of the invitation."""
    portal = make_portal()
    assert portal.browser.get(ANSWER).status_code == 200
    return portal


def send(portal: Portal, path: str, **fields: Any) -> Any:
    return portal.post(path, key="k" * 32, **fields)


def test_a_colleague_who_is_not_the_principal_sees_no_forms() -> None:
    portal = signed_in()
    portal.colleagues.unit = make_people(is_principal=False)

    page = portal.browser.get("/colleagues").text

    assert "王同事" in page
    assert "由主账户负责人办理" in page
    assert re.findall(r'action="([^"]+)"', page) == ["/sign-out"]


def test_the_place_is_offered_to_a_colleague_or_by_mail() -> None:
    portal = signed_in()

    to_colleague = {"account_id": ACCOUNT_ID, "email": "", "display_name": "", "stays": "yes"}
    by_mail = {"account_id": "", "email": "a@example.com", "display_name": "甲", "stays": "no"}
    answers = [send(portal, "/colleagues/transfer", **fields) for fields in (to_colleague, by_mail)]

    assert [answer.location.rpartition("=")[2] for answer in answers] == ["offered", "offered"]
    assert portal.colleagues.sent == [
        ("offer", {"stays": True, "account_id": ACCOUNT_ID}),
        ("offer", {"stays": False, "email": "a@example.com", "display_name": "甲"}),
    ]


@pytest.mark.parametrize(("path", "prefix"), [("invitations", "invite"), ("transfer", "transfer")])
def test_a_fault_stands_at_the_field_of_the_form_that_was_sent(path: str, prefix: str) -> None:
    portal = signed_in()
    portal.colleagues.error = Invalid([Problem("/email", "invited_already", "已向此邮箱发出邀请。")])

    answer = send(portal, f"/colleagues/{path}", email="a@example.com", display_name="甲乙丙")

    assert answer.status_code == 422
    assert f'id="{prefix}-email-e"' in answer.text
    assert answer.text.count('value="甲乙丙"') == 1


def test_steps_with_colleagues_and_invitations_are_sent_on_their_versions() -> None:
    portal = signed_in()

    send(portal, f"/colleagues/{ACCOUNT_ID}/end", version="2")
    send(portal, f"/colleagues/invitations/{INVITATION_ID}/withdrawal", version="1")

    assert portal.colleagues.sent == [("end", ACCOUNT_ID, 2), ("take_back", INVITATION_ID, 1)]


@pytest.mark.parametrize(
    ("error", "status", "text"),
    [
        (StaleVersion(), 412, "刚被他人更改"),
        (NotFound(), 404, "已不在列表中"),
        (NotAllowed("只有本单位主账户负责人可以进行此项操作。"), 409, "只有本单位主账户负责人"),
        (Conflict("已答复。"), 409, "已答复。"),
    ],
)
def test_what_can_not_be_done_is_told_above_the_list(error: Any, status: int, text: str) -> None:
    portal = signed_in()
    portal.colleagues.error = error

    answer = send(portal, f"/colleagues/{ACCOUNT_ID}/end", version="2")

    assert answer.status_code == status
    assert text in answer.text
    assert "王同事" in answer.text


def test_an_invitation_to_oneself_leads_to_its_answer() -> None:
    portal = signed_in()
    portal.colleagues.mine = [make_received()]

    page = portal.browser.get("/colleagues").text

    assert f'href="{ANSWER}"' in page
    assert "接任主账户负责人" in page


def test_an_invitation_is_answered_without_signing_in() -> None:
    portal = visiting()

    fields = {"code": "4071 8265", "display_name": "甲", "password": "一句话"}
    answer = send(portal, ANSWER, act="accept", repeated="一句话", phone="", **fields)

    assert answer.location.endswith("/sign-in?done=enrolled")
    assert portal.colleagues.sent == [("enrol", INVITATION_ID, {**fields, "code": "40718265"})]


def test_a_new_account_needs_its_password_twice_and_an_account_that_there_is_does_not() -> None:
    portal = visiting()

    new = send(portal, ANSWER, act="accept", code="40718265", display_name="甲", password="一句话")
    known = send(portal, ANSWER, act="accept", code="40718265", password="一句话")

    assert new.status_code == 422
    assert 'id="repeated-e">两次输入的密码不一致。' in new.text
    assert known.status_code == 303
    assert [each[0] for each in portal.colleagues.sent] == ["enrol"]


@pytest.mark.parametrize(
    ("error", "status", "anchor"),
    [
        (Invalid([Problem("/code", "code_wrong", "邀请码不正确。")]), 422, "code"),
        (Invalid([Problem("/password", "too_short", "密码太短。")]), 422, "password"),
        (Invalid([Problem("/role", "roles_excluded", "不能兼任。")]), 422, "code"),
        (TooManyRequests("请稍后再试。"), 422, "code"),
        (NotFound(), 404, "code"),
    ],
)
def test_what_is_wrong_is_told_at_a_field_that_there_is_and_the_password_is_not_shown_again(
    error: Any, status: int, anchor: str
) -> None:
    portal = visiting()
    portal.colleagues.error = error

    answer = send(portal, ANSWER, act="accept", code="00000000", password="secret-word")

    assert answer.status_code == status
    assert f'id="{anchor}-e"' in answer.text
    assert f'href="#{anchor}"' in answer.text
    assert "secret-word" not in answer.text


def test_an_invitation_that_is_over_is_told_without_blaming_a_field() -> None:
    portal = visiting()
    portal.colleagues.error = Conflict("该邀请已失效。")

    answer = send(portal, ANSWER, act="accept", code="40718265", password="一句话")

    assert answer.status_code == 409
    assert "该邀请已失效。" in answer.text
    assert "处需要修改" not in answer.text


def test_who_is_signed_in_accepts_with_that_account_and_without_a_code_what_was_sent_to_them() -> None:
    portal = signed_in()
    portal.colleagues.mine = [make_received()]
    page = portal.browser.get(ANSWER).text

    answer = send(portal, ANSWER, act="accept")

    assert answer.location.endswith("/account?done=accepted")
    assert "杭州云采科技有限公司" in page
    assert 'name="code"' not in page
    assert portal.colleagues.sent == [("accept", INVITATION_ID, "")]


def test_declining_needs_the_code_unless_it_was_sent_to_oneself() -> None:
    own, other = signed_in(), visiting()

    answers = [send(own, ANSWER, act="decline"), send(other, ANSWER, act="decline", code="40718265")]

    assert [answer.location.partition("?")[0] for answer in answers] == ["/account", "/sign-in"]
    assert own.colleagues.sent == [("decline", INVITATION_ID)]
    assert other.colleagues.sent == [("decline_by_code", INVITATION_ID, "40718265")]


def test_a_new_principal_is_proposed_and_faults_stand_at_their_fields() -> None:
    portal = signed_in(Role.COUNTY_REVIEWER)
    done = send(portal, "/recoveries", **RECOVERY)
    portal.colleagues.error = Invalid([Problem("/credit_code", "unit_unknown", "本区划内没有这个单位。")])

    refused = send(portal, "/recoveries", **RECOVERY)

    assert done.location.endswith("done=recovery_proposed")
    assert portal.colleagues.sent[0] == ("propose", RECOVERY)
    assert refused.status_code == 422
    assert 'id="credit_code-e"' in refused.text
    assert 'value="赵新"' in refused.text


def test_a_recovery_is_confirmed_on_its_version_and_a_step_that_there_is_not_is_not_found() -> None:
    portal = signed_in(Role.COUNTY_REVIEWER)

    done = send(portal, f"/recoveries/{INVITATION_ID}", act="confirm", version="1")
    unknown = send(portal, f"/recoveries/{INVITATION_ID}", act="", version="1")

    assert done.location.endswith("done=recovery_confirmed")
    assert unknown.status_code == 404
    assert portal.colleagues.sent == [("confirm", INVITATION_ID, 1)]


def test_a_recovery_that_nobody_answered_in_time_is_over() -> None:
    portal = signed_in(Role.COUNTY_REVIEWER)
    portal.colleagues.recovered = [make_recovery(state="open", expires_at="2026-03-01T08:00:00Z")]

    page = portal.browser.get("/recoveries").text

    assert "已过期" in page
    assert 'value="confirm"' not in page


def test_an_empty_list_of_recoveries_says_so() -> None:
    portal = signed_in(Role.COUNTY_REVIEWER)
    portal.colleagues.recovered = []

    page = portal.browser.get("/recoveries").text

    assert "没有办理过负责人变更" in page


def test_the_principal_adds_what_the_unit_is_besides() -> None:
    portal = signed_in()

    page = portal.browser.get("/colleagues").text
    unchosen = send(portal, "/colleagues/roles", role="")
    added = send(portal, "/colleagues/roles", role="enterprise")

    assert "本单位现为：服务外包交易平台运营主体。" in page
    assert re.findall(r'<option value="([a-z_]+)"', page.partition('id="kind"')[2]) == [
        "enterprise",
        "training_institution",
    ]
    assert '<a href="#unit-role">请选择要增加的单位类型。</a>' in unchosen.text
    assert (unchosen.status_code, added.location) == (422, "/colleagues?done=role_added")
    assert portal.colleagues.sent == [("add_role", {"role": "enterprise"})]


def test_what_a_unit_is_already_is_told_beside_the_choice() -> None:
    portal = signed_in()
    portal.colleagues.error = Invalid([Problem("/role", "role_held", "本单位已是服务外包企业。")])

    answer = send(portal, "/colleagues/roles", role="enterprise")

    assert answer.status_code == 422
    assert 'aria-describedby="unit-role-e"' in answer.text
    assert "本单位已是服务外包企业。" in answer.text


def test_a_unit_that_is_everything_has_nothing_to_add() -> None:
    portal = signed_in()
    portal.colleagues.unit = make_people()
    portal.colleagues.unit["roles"] = ["operator", "enterprise", "training_institution"]

    assert "增加单位类型" not in portal.browser.get("/colleagues").text
