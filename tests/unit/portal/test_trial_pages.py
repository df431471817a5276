"""The rules tried by anybody on a form that nobody files: found beside the fields, and nothing of it kept."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from shared.errors import Invalid, Problem, TooManyRequests
from tests.support.portal import Portal, make_portal

PLATFORM = "/editions/2022/forms/platform-1/trial"
CITY = "/editions/2022/forms/city-2/trial"
WRONG = {"/601/2": "10", "/604/2": "300", **{f"/{code}/2": "58" for code in range(605, 610)}}


@pytest.fixture
def portal() -> Portal:
    return make_portal()


def tried(portal: Portal, url: str = PLATFORM, **typed: str) -> TestResponse:
    """Open the form, type, and have it checked."""
    portal.browser.get(url)
    return portal.browser.post(url, data={"csrf_token": portal.csrf(), "period": "2025", **typed})


def test_a_blank_form_is_open_to_anybody_and_says_that_nothing_is_kept(portal: Portal) -> None:
    page = portal.browser.get(PLATFORM).text
    rules = portal.browser.get("/editions/2022/rules").text

    assert "内容不保存，不是报送" in page
    assert 'name="period" value="2025"' in page
    assert "待填" not in page
    assert f'href="{PLATFORM}"' in rules


def test_what_the_rules_find_stands_above_the_form_and_beside_the_field(portal: Portal) -> None:
    answer = tried(portal, **WRONG)

    assert answer.status_code == 200
    assert re.search(r"<h2>错误 \d+ 处</h2>", answer.text)
    assert "现为 300" in answer.text
    assert 'value="58"' in answer.text
    assert "explain:" not in answer.text
    assert portal.survey.askers == ["127.0.0.1"]
    assert portal.filings.items == {}


def test_what_could_not_be_read_stands_at_its_field(portal: Portal) -> None:
    portal.survey.error = Invalid(
        [
            Problem("/answers/601/2", "whole_number", "应填整数。", "整数", "601"),
            Problem("/period", "period_malformed", "报告期格式不正确。", "", "报告期"),
        ]
    )

    answer = tried(portal, **{"/601/2": "很多", "period": "去年"})

    assert answer.status_code == 422
    assert 'value="很多"' in answer.text
    assert "应填整数。应为：整数。</p>" in answer.text
    assert 'id="period-e">报告期格式不正确。' in answer.text


def test_a_long_list_is_tried_by_rows_that_are_added_and_dropped(portal: Portal) -> None:
    blank = portal.browser.get(CITY).text
    [code] = set(re.findall(r'name="add" value="/([^"]+)"', blank))
    part = re.findall(rf'name="/{code}/0/([^":]+)"', blank)[0]
    typed = {f"/{code}:row": "0", f"/{code}/0/{part}": "杭州软件培训学校"}

    more = tried(portal, CITY, **typed, add=f"/{code}").text
    fewer = tried(portal, CITY, **typed, drop=f"/{code}/0").text

    assert [f'data-row="{number}"' in more for number in (0, 1, 2)] == [True, True, False]
    assert "杭州软件培训学校" in more
    assert "杭州软件培训学校" not in fewer


def test_who_tries_too_often_keeps_what_was_typed(portal: Portal) -> None:
    portal.survey.error = TooManyRequests(retry_after=30)

    answer = tried(portal, **WRONG)

    assert answer.status_code == 429
    assert "请 30 秒后再试" in answer.text
    assert 'value="58"' in answer.text


def test_nothing_is_taken_from_a_page_that_is_not_ours(portal: Portal) -> None:
    answer = portal.browser.post(PLATFORM, data={"period": "2025", **WRONG})

    assert answer.status_code == 403
    assert portal.survey.askers == []
