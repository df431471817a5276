"""A period closed over the real servers, by worker processes of which one is killed on the way.

`TONGBAO_CLOSING` says of how many filings; the suite takes few.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pymongo.database import Database

from services.filing.model.closings import first_link, linked
from services.filing.model.filings import Decision, Filing
from services.filing.model.states import Action, State
from services.filing.policy import chain_of
from services.filing.repository.records import COLLECTION, Records
from services.sandbox.stack.stack import Stack
from shared.contracts.filing import PERIOD_FINALISED
from shared.crypto.blind_index import BlindIndex
from shared.crypto.sealing import Sealer
from shared.messaging.topology import EVENTS, Binding, Queue, declare
from shared.mongo.client import Document
from tests.integration.filing.test_duplicate_worker import worker
from tests.support.bus import channel_to, drain, eventually
from tests.support.filing_site import COUNTY_REVIEWER, MINISTRY, FilingSite, Json, open_filing_site
from tests.support.filing_waiting import put_waiting

SIZE = int(os.environ.get("TONGBAO_CLOSING", "70"))
SECONDS = 60 + SIZE * 0.2
PERIOD = "2025"
EAR = Queue("test.finalised", (Binding(EVENTS, "tongbao.filing.*.*"),))
WORDS = {"period": PERIOD, "statement": "同意最终审定", "signatory": "陈司长"}


@pytest.fixture
def today(started: Stack, database: Database[Document], tmp_path: Path) -> Iterator[FilingSite]:
    """A site of the machine's own time, which is that of the workers."""
    started.wait_ready("mongod")
    with open_filing_site(started, database.name, "unused", tmp_path, datetime.now(UTC)) as opened:
        yield opened


def put_approved(site: FilingSite, count: int) -> list[Filing]:
    """Store filings that the whole chain has approved, the last two of them still with the county."""
    waiting = put_waiting(site, count + 2)
    records = Records(site.wired.database.name, Sealer(site.wired.keyring), BlindIndex(site.wired.keyring))
    for each in waiting[:count]:
        approved = _approved(each)
        fields = {**records.fields(approved, 1), **records.versions(approved, 1)}
        site.wired.database[COLLECTION].update_one({"_id": each.id}, {"$set": fields})
    return waiting[:count]


def _approved(filing: Filing) -> Filing:
    chain, (version,) = chain_of(filing), filing.versions
    decisions = tuple(
        Decision(Action.APPROVE, "同意", "某人", filing.updated_at, f"r-{division}", division) for division in chain
    )
    settled = replace(version, decisions=decisions)
    return replace(filing, state=State.APPROVED, versions=(settled,), passed=chain, in_force=1, waiting_since=None)


def close(site: FilingSite, reason: str = "两家单位尚在核实") -> Json:
    seen = site.json(MINISTRY, "GET", f"/closings/preview?period={PERIOD}")
    return site.create(MINISTRY, "/closings", {**WORDS, "left_out_reason": reason, "seen": seen["seen"]})


def read(site: FilingSite, closing: Json) -> Json:
    return site.json(MINISTRY, "GET", f"/closings/{closing['id']}")


@pytest.mark.parametrize(
    "point",
    [f"closing.settled_not_noted:kill:{SIZE // 2}", "closing.frozen_not_noted:kill:2"],
)
def test_a_closing_whose_worker_is_killed_is_carried_out_once_and_wholly(
    today: FilingSite, amqp_url: str, point: str
) -> None:
    approved = put_approved(today, SIZE)
    with channel_to(amqp_url) as channel:
        declare(channel)
        declare(channel, (), [EAR])
    closing = close(today)

    with worker(today, amqp_url, point) as killed:
        status = killed.wait(SECONDS)
    half = read(today, closing)
    with worker(today, amqp_url):
        eventually(lambda: read(today, closing)["is_complete"], SECONDS)
        rows = today.wired.database["filings"]
        eventually(lambda: rows.count_documents({"outbox.id": {"$exists": True}}) == 0, SECONDS)
        kept = today.wired.database["closings"]
        eventually(lambda: kept.count_documents({"outbox.id": {"$exists": True}}) == 0, SECONDS)

    assert (status, half["is_complete"]) == (-9, False)
    done = read(today, closing)
    assert [done[name] for name in ("total", "settled", "rows", "left_out")] == [SIZE, SIZE, SIZE, 2]
    acts = [[each.action for each in today.wired.filings.get(filing.id).history] for filing in approved]
    assert all(each.count("finalise") == 1 for each in acts)
    assert _told(amqp_url) == Counter(finalised=SIZE, period_finalised=1)
    assert _chain(today, closing) == done["digest"]


