"""What the pages of a form that is filled in ask filing itself for: saving, submitting, rows, workbooks, code lists."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, get_type_hints

import httpx
import pytest

from services.portal.clients.filing import HttpFilings
from services.portal.clients.http import ServiceHttp
from services.portal.clients.survey import HttpSurvey
from services.portal.clients.workbooks import HttpWorkbooks
from services.portal.model.answers import Streamed
from services.portal.model.filing import (
    Content,
    EvidenceAnswer,
    FilingAnswer,
    FilingRow,
    OpenAction,
    PastAct,
    RowPage,
    TaskAnswer,
    VersionAnswer,
    VersionRow,
)
from services.portal.model.survey import (
    FindingAnswer,
)
from services.portal.model.workbooks import ImportAnswer, ReadWorkbook
from shared.errors import Conflict, Invalid, StaleVersion
from shared.identity.actor import Actor
from shared.ids import new_id
from tests.support.filing_site import COUNTY_REVIEWER, DIVISION, SIGN_OFF, FilingSite, reviewers_of
from tests.support.filing_typed import TYPED
from tests.support.good_files import pdf_of_a_scan
from tests.support.portal_over_filing import in_pieces

EXPLAINED = {"p1-amount-others": "其余为培训撮合项目。"}
RETURNED = {"reason_code": "implausible", "reason": "请核实", "signatory": "张审核", "pointers": ["/621/2"]}
OPINION = {"opinion": "同意上报", "signatory": "张审核"}


@pytest.fixture
def http(filing_site: FilingSite) -> ServiceHttp:
    return ServiceHttp("http://filing", httpx.WSGITransport(app=in_pieces(filing_site.client.application)))


@pytest.fixture
def filings(http: ServiceHttp) -> HttpFilings:
    return HttpFilings(http)


def token(site: FilingSite, actor: Actor) -> str:
    return site.issuer.headers(actor)["Authorization"].removeprefix("Bearer ")


def has(answer: object, kind: type) -> None:
    """Hold that the answer has each member that the pages may read."""
    assert isinstance(answer, Mapping)
    assert set(get_type_hints(kind)) - set(answer) == set()


def all_have(answers: Iterable[object], kind: type) -> None:
    """Hold that there are answers, each with what the pages may read."""
    listed = list(answers)
    assert listed
    for each in listed:
        has(each, kind)


def bytes_of(streamed: Streamed) -> bytes:
    return b"".join(streamed.chunks)


def submitted(filings: HttpFilings, own: str) -> FilingAnswer:
    """Return a 平台1表 that was filled in and submitted."""
    filing = filings.begin(own, new_id(), "platform-1", "2025")
    file = filings.upload(own, filing["id"], "交易记录.pdf", None, iter([pdf_of_a_scan()]))
    has(file, EvidenceAnswer)
    content = Content(TYPED["platform-1"], EXPLAINED, [file["file_id"]])
    saved = filings.save(own, filing["id"], filing["version"], content)
    return filings.act(own, filing["id"], saved["version"], "submit", {"sign_off": SIGN_OFF, "duties_read": True})


@pytest.mark.parametrize(
    "kind", ["country/iso3166-1", "currency/2026-01-01", "certificate/2022", "business_class/2022"]
)
def test_the_lists_that_search_boxes_ask_for_exist(filing_site: FilingSite, http: ServiceHttp, kind: str) -> None:
    survey = HttpSurvey(http, filing_site.clock)

    found = survey.search(kind, "")

    assert found


def test_a_filing_is_written_read_and_decided_through_the_clients(
    filing_site: FilingSite, filings: HttpFilings
) -> None:
    own, desk = token(filing_site, filing_site.operator()), token(filing_site, COUNTY_REVIEWER)
    tasks = filings.tasks(own)
    filing = submitted(filings, own)
    number = filing["id"]

    returned = filings.act(desk, number, filing["version"], "return", RETURNED)
    undone = filings.act(desk, number, returned["version"], "undo", {})
    approved = undone
    for level in reviewers_of(DIVISION):
        approved = filings.act(token(filing_site, level), number, approved["version"], "approve", OPINION)
    correcting = filings.act(own, number, approved["version"], "correct", {})
    dropped = filings.act(own, number, correcting["version"], "drop_correction", {})

    all_have(tasks, TaskAnswer)
    for answer in (filing, returned, undone, approved, correcting, dropped):
        has(answer, FilingAnswer)
    all_have(filings.list(desk, {"form": "platform-1"})[0], FilingRow)
    all_have(filing["open_actions"], OpenAction)
    all_have(filing["versions"], VersionRow)
    all_have(filing["history"], PastAct)
    all_have(filings.get(own, number)["versions"], VersionRow)
    version = filings.version(desk, number, 1)
    has(version, VersionAnswer)
    all_have(version["evidence"], EvidenceAnswer)


def test_findings_and_refusals_come_as_the_pages_take_them(filing_site: FilingSite, filings: HttpFilings) -> None:
    own = token(filing_site, filing_site.operator())
    filing = filings.begin(own, new_id(), "platform-1", "2025")
    number = filing["id"]

    saved = filings.save(own, number, filing["version"], Content({"601": {"2": 1}, "602": {"2": 5}}, {}))
    with pytest.raises(Invalid) as refused:
        filings.save(own, number, saved["version"], Content({"601": {"2": "many"}}, {}))
    with pytest.raises(StaleVersion):
        filings.save(own, number, filing["version"], Content({}, {}))
    with pytest.raises(Conflict):
        filings.act(own, number, saved["version"], "withdraw", {})
    discarded = filings.act(own, number, saved["version"], "discard", {})

    all_have(saved["findings"], FindingAnswer)
    assert [problem.pointer for problem in refused.value.problems] == ["/answers/601/2"]
    assert discarded["state"] == "discarded"


def test_rows_and_workbooks_go_through_the_clients(
    filing_site: FilingSite, http: ServiceHttp, filings: HttpFilings
) -> None:
    own, workbooks = token(filing_site, filing_site.enterprise()), HttpWorkbooks(http)
    rows: Sequence[Mapping[str, Any]] = TYPED["city-1"]["rows"]
    listed = filings.begin(own, new_id(), "city-1", "2025")

    added = filings.add_rows(own, listed["id"], listed["version"], rows)
    changed = filings.put_row(own, listed["id"], added["version"], 0, {**rows[0], "hours": "7"})
    page = filings.rows(own, listed["id"])
    book = bytes_of(workbooks.filled(own, listed["id"], 0))
    begun = workbooks.begin_import(own, listed["id"], "明细.xlsx", io.BytesIO(book), is_trial=True)

    has(page, RowPage)
    assert (changed["rows"], page["rows"][0]["hours"]) == (2, "7")
    has(begun, ImportAnswer)
    has(workbooks.progress(own, listed["id"], begun["id"]), ImportAnswer)


def test_a_filled_workbook_is_tried_read_and_marked(
    filing_site: FilingSite, http: ServiceHttp, filings: HttpFilings
) -> None:
    own, workbooks = token(filing_site, filing_site.operator()), HttpWorkbooks(http)
    filing = filings.begin(own, new_id(), "platform-1", "2025")
    saved = filings.save(own, filing["id"], filing["version"], Content(TYPED["platform-1"], {}))
    book = bytes_of(workbooks.filled(own, filing["id"], 0))

    tried = workbooks.read(own, filing["id"], saved["version"], "平台.xlsx", [book], is_trial=True)
    marked = bytes_of(workbooks.mark(own, filing["id"], "平台.xlsx", [book]))

    has(tried, ReadWorkbook)
    assert (tried["is_saved"], tried["version"]) == (False, saved["version"])
    assert marked.startswith(b"PK")
    assert bytes_of(workbooks.template("2022", "platform-1", "203.0.113.5")).startswith(b"PK")
