"""What a correction changes of what is released, on fakes: before it is begun, before it is submitted, in its review."""

from __future__ import annotations

from copy import deepcopy

import pytest

from services.portal.model.filing import FilingAnswer
from shared.errors import TooManyRequests, Unavailable
from tests.support.portal import Portal, make_portal
from tests.support.portal_filed import keep_filing, make_submitted_filing, make_version
from tests.support.portal_filing import FILING_ID, make_filing
from tests.support.portal_reach import FakeReaches, make_reach

PAGE = f"/filings/{FILING_ID}"
CORRECT = {"action": "correct", "label": "更正"}


def reaches(portal: Portal) -> FakeReaches:
    """Return who says what is reached, with the example of the interface."""
    found = portal.app.extensions["deps"].reaches
    assert isinstance(found, FakeReaches)
    found.answer = make_reach()
    return found


def settled(**changes: object) -> tuple[Portal, FakeReaches]:
    """Return the portal with an operator signed in, whose filing is settled for good."""
    portal = make_portal()
    portal.sign_in("operator")
    known: dict[str, object] = {"unit_id": "u1", "state": "final", "open_actions": [CORRECT]}
    filing: FilingAnswer = make_filing("platform-1", **{**known, **changes})
    portal.filings.items[FILING_ID] = filing
    return portal, reaches(portal)


def test_the_correction_of_a_settled_filing_begins_on_the_page_that_shows_what_it_reaches() -> None:
    portal, _ = settled()

    state = portal.browser.get(PAGE).text
    page = portal.browser.get(f"{PAGE}/correcting").text

    assert f'href="{PAGE}/correcting">更正</a>' in state
    assert f'action="{PAGE}/correct"' not in state
    assert f'action="{PAGE}/correct"' in page
    assert "服务外包月度统计资料　2025年3月　第 1 版" in page
    assert "国家统计局、部门间统计信息共享数据库、商务部网站" in page
    assert "本月　浙江省　离岸合同" in page
    assert "更正后约</th>" not in page  # nothing is corrected yet


def test_what_is_approved_alone_is_corrected_as_before() -> None:
    portal, reached = settled(state="approved")

    state = portal.browser.get(PAGE).text

    assert f'action="{PAGE}/correct"' in state
    assert reached.asked == []


def test_a_filing_that_cannot_be_corrected_has_no_such_page() -> None:
    portal, _ = settled(open_actions=[])

    assert portal.browser.get(f"{PAGE}/correcting").location == PAGE


def test_before_a_correction_is_submitted_each_cell_stands_with_what_it_will_be() -> None:
    portal, _ = settled(state="draft", revision=1, open_actions=[{"action": "submit", "label": ""}])

    page = portal.browser.get(f"{PAGE}/submission").text

    for words in ("1000.00", "+50.00", "1050.00", "执行额（美元）（万美元）", "更正后约"):
        assert words in page


def test_a_first_submission_asks_nobody() -> None:
    portal, reached = settled(state="draft", revision=0, open_actions=[{"action": "submit", "label": ""}])

    portal.browser.get(f"{PAGE}/submission")

    assert reached.asked == []


@pytest.mark.parametrize(("revision", "is_shown"), [(1, False), (2, True)])
def test_a_department_sees_it_with_a_correction(revision: int, *, is_shown: bool) -> None:
    portal = make_portal()
    keep_filing(
        portal, make_submitted_filing(revision=revision), *(make_version(no=no) for no in range(1, revision + 1))
    )
    portal.sign_in("county_reviewer")
    reaches(portal)

    page = portal.browser.get(f"{PAGE}/review").text

    assert ("对已签发资料的影响" in page) is is_shown


def test_hidden_cells_and_cells_to_come_are_marked_and_have_no_number() -> None:
    portal, reached = settled(state="draft", revision=1, open_actions=[{"action": "submit", "label": ""}])
    (table,) = reached.answer["releases"][0]["tables"]
    hidden, to_come = table["cells"][0], deepcopy(table["cells"][0])
    hidden |= {"sight": "hidden", "value": None, "change": None, "after": None}
    to_come |= {"sight": "embargoed", "value": None, "after": None}
    table["cells"], table["count"] = [hidden, to_come], 70

    page = portal.browser.get(f"{PAGE}/submission").text

    assert '<td class="number">已隐去</td><td class="number">—</td><td class="number">—</td>' in page
    assert '<td class="number">尚未发布</td><td class="number">+50.00</td><td class="number">—</td>' in page
    assert "另有 68 个单元格未列出" in page


def test_a_set_that_is_outdated_already_is_marked() -> None:
    portal, reached = settled()
    reached.answer["releases"][0]["outdated_since"] = "2025-05-01T00:00:00+00:00"
    reached.answer["notes"] = ["按企业性质分的表均受影响。"]

    page = portal.browser.get(f"{PAGE}/correcting").text

    assert "资料有更正，待发布新版本" in page
    assert "按企业性质分的表均受影响。" in page


def test_where_nothing_is_reached_the_page_says_so() -> None:
    portal, reached = settled()
    reached.answer = {"releases": [], "notes": []}

    assert "已签发的统计资料不受影响。" in portal.browser.get(f"{PAGE}/correcting").text


@pytest.mark.parametrize("error", [Unavailable(), TooManyRequests()])
def test_the_page_does_without_statistics_that_don_t_answer(error: Exception) -> None:
    portal, reached = settled()
    reached.error = error

    page = portal.browser.get(f"{PAGE}/correcting")

    assert page.status_code == 200
    assert "统计服务暂时没有应答" in page.text
    assert "开始更正" in page.text
