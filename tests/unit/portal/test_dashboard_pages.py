"""Dashboards on a fake: one's own division first, what is masked without a length, an order or a number, files."""

from __future__ import annotations

import re

import pytest

from services.portal.presenters.dashboards import choices, dashboard_view
from shared.clock import local_date
from shared.errors import Invalid, NotFound, Problem
from shared.identity.actor import Role
from tests.support.portal import NOON, Portal, make_portal
from tests.support.portal_dashboards import MASKED, FakeDashboards, figure, make_dashboard, panel, row

TODAY = local_date(NOON)


@pytest.fixture
def portal() -> Portal:
    return make_portal()


def dashboards(portal: Portal) -> FakeDashboards:
    return portal.app.extensions["deps"].dashboards  # type: ignore[no-any-return]  # the fake


def test_a_department_sees_its_own_division_for_the_month_before(portal: Portal) -> None:
    portal.sign_in(Role.PROVINCE_REVIEWER.value, division="330000")

    page = portal.browser.get("/dashboard").text

    assert dashboards(portal).asked == [("330000", "2026-02")]
    assert "浙江省　2026年2月" in page
    assert "数据截至 2026-03-02 11:55" in page


def test_the_ministry_begins_with_the_country(portal: Portal) -> None:
    portal.sign_in(Role.STATISTICS_HEAD.value)

    portal.browser.get("/dashboard")

    assert dashboards(portal).asked == [("000000", "2026-02")]


def test_a_masked_number_is_a_mark_and_has_no_bar(portal: Portal) -> None:
    portal.sign_in(Role.PROVINCE_REVIEWER.value)

    page = portal.browser.get("/dashboard").text

    chart = page[page.index('id="c-ranking-t"') : page.index("</svg>", page.index('id="c-ranking-t"'))]
    assert "温州市：已隐去" in chart
    assert chart.count('class="chart-bar"') == 2
    wenzhou = re.search(r"<tr><th[^>]*>温州市</th>(.*?)</tr>", page)
    assert wenzhou is not None
    assert wenzhou[1].count("*") == len(MASKED)
    assert not re.search(r"[0-9]", re.sub(r"<[^>]*>", "", wenzhou[1]))


def test_ranks_are_of_those_that_are_shown(portal: Portal) -> None:
    view = dashboard_view(make_dashboard(), "execution_usd")

    ranking = next(each for each in view.panels if each.key == "ranking")
    assert [each.label for each in ranking.sheet.rows] == ["浙江省", "1. 杭州市", "2. 宁波市", "温州市", "嘉兴市"]


def test_one_amount_is_shown_at_a_time_and_panels_without_amounts_as_they_are() -> None:
    view = dashboard_view(make_dashboard(), "execution_cny")

    by_key = {each.key: each for each in view.panels}
    assert by_key["ranking"].sheet.columns[0].title == "执行额（人民币）"
    assert by_key["ranking"].sheet.rows[1].cells[0].text == "5,040.00"
    assert by_key["staff"].sheet.rows[0].cells[0].text == "1,234"


def test_a_trend_has_a_row_for_each_month_and_the_share_of_offshore_contracts() -> None:
    view = dashboard_view(make_dashboard(), "execution_usd")

    trend = view.panels[0]
    assert [each.title for each in trend.sheet.columns] == ["合计", "离岸合同", "离岸占比"]
    assert [[cell.text for cell in each.cells] for each in trend.sheet.rows] == [
        ["400.00", "400.00", "60.0"],
        ["600.00", "600.00", "55.5"],
    ]
    assert trend.lines is not None
    assert [line.name for line in trend.lines.lines] == ["合计", "离岸合同"]


