"""Two firms in two provinces that file, and the messages of filing to itself that tell of it, on the real database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from services.filing.handlers import handlers
from services.notification.repository.occasions import read_occasions
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from shared.messaging.envelope import Message
from shared.mongo.transactions import in_transaction
from tests.support.filing_site import DIVISION, FilingSite, Json
from tests.support.filing_typed import BASICS, CONTRACT

PERIOD = "2025-12"
GUANGZHOU = "440106"
HANGZHOU_FIRM, GUANGZHOU_FIRM = "杭州软件研发有限公司", "广州数字服务有限公司"
GUANGZHOU_REVIEWER = Actor("r-guangzhou", Role.COUNTY_REVIEWER, division=GUANGZHOU)
GUANGDONG_REVIEWER = Actor("r-guangdong", Role.PROVINCE_REVIEWER, division="440000")
FACTS = ("submitted", "returned", "approved", "withdrawn", "decision_undone")


def firm(site: FilingSite, name: str, division: str, *investors: str) -> Actor:
    """Return a person of a firm that has filed its basic information, with these investors."""
    person = site.enterprise(name, division)
    row = {"side": "chinese", "country": "CHN", "amount": "1000", "usd": "140", "share": "100"}
    rows = [{**row, "name": investors[0] if investors else f"{name}的股东"}]
    filed(site, person, "enterprise-1", "2025", {**BASICS, "102": name, "119": rows})
    return person


def contract(site: FilingSite, person: Actor, number: str, **changes: Any) -> Json:
    """Return a contract that the person has filed under this number; `changes` go by what they change."""
    by_name = {"amount": "206", "signed_on": "204", "client": "210"}
    answers = {by_name[name]: value for name, value in changes.items()}
    return filed(site, person, "enterprise-2", PERIOD, {**typed(site, person, number), **answers})


def typed(site: FilingSite, person: Actor, number: str) -> dict[str, Any]:
    """Return what a person types into 企业2表: the same contract whoever it is, but for the number and their own firm."""
    own = {"201": {"name": site.wired.units.get(person.unit_id or "").basic("name")}, "202": {"number": number}}
    return {**CONTRACT, **own, "207": {"where": "1", "city": f"{(person.division or '')[:4]}00"}}


def drafted(site: FilingSite, person: Actor, form: str, period: str, answers: Mapping[str, Any]) -> Json:
    """Return a filing that can be submitted."""
    return completed(site, person, site.begin(person, form, period), answers)


def completed(site: FilingSite, person: Actor, filing: Json, answers: Mapping[str, Any]) -> Json:
    """Return a filing with these answers and whatever has to be explained."""
    filing = site.save(person, filing, answers=answers)
    explained = {each["rule"]: "已核实" for each in filing["findings"] if each["severity"] == "query"}
    return site.save(person, filing, answers=answers, explanations=explained)


def filed(site: FilingSite, person: Actor, form: str, period: str, answers: Mapping[str, Any]) -> Json:
    """Return a filing that was submitted."""
    answer = site.submit(person, drafted(site, person, form, period, answers))
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def hear(site: FilingSite, message: Message) -> None:
    """Take a message as the consumer does: in a transaction."""
    taken = handlers(site.wired.deps_within, site.wired.own_keys, site.wired.division_changes.note)
    in_transaction(site.wired.client, lambda session: taken[message.type](session, message))


def facts_of(site: FilingSite, filing: Json) -> list[Message]:
    """Return the messages that a filing has in its outbox, as they reach the consumer, the oldest first."""
    entries = (site.wired.database["filings"].find_one({"_id": filing["id"]}) or {})["outbox"]
    return [
        Message(entry["id"], entry["type"], "filing", filing["id"], entry["time"], new_id(), entry["data"])
        for entry in entries
        if entry["type"].split(".")[2] in FACTS
    ]


def hear_last(site: FilingSite, *filings: Json) -> None:
    """Take the last fact of each filing, in this order."""
    for each in filings:
        hear(site, facts_of(site, each)[-1])


@pytest.fixture
def hangzhou(filing_site: FilingSite) -> Actor:
    """A firm in one province that has filed its basic information."""
    return firm(filing_site, HANGZHOU_FIRM, DIVISION)


@pytest.fixture
def guangzhou(filing_site: FilingSite) -> Actor:
    """A firm in another province that has filed its basic information."""
    return firm(filing_site, GUANGZHOU_FIRM, GUANGZHOU)


@pytest.fixture
def pair(filing_site: FilingSite, hangzhou: Actor, guangzhou: Actor) -> tuple[Json, Json]:
    """The same contract, filed by both under numbers of their own, and told of."""
    ours, theirs = contract(filing_site, hangzhou, "HZ-2025-001"), contract(filing_site, guangzhou, "GZ-777-888")
    hear_last(filing_site, ours, theirs)
    return ours, theirs


def alarms(site: FilingSite, actor: Actor, query: str = "") -> list[Json]:
    """Return the alarms that somebody lists."""
    found = site.json(actor, "GET", f"/duplicates?{query}")["items"]
    assert isinstance(found, list)
    return found


def told(site: FilingSite) -> list[tuple[str, dict[str, Any]]]:
    """Return the notices of all alarms: the occasion, and who is told."""
    rows = site.wired.database["duplicate_alarms"].find()
    entries = [entry["data"] for row in rows for entry in row["outbox"]]
    assert all(read_occasions().find(each["occasion"]) for each in entries)
    return [(each["occasion"], each["to"]) for each in entries]
