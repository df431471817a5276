"""Extensions and exceptions over HTTP and the real database: one answer, what moves, what is stored, what is found by an index."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from bson import encode

from services.filing.model.periods import Period
from services.filing.model.reliefs import ReliefState
from services.filing.operations.due import due_of, dues_of
from services.filing.repository.reliefs import COLLECTION
from shared.calls import Call
from shared.ids import new_id
from tests.support.filing_site import (
    CITY_REVIEWER,
    COUNTRY,
    COUNTY_REVIEWER,
    MINISTRY,
    PROVINCE_REVIEWER,
    Actor,
    FilingSite,
    Json,
    Role,
)
from tests.support.rights_reliefs import reliefs_of

REASON = "年末系统迁移，交易记录一月中旬才能导出"
SECRETS = (REASON, "同意，请按期报送", "台风后停电", "云采", "91330106000000019W")
ASKED = {"form": "platform-1", "period": "2025", "until": "2026-01-20", "reason": REASON}
GIVEN = {
    "kind": "respite",
    "form": "",
    "from_day": "2026-01-01",
    "to_day": "2026-01-25",
    "ground": "disaster",
    "reason": "台风后停电",
}
CROWD = 200


def ask(site: FilingSite, actor: Actor, **changes: object) -> Json:
    """Ask for a later day."""
    return site.create(actor, "/extensions", {**ASKED, **changes})


def grant(site: FilingSite, relief: Json, until: str = "2026-01-20") -> Json:
    """Grant what was asked for."""
    body = {"until": until, "answer": "同意，请按期报送"}
    return site.json(COUNTY_REVIEWER, "POST", f"/reliefs/{relief['id']}/grant", relief["version"], json=body)


def give(site: FilingSite, unit: Actor, actor: Actor = COUNTY_REVIEWER, **changes: object) -> Json:
    """Give a unit an exception."""
    return site.create(actor, "/exceptions", {"unit_id": unit.unit_id, **GIVEN, **changes})


def due(site: FilingSite, unit: Actor) -> tuple[str, bool]:
    """Return until when 平台1表 of 2025 is due for a unit, and whether it need not be filed."""
    deps = site.wired.deps
    form = deps.catalogue.editions[0].form("platform-1")
    assert form is not None
    found = due_of(deps, unit.unit_id or "", form, Period(2025))
    return found.on.isoformat(), found.is_exempt


def test_a_unit_asks_and_its_department_grants_and_everybody_sees_the_day(filing_site: FilingSite) -> None:
    operator = filing_site.operator()

    asked = ask(filing_site, operator)
    (waiting,) = filing_site.json(COUNTY_REVIEWER, "GET", "/reliefs?waiting=true")["items"]
    granted = grant(filing_site, waiting)

    assert (asked["state"], asked["statutory"], asked["latest"]) == ("asked", "2026-01-10", "2026-03-31")
    assert waiting["reason"] == REASON
    assert [each["action"] for each in waiting["open_actions"]] == ["grant", "refuse"]
    assert (granted["state"], granted["until"]) == ("granted", "2026-01-20")
    assert due(filing_site, operator) == ("2026-01-20", False)
    for reader in (operator, CITY_REVIEWER, PROVINCE_REVIEWER, MINISTRY):
        (seen,) = filing_site.json(reader, "GET", "/reliefs")["items"]
        assert (seen["until"], seen["answer"]) == ("2026-01-20", "同意，请按期报送")


def test_the_year_of_a_unit_shows_the_granted_day_with_the_statutory_one(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    grant(filing_site, ask(filing_site, operator))

    items = filing_site.json(operator, "GET", "/timetable?year=2026")["items"]

    (entry,) = [each for each in items if each["form"] == "platform-1"]
    assert (entry["on"], entry["statutory"]) == ("2026-01-20", "2026-01-10")
    assert "2026年1月20日" in entry["explanation"]
    assert {each["form"] for each in items} == {"platform-1", "enterprise-1"}


def test_the_year_of_the_ministry_holds_every_form_lock_and_first_day_of_settling(filing_site: FilingSite) -> None:
    items = filing_site.json(MINISTRY, "GET", "/timetable?year=2026")["items"]

    dues = [each["on"] for each in items if (each["topic"], each["form"]) == ("due", "enterprise-3")]
    locks = [(each["topic"], each["on"]) for each in items if each["topic"] in ("lock", "query")]
    settled = {each["period"]: each["on"] for each in items if each["topic"] == "final"}
    assert (len(dues), dues[1]) == (12, "2026-02-28")
    assert locks == [("lock", "2026-03-31"), ("lock", "2026-12-31"), ("query", "2026-12-31")]
    assert (settled["2025"], settled["2026-02"]) == ("2026-04-01", "2026-03-01")
    assert [each["on"] for each in items] == sorted(each["on"] for each in items)


def test_the_same_request_asks_once_and_a_second_one_waits(filing_site: FilingSite) -> None:
    operator, key = filing_site.operator(), {"Idempotency-Key": new_id()}

    first = filing_site.call(operator, "POST", "/extensions", json=ASKED, headers=key)
    again = filing_site.call(operator, "POST", "/extensions", json=ASKED, headers=key)
    other = filing_site.call(operator, "POST", "/extensions", json=ASKED, headers={"Idempotency-Key": new_id()})

    assert first.json is not None
    assert again.json is not None
    assert (first.status_code, again.status_code, again.json["id"]) == (201, 201, first.json["id"])
    assert other.json is not None
    assert (other.status_code, other.json["code"]) == (409, "extension_asked")


def test_after_a_refusal_and_a_withdrawal_the_unit_may_ask_again(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    first = ask(filing_site, operator)

    body = {"answer": "可先按月导出"}
    filing_site.json(COUNTY_REVIEWER, "POST", f"/reliefs/{first['id']}/refusal", first["version"], json=body)
    second = ask(filing_site, operator)
    taken = filing_site.json(operator, "POST", f"/reliefs/{second['id']}/withdrawal", second["version"], json={})
    third = ask(filing_site, operator)

    assert [each["state"] for each in (taken, third)] == ["withdrawn", "asked"]
    assert due(filing_site, operator) == ("2026-01-10", False)


def test_two_reviewers_at_once_decide_once(filing_site: FilingSite) -> None:
    relief = ask(filing_site, filing_site.operator())
    grant(filing_site, relief)

    answer = filing_site.call(
        COUNTY_REVIEWER, "POST", f"/reliefs/{relief['id']}/refusal", relief["version"], json={"answer": "不同意"}
    )

    assert answer.status_code == 412


def test_an_exception_covers_its_span_and_ends_by_itself_or_before(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    given = give(filing_site, operator)
    moved = due(filing_site, operator)

    ended = filing_site.json(
        COUNTY_REVIEWER, "POST", f"/reliefs/{given['id']}/ending", given["version"], json={"answer": "已恢复"}
    )

    assert moved == ("2026-01-25", False)
    assert (ended["state"], ended["to_day"]) == ("ended", "2026-01-08")
    assert due(filing_site, operator) == ("2026-01-10", False)


def test_an_exemption_shows_in_the_year_of_the_unit(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    give(filing_site, operator, PROVINCE_REVIEWER, kind="exemption", ground="ceased", form="platform-1")

    items = filing_site.json(operator, "GET", "/timetable?year=2026")["items"]

    assert {each["form"]: each["is_exempt"] for each in items} == {"platform-1": True, "enterprise-1": False}


def test_nothing_confidential_is_stored_in_clear(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    grant(filing_site, ask(filing_site, operator))
    give(filing_site, operator)

    stored = b"".join(encode(each) for each in filing_site.wired.database[COLLECTION].find())

    assert len(stored) > 500
    assert [each for each in SECRETS if each.encode() in stored] == []


def test_what_is_told_goes_out_with_the_change(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    grant(filing_site, ask(filing_site, operator))

    (row,) = filing_site.wired.database[COLLECTION].find()

    told = [json.loads(json.dumps(each["data"], default=str)) for each in row["outbox"]]
    assert [each["occasion"] for each in told] == ["filing.extension_asked", "filing.extension_granted"]
    assert told[0]["to"]["division"] == "330106"


def test_a_wish_of_many_units_is_read_at_once_and_lists_look_at_no_more_than_they_show(filing_site: FilingSite) -> None:
    units = [filing_site.operator() for _ in range(8)]
    for unit in units:
        grant(filing_site, ask(filing_site, unit))
    _crowd(filing_site)
    afar = Actor("r-afar", Role.COUNTY_REVIEWER, division="440106")
    deps, database = filing_site.wired.deps, filing_site.wired.database
    form = deps.catalogue.editions[0].form("platform-1")
    assert form is not None
    database.command("profile", 2)

    dues = dues_of(deps, [(form, Period(2025))])
    one = dues_of(deps, [(form, Period(2025))], [str(units[0].unit_id)])
    for reader, query in (
        (units[0], ""),
        (COUNTY_REVIEWER, "&waiting=true"),
        (afar, "&waiting=true"),
        (afar, ""),
        (afar, "&state=asked"),
        (MINISTRY, "&kind=respite"),
        (MINISTRY, f"&unit={units[0].unit_id}"),
    ):
        filing_site.json(reader, "GET", f"/reliefs?limit=20{query}")

    database.command("profile", 0)
    namespace = f"{database.name}.{COLLECTION}"
    found = list(database["system.profile"].find({"ns": namespace, "op": "query"}))
    assert [dues.of(str(unit.unit_id), form, Period(2025)).on.day for unit in units] == [20] * 8
    assert one.of(str(units[0].unit_id), form, Period(2025)).on.day == 20
    assert len(found) == 9
    assert [each["docsExamined"] for each in found if each["docsExamined"] > each["nreturned"] + 1] == []
    assert {each["planSummary"].partition(" ")[0] for each in found} <= {"IXSCAN", "IXSCAN,"}


def _crowd(site: FilingSite) -> None:
    """Store many extensions of units far away, for another period, as they would be after years."""
    path, now = ("440106", "440100", "440000", COUNTRY), site.clock.now()
    asked, _ = reliefs_of("0" * 32, "somebody", "somebody", now)
    refused = replace(asked, division=path[0], path=path, decider=path[0], period="2019", state=ReliefState.REFUSED)
    for number in range(CROWD):
        at = now - timedelta(days=number)
        relief = replace(refused, id=new_id(), unit_id=f"{number % 5:032x}", asked_at=at, updated_at=at)
        site.wired.deps.reliefs.add(relief, Call(COUNTY_REVIEWER), ())


@pytest.mark.parametrize("year", ["2021", "2036", "x", ""])
def test_a_year_outside_of_the_survey_is_refused(filing_site: FilingSite, year: str) -> None:
    answer = filing_site.call(MINISTRY, "GET", f"/timetable?year={year}")

    assert answer.status_code == 422
