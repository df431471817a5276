"""Extensions and exceptions on fakes: asking from the to-do list, the reviewers' list, deciding, giving."""

from __future__ import annotations

import pytest
from tests.support.portal_reliefs import RELIEF_ID, make_exception, make_relief

from shared.errors import Conflict, Invalid, NotFound, Problem, StaleVersion
from shared.identity.actor import Role
from tests.support.portal import Portal, make_portal
from tests.support.portal_filed import make_task
from tests.support.portal_filing import make_unit

URL = f"/reliefs/{RELIEF_ID}"
ASKED = {"form": "platform-1", "period": "2025", "until": "2026-03-20", "reason": "年末系统迁移", "key": "k1"}
GIVEN = {
    "unit_id": "1" * 32,
    "kind": "respite",
    "form": "",
    "from_day": "2026-03-01",
    "to_day": "2026-03-25",
    "ground": "disaster",
    "reason": "台风后停电",
    "key": "k2",
}


@pytest.fixture
def unit() -> Portal:
    portal = make_portal()
    portal.filings.own = make_unit()
    portal.filings.todo = [make_task(days_left=-12)]
    portal.sign_in("operator")
    return portal


@pytest.fixture
def county() -> Portal:
    portal = make_portal()
    portal.reliefs.items = {RELIEF_ID: make_relief()}
    portal.sign_in(Role.COUNTY_REVIEWER)
    return portal


def test_the_list_offers_a_later_day_for_what_is_overdue_or_soon_due_alone(unit: Portal) -> None:
    unit.filings.todo = [make_task(days_left=-12), make_task(form="enterprise-1", days_left=60)]

    page = unit.browser.get("/tasks").text

    assert 'href="/reliefs/extension?form=platform-1&amp;period=2025"' in page
    assert "form=enterprise-1" not in page
    assert "2025年的年报应于次年1月10日前报送，含当日。" in page


def test_a_task_that_waits_for_an_answer_says_so(unit: Portal) -> None:
    unit.filings.todo = [make_task(days_left=-12, is_asked=True)]

    page = unit.browser.get("/tasks").text

    assert "已申请延期，等待主管部门答复。" in page
    assert "/reliefs/extension?" not in page


def test_a_task_with_a_granted_day_shows_both(unit: Portal) -> None:
    unit.filings.todo = [make_task(days_left=3, due="2026-03-20")]

    assert "2026年3月20日前报送（已延期，原为 2026年1月10日）" in unit.browser.get("/tasks").text


def test_what_can_not_be_put_off_any_more_is_not_offered(unit: Portal) -> None:
    unit.filings.todo = [make_task(days_left=1, due="2026-03-31")]

    assert "/reliefs/extension?" not in unit.browser.get("/tasks").text


def test_a_unit_asks_with_the_day_and_the_reason(unit: Portal) -> None:
    page = unit.browser.get("/reliefs/extension?form=platform-1&period=2025").text
    answer = unit.post("/reliefs/extension", **ASKED)

    assert "最迟 2026-03-31" in page
    body = {name: ASKED[name] for name in ("form", "period", "until", "reason")}
    assert unit.reliefs.sent == [("ask", "k1", body)]
    assert answer.headers["Location"] == f"{URL}?done=extension_asked"


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"until": ""}, "请填写延至。"),
        ({"until": "明天"}, "请填写日期，如 2026-01-20。"),
        ({"reason": " "}, "请填写申请理由。"),
    ],
)
def test_what_is_missing_is_said_at_its_field_and_nothing_is_sent(
    unit: Portal, changed: dict[str, str], message: str
) -> None:
    answer = unit.post("/reliefs/extension", **{**ASKED, **changed})

    assert (answer.status_code, message in answer.text) == (422, True)
    assert unit.reliefs.sent == []


def test_what_the_service_refuses_is_shown_with_what_was_typed(unit: Portal) -> None:
    unit.reliefs.error = Invalid([Problem("/until", "until_out_of_range", "延期的日期应晚于现行时限。")])

    answer = unit.post("/reliefs/extension", **ASKED)

    assert answer.status_code == 422
    assert "延期的日期应晚于现行时限。" in answer.text
    assert "年末系统迁移</textarea>" in answer.text
    assert 'value="k1"' in answer.text


