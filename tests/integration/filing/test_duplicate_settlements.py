"""The ministry's decision on a likely duplicate, whom it tells, and what is stored and looked up."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.filing.operations.likeness import read_next_due
from services.filing.policy import SYSTEM
from shared.calls import Call
from shared.identity.actor import Actor
from shared.ids import new_id
from tests.support.filing_alike import (
    GUANGZHOU,
    GUANGZHOU_FIRM,
    GUANGZHOU_REVIEWER,
    HANGZHOU_FIRM,
    alarms,
    contract,
    firm,
    guangzhou,
    hangzhou,
    hear_last,
    pair,
    told,
)
from tests.support.filing_site import COUNTY_REVIEWER, DIVISION, MINISTRY, FilingSite, Json

__all__ = ["guangzhou", "hangzhou", "pair"]

SETTLED = {"verdict": "duplicate", "reason": "杭州一方为总包，广州一方重复填报。"}


def settle(site: FilingSite, alarm: Json, **decided: Any) -> Json:
    """Return an alarm that the ministry settled."""
    return site.json(MINISTRY, "POST", f"/duplicates/{alarm['id']}/settlement", alarm["version"], json=decided)


def test_the_ministry_sees_both_in_full_and_settles_and_the_departments_see_the_outcome_alone(
    filing_site: FilingSite, pair: tuple[Json, Json]
) -> None:
    ours, theirs = pair
    (row,) = alarms(filing_site, MINISTRY, "state=open")
    full = filing_site.json(MINISTRY, "GET", f"/duplicates/{row['id']}")

    settled = settle(filing_site, full, **SETTLED, stands=[ours["id"]])

    assert {each["unit_name"] for each in full["sides"]} == {HANGZHOU_FIRM, GUANGZHOU_FIRM}
    assert {each["text"] for side in full["sides"] for each in side["filed"] if each["label"] == "合同号"} == {
        "HZ-2025-001",
        "GZ-777-888",
    }
    (kept,) = settled["settlements"]
    assert (kept["verdict"], kept["reason"], kept["decided_by"]) == ("duplicate", SETTLED["reason"], "r-ministry")
    for reviewer, filing, outcome in ((COUNTY_REVIEWER, ours, "stands"), (GUANGZHOU_REVIEWER, theirs, "to_correct")):
        (shown,) = filing_site.json(reviewer, "GET", f"/filings/{filing['id']}")["duplicates"]
        assert (shown["state"], [each["outcome"] for each in shown["sides"]]) == ("settled", [outcome])
        assert SETTLED["reason"] not in json.dumps(shown, ensure_ascii=False)
    reads = filing_site.wired.database["reads"].find({"action": "read_duplicate", "account": "r-ministry"})
    assert {each["subject"] for each in reads} == {ours["id"], theirs["id"]}


def test_departments_and_the_ministry_are_told_once_when_it_opens_and_the_departments_when_it_is_settled(
    filing_site: FilingSite, pair: tuple[Json, Json]
) -> None:
    hear_last(filing_site, *pair, *pair)
    (alarm,) = alarms(filing_site, MINISTRY)

    settle(filing_site, alarm, verdict="distinct", reason="两份合同标的不同。")

    departments = [{"role": "county_reviewer", "division": each} for each in (DIVISION, GUANGZHOU)]
    assert told(filing_site) == [
        *(("filing.duplicate_raised", each) for each in ({"role": "ministry", "division": "000000"}, *departments)),
        *(("filing.duplicate_settled", each) for each in departments),
    ]


def test_the_department_of_the_side_to_be_corrected_returns_it_and_the_decision_stays(
    filing_site: FilingSite, pair: tuple[Json, Json], guangzhou: Actor
) -> None:
    ours, theirs = pair
    (alarm,) = alarms(filing_site, MINISTRY)
    settle(filing_site, alarm, **SETTLED, stands=[ours["id"]])
    reason = {"reason_code": "duplicate", "reason": "与其他单位填报重复", "signatory": "张审核", "pointers": []}

    filing_site.json(GUANGZHOU_REVIEWER, "POST", f"/filings/{theirs['id']}/return", theirs["version"], json=reason)
    hear_last(filing_site, theirs)
    (after,) = alarms(filing_site, MINISTRY)
    returned = filing_site.json(guangzhou, "GET", f"/filings/{theirs['id']}")
    filing_site.submit(guangzhou, returned)
    hear_last(filing_site, theirs)

    assert after["state"] == "settled"
    (again,) = alarms(filing_site, MINISTRY)
    assert (again["id"], again["state"], len(again["settlements"])) == (alarm["id"], "open", 1)


@pytest.mark.parametrize("stands", [0, None])
def test_no_department_returns_a_filing_as_a_duplicate_before_the_ministry_says_that_it_is_the_one(
    filing_site: FilingSite, pair: tuple[Json, Json], stands: int | None
) -> None:
    ours, _ = pair
    (alarm,) = alarms(filing_site, MINISTRY)
    path, reason = (
        f"/filings/{ours['id']}/return",
        {"reason": "与其他单位填报重复", "signatory": "张审核", "pointers": []},
    )
    asked = {"json": {**reason, "reason_code": "duplicate"}}
    refused = filing_site.call(COUNTY_REVIEWER, "POST", path, ours["version"], **asked)

    decided = {"verdict": "distinct"} if stands is None else {"verdict": "duplicate", "stands": [pair[stands]["id"]]}
    settle(filing_site, alarm, reason="已核实。", **decided)
    after = filing_site.call(COUNTY_REVIEWER, "POST", path, ours["version"], **asked)
    other = filing_site.call(
        COUNTY_REVIEWER, "POST", path, ours["version"], json={**reason, "reason_code": "implausible"}
    )

    assert [(each.status_code, (each.json or {})["code"]) for each in (refused, after)] == [
        (409, "duplicate_unsettled")
    ] * 2
    assert other.status_code == 200


@pytest.mark.parametrize(
    ("decided", "code"),
    [
        ({"verdict": "duplicate", "reason": "重复"}, "one_side_stands"),
        ({"verdict": "duplicate", "reason": "重复", "stands": ["0" * 32]}, "not_a_side"),
    ],
)
def test_a_duplicate_is_settled_with_a_side_that_stands_and_one_that_does_not(
    filing_site: FilingSite, pair: tuple[Json, Json], decided: dict[str, Any], code: str
) -> None:
    (alarm,) = alarms(filing_site, MINISTRY)
    path = f"/duplicates/{alarm['id']}/settlement"

    refused = filing_site.call(MINISTRY, "POST", path, alarm["version"], json=decided)
    all_stand = {**decided, "stands": [each["id"] for each in pair]}
    nobody_corrects = filing_site.call(MINISTRY, "POST", path, alarm["version"], json=all_stand)
    both = filing_site.call(MINISTRY, "POST", path, alarm["version"], json={**all_stand, "verdict": "distinct"})

    codes = [[each["code"] for each in (answer.json or {})["errors"]] for answer in (refused, nobody_corrects, both)]
    assert codes == [[code], ["one_side_stands"], ["nothing_to_choose"]]


def test_a_settlement_is_carried_out_once_and_on_the_version_that_was_read(
    filing_site: FilingSite, pair: tuple[Json, Json]
) -> None:
    (alarm,) = alarms(filing_site, MINISTRY)
    path, body = f"/duplicates/{alarm['id']}/settlement", {"verdict": "distinct", "reason": "不同标的"}
    key = {"Idempotency-Key": new_id()}

    first = filing_site.call(MINISTRY, "POST", path, alarm["version"], key, json=body)
    again = filing_site.call(MINISTRY, "POST", path, alarm["version"], key, json=body)
    late = filing_site.call(MINISTRY, "POST", path, alarm["version"], json=body)
    closed = filing_site.call(MINISTRY, "POST", path, alarm["version"] + 1, json=body)

    assert [each.status_code for each in (first, again, late, closed)] == [200, 200, 412, 409]
    assert len((again.json or {})["settlements"]) == 1
    assert filing_site.call(COUNTY_REVIEWER, "POST", path, 1, json=body).status_code == 403


def test_nothing_of_a_likeness_or_an_alarm_is_stored_in_clear(filing_site: FilingSite, pair: tuple[Json, Json]) -> None:
    (alarm,) = alarms(filing_site, MINISTRY)
    settle(filing_site, alarm, **SETTLED, stands=[pair[0]["id"]])
    database = filing_site.wired.database

    stored = repr([list(database[name].find()) for name in ("likenesses", "duplicate_alarms", "mark_locks")])

    words = (HANGZHOU_FIRM, GUANGZHOU_FIRM, "HZ2025001", "HZ-2025", "GZ777", "Delta", "DELTA", "总包", "2025-12-15")
    assert [word for word in words if word in stored] == []
    assert pair[0]["id"] in stored


def test_marks_and_alarms_are_found_by_their_indexes(filing_site: FilingSite, pair: tuple[Json, Json]) -> None:
    database = filing_site.wired.database
    filling = [{"_id": new_id(), "marks": [{"mark": new_id().encode()}], "due": False} for _ in range(400)]
    database["likenesses"].insert_many(filling)
    (alarm,) = alarms(filing_site, MINISTRY)
    other = contract(filing_site, firm(filing_site, "宁波服务外包有限公司", "330203"), "NB-555-444")
    database.command("profile", 2)

    hear_last(filing_site, other)
    alarms(filing_site, COUNTY_REVIEWER)
    alarms(filing_site, MINISTRY, "state=open")
    filing_site.json(COUNTY_REVIEWER, "GET", f"/filings/{pair[0]['id']}")
    read_next_due(filing_site.wired.deps, Call(SYSTEM))
    database.command("profile", 0)

    watched = [f"{database.name}.{name}" for name in ("likenesses", "duplicate_alarms")]
    plans = list(
        database["system.profile"].find({"ns": {"$in": watched}, "op": {"$in": ["query", "command", "update"]}})
    )
    assert len(plans) > 8
    assert [each["planSummary"] for each in plans if "COLLSCAN" in str(each.get("planSummary"))] == []
    assert max(each.get("docsExamined", 0) for each in plans) < 10
    assert alarm["id"]


def test_a_unit_whose_key_is_destroyed_leaves_the_alarm_readable_and_shows_nothing_any_more(
    filing_site: FilingSite, pair: tuple[Json, Json], guangzhou: Actor
) -> None:
    deps, unit_id = filing_site.wired.deps, guangzhou.unit_id or ""
    deps.likenesses.ask_again(unit_id)

    filing_site.wired.keyring.destroy(unit_id)
    before = alarms(filing_site, MINISTRY)
    read_next_due(deps, Call(SYSTEM))

    (row,) = alarms(filing_site, MINISTRY)
    full = filing_site.json(MINISTRY, "GET", f"/duplicates/{row['id']}")
    assert ([each["state"] for each in before], row["state"]) == (["open"], "withdrawn")
    assert sorted(bool(side["filed"]) for side in full["sides"]) == [False, True]
    assert not read_next_due(deps, Call(SYSTEM))
