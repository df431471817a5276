"""The pages of the mirror of the 名录库: in numbers for the desk, one unit by its code for who may look."""

from __future__ import annotations

import re

import pytest

from services.exchange.model.directory import FIELDS
from services.portal.presenters.mirror import CHECKED
from shared.identity.actor import Role
from tests.support.codes import make_uscc
from tests.support.portal import Portal, make_portal
from tests.support.portal_answers import make_submitted
from tests.support.portal_mirror import INQUIRY_ID, LOAD_ID, FakeMirror, make_load, make_look_up, make_mirror

CODE = make_uscc(1)


def portal_of(role: Role) -> Portal:
    portal = make_portal()
    portal.sign_in(role)
    return portal


def mirror_of(portal: Portal) -> FakeMirror:
    kept = portal.app.extensions["deps"].mirror
    assert isinstance(kept, FakeMirror)
    return kept


def test_the_mirror_is_shown_in_numbers_with_what_waits_and_what_was_put_aside():
    page = portal_of(Role.DIRECTORY_DESK).browser.get("/directory?province=330000").text

    assert "24,900 家" in page
    assert "已取 25,000 / 100,000 家（25%）" in page
    assert "同一单位同一序号的通报内容前后不一" in page
    assert "合并" in page
    assert '<th scope="row">浙江省杭州市西湖区</th>' in page
    assert "广东省" in page
    assert "南山" not in page


def test_an_empty_mirror_says_so_and_offers_the_load():
    portal = portal_of(Role.DIRECTORY_DESK)
    mirror_of(portal).mirror = make_mirror(in_force=0, ceased=0, divisions=[], waits=[], troubles=[], last_load=None)

    page = portal.browser.get("/directory").text

    assert "镜像中还没有单位" in page
    assert "装载全部单位" in page


@pytest.mark.parametrize("role", [Role.MINISTRY, Role.AUDITOR])
def test_who_only_reads_has_no_button(role: Role):
    page = portal_of(role).browser.get("/directory").text

    assert "24,900 家" in page
    assert "停止装载" not in page


@pytest.mark.parametrize(
    ("state", "path", "asked"),
    [
        ("running", f"/directory/loads/{LOAD_ID}/stopping", ("stop", f"{LOAD_ID}/3")),
        ("stopped", f"/directory/loads/{LOAD_ID}/going-on", ("go_on", f"{LOAD_ID}/3")),
        ("done", "/directory/loads", ("start", "k")),
    ],
)
def test_the_desk_starts_stops_and_goes_on(state: str, path: str, asked: tuple[str, str]):
    portal = portal_of(Role.DIRECTORY_DESK)
    mirror_of(portal).mirror = make_mirror(last_load=make_load(state=state))

    page = portal.browser.get("/directory").text
    answer = portal.post(path, version="3", key="k")

    assert f'action="{path}"' in page
    assert answer.status_code == 303
    assert mirror_of(portal).asked == [asked]


def test_a_second_load_is_told_to_wait():
    portal = portal_of(Role.DIRECTORY_DESK)
    mirror_of(portal).is_busy = True

    answer = portal.post("/directory/loads", key="k")

    assert answer.status_code == 409
    assert 'role="alert"' in answer.text


def test_a_unit_that_is_found_is_shown_field_by_field_and_empty_ones_are_left_out():
    portal = portal_of(Role.COUNTY_REVIEWER)
    mirror_of(portal).answers[CODE] = make_look_up()

    page = portal.post("/directory/look-up", credit_code=CODE, key="k").text

    assert "杭州云采科技有限公司" in page
    assert "单位详细名称" in page
    assert "单位规模" not in page


def test_what_was_asked_for_leads_to_the_page_of_its_answer():
    portal = portal_of(Role.DIRECTORY_DESK)
    asked = make_look_up(
        state="asked",
        state_label="已向名录库查询",
        inquiry_id=INQUIRY_ID,
        asked_at="2026-03-04T01:00:00+00:00",
        unit=None,
    )
    mirror_of(portal).answers |= {CODE: asked, INQUIRY_ID: asked}

    answer = portal.post("/directory/look-up", credit_code=CODE, key="k")
    page = portal.browser.get(answer.location).text

    assert answer.location == f"/directory/look-up/{INQUIRY_ID}"
    assert "答复到达后显示在本页" in page


