"""A batch of approvals carried out by real worker processes, one of which is killed half-way.

`TONGBAO_BATCH` says of how many filings; the suite takes few, the proof 1,000.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from pymongo.database import Database

from services.sandbox.stack.stack import Stack
from shared.messaging.topology import EVENTS, Binding, Queue, declare
from shared.mongo.client import Document
from tests.integration.filing.test_duplicate_worker import worker
from tests.support.bus import channel_to, drain, eventually
from tests.support.filing_site import COUNTY_REVIEWER, FilingSite, Json, open_filing_site
from tests.support.filing_waiting import FORM, put_waiting

SIZE = int(os.environ.get("TONGBAO_BATCH", "60"))
SECONDS = 30 + SIZE * 0.2
EAR = Queue("test.forwarded", (Binding(EVENTS, "tongbao.filing.forwarded.*"),))
WORDS = {"text": "同意上报", "signatory": "张审核"}


@pytest.fixture
def today(started: Stack, database: Database[Document], tmp_path: Path) -> Iterator[FilingSite]:
    """A site of the machine's own time, which is that of the workers."""
    started.wait_ready("mongod")
    with open_filing_site(started, database.name, "unused", tmp_path, datetime.now(UTC)) as opened:
        yield opened


def read(site: FilingSite, batch: Json) -> Json:
    return site.json(COUNTY_REVIEWER, "GET", f"/review-batches/{batch['id']}")


def test_a_batch_whose_worker_is_killed_half_way_is_carried_out_once_and_wholly(
    today: FilingSite, amqp_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    filings = put_waiting(today, SIZE)
    with channel_to(amqp_url) as channel:
        declare(channel)
        declare(channel, (), [EAR])
    batch = today.create(
        COUNTY_REVIEWER, "/review-batches", {"action": "approve", **WORDS, "queue": {"form": FORM}, "items": []}
    )
    begun = time.monotonic()

    with worker(today, amqp_url, f"batch.decided_not_noted:kill:{SIZE // 2}") as killed:
        status = killed.wait(SECONDS)
    half = read(today, batch)
    rows = today.wired.database["filings"]
    decided = rows.count_documents({"passed": "330106"})
    with worker(today, amqp_url):
        eventually(lambda: read(today, batch)["state"] == "done", SECONDS)
        eventually(lambda: rows.count_documents({"outbox.id": {"$exists": True}}) == 0, SECONDS)
    took = time.monotonic() - begun

    assert status == -9
    assert (half["done"], decided) == (SIZE // 2 - 1, SIZE // 2)
    after = read(today, batch)
    assert (after["done"], after["refused"], after["waiting"]) == (SIZE, 0, 0)
    stored = [today.wired.filings.get(each.id) for each in filings]
    assert {(each.passed, each.version, len(each.versions[0].decisions)) for each in stored} == {(("330106",), 2, 1)}
    told = {str(kept.message_id): json.loads(body)["data"]["filing_id"] for kept, body in drain(amqp_url, EAR.name)}
    assert Counter(told.values()) == Counter({each.id: 1 for each in filings})
    assert _results(today, batch) == Counter({"已办理": SIZE})
    with capsys.disabled():
        sys.stdout.write(f" {SIZE} approvals, killed after {decided}, in {took:.1f} s with the wait for the lease ")


def _results(site: FilingSite, batch: Json) -> Counter[str]:
    """Return the results in the workbook by their word, after it was seen that it has each item once."""
    answer = site.call(COUNTY_REVIEWER, "GET", f"/review-batches/{batch['id']}/export")
    _, *lines = load_workbook(BytesIO(answer.data), read_only=True).worksheets[0].iter_rows(values_only=True)
    assert [line[0] for line in lines] == [str(no) for no in range(1, SIZE + 1)]
    return Counter(str(line[6]) for line in lines)
