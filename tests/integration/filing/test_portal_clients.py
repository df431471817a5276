"""The portal's clients against filing itself: every interface is there, and answers what the pages read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_type_hints

import httpx
import pytest

from services.portal.clients.filing import HttpFilings
from services.portal.clients.http import ServiceHttp
from services.portal.clients.survey import HttpSurvey
from services.portal.model.filing import (
    CellChange,
    CollectionDecision,
    EarlierAnswer,
    EvidenceAnswer,
    FilingAnswer,
    FilingRow,
    NotedAnswer,
    PastAct,
    SignOffAnswer,
    TaskAnswer,
    UnitAnswer,
    VerdictAnswer,
    VersionAnswer,
    VersionRow,
)
from services.portal.model.receipts import ReceiptAnswer, VerificationAnswer
from services.portal.model.survey import EditionAnswer, EntryAnswer, FormAnswer, RuleAnswer
from shared.errors import Conflict, NotFound
from shared.identity.actor import Actor
from shared.ids import new_id
from tests.support.filing_site import COUNTY_REVIEWER, MINISTRY, SIGN_OFF, FilingSite, Json
from tests.support.platform_filing import ANSWERS, EXPLAINED, OPINION, evidence, submitted

RETURN = {"reason_code": "implausible", "reason": "请核实", "signatory": "张审核", "pointers": ["/621/2"]}
SIGNED = {"sign_off": SIGN_OFF, "duties_read": True}


@pytest.fixture
def http(filing_site: FilingSite) -> ServiceHttp:
    return ServiceHttp("http://filing", httpx.WSGITransport(app=filing_site.client.application))


def token(site: FilingSite, actor: Actor) -> str:
    return site.issuer.headers(actor)["Authorization"].removeprefix("Bearer ")


def reads(answer: Mapping[str, Any], kind: type) -> bool:
    """Whether an answer has every field that the pages know."""
    return set(get_type_hints(kind)) <= set(answer)


def corrected(site: FilingSite, operator: Actor) -> Json:
    """Return a filing that was returned, corrected and submitted again."""
    filing = submitted(site, operator)
    url = f"/filings/{filing['id']}"
    returned = site.json(COUNTY_REVIEWER, "POST", f"{url}/return", filing["version"], json=RETURN)
    files = [each["file_id"] for each in returned["evidence"]]
    answers = {**ANSWERS, "621": {**ANSWERS["621"], "2": 90}}
    saved = site.save(operator, returned, answers=answers, explanations=EXPLAINED, evidence=files)
    return dict(site.submit(operator, saved).json or {})


def test_lists_a_filing_and_its_versions_answer_what_the_pages_read(filing_site: FilingSite, http: ServiceHttp) -> None:
    operator = filing_site.operator()
    filing_id = corrected(filing_site, operator)["id"]
    filings, own, county = HttpFilings(http), token(filing_site, operator), token(filing_site, COUNTY_REVIEWER)

    rows, cursor = filings.list(county, {"waiting": "true"})
    filing = filings.get(county, filing_id)
    first, second = (filings.version(county, filing_id, no) for no in (1, 2))
    changes = filings.changes(county, filing_id, 2, 1)

    assert [row["id"] for row in rows] == [filing_id]
    assert cursor == ""
    assert reads(rows[0], FilingRow)
    assert reads(filing, FilingAnswer)
    assert reads(filing["versions"][0], VersionRow)
    assert reads(filing["history"][0], PastAct)
    assert reads(first, VersionAnswer)
    assert reads(first["sign_off"], SignOffAnswer)
    assert reads(first["noted"][0], NotedAnswer)
    assert reads(first["evidence"][0], EvidenceAnswer)
    assert first["decision"] is not None
    assert reads(first["decision"], VerdictAnswer)
    assert (first["shown"]["/621/2"], second["shown"]["/621/2"]) == ("88", "90")
    assert reads(changes[0], CellChange)
    assert {reads(each, TaskAnswer) for each in filings.tasks(own)} == {True}
    assert filings.field_history(own, filing_id, "/621/2") == []


def test_a_department_decides_and_takes_back(filing_site: FilingSite, http: ServiceHttp) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    filings, county = HttpFilings(http), token(filing_site, COUNTY_REVIEWER)

    approved = filings.act(county, filing["id"], filing["version"], "approve", OPINION)
    undone = filings.act(county, filing["id"], approved["version"], "undo", {})
    version = filings.version(county, filing["id"], 1)
    returned = filings.act(county, filing["id"], undone["version"], "return", RETURN)

    assert [each["state"] for each in (approved, undone, returned)] == ["submitted", "submitted", "returned"]
    assert [each["reviewer"] for each in (approved, undone)] == ["330100", "330106"]
    assert reads(version["undone"][0], VerdictAnswer)
    with pytest.raises(Conflict):
        filings.act(county, filing["id"], returned["version"], "approve", OPINION)


def test_earlier_values_papers_and_files_are_given_out(filing_site: FilingSite, http: ServiceHttp) -> None:
    operator = filing_site.operator()
    before = filing_site.begin(operator, "platform-1", "2024")
    files = [evidence(filing_site, operator, before)]
    before = filing_site.save(operator, before, answers=ANSWERS, explanations=EXPLAINED, evidence=files)
    before = dict(filing_site.submit(operator, before).json or {})
    filing_site.approve_through(before)
    filing = filing_site.begin(operator, "platform-1", "2025")
    filings, own = HttpFilings(http), token(filing_site, operator)

    earlier = filings.field_history(own, filing["id"], "/621/2")
    papers = [
        filings.receipt(own, before["id"], 1),
        filings.content(own, before["id"], 1),
        filings.file(own, before["id"], files[0]),
    ]

    assert reads(earlier[0], EarlierAnswer)
    assert [each["value"] for each in earlier] == [88]
    assert all(b"".join(each.chunks) for each in papers)


def test_units_register_and_the_ministry_decides(filing_site: FilingSite, http: ServiceHttp) -> None:
    enterprise = filing_site.enterprise()
    stranger = Actor(new_id(), enterprise.role, unit_id=new_id(), division="330106")
    filings, ministry = HttpFilings(http), token(filing_site, MINISTRY)
    body = {"name": "杭州软件研发有限公司", "division": "330106"}

    with pytest.raises(NotFound):
        filings.own_unit(token(filing_site, stranger))
    unit = filings.register_unit(token(filing_site, stranger), new_id(), body)
    known = filings.own_unit(token(filing_site, stranger))
    decided = filings.decide(
        ministry,
        new_id(),
        {"edition": "2022", "from_period": "2027", "to_period": "2027", "document": "函", "ground": "理由"},
    )

    assert reads(unit, UnitAnswer)
    assert unit == known
    assert reads(decided, CollectionDecision)
    assert decided in filings.decisions(ministry)


def test_what_is_public_of_the_survey_answers_what_the_pages_read(filing_site: FilingSite, http: ServiceHttp) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    survey = HttpSurvey(http, filing_site.clock)
    receipt = filing_site.call(operator, "GET", f"/filings/{filing['id']}/versions/1/receipt").data

    edition = survey.editions()[0]
    form = survey.form(edition["id"], "platform-1")
    said = survey.verify_receipt(receipt, None, "203.0.113.5")
    found = survey.search("industry/2017", "软件")

    assert reads(edition, EditionAnswer)
    assert survey.edition(edition["id"]) == edition
    assert reads(form, FormAnswer)
    assert {reads(each, RuleAnswer) for each in survey.rules(edition["id"])} == {True}
    assert {reads(each, EntryAnswer) for each in found} == {True}
    assert reads(said, VerificationAnswer)
    assert said["receipt"] is None or reads(said["receipt"], ReceiptAnswer)
    assert b"".join(survey.certificates().chunks).startswith(b"-----BEGIN CERTIFICATE")
