"""The life of a registration on the real servers: changed, suspended, watched, expired, renewed, ended."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Any, cast

import pytest

from services.registration.form.terms import TERMS
from services.registration.operations.making_known import tell_of_all
from services.registration.operations.watching import watch
from services.registration.ports import Deps, Order, Wanted
from services.registration.repository import lists
from services.registration.repository.records import COLLECTION
from services.sandbox.story.judgement import accepted
from shared.clock import FixedClock
from shared.contracts.registration import UNIT_KNOWN
from shared.identity.actor import Actor, Role
from tests.support.registration import CITY, make_actor
from tests.support.registration_site import Site
from tests.support.registration_wire import OPINION, act, operator, submitted, under_review, uploaded, wire_form

OWN = operator()
DEPARTMENT = make_actor(Role.COUNTY_REVIEWER)
NEW_DEPARTMENT = make_actor(Role.COUNTY_REVIEWER, division="330108", account_id="e" * 32)
ABOVE = make_actor(Role.CITY_REVIEWER, division=CITY)
MINISTRY = make_actor(Role.MINISTRY, division="000000")
REASON = {"reason": "经核查属实"}
SUSPENSION = {"ground": "other", "reason": "整改", "since": "2026-03-01"}
UNTIL = date(2035, 2, 28)
"""The end of the licence that the reviewer reads."""


def registered(site: Site, actor: Actor = OWN, **changes: str) -> tuple[str, int]:
    """Return id and version of a registration in force."""
    registration_id, version = under_review(site, actor, DEPARTMENT, **changes)
    body = accepted(wire_form(**changes))
    body["facts"] = {**cast(dict[str, object], body["facts"]), "licence_valid_until": UNTIL.isoformat()}
    answer = site.call(DEPARTMENT, "PUT", f"/registrations/{registration_id}/review", version, json=body)
    version = answer.json["version"]  # type: ignore[index]
    return registration_id, act(site, DEPARTMENT, registration_id, version, "approval", OPINION)


def seen(site: Site, actor: Actor, registration_id: str) -> dict[str, Any]:
    answer = site.call(actor, "GET", f"/registrations/{registration_id}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json)  # type: ignore[arg-type]


def listed(site: Site, actor: Actor, query: str) -> dict[str, Any]:
    answer = site.call(actor, "GET", f"/registrations?{query}")
    assert answer.status_code == 200, answer.text
    return dict(answer.json)  # type: ignore[arg-type]


def changing(site: Site, registration_id: str, version: int, slots: str, **changes: object) -> int:
    """Open a change with these items and new files in some materials, submit it, and return the version."""
    one = f"/registrations/{registration_id}"
    version = act(site, OWN, registration_id, version, "change", {})
    answer = site.call(OWN, "PUT", f"{one}/form", version, json=wire_form(**changes))
    version = answer.json["version"]  # type: ignore[index]
    for slot in slots:
        files = {"files": [{"file_id": uploaded(site, OWN, registration_id, slot, "变更后")}]}
        answer = site.call(OWN, "PUT", f"{one}/materials/{slot}", version, json=files)
        assert answer.status_code == 200, answer.text
        version = answer.json["version"]  # type: ignore[index]
    return act(site, OWN, registration_id, version, "submission", {"undertaking": True})


def judged(site: Site, reviewer: Actor, registration_id: str, version: int, **changes: object) -> int:
    """Take an application into review, accept it whole, and approve it."""
    version = act(site, reviewer, registration_id, version, "review", {})
    body = accepted(wire_form(**changes)) | {"confirms_carried": True}
    answer = site.call(reviewer, "PUT", f"/registrations/{registration_id}/review", version, json=body)
    assert answer.status_code == 200, answer.text
    return act(site, reviewer, registration_id, answer.json["version"], "approval", OPINION)  # type: ignore[index]


def on(site: Site, day: date) -> Deps:
    """Return the operations' deps on another day."""
    return replace(site.wired.deps, clock=FixedClock(datetime(day.year, day.month, day.day, 2, tzinfo=UTC)))


