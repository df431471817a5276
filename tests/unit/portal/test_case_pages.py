"""The pages of the three-way desk: the list by age, a case with three columns, its decisions, the quality checks."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import cast

import pytest

from shared.identity.actor import Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_cases import OURS, THEIRS, FakeCases

REASON = "以换发的营业执照为准。"


def desk_of(portal: Portal) -> FakeCases:
    return cast(FakeCases, portal.app.extensions["deps"].cases)


@pytest.fixture
def portal() -> Portal:
    made = make_portal()
    made.sign_in(Role.DIRECTORY_DESK)
    return made


@pytest.fixture
def url(portal: Portal) -> str:
    return f"/cases/{desk_of(portal).open_case(legal_representative='李四')}"


def decided(portal: Portal, url: str, version: int = 1, **typed: str) -> tuple[int, str]:
    fields = {"reason-name": "", "reason-legal_representative": ""}
    answer = portal.post(
        url, **{"version": str(version), **fields, **{k.replace("__", "-"): v for k, v in typed.items()}}
    )
    return answer.status_code, answer.text


def test_the_list_shows_who_and_since_when_and_how_many_there_are_of_each_age(portal: Portal, url: str) -> None:
    desk_of(portal).deps.clock.advance(timedelta(days=40))

    page = portal.browser.get("/cases").text

    assert f'<a href="{url}">{OURS}</a>' in page
    assert "单位详细名称、法定代表人" in page
    assert re.search(r'href="/cases\?age=late"[^>]*><strong>1</strong> 超过20个工作日', page)
    assert re.search(r"<strong>0</strong> 5个工作日以内", page)
    assert ">名录库差异</a>" in page


@pytest.mark.parametrize(
    ("query", "is_found"),
    [("state=settled", False), ("proposal=move", False), ("proposal=change", True), ("age=new", True), ("age=x", True)],
)
def test_the_list_is_narrowed_and_what_no_list_knows_is_left_out(
    portal: Portal, url: str, query: str, is_found: bool
) -> None:
    page = portal.browser.get(f"/cases?{query}").text

    assert (OURS in page) is is_found


def test_a_case_has_both_values_and_the_ground_side_by_side_and_what_differs_comes_first(
    portal: Portal, url: str
) -> None:
    page = portal.browser.get(url).text

    assert "<dt>名录库值</dt><dd>西湖外包科技有限公司</dd>" in page
    assert "<dt>本系统值</dt><dd>西湖外包平台有限公司</dd>" in page
    assert "平台注册 第1版" in page
    assert page.index('id="f-name"') < page.index("一致的字段</h2>", page.index('id="unequal"') + 60)
    assert 'name="choice-name" value="take_theirs"' in page
    assert "浙江省杭州市西湖区（330106）" in page


def test_decisions_are_sent_together_and_the_page_shows_what_is_awaited(portal: Portal, url: str) -> None:
    status, _ = decided(
        portal,
        url,
        choice__name="keep_ours",
        reason__name=REASON,
        choice__legal_representative="take_theirs",
    )

    page = portal.browser.get(url).text

    assert status == 303
    assert '保留本系统值并报名录库　<span class="state state-primary">待答复</span>' in page
    assert REASON in page
    assert "查看报文" in page
    assert 'name="choice-name"' not in page


def test_a_missing_reason_is_shown_at_its_field_with_what_was_typed(portal: Portal, url: str) -> None:
    status, page = decided(portal, url, choice__name="keep_ours")

    assert status == 422
    assert '<a href="#reason-name">单位详细名称：请填写理由。</a>' in page
    assert re.search(r'id="choice-name-keep_ours"[^>]*checked', page)
    assert 'aria-invalid="true"' in page


def test_nothing_chosen_is_nothing_sent(portal: Portal, url: str) -> None:
    status, page = decided(portal, url)

    assert status == 422
    assert "请至少对一个字段选择处理意见。" in page


def test_whoever_comes_second_is_told_and_keeps_what_was_typed(portal: Portal, url: str) -> None:
    decided(portal, url, choice__name="leave", reason__name="甲先看")

    status, page = decided(portal, url, choice__name="keep_ours", reason__name=REASON)

    assert status == 412
    assert "本案刚有变化" in page
    assert REASON in page


@pytest.mark.parametrize("role", [Role.COUNTY_REVIEWER, Role.MINISTRY])
def test_others_read_a_case_and_decide_nothing(role: Role) -> None:
    portal = make_portal()
    portal.sign_in(role)
    url = f"/cases/{desk_of(portal).open_case()}"

    page = portal.browser.get(url).text

    assert THEIRS in page
    assert "提交处理意见" not in page
    assert decided(portal, url, choice__name="take_theirs")[0] == 403


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ADMINISTRATOR, Role.SHARING_DESK])
def test_who_has_nothing_to_do_with_units_of_the_directory_sees_no_case(role: Role) -> None:
    portal = make_portal()
    portal.sign_in(role)
    url = f"/cases/{desk_of(portal).open_case()}"

    assert portal.browser.get("/cases").status_code == 403
    assert portal.browser.get(url).status_code == 403
    assert portal.browser.get("/quality").status_code == 403


def test_the_list_is_given_out_as_it_is_narrowed(portal: Portal, url: str) -> None:
    answer = portal.browser.get("/cases/export?state=open&age=new")

    assert answer.data == b"PK"
    assert desk_of(portal).exported == [{"state": "open", "age": "new"}]


def test_the_quality_page_holds_shares_against_one_per_cent(portal: Portal) -> None:
    before = portal.browser.get("/quality").text
    desk_of(portal).check()

    page = portal.browser.get("/quality").text

    assert "尚未检查" in before
    assert '<a href="/quality/double_code">代码跨市重复</a>' in page
    assert "1.20%" in page
    assert '<span class="state state-danger">不低于1%</span>' in page
    assert '<span class="state state-success">低于1%</span>' in page


def test_a_check_is_opened_to_the_units_that_it_found(portal: Portal) -> None:
    page = portal.browser.get("/quality/double_code").text

    assert "杭州云采科技有限公司" in page
    assert 'class="begins"' in page
    assert portal.browser.get("/quality/nothing").status_code == 404