def test_asking_for_something_that_is_no_task_is_not_found(unit: Portal) -> None:
    assert unit.browser.get("/reliefs/extension?form=city-1&period=2025").status_code == 404


def test_a_department_begins_with_what_waits_for_it(county: Portal) -> None:
    page = county.browser.get("/reliefs").text

    assert county.reliefs.asked == [({"waiting": "true"}, "")]
    assert f'href="{URL}"' in page
    assert "申请延至2026年3月20日" in page


def test_a_department_grants_another_day(county: Portal) -> None:
    page = county.browser.get(URL).text
    answer = county.post(URL, version="1", act="grant", until="2026-03-15", answer="同意")

    assert 'value="2026-03-20"' in page
    assert county.reliefs.sent == [("grant", 1, {"until": "2026-03-15", "answer": "同意"})]
    assert answer.headers["Location"] == f"{URL}?done=extension_granted"


def test_a_refusal_needs_its_reason(county: Portal) -> None:
    silent = county.post(URL, version="1", act="refuse", until="", answer=" ")
    reasoned = county.post(URL, version="1", act="refuse", until="", answer="可先按月导出")

    assert (silent.status_code, "请填写答复。" in silent.text) == (422, True)
    assert reasoned.status_code == 303
    assert county.reliefs.sent == [("refusal", 1, {"answer": "可先按月导出"})]


@pytest.mark.parametrize(("error", "status"), [(StaleVersion(), 412), (Conflict(), 409)])
def test_what_was_decided_meanwhile_is_said_and_what_was_typed_stays(
    county: Portal, error: Exception, status: int
) -> None:
    county.reliefs.error = error

    answer = county.post(URL, version="1", act="refuse", answer="可先按月导出")

    assert (answer.status_code, "可先按月导出</textarea>" in answer.text) == (status, True)


def test_the_unit_sees_its_wish_and_takes_it_back(unit: Portal) -> None:
    acts = [{"action": "withdraw", "label": "撤回申请"}]
    unit.reliefs.items = {RELIEF_ID: make_relief(open_actions=acts)}

    page = unit.browser.get(URL).text
    answer = unit.post(URL, version="1", act="withdraw")

    assert "同意延期" not in page
    assert unit.reliefs.sent == [("withdrawal", 1, {})]
    assert answer.headers["Location"] == f"{URL}?done=extension_withdrawn"


def test_a_department_gives_an_exception(county: Portal) -> None:
    page = county.browser.get(f"/reliefs/exception?unit={'1' * 32}").text
    answer = county.post("/reliefs/exception", **GIVEN)

    assert f'value="{"1" * 32}"' in page
    assert "报送义务不能免除" in page
    assert county.reliefs.sent == [("give", "k2", {name: text for name, text in GIVEN.items() if name != "key"})]
    assert answer.headers["Location"] == f"{URL}?done=exception_given"


def test_every_missing_part_of_an_exception_is_named_at_once(county: Portal) -> None:
    answer = county.post("/reliefs/exception", key="k")

    assert answer.status_code == 422
    assert "有 6 处需要修改" in answer.text


def test_a_unit_outside_of_the_area_is_said_at_its_field(county: Portal) -> None:
    county.reliefs.error = NotFound()

    answer = county.post("/reliefs/exception", **GIVEN)

    assert (answer.status_code, "本辖区没有这个单位。" in answer.text) == (404, True)


def test_an_exception_is_ended_with_its_reason(county: Portal) -> None:
    county.reliefs.items = {RELIEF_ID: make_exception()}

    page = county.browser.get(URL).text
    county.post(URL, version="1", act="end", answer="已恢复供电")

    assert "2026年3月1日至2026年3月25日到期的顺延到2026年3月25日" in page
    assert county.reliefs.sent == [("ending", 1, {"answer": "已恢复供电"})]


def test_units_give_no_exceptions_and_the_desk_sees_no_list(unit: Portal) -> None:
    desk = make_portal()
    desk.sign_in(Role.DIRECTORY_DESK)

    assert unit.browser.get("/reliefs/exception").status_code == 403
    assert desk.browser.get("/reliefs").status_code == 403
    assert desk.browser.get("/calendar").status_code == 403