def left(site: Site, registration_id: str) -> list[str]:
    """Return the types, or the occasions of notices, that left with a registration, in order."""
    document = site.wired.database[COLLECTION].find_one({"_id": registration_id})
    assert document is not None
    return [str(each["data"].get("occasion", each["type"])) for each in document["outbox"]]


def test_a_change_is_reviewed_beside_what_is_in_force_and_then_takes_its_place(site: Site) -> None:
    registration_id, version = registered(site)
    version = changing(site, registration_id, version, "1", phone="0571-99999999")
    meanwhile = {actor.role: seen(site, actor, registration_id) for actor in (DEPARTMENT, ABOVE, MINISTRY, OWN)}
    row = listed(site, ABOVE, "standing=registered")["items"][0]

    judged(site, DEPARTMENT, registration_id, version, phone="0571-99999999")

    after = seen(site, ABOVE, registration_id)
    phones = {role: body["form"]["phone"] for role, body in meanwhile.items()}
    assert phones == {
        Role.COUNTY_REVIEWER: "0571-99999999",
        Role.CITY_REVIEWER: "0571-88888888",
        Role.MINISTRY: "0571-88888888",
        Role.OPERATOR: "0571-99999999",
    }
    assert (row["state"], row["standing"], row["purpose"], row["in_force"]) == ("submitted", "registered", "change", 1)
    assert [each["pointer"] for each in meanwhile[Role.CITY_REVIEWER]["life"]["changes"]][:1] == ["/form/phone"]
    assert (after["form"]["phone"], after["in_force"], after["round"]) == ("0571-99999999", 2, 1)
    assert after["directory"]["kind"] == "UNIT_CHANGE"
    assert "tongbao.registration.changed.v1" in left(site, registration_id)


def test_a_rejected_change_leaves_what_is_in_force(site: Site) -> None:
    registration_id, version = registered(site)
    version = changing(site, registration_id, version, "1", phone="0571-99999999")
    version = act(site, DEPARTMENT, registration_id, version, "review", {})
    refusal = {**OPINION, "reason_code": "other", "reason": "不符"}
    refusal.pop("opinion")

    act(site, DEPARTMENT, registration_id, version, "rejection", refusal)

    body = seen(site, OWN, registration_id)
    assert (body["state"], body["standing"], body["form"]["phone"]) == ("rejected", "registered", "0571-88888888")
    assert "open_change" in body["open_actions"]


def test_while_a_change_is_open_both_web_sites_are_taken(site: Site) -> None:
    registration_id, version = registered(site)
    changing(site, registration_id, version, "135", website="https://neu.example")
    other = operator(2)

    for number, website in enumerate(("https://neu.example", "https://www.yuncai.example"), 50):
        form = {"website": website, "icp_number": f"浙ICP备{number:08d}号-1"}
        with pytest.raises(AssertionError, match="platform_already_registered"):
            submitted(site, other, **form)


def test_a_move_is_reviewed_by_the_new_department_while_the_old_one_stays_in_charge(site: Site) -> None:
    registration_id, version = registered(site)
    version = changing(site, registration_id, version, "12", division="330108")
    old, new = (seen(site, actor, registration_id)["open_actions"] for actor in (DEPARTMENT, NEW_DEPARTMENT))

    judged(site, NEW_DEPARTMENT, registration_id, version, division="330108")

    assert ("suspend" in old, "start_review" in old) == (True, False)
    assert ("suspend" in new, "start_review" in new) == (False, True)
    assert site.call(DEPARTMENT, "GET", f"/registrations/{registration_id}").status_code == 404
    assert seen(site, NEW_DEPARTMENT, registration_id)["division"] == "330108"
    assert "registration.moved_away" in left(site, registration_id)


