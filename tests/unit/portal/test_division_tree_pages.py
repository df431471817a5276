"""The page of the division tree: as of a day, opened where it is asked for, searched, within one's own division."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

import pytest

from shared.codes import divisions
from shared.codes.division_changes import Change, ChangeKind
from shared.identity.actor import Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_answers import make_person

URL = "/divisions/tree"
DAY = date(2026, 1, 1)
CHANGES = (
    Change(ChangeKind.RENAME, "330122", DAY, name="桐江县"),
    Change(ChangeKind.MERGE, "330127", DAY, successors=("330182",)),
    Change(ChangeKind.OPEN, "330190", DAY, name="新安区", level=divisions.Level.COUNTY, parent="330100"),
    Change(ChangeKind.SPLIT, "330106", date(2027, 1, 1), successors=("330106", "330105")),
    Change(ChangeKind.MOVE, "330111", DAY, parent="330200"),
)


@pytest.fixture
def _changed() -> Iterator[None]:
    divisions.use(CHANGES)
    yield
    divisions.use(())


OFFICES = {Role.PROVINCE_REVIEWER: "330000", Role.CITY_REVIEWER: "330100", Role.COUNTY_REVIEWER: "330106"}


def seen_by(role: Role, query: str = "") -> str:
    portal = make_portal()
    portal.identity.people["wang"] = {**make_person(role), "division": OFFICES.get(role, "")}
    portal.come_back("wang")
    answer = portal.browser.get(URL + query)
    assert answer.status_code == 200, answer.status_code
    return answer.text


def row(page: str, code: str) -> str:
    """Return what is said of one division, as text."""
    found = re.search(rf'<li id="d-{code}".*?(?=<li id=|</ul>)', page, re.DOTALL)
    assert found is not None, code
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0]))


def test_the_ministry_sees_the_provinces_and_opens_one() -> None:
    page, opened = seen_by(Role.MINISTRY), seen_by(Role.MINISTRY, "?open=330000")

    assert page.count(">展开<") > 25
    assert 'id="d-330106"' not in page
    assert f"{URL}?on=2026-03-02&amp;open=330000#d-330000" in page
    assert 'id="d-330106"' in opened
    assert 'id="d-110101"' not in opened


def test_what_was_sought_is_opened_down_to_it_and_marked() -> None:
    page = seen_by(Role.MINISTRY, "?open=330106")

    city = page.split('id="d-330100"')[1].split('id="d-330200"')[0]
    other = page.split('id="d-330200"')[1].split('id="d-330300"')[0]
    assert "<details open>" in city
    assert "<details open>" not in other
    assert '<li id="d-330106" class="sought">' in page


@pytest.mark.usefixtures("_changed")
def test_what_has_happened_is_told_with_its_day_and_who_took_over() -> None:
    page = seen_by(Role.MINISTRY, "?open=330100")

    assert "桐江县" in row(page, "330122")
    assert "2026-01-01 更名，原名桐庐县" in row(page, "330122")
    assert "2026-01-01 设立" in row(page, "330190")
    assert "2026-01-01 承接浙江省杭州市淳安县（330127）" in row(page, "330182")
    assert "已撤并" in row(page, "330127")
    assert "2026-01-01 并入浙江省杭州市建德市（330182）" in row(page, "330127")
    assert "2026-01-01 改隶，原属浙江省杭州市（330100）" in row(page, "330111")


@pytest.mark.usefixtures("_changed")
def test_what_is_to_come_is_announced() -> None:
    page = seen_by(Role.MINISTRY, "?open=330100")

    assert "将于 2027-01-01 拆分，由浙江省杭州市西湖区（330106）" in row(page, "330106")
    assert "已撤并" not in row(page, "330106")


@pytest.mark.usefixtures("_changed")
def test_the_tree_is_that_of_the_day_that_is_asked_for() -> None:
    eve = seen_by(Role.MINISTRY, "?open=330100&on=2025-12-31")

    assert "桐庐县" in row(eve, "330122")
    assert "将于 2026-01-01 更名" in row(eve, "330122")
    assert "已撤并" not in row(eve, "330127")
    assert 'id="d-330190"' not in eve


def test_of_changes_in_early_years_the_year_is_told() -> None:
    page = seen_by(Role.MINISTRY, "?open=330100")

    assert "2021 年起" in row(page, "330113")
    assert "至 2021 年止" in row(page, "330103")


def test_a_search_finds_by_name_and_by_code_also_what_has_ended() -> None:
    by_name, by_code, ended = (seen_by(Role.MINISTRY, f"?q={text}") for text in ("杭州 西湖", "330106", "下城区"))

    assert "浙江省杭州市西湖区" in by_name
    assert "浙江省杭州市西湖区" in by_code
    assert "浙江省杭州市下城区" in ended
    assert "至 2021 年止" in ended
    assert "open=330103#d-330103" in ended


def test_a_search_that_finds_too_much_says_so_and_one_that_finds_nothing_too() -> None:
    much, nothing = seen_by(Role.MINISTRY, "?q=区"), seen_by(Role.MINISTRY, "?q=亚特兰蒂斯")

    assert "只列出前 50 个" in much
    assert much.count("在区划树中查看") == 50
    assert "没有找到" in nothing


@pytest.mark.parametrize(
    ("role", "seen", "unseen"),
    [
        (Role.PROVINCE_REVIEWER, "330200", "320100"),
        (Role.CITY_REVIEWER, "330106", "330203"),
        (Role.COUNTY_REVIEWER, "330106", "330105"),
    ],
)
def test_a_department_sees_its_own_division_and_what_lies_below(role: Role, seen: str, unseen: str) -> None:
    tree = seen_by(role, f"?open={unseen}")
    found, not_found = seen_by(role, f"?q={seen}"), seen_by(role, f"?q={unseen}")

    assert f'id="d-{seen}"' in tree
    assert f'id="d-{unseen}"' not in tree
    assert f">{seen}</span>" in found
    assert "没有找到" in not_found


@pytest.mark.parametrize("on", ["某日", "2026-02-30", "1900-01-01", "9999-12-31"])
def test_a_day_that_is_none_is_refused_at_its_field_and_kept(on: str) -> None:
    portal = make_portal()
    portal.sign_in(Role.MINISTRY)

    answer = portal.browser.get(f"{URL}?on={on}")

    assert answer.status_code == 422
    assert 'id="on-e"' in answer.text
    assert f'value="{on}"' in answer.text


@pytest.mark.parametrize("role", [Role.OPERATOR, Role.ENTERPRISE, Role.TRAINING_INSTITUTION])
def test_units_have_no_such_page(role: Role) -> None:
    portal: Portal = make_portal()
    portal.sign_in(role)

    answer = portal.browser.get(URL)

    assert answer.status_code == 403


def test_the_upkeep_leads_to_it() -> None:
    portal = make_portal()
    portal.sign_in(Role.MINISTRY)

    page = portal.browser.get("/divisions/changes")

    assert f'href="{URL}"' in page.text