def test_a_faulty_code_is_asked_of_nobody():
    portal = portal_of(Role.DIRECTORY_DESK)

    answer = portal.post("/directory/look-up", credit_code=f"{CODE[:-1]}0", key="k")

    assert answer.status_code == 422
    assert "请填写营业执照上的 18 位" in answer.text
    assert mirror_of(portal).asked == []


def test_who_asks_too_often_is_told_when_to_go_on():
    portal = portal_of(Role.DIRECTORY_DESK)
    mirror_of(portal).is_weary = True

    answer = portal.post("/directory/look-up", credit_code=CODE, key="k")

    assert answer.status_code == 429
    assert "40 秒后再试" in answer.text


def test_units_have_no_page_to_look_into_the_directory():
    browser = portal_of(Role.OPERATOR).browser

    assert {browser.get("/directory").status_code, browser.get("/directory/look-up").status_code} <= {403, 404}


def record_items(**values: str) -> list[dict[str, str]]:
    """Return the fields of a record as they are answered, all that are not given empty."""
    return [
        {"name": each.name, "code": each.code, "title": each.title, "value": values.get(each.name, "")}
        for each in FIELDS
    ]


def test_a_registration_is_checked_against_the_directory_fact_by_fact():
    registration = make_submitted(id="a" * 32)
    portal = make_portal(registration)
    portal.sign_in(Role.COUNTY_REVIEWER)
    form = registration["form"]
    values = {
        "name": str(form["operator_name"]),
        "legal_representative": "旁人",
        "opened_on": str(form["opened_on"])[:7],
    }
    unit = make_look_up()["unit"]
    assert unit is not None
    found = make_look_up(unit={**unit, "items": record_items(credit_code=str(form["credit_code"]), **values)})
    mirror_of(portal).answers[str(form["credit_code"])] = found

    link = portal.browser.get(f"/reviews/{'a' * 32}").text
    page = portal.post(f"/directory/checks/{'a' * 32}").text

    results = re.findall(r"<span class=\"state state-[a-z]+\">([^<]+)</span></td></tr>", page)
    assert "与名录库核对" in link
    assert results == ["一致", "一致", "不一致", "一致", "名录库未载"]
    assert "核对 5 项，1 项不一致：法定代表人（单位负责人）。" in page
    assert "<td>浙江省杭州市西湖区（330106）</td>" in page
    assert f'href="/reviews/{"a" * 32}">← 回到审核' in page
    assert "<form" not in page.split("<main", 1)[1]


@pytest.mark.parametrize(
    ("changes", "said"),
    [({}, "核对 5 项，全部一致。"), ({"opened_on": ""}, "没有不一致；名录库未载：开业（成立）时间。")],
)
def test_a_check_says_what_it_came_to_and_what_to_do(changes: dict[str, str], said: str):
    registration = make_submitted(id="a" * 32)
    portal = make_portal(registration)
    portal.sign_in(Role.COUNTY_REVIEWER)
    form = registration["form"]
    values = {theirs: str(form[ours]) for ours, theirs in CHECKED.items()} | changes
    unit = make_look_up()["unit"]
    assert unit is not None
    mirror_of(portal).answers[str(form["credit_code"])] = make_look_up(unit={**unit, "items": record_items(**values)})

    page = portal.post(f"/directory/checks/{'a' * 32}").text

    assert said in page


def test_a_check_that_waits_for_the_directory_keeps_its_registration():
    registration = make_submitted(id="a" * 32)
    portal = make_portal(registration)
    portal.sign_in(Role.COUNTY_REVIEWER)
    asked = make_look_up(state="asked", inquiry_id=INQUIRY_ID, asked_at="2026-03-04T01:00:00+00:00", unit=None)
    mirror_of(portal).answers |= {str(registration["form"]["credit_code"]): asked, INQUIRY_ID: asked}

    answer = portal.post(f"/directory/checks/{'a' * 32}")
    page = portal.browser.get(answer.location).text

    assert answer.location == f"/directory/look-up/{INQUIRY_ID}?registration={'a' * 32}"
    assert f"registration={'a' * 32}" in page
