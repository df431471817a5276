"""Likely duplicates on the real database: two firms, their departments, the ministry, and whatever comes at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from services.filing.operations.likeness import read_next_due
from services.filing.policy import SYSTEM
from shared.calls import Call
from shared.identity.actor import Actor
from tests.support.filing_alike import (
    GUANGDONG_REVIEWER,
    GUANGZHOU_FIRM,
    GUANGZHOU_REVIEWER,
    HANGZHOU_FIRM,
    PERIOD,
    alarms,
    completed,
    contract,
    facts_of,
    filed,
    firm,
    guangzhou,
    hangzhou,
    hear,
    hear_last,
    pair,
    told,
    typed,
)
from tests.support.filing_site import (
    COUNTY_REVIEWER,
    MINISTRY,
    PROVINCE_REVIEWER,
    FilingSite,
    Json,
)
from tests.support.filing_typed import BASICS, EXECUTION

__all__ = ["guangzhou", "hangzhou", "pair"]

OF_HANGZHOU = (HANGZHOU_FIRM, "HZ-2025-001", "浙江", "杭州", "西湖", '"330106"', '"330100"', '"330000"')
OF_GUANGZHOU = (GUANGZHOU_FIRM, "GZ-777-888", "广东", "广州", "天河", '"440106"', '"440100"', '"440000"')


def test_the_departments_of_both_sides_learn_that_there_is_another_and_not_whose(
    filing_site: FilingSite, pair: tuple[Json, Json], hangzhou: Actor, guangzhou: Actor
) -> None:
    ours, theirs = pair
    sides = (
        ((COUNTY_REVIEWER, PROVINCE_REVIEWER), ours, theirs, guangzhou, OF_GUANGZHOU),
        (
            (GUANGZHOU_REVIEWER, GUANGDONG_REVIEWER),
            theirs,
            ours,
            hangzhou,
            OF_HANGZHOU,
        ),
    )

    for reviewers, own, other, firm_, others_words in sides:
        for reviewer in reviewers:
            (row,) = alarms(filing_site, reviewer)
            answers = [
                row,
                filing_site.json(reviewer, "GET", f"/duplicates/{row['id']}"),
                filing_site.json(reviewer, "GET", f"/filings/{own['id']}"),
            ]

            assert [each["filing_id"] for each in row["sides"]] == [own["id"]]
            assert (row["state"], row["has_another"]) == ("open", True)
            assert [each["reason"] for each in row["reasons"]] == ["client_amount_day"]
            assert [each["id"] for each in answers[2]["duplicates"]] == [row["id"]]
            words = (*others_words, other["id"], firm_.unit_id or "?")
            text = json.dumps(answers, ensure_ascii=False)
            assert [word for word in words if word in text] == []
            assert "version" not in row
            assert "settlements" not in answers[1]


def test_whoever_files_is_told_nothing_and_refused(filing_site: FilingSite, hangzhou: Actor, guangzhou: Actor) -> None:
    ours = contract(filing_site, hangzhou, "HZ-2025-001")
    before = {path: filing_site.call(hangzhou, "GET", path).text for path in _paths(ours)}
    theirs = contract(filing_site, guangzhou, "GZ-777-888")
    hear_last(filing_site, ours, theirs)

    after = {path: filing_site.call(hangzhou, "GET", path).text for path in _paths(ours)}
    (alarm,) = alarms(filing_site, MINISTRY)

    assert after == before
    assert filing_site.json(hangzhou, "GET", f"/filings/{ours['id']}")["duplicates"] == []
    for path in ("/duplicates", f"/duplicates/{alarm['id']}"):
        assert filing_site.call(hangzhou, "GET", path).status_code == 403
    notices = [entry["data"] for row in filing_site.wired.database["filings"].find() for entry in row["outbox"]]
    assert [each for each in notices if "duplicate" in str(each.get("occasion"))] == []


def test_a_correction_that_removes_the_likeness_withdraws_the_alarm(
    filing_site: FilingSite, pair: tuple[Json, Json], guangzhou: Actor
) -> None:
    _, theirs = pair
    approved = filing_site.approve_through(theirs)
    hear_last(filing_site, theirs)
    open_before = alarms(filing_site, COUNTY_REVIEWER, "state=open")
    corrected = filing_site.json(guangzhou, "POST", f"/filings/{theirs['id']}/correction", approved["version"], json={})
    changed = {"204": "2025-12-01", "change": {"kind": "1", "reason": "签字日期填错"}}
    answers = {**typed(filing_site, guangzhou, "GZ-777-888"), **changed}
    corrected = completed(filing_site, guangzhou, corrected, answers)
    submitted = filing_site.submit(guangzhou, corrected).json or {}
    hear_last(filing_site, theirs)
    meanwhile = alarms(filing_site, COUNTY_REVIEWER, "state=open")

    filing_site.approve_through(submitted)
    hear_last(filing_site, theirs)

    assert len(open_before) == len(meanwhile) == 1
    assert alarms(filing_site, COUNTY_REVIEWER, "state=open") == []
    assert [each["state"] for each in alarms(filing_site, COUNTY_REVIEWER)] == ["withdrawn"]


def test_what_is_taken_back_withdraws_the_alarm_and_comes_back_with_it(
    filing_site: FilingSite, pair: tuple[Json, Json], guangzhou: Actor
) -> None:
    _, theirs = pair

    taken = filing_site.json(guangzhou, "POST", f"/filings/{theirs['id']}/withdrawal", theirs["version"], json={})
    hear_last(filing_site, theirs)
    withdrawn = alarms(filing_site, MINISTRY)
    filing_site.submit(guangzhou, taken)
    hear_last(filing_site, theirs)

    back = alarms(filing_site, MINISTRY)
    assert [each["state"] for each in withdrawn + back] == ["withdrawn", "open"]
    assert withdrawn[0]["id"] == back[0]["id"]


def test_both_sides_that_are_told_of_at_once_raise_one_alarm(
    filing_site: FilingSite, hangzhou: Actor, guangzhou: Actor
) -> None:
    ours, theirs = contract(filing_site, hangzhou, "HZ-2025-001"), contract(filing_site, guangzhou, "GZ-777-888")
    messages = [facts_of(filing_site, each)[-1] for each in (ours, theirs)] * 3

    with ThreadPoolExecutor(len(messages)) as pool:
        list(pool.map(lambda each: hear(filing_site, each), messages))

    (alarm,) = alarms(filing_site, MINISTRY)
    assert {each["filing_id"] for each in alarm["sides"]} == {ours["id"], theirs["id"]}
    assert filing_site.wired.database["duplicate_alarms"].count_documents({}) == 1
    assert len(told(filing_site)) == 3


def test_three_that_hang_together_in_a_chain_and_come_at_once_raise_one_alarm(
    filing_site: FilingSite, hangzhou: Actor, guangzhou: Actor
) -> None:
    third = firm(filing_site, "宁波服务外包有限公司", "330203")
    filings = (
        contract(filing_site, hangzhou, "HZ-2025-001"),
        contract(filing_site, third, "HZ-2025-001", signed_on="2025-12-03", client={"foreign_name": "Gamma Inc"}),
        contract(filing_site, guangzhou, "GZ-777-888", signed_on="2025-12-03", client={"foreign_name": "Gamma Inc."}),
    )

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda each: hear_last(filing_site, each), filings))

    (alarm,) = alarms(filing_site, MINISTRY)
    assert len(alarm["sides"]) == 3
    for reviewer in (COUNTY_REVIEWER, GUANGZHOU_REVIEWER):
        (row,) = alarms(filing_site, reviewer)
        assert (len(row["sides"]), row["has_another"], len(row["reasons"])) == (1, True, 1)


def test_what_a_worker_began_and_did_not_finish_leaves_nothing_and_is_done_by_the_next(
    filing_site: FilingSite, hangzhou: Actor, guangzhou: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = contract(filing_site, hangzhou, "HZ-2025-001"), contract(filing_site, guangzhou, "GZ-777-888")
    hear_last(filing_site, ours)
    store = type(filing_site.wired.stores.duplicates)

    class Killed(BaseException):
        """The process is gone."""

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(store, "save", die)
        with pytest.raises(Killed):
            hear_last(filing_site, theirs)
    left = filing_site.wired.database["likenesses"].count_documents({"_id": theirs["id"]})
    hear_last(filing_site, theirs)

    assert left == 0
    assert len(alarms(filing_site, MINISTRY)) == 1


def test_within_one_unit_two_numbers_for_one_contract_are_seen_whole_by_its_department(
    filing_site: FilingSite, hangzhou: Actor
) -> None:
    filings = [contract(filing_site, hangzhou, number) for number in ("HZ-2025-001", "HZ-2025-901")]
    hear_last(filing_site, *filings)

    (row,) = alarms(filing_site, COUNTY_REVIEWER)

    assert (row["has_another"], len(row["sides"])) == (False, 2)


def test_a_subsidiary_and_its_parent_are_alike_by_client_and_amount_once_the_basics_say_who_owns_it(
    filing_site: FilingSite, hangzhou: Actor, guangzhou: Actor
) -> None:
    ours = contract(filing_site, hangzhou, "HZ-2025-001", signed_on="2025-12-01")
    theirs = contract(filing_site, guangzhou, "GZ-777-888")
    hear_last(filing_site, ours, theirs)
    unrelated = alarms(filing_site, MINISTRY)
    row = {"side": "chinese", "country": "CHN", "amount": "1000", "usd": "140", "share": "100", "name": HANGZHOU_FIRM}
    basics = {**BASICS, "102": GUANGZHOU_FIRM, "119": [row]}

    later = filing_site.wired.deps.filings.list_of_unit(guangzhou.unit_id or "", ("enterprise-1",), ("2025",))[0]
    back = filing_site.json(guangzhou, "POST", f"/filings/{later.id}/withdrawal", later.version, json={})
    told_anew = filing_site.submit(guangzhou, completed(filing_site, guangzhou, back, basics)).json or {}
    hear_last(filing_site, told_anew)
    while read_next_due(filing_site.wired.deps, Call(SYSTEM)):
        continue

    assert unrelated == []
    (alarm,) = alarms(filing_site, MINISTRY)
    assert [each["reason"] for each in alarm["reasons"]] == ["related_units"]


def test_executions_of_two_firms_on_one_voucher_are_alike(
    filing_site: FilingSite, hangzhou: Actor, guangzhou: Actor
) -> None:
    for person, number in ((hangzhou, "HZ-2025-001"), (guangzhou, "GZ-777-888")):
        contract(filing_site, person, number, amount={"amount": f"9{number[-1]}", "currency": "USD", "usd": "90"})
        hear_last(filing_site, filed(filing_site, person, "enterprise-3", PERIOD, _execution(number)))

    (alarm,) = alarms(filing_site, MINISTRY)
    full = filing_site.json(MINISTRY, "GET", f"/duplicates/{alarm['id']}")

    assert [each["reason"] for each in alarm["reasons"]] == ["voucher"]
    assert {each["text"] for side in full["sides"] for each in side["filed"] if "凭证" in each["label"]} == {
        EXECUTION["307"]
    }


def _paths(filing: Json) -> tuple[str, ...]:
    one = f"/filings/{filing['id']}"
    return (
        one,
        f"{one}/versions/1",
        f"{one}/findings",
        "/filings",
        "/tasks",
        "/contracts",
        f"/contracts/{filing['id']}",
    )


def _execution(number: str) -> dict[str, Any]:
    return {**EXECUTION, "304": {"number": number}, "308": "10", "309": "0"}