def test_a_suspension_is_told_and_lifted(site: Site) -> None:
    registration_id, version = registered(site)

    version = act(
        site, DEPARTMENT, registration_id, version, "suspension", SUSPENSION | {"since": OPINION["signed_on"]}
    )
    suspended = seen(site, OWN, registration_id)
    act(site, DEPARTMENT, registration_id, version, "suspension/lifting", REASON)

    assert suspended["life"]["suspension"]["reason"] == "整改"
    assert seen(site, OWN, registration_id)["standing"] == "registered"
    assert left(site, registration_id)[-8:] == [
        "tongbao.registration.suspended.v1",
        "registration.suspended",
        "tongbao.registration.sheet_due.v1",
        "tongbao.registration.unit_known.v1",
        "tongbao.registration.resumed.v1",
        "registration.resumed",
        "tongbao.registration.sheet_due.v1",
        "tongbao.registration.unit_known.v1",
    ]


def test_an_end_on_request_frees_the_web_site_and_the_platform_can_be_registered_again(site: Site) -> None:
    registration_id, version = registered(site)
    version = act(site, OWN, registration_id, version, "deregistration-request", REASON)

    version = act(site, DEPARTMENT, registration_id, version, "deregistration", REASON)
    ended = seen(site, OWN, registration_id)
    version = act(site, OWN, registration_id, version, "renewal", {})
    version = act(site, OWN, registration_id, version, "submission", {"undertaking": True})
    judged(site, DEPARTMENT, registration_id, version)

    again = seen(site, OWN, registration_id)
    assert (ended["standing"], ended["directory"]["kind"]) == ("deregistered", "UNIT_CLOSE")
    assert (again["id"], again["standing"], again["round"]) == (registration_id, "registered", 2)
    assert again["directory"]["kind"] == "UNIT_NEW"


def test_papers_that_end_are_told_once_by_however_many_workers_and_the_registration_expires(site: Site) -> None:
    ids = [registered(site, operator(number), **sites(number))[0] for number in (1, 2, 3)]
    last_day = UNTIL + timedelta(days=TERMS.grace_days)

    for day in (UNTIL - timedelta(days=30), last_day, last_day + timedelta(days=1)):
        with ThreadPoolExecutor(4) as workers:
            list(workers.map(partial(watch, on(site, day)), ["c" * 32] * 8))

    for registration_id in ids:
        told = [each for each in left(site, registration_id) if each.startswith("registration.")]
        assert told.count("registration.paper_ends") == 2
        assert told.count("registration.expired") == told.count("registration.expired_department") == 1
    assert {seen(site, OWN, ids[0])["standing"]} == {"expired"}
    assert site.wired.registrations.list_to_watch(last_day + timedelta(days=400), 10) == ()


def sites(number: int) -> dict[str, str]:
    return {"website": f"https://p{number}.example", "icp_number": f"浙ICP备{number:08d}号-1"}


def test_what_the_watch_and_the_lists_look_for_is_found_by_an_index(site: Site) -> None:
    registered(site)
    collection = site.wired.database[COLLECTION]
    queries: list[tuple[dict[str, Any], list[tuple[str, int]]]] = [
        (lists.to_watch(UNTIL), lists.WATCH_ON.sort),
        (lists.query_of(DEPARTMENT, Wanted(order=Order.REVIEW_DUE), ""), lists.REVIEW_DUE.sort),
        (lists.query_of(DEPARTMENT, Wanted(valid_until=UNTIL, order=Order.VALID_UNTIL), ""), lists.VALID_UNTIL.sort),
    ]

    plans = [collection.find(query).sort(sort).explain()["queryPlanner"]["winningPlan"] for query, sort in queries]

    text = [str(plan) for plan in plans]
    assert all("IXSCAN" in each and "COLLSCAN" not in each for each in text)
    assert "to_watch" in text[0]
    assert not any("'SORT'" in each for each in text)


