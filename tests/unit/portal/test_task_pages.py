"""The to-do list, and a unit telling who it is, on fakes."""

from __future__ import annotations

import pytest

from shared.errors import Conflict, Invalid, Problem, Unavailable
from tests.support.portal import Portal, make_portal
from tests.support.portal_answers import make_person
from tests.support.portal_filed import make_task
from tests.support.portal_filing import FILING_ID, make_filing, make_unit


@pytest.fixture
def portal() -> Portal:
    portal = make_portal()
    portal.filings.own = make_unit()
    portal.sign_in("operator")
    return portal


def test_what_is_overdue_is_said_in_words_and_counted(portal: Portal) -> None:
    portal.filings.todo = [
        make_task(days_left=-12),
        make_task(form="enterprise-1", days_left=0),
        make_task(days_left=40),
    ]

    page = portal.browser.get("/tasks").text

    assert page.index("已逾期 12 天") < page.index("今天截止") < page.index("还有 40 天")
    assert "3 张报表待办" in page
    assert "1 张已逾期" in page


def test_a_form_that_cannot_be_begun_yet_says_why_and_has_no_button(portal: Portal) -> None:
    portal.filings.todo = [make_task(blocked="批准文号有效期已满，待商务部决定。")]

    page = portal.browser.get("/tasks").text

    assert "暂不能填报：批准文号有效期已满，待商务部决定。" in page
    assert "开始填报" not in page


def test_a_form_is_begun_with_a_key_of_its_own_and_opened(portal: Portal) -> None:
    portal.filings.todo = [make_task(), make_task(form="enterprise-1", item="")]

    page = portal.browser.get("/tasks").text
    answer = portal.post("/tasks", form="platform-1", period="2025", item="p1", key="k1")

    keys = [part.split('"')[0] for part in page.split('name="key" value="')[1:]]
    assert len(keys) == len(set(keys)) >= 2
    assert portal.filings.acts == [
        (FILING_ID, "begin", {"form": "platform-1", "period": "2025", "item": "p1", "key": "k1"})
    ]
    assert answer.headers["Location"] == f"/filings/{FILING_ID}"


def test_what_is_begun_is_continued_and_what_is_submitted_is_only_looked_at(portal: Portal) -> None:
    returned = make_task(filing_id="f1", state="returned", state_label="已退回")
    submitted = make_task(filing_id="f2", state="submitted", state_label="待审核", is_done=True)
    portal.filings.todo = [returned, submitted]

    page = portal.browser.get("/tasks").text

    assert '<a class="btn btn-primary" href="/filings/f1">按退回意见修改' in page
    assert 'href="/filings/f2/versions"' in page
    assert "已报送（1）" in page


def test_why_a_form_was_not_begun_is_told_above_the_list(portal: Portal) -> None:
    portal.filings.error = Conflict("请先填报《服务外包企业基本信息表》（企业1表），再填报合同。")

    answer = portal.post("/tasks", form="enterprise-2", period="2025-03", item="", key="k1")

    assert answer.status_code == 409
    assert "请先填报《服务外包企业基本信息表》" in answer.text


def test_contracts_are_begun_for_a_month_by_enterprises_only(portal: Portal) -> None:
    page = portal.browser.get("/tasks").text
    portal.filings.own = make_unit(types=[{"type": "training", "label": "培训机构"}])
    other = portal.browser.get("/tasks").text

    assert '<option value="enterprise-2">' in page
    assert '<option value="2026-03">2026年3月</option>' in page
    assert '<option value="2025-03">2025年3月</option>' in page
    assert '<option value="enterprise-2">' not in other


def test_the_first_page_has_the_list_and_does_without_it_while_filing_is_silent(portal: Portal) -> None:
    portal.filings.todo = [make_task(days_left=-1)]
    page = portal.browser.get("/home").text

    def silent(token: str) -> None:
        raise Unavailable

    portal.filings.own_unit = silent  # type: ignore[assignment,method-assign]
    without = portal.browser.get("/home")

    assert "已逾期 1 天" in page
    assert "新建平台注册" in page
    assert without.status_code == 200
    assert "待办填报暂时无法读取" in without.text


