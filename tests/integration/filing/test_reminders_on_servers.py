"""Reminders and digests over the real servers: many units by pages, killed half-way, each told once; up to the mail."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo import MongoClient

from services.filing.app import create_app
from services.filing.handlers import handlers
from services.filing.operations.department_digests import tell_departments
from services.filing.operations.reminders import remind_units
from services.filing.ports.deps import Deps
from services.filing.ports.reminding import ToldDepartments
from services.filing.reminding.jobs import DIGESTS, REMINDERS
from services.filing.repository.reminding import DEPARTMENTS, RECORDS
from services.filing.wiring import build
from services.filing.worker import WITH_OUTBOX, job_loops
from services.notification.model.mails import MailState
from services.notification.model.occasions import MailChoice
from services.notification.model.preferences import Preferences
from services.sandbox.stack.stack import Stack
from shared.clock import SHANGHAI
from shared.contracts import all_contracts
from shared.crypto.jose import public_part
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.relay import Relay
from shared.messaging.topology import FILING_EVENTS
from shared.messaging.worker import Part
from shared.mongo.client import Document
from shared.scheduling.jobs import GaveWay, Outcome
from shared.scheduling.store import MongoJobs
from tests.support.bus import eventually, running
from tests.support.contacts_server import FakeIdentity
from tests.support.filing_reminding import Running
from tests.support.filing_site import COUNTY_REVIEWER, MINISTRY, FilingSite
from tests.support.mail import MailBox
from tests.support.notification_site import Site, box, identity
from tests.support.platform_filing import ANSWERS, EXPLAINED, evidence
from tests.support.reminding import COUNTIES, FORMS, Country, await_end, jobs_process, settle_country, state_of

__all__ = ["box", "identity"]

UNITS = 3_000
MORNING = datetime(2026, 1, 9, 7, tzinfo=SHANGHAI)
"""The day before the last day of 企业4表 and 企业5表 for 2025; 企业1表 has until the end of the month."""
ON_THE_STEP = ("enterprise-4", "enterprise-5")
ADMINISTRATOR = Actor("admin", Role.ADMINISTRATOR)
LOOKS_PER_PAGE, LOOKS_BEFORE = 14, 40


def told_units(site: FilingSite) -> Counter[str]:
    """Return how many notices about each unit wait in the outbox."""
    rows = site.wired.database[RECORDS].aggregate(
        [{"$unwind": "$outbox"}, {"$group": {"_id": "$_id", "n": {"$sum": 1}}}]
    )
    return Counter({str(row["_id"]): int(row["n"]) for row in rows if not str(row["_id"]).startswith("city-")})


def to_remind(country: Country) -> set[str]:
    """Return, counted for itself, whom a reminder of the morning is for."""
    return {unit for unit in country.divisions if country.missing(unit, *ON_THE_STEP)}


def test_thousands_of_units_are_told_once_by_a_bounded_number_of_looks_and_after_a_break(
    filing_site: FilingSite,
) -> None:
    country = settle_country(filing_site.wired, UNITS)
    database = filing_site.wired.database
    pages = UNITS // 500 + 2

    with pytest.raises(GaveWay):
        remind_units(filing_site.wired.deps, broken := Running(MORNING, killed_after=2))
    halfway = len(told_units(filing_site))
    database.command("profile", 2)
    remind_units(filing_site.wired.deps, Running(MORNING, broken.cursor))
    database.command("profile", 0)
    looks = database["system.profile"].count_documents({"op": {"$in": ["query", "getmore", "command"]}})
    remind_units(filing_site.wired.deps, Running(MORNING))

    told = told_units(filing_site)
    assert 0 < halfway < len(told)
    assert set(told) == to_remind(country)
    assert set(told.values()) == {1}
    assert looks <= LOOKS_BEFORE + LOOKS_PER_PAGE * pages


def test_what_is_asked_of_filings_is_answered_by_an_index_alone(filing_site: FilingSite) -> None:
    settle_country(filing_site.wired, 200)
    states = filing_site.wired.deps.reminding.states
    database = filing_site.wired.database

    database.command("profile", 2)
    found = list(states.of_units([f"{number:032x}" for number in range(50)], FORMS, ["2025"]))
    list(states.lying())
    database.command("profile", 0)

    plans = list(database["system.profile"].find({"ns": f"{database.name}.filings"}))
    assert len(found) > 20
    assert [plan["docsExamined"] for plan in plans] == [0, 0]


def test_a_worker_killed_in_the_middle_is_taken_over_and_every_unit_is_told_once(filing_site: FilingSite) -> None:
    country = settle_country(filing_site.wired, 1600)
    MongoJobs(filing_site.wired.database).register(REMINDERS, MORNING - timedelta(days=1))

    with jobs_process(filing_site, MORNING, "job.progress_noted:kill:2") as killed:
        status = killed.wait(60)
    under_way = state_of(filing_site, REMINDERS).run
    with jobs_process(filing_site, MORNING), jobs_process(filing_site, MORNING):
        state = await_end(filing_site, REMINDERS)

    told = told_units(filing_site)
    assert status == -9
    assert under_way is not None
    assert under_way.cursor
    assert [(each.outcome, each.slot) for each in state.ended] == [(Outcome.DONE, MORNING)]
    assert state.ended[0].counts["units"] >= len(country.divisions)
    assert set(told) == to_remind(country)
    assert set(told.values()) == {1}


def test_departments_are_told_the_numbers_that_a_separate_count_gives(filing_site: FilingSite) -> None:
    country = settle_country(filing_site.wired, 400)
    morning = datetime(2026, 2, 3, 7, 30, tzinfo=SHANGHAI)
    for number in range(6):
        filing_site.wired.database["filings"].insert_one(_waiting(number, date(2026, 1, 5 + number)))
    told: dict[str, dict[str, str]] = {}
    kept = filing_site.wired.deps.reminding.departments

    class Watching:
        def tell(self, notices: Any, *arguments: Any) -> int:
            told.update({division: dict(each.secret) for division, each in notices.items()})
            return kept.tell(notices, *arguments)

    deps = _with_departments(filing_site, Watching())
    for _ in range(2):
        tell_departments(deps, Running(morning))

    by_county = Counter((country.divisions[unit], form) for unit in country.divisions for form in country.missing(unit))
    in_zhejiang = sum(by_county[county, "enterprise-4"] for county in ("330106", "330108"))
    rows = list(filing_site.wired.database[DEPARTMENTS].find())
    assert f"《服务外包人力资源情况登记表》{by_county['330106', 'enterprise-4']} 家" in told["330106"]["overdue"]
    assert f"《服务外包人力资源情况登记表》{in_zhejiang} 家" in told["330000"]["overdue"]
    assert (told["330106"]["waiting"], told["330106"]["late"]) == ("6", "6")
    assert "西湖区（待审核 6 份" in told["330100"]["below"]
    assert {row["day"] for row in rows} == {"2026-02-03"}
    assert {len(row["outbox"]) for row in rows} == {1}
    assert {*COUNTIES, "330100", "330000", "000000"} <= {row["_id"] for row in rows}


def test_a_department_urges_over_http_and_the_unit_is_told_once_a_day(filing_site: FilingSite) -> None:
    owner = _operator(filing_site)
    item = filing_site.wired.units.get(str(owner.unit_id)).platforms[0].id
    body = {"items": [{"unit_id": owner.unit_id, "form": "platform-1", "period": "2025", "item": item}]}

    first = filing_site.json(COUNTY_REVIEWER, "POST", "/reminders", json=body)
    second = filing_site.json(MINISTRY, "POST", "/reminders", json=body)
    too_many = filing_site.call(MINISTRY, "POST", "/reminders", json={"items": body["items"] * 501})

    assert (first["sent"], first["items"][0]["result_label"]) == (1, "已催报")
    assert (second["sent"], second["items"][0]["result"]) == (0, "urged_today")
    assert too_many.status_code == 422
    assert told_units(filing_site) == {owner.unit_id: 1}
    assert "云采" not in str(filing_site.wired.database[RECORDS].find_one())


def test_an_administrator_sees_the_jobs_and_has_one_run_now(filing_site: FilingSite) -> None:
    before = {each["name"]: each for each in filing_site.json(MINISTRY, "GET", "/jobs")["items"]}
    asked = filing_site.json(ADMINISTRATOR, "POST", f"/jobs/{REMINDERS}/runs", json={})
    unknown = filing_site.call(ADMINISTRATOR, "POST", "/jobs/filing.nothing/runs", json={})
    for loop in job_loops(filing_site.wired):
        loop.look()
    after = {each["name"]: each for each in filing_site.json(ADMINISTRATOR, "GET", "/jobs")["items"]}[REMINDERS]

    reminders = before[REMINDERS]
    assert DIGESTS in before
    assert (reminders["cadence"], reminders["ended"], reminders["is_asked"]) == ("每天 07:00", [], False)
    assert asked["is_asked"] is True
    assert unknown.status_code == 404
    assert (after["ended"][0]["outcome_label"], after["ended"][0]["is_asked"]) == ("完成", True)
    assert after["is_asked"] is False


@dataclass(frozen=True)
class Together:
    """Filing and notification beside each other, on one broker."""

    filing: FilingSite
    notification: Site

    def inbox(self, person: Actor) -> list[dict[str, Any]]:
        """Return a person's notices, the newest first."""
        items: list[dict[str, Any]] = self.notification.ask(person, "GET", "/notices").json["items"]  # type: ignore[index]
        return items

    def parts(self, amqp_url: str) -> tuple[Part, ...]:
        """Return what a worker of filing runs beside its jobs."""
        wired = self.filing.wired
        taking = handlers(wired.deps_within, wired.own_keys, wired.division_changes.note)
        consumer = Consumer(
            *(FILING_EVENTS, taking, wired.client, wired.database, amqp_url),
            clock=wired.deps.clock,
            contracts=all_contracts(),
        )
        return Relay([wired.database[name] for name in WITH_OUTBOX], amqp_url, source="filing"), consumer

    def file(self, actor: Actor) -> None:
        """Submit 平台1表 of 2025 for a unit."""
        item = self.filing.wired.units.get(str(actor.unit_id)).platforms[0].id
        filing = self.filing.begin(actor, "platform-1", item=item)
        proof = evidence(self.filing, actor, filing)
        filing = self.filing.save(actor, filing, answers=ANSWERS, explanations=EXPLAINED, evidence=[proof])
        assert self.filing.submit(actor, filing).status_code == 200


