"""Threads, marks and assignments over the real servers: sealed, told once, found by an index, gone with the wait."""

from __future__ import annotations

import io
import zipfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

from services.filing.operations import assignments, threads
from services.filing.operations.casework_moving import move_casework
from services.filing.ports.casework import WantedMarks, WantedThreads
from services.filing.worker import sweep_assignments
from shared.calls import Call
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from shared.threads.model import Visibility
from tests.support.filing_site import (
    CITY_REVIEWER,
    COUNTY_REVIEWER,
    MINISTRY,
    PROVINCE_REVIEWER,
    FilingSite,
    Json,
)
from tests.support.platform_filing import ANSWERS, EXPLAINED, OPINION, evidence, submitted

COLLEAGUE = Actor("c" * 32, Role.COUNTY_REVIEWER, division="330106")
QUESTION = "请说明交易项目金额增长的原因"
REMARK = "建议电话核实后退回"


def ask(site: FilingSite, filing: Json, text: str = QUESTION, visibility: str = "filer") -> Json:
    """Begin a thread as the county."""
    body = {"visibility": visibility, "pointer": "/622/2", "text": text}
    return site.create(COUNTY_REVIEWER, f"/filings/{filing['id']}/threads", body)


def listed(site: FilingSite, actor: Actor, query: str = "") -> list[Json]:
    """Return the threads that somebody reads on any filing."""
    return list(site.json(actor, "GET", f"/threads{query}")["items"])


def assign(site: FilingSite, filing: Json, assignee: str | None) -> Json:
    """Assign a filing as the county."""
    body = {"assignee_id": assignee}
    return site.json(COUNTY_REVIEWER, "PUT", f"/filings/{filing['id']}/assignment", filing["version"], json=body)


def test_what_is_said_marked_and_noted_is_sealed_and_leaves_with_the_write(filing_site: FilingSite) -> None:
    filing = submitted(filing_site, filing_site.operator())
    ask(filing_site, filing)
    mark = {"pointer": "/622/2", "note": "年后核对银行流水"}
    filing_site.create(COUNTY_REVIEWER, f"/filings/{filing['id']}/marks", mark)

    (thread,) = filing_site.wired.database["threads"].find({"filing": filing["id"]})
    (stored,) = filing_site.wired.database["marks"].find({"filing": filing["id"]})

    for clear in (QUESTION, "年后", "30210", "622"):
        assert clear not in str({key: value for key, value in thread.items() if key != "outbox"})
        assert clear not in str(stored)
    assert [entry["type"] for entry in thread["outbox"]] == ["tongbao.filing.notice_due.v1"]
    assert QUESTION not in str(thread["outbox"])