def test_what_was_changed_behind_the_back_of_the_system_is_named(today: FilingSite, amqp_url: str) -> None:
    put_approved(today, 5)
    with channel_to(amqp_url) as channel:
        declare(channel)
    closing = close(today)
    url = f"/closings/{closing['id']}"
    with worker(today, amqp_url):
        eventually(lambda: read(today, closing)["is_complete"], SECONDS)
        today.create(MINISTRY, f"{url}/verification", {})
        eventually(lambda: read(today, closing)["verification"]["ended_at"] is not None, SECONDS)
        intact = read(today, closing)["verification"]
        row = today.json(MINISTRY, "GET", f"{url}/rows")["items"][2]
        today.wired.database["closing_rows"].update_one({"no": 3}, {"$set": {"digest": "0" * 64}})
        today.wired.database["filings"].delete_one({"_id": f"f{0:031x}"})

        today.create(MINISTRY, f"{url}/verification", {})
        eventually(lambda: read(today, closing)["verification"]["ended_at"] is not None, SECONDS)

    looked = read(today, closing)["verification"]
    assert (intact["is_intact"], intact["rows"], intact["named"]) == (True, 5, [])
    assert looked["is_intact"] is False
    assert [(each["no"], each["difference"]) for each in looked["named"]] == [(1, "missing"), (3, "changed")]
    assert looked["named"][1]["filing_id"] == row["filing_id"]


def test_the_preview_counts_and_lists_what_is_not_approved(today: FilingSite) -> None:
    put_approved(today, 3)

    preview = today.json(MINISTRY, "GET", f"/closings/preview?period={PERIOD}")
    first = today.json(MINISTRY, "GET", f"/closings/preview/filings?period={PERIOD}&limit=1")
    second = today.json(MINISTRY, "GET", f"/closings/preview/filings?period={PERIOD}&limit=1&after={first['after']}")
    elsewhere = today.json(MINISTRY, "GET", f"/closings/preview/filings?period={PERIOD}&province=440000")

    assert [preview[name] for name in ("to_settle", "to_leave_out", "settled")] == [3, 2, 0]
    groups = {(each["state"], each["level_label"], each["province_name"], each["count"]) for each in preview["groups"]}
    assert groups == {("approved", "", "浙江省", 3), ("submitted", "区（县）级", "浙江省", 2)}
    assert [each["reviewer_name"] for page in (first, second) for each in page["items"]] == ["西湖区", "西湖区"]
    assert elsewhere["items"] == []


def test_nothing_that_the_ministry_said_is_stored_in_clear(today: FilingSite) -> None:
    put_approved(today, 1)

    close(today, "甲公司正在核实")

    stored = json.dumps(today.wired.database["closings"].find_one(), default=str, ensure_ascii=False)
    assert "陈司长" not in stored
    assert "甲公司" not in stored


def test_a_filing_left_out_is_settled_singly_and_only_by_the_ministry(today: FilingSite) -> None:
    put_approved(today, 1)
    filing = today.wired.filings.get(f"f{0:031x}")
    url = f"/filings/{filing.id}/finalisation"

    early = today.call(MINISTRY, "POST", url, 1, json={})
    close(today)
    refused = today.call(COUNTY_REVIEWER, "POST", url, 1, json={})
    settled = today.json(MINISTRY, "POST", url, 1, json={})

    assert (early.status_code, early.json["code"]) == (409, "period_open")  # type: ignore[index]
    assert refused.status_code == 403
    assert settled["state"] == "final"


def _told(amqp_url: str) -> Counter[str]:
    found: Counter[str] = Counter()
    seen = set()
    for kept, body in drain(amqp_url, EAR.name):
        message = json.loads(body)
        name = message["type"].split(".")[2]
        if name.endswith("finalised") and kept.message_id not in seen:
            found[name] += 1
            if name == "period_finalised":
                PERIOD_FINALISED.load(message["data"])
        seen.add(kept.message_id)
    return found


def _chain(site: FilingSite, closing: Json) -> str:
    """Return the digest over the rows as they are stored."""
    chain = first_link(closing["id"], PERIOD)
    for row in site.wired.deps.closings.rows(closing["id"], 0, SIZE + 1):
        chain = linked(chain, row)
    return chain
