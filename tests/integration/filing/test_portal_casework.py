"""The portal's client of threads, marks and assignments against filing itself: it answers what the pages read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_type_hints

import httpx

from services.portal.clients.filing_casework import HttpFilingCasework
from services.portal.clients.http import ServiceHttp
from services.portal.model.casework import MessageOfThread, ThreadAnswer
from services.portal.model.filing_casework import (
    BesideLastAnswer,
    ListedThread,
    LoadAnswer,
    MarkAnswer,
    WorkloadAnswer,
)
from shared.identity.actor import Actor
from tests.support.filing_site import COUNTY_REVIEWER, FilingSite
from tests.support.platform_filing import submitted

COLLEAGUE = "c" * 32


def token(site: FilingSite, actor: Actor) -> str:
    return site.issuer.headers(actor)["Authorization"].removeprefix("Bearer ")


def reads(answer: Mapping[str, Any], kind: type) -> bool:
    """Whether an answer has every field that the pages know."""
    return set(get_type_hints(kind)) <= set(answer)


def test_everything_that_the_pages_ask_for_is_answered_as_they_read_it(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    http = ServiceHttp("http://filing", httpx.WSGITransport(app=filing_site.client.application))
    casework, filing_id = HttpFilingCasework(http), filing["id"]
    own, county = token(filing_site, operator), token(filing_site, COUNTY_REVIEWER)

    thread = casework.open_thread(county, filing_id, "k" * 8, "filer", "/622/2", "请说明原因")
    casework.answer(own, filing_id, thread["id"], "l" * 8, "新增两个板块")
    casework.mark_read(county, filing_id, thread["id"], 2)
    casework.resolve(county, filing_id, thread["id"], "m" * 8, is_resolved=True)
    casework.mark(county, filing_id, "n" * 8, "/622/2", "年后核对")
    (mark,) = casework.marks(county, filing_id)
    casework.settle(county, filing_id, mark["id"], "o" * 8, is_done=True)
    casework.assign(county, filing_id, filing["version"], COLLEAGUE)

    (kept,) = casework.threads(own, filing_id)
    (listed,), _ = casework.all_threads(own, {"state": "resolved"}, "")
    marks, _ = casework.all_marks(county, {"state": "done", "form": "platform-1"}, "")
    load = casework.workload(county)
    before = casework.beside_last(county, filing_id, 1)
    exported = casework.export_threads(county, {"state": "resolved"})

    assert reads(kept, ThreadAnswer)
    assert all(reads(each, MessageOfThread) for each in kept["messages"])
    assert reads(listed, ListedThread)
    assert [reads(each, MarkAnswer) for each in marks] == [True]
    assert reads(load, WorkloadAnswer)
    assert [reads(each, LoadAnswer) for each in load["colleagues"]] == [True]
    assert reads(before, BesideLastAnswer)
    assert casework.assignee(county, filing_id) == COLLEAGUE
    assert b"".join(exported.chunks).startswith(b"PK")
