"""The life of a filing over HTTP on the real servers: from the first cell to a correction of what was approved."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from decimal import Decimal

from services.filing.operations.instruments import instrument_for
from tests.support.filing_site import COUNTY_REVIEWER, MINISTRY, SIGN_OFF, FilingSite
from tests.support.platform_filing import ANSWERS, EXPLAINED, OPINION, evidence, submitted


def test_what_is_wrong_with_a_draft_is_told_all_at_once(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = filing_site.begin(operator, "platform-1")
    saved = filing_site.save(operator, filing, answers={**ANSWERS, "604": {"2": 300}})

    answer = filing_site.submit(operator, saved)

    found = {each["rule"]: each for each in saved["findings"]}
    assert answer.status_code == 422
    problems = {each["code"]: each for each in answer.json["errors"]}  # type: ignore[index]
    assert {"p1-evidence", "explanation_required"} <= set(problems)
    assert any("605" in each["text"] and "300" in each["text"] for each in found.values())
    assert problems["p1-evidence"]["indicator"] == "621"
    assert problems["p1-evidence"]["expected"] == "所附证明材料的份数 大于 0"
    assert problems["p1-buyer-firms"]["expected"] == "290"
    assert filing_site.json(operator, "GET", f"/filings/{filing['id']}")["state"] == "draft"


def test_a_filing_goes_from_the_first_cell_to_a_correction_of_what_was_approved(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    url = f"/filings/{filing['id']}"

    approved = filing_site.approve_through(filing)
    correcting = filing_site.json(operator, "POST", f"{url}/correction", approved["version"], json={})
    changed = filing_site.save(
        operator,
        correcting,
        answers={**ANSWERS, "621": {**ANSWERS["621"], "2": 90}},
        explanations=EXPLAINED,
        evidence=[each["file_id"] for each in correcting["evidence"]],
    )
    again = filing_site.submit(operator, changed)

    assert approved["state"] == "approved"
    assert approved["in_force"] == 1
    assert again.status_code == 200, again.text
    body = again.json or {}
    assert body["revision"] == 2
    assert body["in_force"] == 1
    changes = filing_site.json(operator, "GET", f"{url}/versions/2/changes?against=1")["changes"]
    assert changes == [{"pointer": "/621/2", "indicator": "621", "before": 88, "after": 90}]
    kept = filing_site.wired.database["filings"].find_one({"_id": filing["id"]}) or {}
    types = [each["type"].split(".")[2] for each in kept["outbox"]]
    assert types.count("submitted") == 2
    assert types.count("approved") == 1
    assert "notice_due" in types


def test_a_return_opens_the_named_field_only(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    url = f"/filings/{filing['id']}"
    reason = {"reason_code": "implausible", "reason": "请核实", "signatory": "张审核", "pointers": ["/621/2"]}
    filing_site.json(COUNTY_REVIEWER, "POST", f"{url}/return", filing["version"], json=reason)
    returned = filing_site.json(operator, "GET", url)
    files = [each["file_id"] for each in returned["evidence"]]

    other = {**ANSWERS, "602": {"2": 21}}
    refused = filing_site.call(
        operator,
        "PUT",
        f"{url}/content",
        returned["version"],
        json={"answers": other, "explanations": EXPLAINED, "evidence": files},
    )
    named = {**ANSWERS, "621": {**ANSWERS["621"], "2": 90}}
    mended = filing_site.save(operator, returned, answers=named, explanations=EXPLAINED, evidence=files)

    assert refused.status_code == 409
    assert refused.json["errors"][0]["pointer"] == "/answers/602/2"  # type: ignore[index]
    assert returned["open_pointers"] == ["/621/2"]
    assert filing_site.submit(operator, mended).status_code == 200


def test_what_a_reviewer_ticks_off_is_kept_sealed_and_carried_into_the_decision(filing_site: FilingSite) -> None:
    filing = submitted(filing_site, filing_site.operator())
    url = f"/filings/{filing['id']}"
    noted = filing_site.json(COUNTY_REVIEWER, "GET", f"{url}/versions/1")["noted"]
    keys = [each["key"] for each in noted if each["severity"] == "query"]

    first = filing_site.json(COUNTY_REVIEWER, "PUT", f"{url}/ticks", filing["version"], json={"keys": []})
    for some in (keys, [], keys):
        filing_site.json(COUNTY_REVIEWER, "PUT", f"{url}/ticks", filing["version"], json={"keys": some})
    seen = filing_site.json(COUNTY_REVIEWER, "GET", url)["seen"]
    (kept,) = filing_site.wired.database["ticks"].find({"filing": filing["id"]})
    approved = filing_site.json(COUNTY_REVIEWER, "POST", f"{url}/approval", filing["version"], json=OPINION)

    assert (first["keys"], seen) == ([], keys)
    assert kept["v"] == 3
    assert keys[0].encode() not in bytes(kept["sealed"])
    assert [each["seen"] for each in approved["versions"][0]["decisions"]] == [keys]


def test_what_was_submitted_is_taken_back_before_the_department_decides(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)

    withdrawn = filing_site.json(operator, "POST", f"/filings/{filing['id']}/withdrawal", filing["version"], json={})

    refused = filing_site.call(
        COUNTY_REVIEWER, "POST", f"/filings/{filing['id']}/approval", withdrawn["version"], json=OPINION
    )
    assert withdrawn["state"] == "draft"
    assert withdrawn["revision"] == 1
    assert refused.status_code == 409


def test_last_year_is_offered_and_compared(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    before = filing_site.begin(operator, "platform-1", "2024")
    file_id = evidence(filing_site, operator, before)
    before = filing_site.save(operator, before, answers=ANSWERS, explanations=EXPLAINED, evidence=[file_id])
    before = dict(filing_site.submit(operator, before).json or {})
    filing_site.approve_through(before)

    filing = filing_site.begin(operator, "platform-1")

    offered = {each["pointer"]: each for each in filing["suggestions"]}
    assert offered["/601/1"]["value"] == 320
    assert offered["/601/1"]["source_label"] == "上年审定数"
    wrong = filing_site.save(operator, filing, answers={**ANSWERS, "601": {"1": 321, "2": 320}})
    assert "p1-before-601" in {each["rule"] for each in wrong["findings"]}
    earlier = filing_site.json(operator, "GET", f"/filings/{filing['id']}/field-history?pointer=/601/2")
    assert earlier["items"] == [{"period": "2024", "period_label": "2024年", "value": 320}]


def test_a_receipt_verifies_offline_and_the_content_has_its_digest(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    url = f"/filings/{filing['id']}/versions/1"

    receipt = filing_site.call(operator, "GET", f"{url}/receipt")
    pdf = filing_site.call(operator, "GET", f"{url}/receipt.pdf")
    content = filing_site.call(operator, "GET", f"{url}/content")
    version = filing_site.json(operator, "GET", url)

    assert "622 应等于 624+625+626" in version["noted"][0]["expected"]
    assert receipt.status_code == 200
    assert pdf.data.startswith(b"%PDF")
    assert hashlib.sha256(content.data).hexdigest() == version["digest"]
    assert json.loads(content.data)["sign_off"]["unit_head"] == SIGN_OFF["unit_head"]


def test_a_printed_version_is_pdf_and_a_draft_is_marked(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)

    printed = filing_site.call(operator, "GET", f"/filings/{filing['id']}/versions/1/print")
    blank = filing_site.call(None, "GET", "/editions/2022/forms/platform-1/print")

    assert printed.data.startswith(b"%PDF")
    assert blank.data.startswith(b"%PDF")


def test_early_versions_stay_readable_and_the_document_small(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    url = f"/filings/{filing['id']}"
    for turn in range(10):
        filing = filing_site.json(operator, "POST", f"{url}/withdrawal", filing["version"], json={})
        answers = {**ANSWERS, "621": {**ANSWERS["621"], "2": 100 + turn}}
        files = [each["file_id"] for each in filing["evidence"]]
        filing = filing_site.save(operator, filing, answers=answers, explanations=EXPLAINED, evidence=files)
        filing = dict(filing_site.submit(operator, filing).json or {})

    first = filing_site.json(operator, "GET", f"{url}/versions/1")
    changes = filing_site.json(operator, "GET", f"{url}/versions/11/changes?against=2")["changes"]
    content = filing_site.call(operator, "GET", f"{url}/versions/1/content").data

    kept = filing_site.wired.filings.get(filing["id"])
    assert [version.is_early for version in kept.versions] == [True] * 3 + [False] * 8
    assert first["answers"]["621"]["2"] == 88
    assert first["evidence"][0]["name"] == "records.pdf"
    assert changes == [{"pointer": "/621/2", "indicator": "621", "before": 100, "after": 109}]
    assert hashlib.sha256(content).hexdigest() == first["digest"]


def test_an_early_version_comes_back_into_force_when_a_later_approval_is_undone(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    url = f"/filings/{filing['id']}"
    filing = filing_site.approve_through(filing)
    filing = filing_site.json(operator, "POST", f"{url}/correction", filing["version"], json={})
    for _ in range(10):
        filing = dict(filing_site.submit(operator, filing).json or {})
        filing = filing_site.json(operator, "POST", f"{url}/withdrawal", filing["version"], json={})
    filing = dict(filing_site.submit(operator, filing).json or {})
    filing = filing_site.approve_through(filing)

    filing_site.json(MINISTRY, "POST", f"{url}/undo", filing["version"], json={})

    kept = filing_site.wired.filings.get(filing["id"])
    assert filing["in_force"] == 12
    assert kept.in_force == 1
    assert kept.approved is not None
    assert kept.approved.content.answers["601"] == ANSWERS["601"]


def test_what_was_computed_stands_in_the_version_and_on_its_print(filing_site: FilingSite) -> None:
    firm = filing_site.enterprise()
    filing = filing_site.begin(firm, "enterprise-3", "2025-06")
    filing = filing_site.save(firm, filing, answers={"308": "12.5", "309": "3"})
    stored = filing_site.wired.filings.get(filing["id"])
    working = replace(stored.working, answers={**stored.working.answers, "310": "112.5"})

    shown = instrument_for(filing_site.wired.deps, stored).answers(working.answers)

    typed = filing_site.call(
        firm, "PUT", f"/filings/{filing['id']}/content", filing["version"], json={"answers": {"310": "112.5"}}
    )
    assert shown.value("310") == Decimal("112.5")
    assert typed.status_code == 422
    assert typed.json["errors"][0]["code"] == "computed"  # type: ignore[index]


def test_an_autosave_saves_and_checks_the_same_and_says_less(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = filing_site.begin(operator, "platform-1")
    url, content = f"/filings/{filing['id']}", {"answers": {**ANSWERS, "604": {"2": 300}}}

    short = filing_site.call(operator, "PUT", f"{url}/draft", filing["version"], json=content)
    full = filing_site.json(operator, "GET", url)
    stale = filing_site.call(operator, "PUT", f"{url}/draft", filing["version"], json=content)

    said = short.json or {}
    assert short.status_code == 200
    assert short.headers["ETag"] == f'"{full["version"]}"'
    assert {name: full[name] for name in ("version", "state", "findings", "counted", "closed")} == {
        name: said[name] for name in ("version", "state", "findings", "counted", "closed")
    }
    assert full["answers"]["604"] == {"2": 300}
    assert "answers" not in said
    assert len(short.data) < len(filing_site.call(operator, "GET", url).data) / 2
    assert stale.status_code == 412