@pytest.fixture
def together(
    filing_site: FilingSite,
    started: Stack,
    mongo: MongoClient[Document],
    amqp_url: str,
    tmp_path: Path,
    identity: FakeIdentity,
    box: MailBox,
) -> Iterator[Together]:
    """Notification beside filing, with stores of its own; filing seals for its key."""
    folder, name = tmp_path / "notification", f"test-{new_id()}"
    folder.mkdir()
    notification = Site(folder, started.mongod.uri, mongo[name], amqp_url, identity, box)
    peers = json.loads(filing_site.settings.jose_peers_file.read_text())
    peers |= {"notification": public_part(notification.keys)}
    filing_site.settings.jose_peers_file.write_text(json.dumps(peers))
    wired = build(filing_site.settings, filing_site.clock)
    app = create_app(wired.deps, filing_site.issuer.verifier, wired.checks())
    with wired.client:
        yield Together(replace(filing_site, client=app.test_client(), wired=wired), notification)
    notification.close()
    mongo.drop_database(name)


def test_a_unit_is_reminded_in_inbox_and_by_mail_and_no_more_once_it_has_filed(
    together: Together, amqp_url: str
) -> None:
    early, late = _operator(together.filing), _operator(together.filing)
    person = Actor("a" * 32, Role.OPERATOR, unit_id=str(early.unit_id))
    notification, deps = together.notification, together.filing.wired.deps
    records = together.filing.wired.database[RECORDS]
    notification.identity.people = [(person.account_id, "first@example.cn")]

    with running(*together.parts(amqp_url)), notification.worker():
        remind_units(deps, Running(MORNING))
        eventually(lambda: len(together.inbox(person)) == 1 and not notification.database["arrivals"].find_one())
        eventually(lambda: set(notification.states()) == {MailState.SENT.value})
        together.file(early)
        eventually(lambda: any(each["settled_at"] for each in together.inbox(person)))
        remind_units(deps, Running(MORNING + timedelta(days=2)))
        eventually(lambda: not records.count_documents({"outbox.id": {"$exists": True}}))

    reminders = [each for each in together.inbox(person) if each["occasion"] == "filing.reminder"]
    mail = notification.box.mails[0]
    versions = {row["_id"]: row["v"] for row in records.find({"_id": {"$in": [early.unit_id, late.unit_id]}})}
    assert len(reminders) == 1
    assert "服务外包交易平台情况登记表" in reminders[0]["text"]
    assert (reminders[0]["link"], bool(reminders[0]["read_at"])) == ("/tasks", True)
    assert mail["Subject"] == "【统报】报表报送提醒"
    assert "https://tongbao.example.cn/tasks" in mail.get_content()
    assert "服务外包交易平台情况登记表" not in mail.get_content()
    assert versions == {early.unit_id: 2, late.unit_id: 2}
    assert notification.parked() == []


