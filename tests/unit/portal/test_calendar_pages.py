"""The calendar of the survey on fakes: dates that explain themselves, working days, the reckoner of the sharing clock."""

from __future__ import annotations

from datetime import date

import pytest
from tests.support.portal_reliefs import make_date

from services.portal.model.reliefs import DateAnswer, TimetableAnswer
from services.portal.presenters.calendar import reckoned, year_view
from tests.support.portal import Portal, make_portal

TODAY = date(2026, 3, 2)


@pytest.fixture
def portal() -> Portal:
    portal = make_portal()
    portal.reliefs.dates = [make_date(), make_date(on="2026-03-31", statutory="2026-03-31")]
    portal.sign_in("operator")
    return portal


def _year(*dates: DateAnswer, year: int = 2026) -> TimetableAnswer:
    return {"year": year, "items": list(dates), "review_terms": []}


def test_each_date_opens_its_explanation_and_the_next_one_is_named(portal: Portal) -> None:
    page = portal.browser.get("/calendar").text

    assert page.count("即2026年1月10日（星期六）24时止") == 3  # twice in the year, once as what comes next
    assert "<details><summary><time>2026年1月10日（星期六）</time>" in page
    assert page.index("接下来") < page.index("2026年3月31日（星期二）") < page.index("全年日期")
    assert '<li class="is-past">' in page
    assert ">填报日历</a>" in page


def test_a_granted_day_is_shown_with_the_statutory_one(portal: Portal) -> None:
    portal.reliefs.dates = [make_date(on="2026-03-20")]

    page = portal.browser.get("/calendar").text

    assert "已延期，原为 2026年1月10日" in page


def test_holidays_and_make_up_days_are_said_in_words(portal: Portal) -> None:
    page = portal.browser.get("/calendar?year=2026").text

    assert '<small>休</small></span><span class="visually-hidden">2月17日，星期二，春节、休息日</span>' in page
    assert '<small>班</small></span><span class="visually-hidden">2月14日，星期六，春节调休上班、工作日</span>' in page
    assert "15—23日 春节，休" in page


@pytest.mark.parametrize(("year", "provisional"), [(2026, False), (2031, True)])
def test_a_year_that_nobody_announced_says_so(
    portal: Portal, year: int, provisional: bool
) -> None:  # a column of the table
    page = portal.browser.get(f"/calendar?year={year}").text

    assert ("尚未公布" in page) is provisional


@pytest.mark.parametrize("year", ["2021", "2036", "x", "", "２０２６"])
def test_a_year_outside_of_the_survey_is_not_found(portal: Portal, year: str) -> None:
    assert portal.browser.get(f"/calendar?year={year}").status_code == 404


def test_a_month_counts_its_working_days() -> None:
    view = year_view(_year(), TODAY)

    counted = {month.number: month.working_days for month in view.months}
    assert (counted[2], counted[9], counted[10]) == (16, 22, 18)
    assert [len(week) for month in view.months for week in month.weeks] == [7] * sum(len(m.weeks) for m in view.months)


def test_a_day_that_was_put_off_into_the_next_year_is_not_lost() -> None:
    view = year_view(_year(make_date(on="2027-03-20")), TODAY)

    assert [each.on for each in view.later] == ["2027年3月20日"]


def test_the_reckoner_says_when_sharing_is_possible_and_when_it_is_done() -> None:
    found = reckoned("2026-02-11")

    assert found is not None
    assert (found.possible, found.scheduled) == ("2026年3月4日", "2026年3月4日")
    assert "春节" in found.explanation


@pytest.mark.parametrize("text", ["", "2026-02-30", "1999-01-01", "2036-01-01", "今天"])
def test_what_is_no_day_of_the_calendar_is_not_reckoned(text: str) -> None:
    assert reckoned(text) is None


def test_a_department_reckons_on_the_page_and_is_told_what_is_wrong() -> None:
    portal = make_portal()
    portal.sign_in("ministry")

    right = portal.browser.get("/calendar?year=2026&approved=2026-09-30")
    wrong = portal.browser.get("/calendar?year=2026&approved=2026-02-30")

    assert "2026年10月21日" in right.text
    assert (wrong.status_code, "请填写 2022 年至 2035 年的日期。" in wrong.text) == (422, True)
