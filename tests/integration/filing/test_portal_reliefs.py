"""A later day from the to-do list to the reviewer and back, through the portal's pages over filing itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, get_type_hints

from services.portal.model.reliefs import DateAnswer, ReliefAnswer, TermAnswer, TimetableAnswer
from tests.support.filing_site import COUNTY_REVIEWER, MINISTRY, FilingSite
from tests.support.portal_over_filing import portal_app

ASKED = {"form": "platform-1", "period": "2025", "until": "2026-01-20", "reason": "年末系统迁移", "key": "k" * 32}


def lacks(answer: Mapping[str, Any], kind: type) -> set[str]:
    """Return the fields that the pages know and an answer does not have."""
    return set(get_type_hints(kind)) - set(answer)


def test_a_unit_asks_its_department_grants_and_both_see_the_day(filing_site: FilingSite) -> None:
    unit = portal_app(filing_site, filing_site.operator())
    county = portal_app(filing_site, COUNTY_REVIEWER)

    offered = unit.browser.get("/tasks").text
    asked = unit.post("/reliefs/extension", **ASKED)
    waiting = county.browser.get("/reliefs").text
    (url,) = set(re.findall(r"/reliefs/[0-9a-f]{32}", waiting))
    granted = county.post(url, version="1", act="grant", until="2026-01-20", answer="同意")

    assert "/reliefs/extension?form=platform-1&amp;period=2025" in offered
    assert (asked.status_code, granted.status_code) == (303, 303)
    assert "申请延至2026年1月20日" in waiting
    assert "2026年1月20日前报送（已延期，原为 2026年1月10日）" in unit.browser.get("/tasks").text
    assert "已延期，原为 2026年1月10日" in unit.browser.get("/calendar?year=2026").text
    assert "没有待本部门答复的延期申请" in county.browser.get("/reliefs").text


def test_what_filing_refuses_is_said_at_the_field_of_the_page(filing_site: FilingSite) -> None:
    unit = portal_app(filing_site, filing_site.operator())

    answer = unit.post("/reliefs/extension", **{**ASKED, "until": "2026-04-01"})

    assert answer.status_code == 422
    assert "不得超过制度规定的期限" in answer.text
    assert "年末系统迁移</textarea>" in answer.text


def test_a_department_gives_an_exception_and_ends_it(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    county = portal_app(filing_site, COUNTY_REVIEWER)
    given = {
        "unit_id": operator.unit_id,
        "kind": "exemption",
        "form": "platform-1",
        "from_day": "2026-01-01",
        "to_day": "2026-01-31",
        "ground": "ceased",
        "reason": "平台已停业",
        "key": "g" * 32,
    }

    wrong = county.post("/reliefs/exception", **{**given, "ground": "disaster", "key": "h" * 32})
    made = county.post("/reliefs/exception", **given)
    url = made.headers["Location"].partition("?")[0]
    exempt = portal_app(filing_site, operator).browser.get("/calendar?year=2026").text
    ended = county.post(url, version="1", act="end", answer="已恢复经营")

    assert (wrong.status_code, "免报须是没有填报义务" in wrong.text) == (422, True)
    assert "本单位免报" in exempt
    assert ended.status_code == 303
    assert "本单位免报" not in portal_app(filing_site, operator).browser.get("/calendar?year=2026").text


def test_the_answers_have_what_the_pages_read(filing_site: FilingSite) -> None:
    unit = portal_app(filing_site, filing_site.operator())
    unit.post("/reliefs/extension", **ASKED)

    (relief,) = filing_site.json(COUNTY_REVIEWER, "GET", "/reliefs")["items"]
    year = filing_site.json(MINISTRY, "GET", "/timetable?year=2026")

    assert lacks(relief, ReliefAnswer) == lacks(year, TimetableAnswer) == set()
    assert lacks(year["items"][0], DateAnswer) == lacks(year["review_terms"][0], TermAnswer) == set()
