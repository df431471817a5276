"""The pages of completeness: counts with bars, the trend, who has not filed; who sees them, and what is asked."""

from __future__ import annotations

import re
from typing import cast

import pytest

from services.portal.presenters.completeness import choices, columns, lines, missing_views
from services.portal.presenters.tasks import tasks_view
from shared.errors import Invalid, NotFound, Problem
from tests.support.portal import NOON, Portal, make_portal
from tests.support.portal_completeness import FakeCompleteness, make_completeness, make_counts, make_missing, make_place
from tests.support.portal_filed import make_task

EDITIONS = [
    {
        "id": "2022",
        "valid_from": "2022-01-01",
        "forms": [
            {"key": "enterprise-2", "number": "2表", "title": "合同", "period": "month"},
            {"key": "enterprise-3", "number": "3表", "title": "执行", "period": "month"},
            {"key": "enterprise-4", "number": "4表", "title": "人力资源", "period": "year"},
        ],
    }
]


def fake_of(portal: Portal) -> FakeCompleteness:
    """Return what stands for the filing service."""
    return cast(FakeCompleteness, portal.app.extensions["deps"].completeness)


def signed_in(role: str = "city_reviewer") -> Portal:
    """Return the portal with a reviewer signed in."""
    portal = make_portal()
    portal.sign_in(role)
    return portal


@pytest.mark.parametrize("role", ["county_reviewer", "city_reviewer", "province_reviewer", "ministry"])
def test_departments_find_completeness_in_the_navigation(role: str):
    portal = signed_in(role)

    page = portal.browser.get("/completeness").text

    assert 'href="/completeness" aria-current="page"' in page
    assert "西湖区" in page


@pytest.mark.parametrize("role", ["operator", "auditor", "administrator"])
@pytest.mark.parametrize("path", ["", "/missing", "/missing/export"])
def test_nobody_else_sees_it(role: str, path: str):
    portal = signed_in(role)

    answer = portal.browser.get(f"/completeness{path}")

    assert answer.status_code == 403
    assert fake_of(portal).asked == []


def test_the_page_shows_counts_rates_levels_and_by_what_rule_they_are_counted():
    page = signed_in().browser.get("/completeness?form=enterprise-4&period=2025&division=330100").text

    for words in ("80.0%", "70.0%", "50.0%", "未报名单（2）", "统计口径", "每户一份", "1 / 2"):
        assert words in page
    assert "西湖区：应报 10，按时 7、逾期报送 1、退回待改 1、未报送 1" in page


def test_a_division_with_something_below_leads_to_it_and_its_own_units_do_not():
    portal = signed_in("province_reviewer")
    below = make_place(division="330100", division_name="杭州市", has_below=True)
    own = make_place(division="330000", division_name="浙江省", is_own=True)
    fake_of(portal).answer = make_completeness(division="330000", division_name="浙江省", rows=[own, below])

    page = portal.browser.get("/completeness?form=enterprise-4&period=2025").text

    assert "浙江省（本级）" in page
    assert re.findall(r'href="([^"]*division=[^"]*)">杭州市', page) == [
        "/completeness?form=enterprise-4&amp;period=2025&amp;division=330100"
    ]


def test_nothing_expected_shows_no_rate_and_no_bar():
    none = make_counts(expected=0, filed=0, filed_rate=None, in_time_rate=None, final_rate=None, in_time=0, late=0)
    line = lines(make_completeness(rows=[make_place(counts=none)]))[0]

    assert (line.filed, line.in_time, line.final, line.segments) == ("—", "—", "—", ())


def test_bars_stay_within_the_chart_and_show_every_part():
    line = lines(make_completeness())[0]

    assert [each.name for each in line.segments] == ["in-time", "late", "returned"]
    assert [each.width for each in line.segments] == [301.0, 43.0, 43.0]
    assert line.segments[-1].x + line.segments[-1].width <= 150 + 430


def test_a_period_that_is_not_counted_yet_says_so():
    points = [
        {"period": "2024", "period_label": "2024年", "due": "2025-01-10", "counts": None},
        {"period": "2025", "period_label": "2025年", "due": "2026-01-10", "counts": make_counts()},
    ]

    waiting, done = columns(points)  # type: ignore[arg-type]  # answers

    assert (waiting.expected, waiting.height) == ("正在统计", 0.0)
    assert (done.filed, done.in_time) == ("80.0%", "70.0%")
    assert done.height > done.in_time_height > 0


@pytest.mark.parametrize(
    ("form", "period", "chosen"),
    [
        ("", "", "2026-03"),
        ("enterprise-4", "", "2025"),
        ("enterprise-4", "2023", "2023"),
        ("enterprise-4", "2025-12", "2025"),
        ("enterprise-3", "2025", "2026-03"),
        ("enterprise-3", "2025-12", "2025-12"),
    ],
)
def test_a_form_is_asked_about_for_a_period_of_its_kind(form: str, period: str, chosen: str):
    found = choices(EDITIONS, form, period, NOON.date())  # type: ignore[arg-type]  # answers

    assert found.period == chosen
    assert "enterprise-2" not in [key for key, _ in found.forms]


def test_the_list_says_whom_to_call_since_when_it_is_late_and_when_it_was_urged():
    portal = signed_in()

    page = portal.browser.get("/completeness/missing?form=enterprise-4&period=2025&overdue=true").text

    for words in ("杭州软件研发有限公司", "逾期 51 天", "李晓红、周海", "0571-88888888　13800138000", "2026-02-01"):
        assert words in page
    assert f'value="{"u" * 32}|enterprise-4|2025||杭州软件研发有限公司"' in page
    assert fake_of(portal).asked[-1]["overdue"] == "true"


def test_a_ticked_unit_is_urged():
    portal = signed_in()
    value = missing_views([make_missing()])[0].value

    answer = portal.post("/reminders", missing=value)

    assert answer.status_code == 200
    assert "已向单位发出" in answer.text


def test_a_unit_without_basic_information_has_no_contact_and_says_so():
    view = missing_views([make_missing(contact=None, days_late=0)])[0]

    assert (view.people, view.ways, view.late) == ("—", "未报送过基本信息表，无联系方式", "未到期")


def test_the_list_is_given_out_as_a_workbook_as_it_is_narrowed():
    portal = signed_in()

    answer = portal.browser.get("/completeness/missing/export?form=enterprise-4&period=2025&standing=returned")

    assert answer.data == b"PK"
    assert fake_of(portal).asked[-1]["standing"] == "returned"


@pytest.mark.parametrize("path", ["", "/missing"])
@pytest.mark.parametrize(
    ("error", "words", "status"),
    [
        (NotFound(), "不在您的范围内", 404),
        (Invalid([Problem("/period", "period_in_future", "报告期尚未开始。", "", "")]), "报告期尚未开始", 422),
    ],
)
def test_what_cannot_be_answered_is_said_on_the_page(path: str, error: Exception, words: str, status: int):
    portal = signed_in()
    fake_of(portal).error = error

    answer = portal.browser.get(f"/completeness{path}?form=enterprise-4&period=2025")

    assert (answer.status_code, words in answer.text) == (status, True)


def test_a_form_that_is_not_expected_of_a_unit_is_offered_without_being_overdue():
    tasks = [make_task(days_left=-30, is_expected=False), make_task(days_left=-30)]

    voluntary, owed = tasks_view(tasks).waiting

    assert (voluntary.left, owed.left) == ("自愿补报，不计入应报", "已逾期 30 天")
    assert tasks_view(tasks).overdue == 1