def test_a_chart_draws_the_finest_level_for_which_there_is_room() -> None:
    codes = [f"{number:02}" for number in range(30)]
    items = [
        {"code": "total", "title": "合计", "parent": ""},
        {"code": "K", "title": "知识流程外包", "parent": "total"},
    ]
    items += [{"code": code, "title": code, "parent": "K"} for code in codes]
    rows = [row("2026:02", each["code"], figure(value="1.00")) for each in items]
    made = panel("classes", "业务结构", rows, items=items, measures=make_dashboard()["panels"][1]["measures"][:1])

    view = dashboard_view(make_dashboard(panels=[made]), "execution_usd")

    assert view.panels[0].bars is not None
    assert [each.label for each in view.panels[0].bars.bars] == ["知识流程外包"]


def test_divisions_to_look_at_are_ones_own_those_above_the_chosen_one_and_those_below() -> None:
    found = choices({"division": "330100"}, "330000", TODAY, make_dashboard(below=[]))

    assert found.places == (("330000", "浙江省"), ("330100", "杭州市"))
    assert choices({}, "330000", TODAY, make_dashboard()).places[1] == ("330100", "　杭州市")
    assert choices({"division": "320000"}, "330000", TODAY).places == (("330000", "浙江省"),)
    assert choices({"period": "1999-01", "measure": "x"}, "330000", TODAY).period == "2026-02"


@pytest.mark.parametrize(
    ("refusal", "status", "words"),
    [
        (NotFound(), 404, "不在您的范围内"),
        (Invalid([Problem("/period", "period_kind", "报告期应为已开始的月份。")]), 422, "报告期应为已开始的月份"),
    ],
)
def test_what_is_refused_is_told_above_the_choices(portal: Portal, refusal: Invalid, status: int, words: str) -> None:
    portal.sign_in(Role.CITY_REVIEWER.value)
    dashboards(portal).refusal = refusal

    answer = portal.browser.get("/dashboard?division=320000")

    assert answer.status_code == status
    assert words in answer.text
    assert 'id="period"' in answer.text


def test_without_facts_and_without_a_proof_the_page_says_so(portal: Portal) -> None:
    portal.sign_in(Role.CITY_REVIEWER.value)
    dashboards(portal).answer = make_dashboard(panels=[], unsure=make_dashboard()["panels"][1]["measures"][:1])

    page = portal.browser.get("/dashboard").text

    assert "还没有审核通过的数据" in page
    assert "执行额（美元）：未能证明隐去后的数不会被推算" in page


def test_a_panel_says_its_title_once_and_its_table_is_named_by_it(portal: Portal) -> None:
    portal.sign_in(Role.PROVINCE_REVIEWER.value)

    page = portal.browser.get("/dashboard").text

    panel = page[page.index('<section class="panel" aria-labelledby="ranking"') :].partition("</section>")[0]
    without_chart = re.sub(r'(?s)<div class="chart-room".*?</svg></div>', "", panel)
    without_links = re.sub(r"(?s)<p class=.no-print.>.*", "", without_chart)
    assert without_links.count("下级地区排名（本年累计）") == 1
    assert "<caption" not in panel
    assert '<table class="table stat-table" aria-labelledby="ranking">' in panel


def test_a_panel_is_given_out_as_statistics_gives_it(portal: Portal) -> None:
    portal.sign_in(Role.COUNTY_REVIEWER.value)

    answer = portal.browser.get("/dashboard/330106/2026-02/trend.csv")

    assert answer.data == b"330106/2026-02/trend/csv"
    assert portal.browser.get("/dashboard/330106/2026-02/nothing.workbook").status_code == 404
    assert portal.browser.get("/dashboard/330106/2026-02/trend.exe").status_code == 404


@pytest.mark.parametrize("role", [Role.ENTERPRISE, Role.AUDITOR, Role.ADMINISTRATOR, Role.SHARING_DESK])
def test_nobody_else_sees_a_dashboard(portal: Portal, role: Role) -> None:
    portal.sign_in(role.value)

    assert portal.browser.get("/dashboard").status_code in {403, 404}
    assert dashboards(portal).asked == []


def test_reviewers_find_it_in_the_navigation_and_on_their_first_page(portal: Portal) -> None:
    portal.sign_in(Role.CITY_REVIEWER.value)

    page = portal.browser.get("/home").text

    assert page.count('href="/dashboard"') == 2