def test_a_mail_that_waits_for_the_digest_is_taken_back_when_the_filing_arrives(
    together: Together, amqp_url: str
) -> None:
    unit = _operator(together.filing)
    person = Actor("a" * 32, Role.OPERATOR, unit_id=str(unit.unit_id))
    notification = together.notification
    notification.identity.people = [(person.account_id, "first@example.cn")]
    choices = Preferences(person.account_id, choices={"filing": MailChoice.DIGEST})
    notification.wired.deps.preferences.save(choices)

    with running(*together.parts(amqp_url)), notification.worker():
        remind_units(together.filing.wired.deps, Running(MORNING))
        eventually(lambda: len(together.inbox(person)) == 1)
        together.file(unit)
        eventually(lambda: any(each["settled_at"] for each in together.inbox(person)))

    reminder = notification.database["notices"].find_one({"occasion": "filing.reminder", "about": unit.unit_id})
    assert reminder is not None
    assert reminder["digest"] == "settled"
    assert notification.box.mails == []


def _operator(site: FilingSite) -> Actor:
    """Return a person of an operator that has been known since before the end of 2025."""
    now = site.clock.moment
    site.clock.moment = now - timedelta(days=60)
    operator = site.operator()
    site.clock.moment = now
    return operator


def _with_departments(site: FilingSite, departments: ToldDepartments) -> Deps:
    deps = site.wired.deps
    return replace(deps, reminding=replace(deps.reminding, departments=departments))


def _waiting(number: int, since: date) -> Document:
    row = {"unit": f"w{number:031x}", "form": "enterprise-4", "period": "2025", "item": "", "in_force": 0}
    at = datetime.combine(since, time(2), UTC)
    return {
        **row,
        "_id": f"w{number}",
        "v": 1,
        "state": "submitted",
        "reviewer": "330106",
        "waiting_since": at,
        "slot": row["unit"],
    }