def test_an_enterprise_that_filing_does_not_know_is_asked_to_register() -> None:
    portal = make_portal()
    portal.sign_in("enterprise")

    page = portal.browser.get("/home").text

    assert 'href="/unit/registration"' in page
    assert "新建平台注册" not in page


def test_an_operator_whose_platform_is_not_registered_yet_is_told_what_comes() -> None:
    portal = make_portal()
    portal.sign_in("operator")

    page = portal.browser.get("/tasks").text

    assert "平台注册审核通过后，单位信息由注册信息带入" in page
    assert "/unit/registration" not in page


def test_a_department_of_a_demonstration_city_has_a_list_and_others_have_none() -> None:
    portal = make_portal()
    city = make_portal()
    city.filings.todo = [make_task(form="city-1", form_title="服务外包示范城市企业人员培训情况明细表")]
    city.identity.people["hangzhou"] = make_person("city_reviewer", division="330100")
    city.come_back("hangzhou")
    portal.sign_in("county_reviewer")

    page = city.browser.get("/home").text
    city.browser.get("/filings?period=2025")
    led_on = portal.browser.get("/home")

    assert "企业人员培训情况明细表" in page
    assert 'href="/tasks"' in page
    assert 'href="/filings/review">待审核的报表' in page
    assert city.filings.wanted == [{"period": "2025", "unit": "city-330100"}]
    assert "审核首页" in led_on.text
    assert 'href="/tasks"' not in portal.browser.get("/reviews").text


def test_a_unit_registers_with_what_identity_knows_of_it_filled_in() -> None:
    portal = make_portal()
    portal.sign_in("enterprise")

    form = portal.browser.get("/unit/registration").text
    values = {"name": "杭州软件研发有限公司", "division": "330106", "uscc": "91330106MA27WXYX0T", "key": "k1"}
    answer = portal.post("/unit/registration", **values)

    assert 'value="杭州云接包信息服务有限公司"' in form
    assert 'value="330106"' in form
    assert portal.filings.acts[0][2] == {
        "name": "杭州软件研发有限公司",
        "division": "330106",
        "uscc": "91330106MA27WXYX0T",
    }
    assert answer.headers["Location"] == "/tasks?done=unit_registered"


def test_what_is_wrong_with_a_registration_stands_beside_its_field() -> None:
    portal = make_portal()
    portal.filings.error = Invalid(
        [Problem("/uscc", "uscc_length", "应为18位。"), Problem("/division", "division_unknown", "没有这个行政区划。")]
    )
    portal.sign_in("enterprise")

    answer = portal.post("/unit/registration", name="甲公司", division="999999", uscc="1", key="k1")

    assert answer.status_code == 422
    assert '<p class="fault" id="uscc-e">统一社会信用代码：应为18位。</p>' in answer.text
    assert '<a href="#division">所在区划：没有这个行政区划。</a>' in answer.text
    assert 'value="甲公司"' in answer.text


def test_the_page_of_the_unit_says_where_each_fact_comes_from(portal: Portal) -> None:
    facts = [
        {"name": "uscc", "value": "91330106MA27WXYX0T", "source": "registration", "label": "平台注册信息"},
        {"name": "name", "value": "杭州云采科技有限公司", "source": "filing", "label": "企业1表"},
    ]
    portal.filings.own = make_unit(basics=facts)

    page = portal.browser.get("/unit").text

    assert page.index("单位详细名称") < page.index("统一社会信用代码")
    assert "<td>平台注册信息</td>" in page
    assert "<td>企业1表</td>" in page


def test_only_people_who_file_reach_the_list() -> None:
    portal = make_portal()
    portal.sign_in("ministry")

    statuses = [portal.browser.get(url).status_code for url in ("/tasks", "/unit", "/filings")]

    assert statuses == [403, 403, 403]


def test_a_draft_in_the_list_of_filings_is_opened_where_it_is_filled_in(portal: Portal) -> None:
    portal.filings.items = {"f1": make_filing(id="f1")}

    page = portal.browser.get("/filings").text

    assert 'href="/filings/f1">服务外包交易平台情况登记表' in page