def test_lists_go_by_the_promised_day_page_by_page(site: Site) -> None:
    for number in (1, 2, 3):
        submitted(site, operator(number), **sites(number))
    collection = site.wired.database[COLLECTION]
    for number, document in enumerate(collection.find()):
        collection.update_one({"_id": document["_id"]}, {"$set": {"review_due": f"2026-04-0{3 - number}"}})

    found, cursor = [], ""
    for _ in range(3):
        page = listed(site, DEPARTMENT, f"order=review_due&limit=1&cursor={cursor}")
        found += [row["id"] for row in page["items"]]
        cursor = page["next_cursor"]

    expected = [row["_id"] for row in collection.find().sort("review_due", 1)]
    assert (found, cursor) == (expected, "")
    assert site.call(DEPARTMENT, "GET", "/registrations?order=review_due&cursor=eA").status_code == 400


def registered_before_standings(site: Site) -> str:
    """Return a registration as an earlier version stored it."""
    registration_id, version = registered(site)
    registration = site.wired.registrations.get(registration_id)
    fields = site.wired.registrations._records.fields(replace(registration, life=type(registration.life)()), version)
    gone = dict.fromkeys(("standing", "watch_on", "valid_until", "review_due"), "")
    kept = {name: value for name, value in fields.items() if name not in gone}
    site.wired.database[COLLECTION].update_one({"_id": registration_id}, {"$set": kept, "$unset": gone})
    return registration_id


def test_a_registration_of_before_standings_is_in_force(site: Site) -> None:
    registration_id = registered_before_standings(site)

    body = seen(site, DEPARTMENT, registration_id)

    assert (body["standing"], body["in_force"], body["round"]) == ("registered", 1, 1)
    assert "suspend" in body["open_actions"]


def test_one_of_before_standings_is_listed_once_it_was_filled_in(site: Site) -> None:
    registration_id = registered_before_standings(site)
    before = listed(site, ABOVE, "standing=registered")["items"]

    filled = [site.wired.registrations.fill_in() for _ in range(2)]

    (row,) = listed(site, ABOVE, "standing=registered")["items"]
    document = site.wired.database[COLLECTION].find_one({"_id": registration_id}) or {}
    assert (before, filled) == ([], [1, 0])
    assert (row["id"], row["standing"], row["in_force"]) == (registration_id, "registered", 1)
    assert document["watch_on"] is not None
    body = seen(site, DEPARTMENT, registration_id)
    assert (body["standing"], body["in_force"], body["round"]) == ("registered", 1, 1)


def test_filing_is_told_of_all_once_more_and_the_registrations_stay_as_they_are(site: Site) -> None:
    registration_id, version = registered(site)
    collection = site.wired.database[COLLECTION]
    before = collection.find_one({"_id": registration_id}) or {}

    counts = [tell_of_all(site.wired.deps, "c" * 32) for _ in range(2)]

    after = collection.find_one({"_id": registration_id}) or {}
    told = after["outbox"][len(before["outbox"]) :]
    assert counts == [1, 1]
    assert [each["type"] for each in told] == [UNIT_KNOWN.type] * 2
    assert len({each["id"] for each in told}) == 2
    assert {each["time"] for each in told} == {before["updated_at"]}
    assert {**after, "outbox": []} == {**before, "outbox": []}
    assert act(site, DEPARTMENT, registration_id, version, "suspension", SUSPENSION) == version + 1


def test_reasons_and_statements_are_unreadable_in_what_is_stored(site: Site) -> None:
    registration_id, version = registered(site)
    secret = {"ground": "other", "reason": "某某原因不可见"}
    version = act(site, DEPARTMENT, registration_id, version, "deregistration-notice", secret)
    act(site, OWN, registration_id, version, "deregistration-notice/statement", {"statement": "某某意见不可见"})

    document = site.wired.database[COLLECTION].find_one({"_id": registration_id})

    assert "不可见" not in repr(document)
    assert seen(site, DEPARTMENT, registration_id)["life"]["closing"]["statement"] == "某某意见不可见"