def test_a_question_goes_its_way_and_the_filing_stays_as_it_is(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    path = f"/filings/{filing['id']}"
    thread = ask(filing_site, filing)
    returned = filing_site.json(
        COUNTY_REVIEWER,
        "POST",
        f"{path}/return",
        filing["version"],
        json={"reason_code": "implausible", "reason": "请核实", "signatory": "张审核", "pointers": ["/622/2"]},
    )

    filing_site.create(operator, f"{path}/threads/{thread['id']}/messages", {"text": "新增两个板块"})
    filing_site.create(COUNTY_REVIEWER, f"{path}/threads/{thread['id']}/resolution", {})

    (seen,) = filing_site.json(operator, "GET", f"{path}/threads")["items"]
    assert [(each["side"], each["department"]) for each in seen["messages"]] == [("department", "西湖区"), ("unit", "")]
    assert (seen["is_resolved"], seen["can_answer"], seen["can_resolve"]) == (True, True, False)
    assert seen["anchor"] == "at-622-2"
    assert filing_site.json(operator, "GET", path)["version"] == returned["version"]
    (stored,) = filing_site.wired.database["threads"].find({"filing": filing["id"]})
    assert [entry["type"] for entry in stored["outbox"]] == [
        "tongbao.filing.notice_due.v1",
        "tongbao.filing.notice_due.v1",
        "tongbao.filing.thread_resolved.v1",
    ]


def test_the_list_over_filings_shows_each_what_they_read_and_narrows(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    question, remark = ask(filing_site, filing), ask(filing_site, filing, REMARK, "internal")
    filing_site.create(COUNTY_REVIEWER, f"/filings/{filing['id']}/threads/{question['id']}/resolution", {})
    filer_as_reviewer = Actor(operator.account_id, Role.COUNTY_REVIEWER, division="330106")
    both, one = {question["id"], remark["id"]}, {question["id"]}
    readers = dict.fromkeys((COUNTY_REVIEWER, CITY_REVIEWER, PROVINCE_REVIEWER, MINISTRY), both)
    readers |= {operator: one, filer_as_reviewer: one, filing_site.operator(): set()}

    found = {
        actor: {each["id"] for each in listed(filing_site, actor) if each["filing_id"] == filing["id"]}
        for actor in readers
    }

    assert found == readers
    narrowed = [listed(filing_site, CITY_REVIEWER, f"?{query}") for query in ("state=open", "state=resolved")]
    ids = [{each["id"] for each in rows if each["filing_id"] == filing["id"]} for rows in narrowed]
    assert ids == [{remark["id"]}, {question["id"]}]
    assert listed(filing_site, CITY_REVIEWER, "?form=enterprise-1") == []


def test_the_export_says_of_each_thread_whether_it_was_resolved(filing_site: FilingSite) -> None:
    filing = submitted(filing_site, filing_site.operator())
    thread = ask(filing_site, filing)
    filing_site.create(COUNTY_REVIEWER, f"/filings/{filing['id']}/threads/{thread['id']}/resolution", {})
    ask(filing_site, filing, REMARK, "internal")

    answer = filing_site.call(PROVINCE_REVIEWER, "GET", "/threads/export?period=2025")

    sheet = zipfile.ZipFile(io.BytesIO(answer.data)).read("xl/worksheets/sheet1.xml").decode()
    for text in (QUESTION, REMARK, "已解决", "未解决", "仅主管部门可见", "622 "):
        assert text in sheet


def test_of_two_who_assign_at_once_one_stands_and_the_assignee_is_told(filing_site: FilingSite) -> None:
    filing = submitted(filing_site, filing_site.operator())
    call = Call(COUNTY_REVIEWER, version=filing["version"])
    deps = filing_site.wired.deps

    def one(assignee: str) -> str:
        try:
            assignments.assign_filing(deps, call, filing["id"], assignee)
        except Exception as error:  # whoever is second is told so
            return type(error).__name__
        return "ok"

    with ThreadPoolExecutor(2) as pool:
        outcomes = list(pool.map(one, ("r-a", "r-b")))

    (stored,) = filing_site.wired.database["assignments"].find({"_id": filing["id"]})
    assert set(outcomes) <= {"ok", "StaleVersion"}
    assert "ok" in outcomes
    assert stored["assignee"] in {"r-a", "r-b"}
    assert len(stored["outbox"]) == outcomes.count("ok")


def test_what_moved_on_is_assigned_to_nobody_and_is_swept(filing_site: FilingSite) -> None:
    filing = submitted(filing_site, filing_site.operator())
    assert assign(filing_site, filing, COLLEAGUE.account_id) == {"assignee_id": COLLEAGUE.account_id}
    standing = assignments.assigned_to(filing_site.wired.deps, "330106", COLLEAGUE.account_id)
    load = filing_site.json(COLLEAGUE, "GET", "/workload")
    filing_site.json(COUNTY_REVIEWER, "POST", f"/filings/{filing['id']}/approval", filing["version"], json=OPINION)
    moved = assignments.assigned_to(filing_site.wired.deps, "330106", COLLEAGUE.account_id)
    filing_site.wired.database["assignments"].update_many({}, {"$set": {"outbox": []}})

    filing_site.clock.advance(timedelta(days=2))
    swept = sweep_assignments(filing_site.wired)

    assert filing["id"] in standing
    assert moved == []
    assert [each["account_id"] for each in load["colleagues"] if each["account_id"] == COLLEAGUE.account_id]
    assert load["waiting"] - load["unassigned"] == sum(each["assigned"] for each in load["colleagues"])
    assert swept >= 1
    assert filing_site.wired.database["assignments"].count_documents({"_id": filing["id"]}) == 0
    assert filing_site.json(COUNTY_REVIEWER, "GET", f"/filings/{filing['id']}/assignment") == {"assignee_id": None}


def test_the_same_request_marks_once_and_two_who_settle_both_succeed(filing_site: FilingSite) -> None:
    filing = submitted(filing_site, filing_site.operator())
    path, headers = f"/filings/{filing['id']}/marks", {"Idempotency-Key": new_id()}
    body = {"pointer": "/622/2", "note": "年后核对"}
    made = [filing_site.json(COUNTY_REVIEWER, "POST", path, headers=headers, json=body)["id"] for _ in range(2)]

    with ThreadPoolExecutor(2) as pool:
        done = list(
            pool.map(
                lambda _: filing_site.wired.deps.marks.get(made[0]).version,
                [filing_site.create(COLLEAGUE, f"{path}/{made[0]}/settlement", {}) for _ in range(2)],
            )
        )

    assert made[0] == made[1]
    assert done == [2, 2]
    marks = filing_site.wired.deps.marks
    open_ones, closed = (
        marks.list_of_department("330106", WantedMarks(is_done=each), "", 50) for each in (False, True)
    )
    assert made[0] in {each.id for each in closed.items}
    assert made[0] not in {each.id for each in open_ones.items}


def test_lists_of_threads_and_marks_are_found_by_their_indexes(filing_site: FilingSite) -> None:
    filing = submitted(filing_site, filing_site.operator())
    for _ in range(3):
        ask(filing_site, filing)
    database = filing_site.wired.database
    database.command("profile", 0)
    database.drop_collection("system.profile")
    database.command("profile", 2)

    deps = filing_site.wired.deps
    threads.list_all_threads(deps, Call(MINISTRY), WantedThreads(is_resolved=False), "", 2)
    deps.marks.list_of_department("330106", WantedMarks(), "", 2)
    list(deps.assignments.list_standing("330106", "r-1"))
    deps.assignments.count_waiting("330106", 10)

    database.command("profile", 0)
    names = [f"{database.name}.{name}" for name in ("threads", "marks", "assignments")]
    plans: list[dict[str, Any]] = list(
        database["system.profile"].find({"ns": {"$in": names}, "planSummary": {"$exists": True}})
    )
    assert {each["ns"].split(".")[1] for each in plans} == {"threads", "marks", "assignments"}
    assert [each["planSummary"] for each in plans if "COLLSCAN" in each["planSummary"]] == []
    assert [each["ns"] for each in plans if each.get("hasSortStage")] == []


def test_a_department_that_comes_later_reads_what_was_asked_before_it(filing_site: FilingSite) -> None:
    filing = submitted(filing_site, filing_site.operator())
    ask(filing_site, filing)
    filing_site.json(COUNTY_REVIEWER, "POST", f"/filings/{filing['id']}/approval", filing["version"], json=OPINION)

    found = threads.list_threads(filing_site.wired.deps, Call(CITY_REVIEWER), filing["id"])

    assert [each.seen.thread.visibility for each in found] == [Visibility.FILER]
    assert [each.seen.can_resolve for each in found] == [True]


def test_a_version_is_held_against_the_last_period_that_was_approved(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    first = submitted(filing_site, operator, "2024")
    path = f"/filings/{first['id']}/versions/1/period-changes"
    nothing = filing_site.json(COUNTY_REVIEWER, "GET", path)
    filing_site.approve_through(first)
    second = filing_site.begin(operator, "platform-1", "2025")
    file_id = evidence(filing_site, operator, second)
    answers = {**ANSWERS, "622": {"1": "30210.5", "2": "30310.5"}}
    answers |= {code: {"1": ANSWERS[code]["2"], "2": ANSWERS[code]["2"]} for code in ("601", "611", "621")}
    saved = filing_site.save(operator, second, answers=answers, explanations=EXPLAINED, evidence=[file_id])
    sent = filing_site.submit(operator, saved)

    found = filing_site.json(CITY_REVIEWER, "GET", f"/filings/{second['id']}/versions/1/period-changes")

    assert sent.status_code == 200, sent.text
    assert nothing["version"] is None
    assert found["period_label"] == "2024年"
    assert found["version"]["answers"]["622"]["2"] == "30210.5"
    changed = {each["pointer"]: (each["before"], each["after"]) for each in found["changes"]}
    assert changed["/622/2"] == ("30210.5", "30310.5")
    assert "/602/2" not in changed


def test_what_lies_beside_a_filing_follows_it_to_the_departments_of_another_division(filing_site: FilingSite) -> None:
    before = filing_site.wired.filings.get(submitted(filing_site, filing_site.operator())["id"])
    filing: Json = {"id": before.id}
    thread = ask(filing_site, filing, REMARK, "internal")
    mark = filing_site.create(COUNTY_REVIEWER, f"/filings/{before.id}/marks", {"pointer": "/622/2", "note": "年后核对"})
    after = replace(before, division="330108", path=("330108", *before.path[1:]))
    neighbour = Actor("r-330108", Role.COUNTY_REVIEWER, division="330108")

    for _ in range(2):
        move_casework(filing_site.wired.deps, before, after)

    marks = filing_site.wired.deps.marks
    here, there = (marks.list_of(before.id, each) for each in ("330106", "330108"))
    seen = {
        actor.division: thread["id"] in [each["id"] for each in listed(filing_site, actor)]
        for actor in (neighbour, COUNTY_REVIEWER, CITY_REVIEWER)
    }
    assert (len(here), [each.id for each in there]) == (0, [mark["id"]])
    assert seen == {"330108": True, "330106": False, "330100": True}


def test_a_row_of_a_long_list_is_marked_with_what_stands_there(filing_site: FilingSite) -> None:
    firm = filing_site.enterprise()
    filing = filing_site.begin(firm, "city-1", "2025")
    row = {
        "firm": "杭州软件研发有限公司",
        "institution": "杭州职业培训学校",
        "content": "软件测试",
        "category": "1",
        "venue": "杭州",
        "hours": 1200,
        "fee": "3.6",
    }
    filing = filing_site.json(
        firm, "POST", f"/filings/{filing['id']}/rows", filing["version"], json={"rows": [row, row]}
    )
    sent = filing_site.submit(firm, filing)
    path, body = f"/filings/{filing['id']}/marks", {"pointer": "/rows/1/institution", "note": "核对培训机构"}

    made = filing_site.create(COUNTY_REVIEWER, path, body)
    beyond = filing_site.call(
        COUNTY_REVIEWER, "POST", path, headers={"Idempotency-Key": new_id()}, json={**body, "pointer": "/rows/2/firm"}
    )

    assert sent.status_code == 200, sent.text
    assert (made["value"], made["is_there"]) == ("杭州职业培训学校", True)
    assert "第 2 行" in made["place"]
    assert beyond.status_code == 422
