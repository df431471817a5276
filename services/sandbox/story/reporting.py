"""The story goes on: the registered operator files its basic information and 平台1表 with evidence."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import cast

from services.sandbox.story import judgement, materials
from services.sandbox.story.figures import basic_information, platform_year
from services.sandbox.story.filings import (
    OPINION,
    approve,
    begin,
    chain,
    explained,
    key,
    path,
    save,
    signed,
    submit,
    upload,
)
from services.sandbox.story.play import Story
from services.sandbox.story.site import Json, Person, eventually, expect

EXPLANATION = "其余为培训撮合项目，不属于所列三类。"
RETURNED = "交易项目金额与交易记录不符，请核实后更正。"
AMOUNT = "/622/2"
"""The field that the province has corrected: 交易项目金额 of the year."""


def become_a_unit(story: Story) -> str:
    """The registered platform's operator is a unit of the survey: its facts came by message, with their source."""
    operator = _at_filing(story, "operator")

    def known() -> Json | None:
        answer = operator.send("GET", "/units/mine")
        return dict(answer.json()) if answer.status_code == 200 else None

    unit = eventually(known, "filing never heard of the unit")
    facts = {each["name"]: each for each in unit["basics"]}
    expect(facts["name"]["value"] == story.unit.name, "the unit has another name")
    tasks = operator.ask("GET", "/tasks")["items"]
    expect({"enterprise-1", "platform-1"} <= {each["form"] for each in tasks}, f"to be filed: {tasks}")
    due = {each["form_number"]: each["due"] for each in tasks}
    return f"name from “{facts['name']['label']}”; to be filed: {due}"


def decide_collection(story: Story) -> str:
    """The survey's printed approval has ended; the ministry records that this period is collected all the same."""
    ministry = story.site.sign_in(*story.offices["ministry"], service="filing")
    period = _period()
    known, month = ministry.ask("GET", "/collection-decisions")["items"], f"{judgement.today():%Y-%m}"
    if any(each["from_period"] <= period and month <= each["to_period"] for each in known):
        return f"decided before: {known[0]['document']}"
    refused = begin(_at_filing(story, "operator"), "platform-1", period, 409)
    expect(refused["code"] == "approval_expired", f"refused as {refused['code']}")
    body = {
        "edition": "2022",
        "from_period": period,
        "to_period": month,
        "document": f"商办服贸函〔{int(period) + 1}〕1号（演示）",
        "ground": "新制度批准前，按现行制度继续填报。",
    }
    ministry.ask("POST", "/collection-decisions", 201, json=body, headers=key())
    return f"before: 409 {refused['code']}; then decided for {period} to {month}"


def file_basics(story: Story) -> str:
    """The operator files 企业1表, pre-filled with what is known; the departments approve, and the facts are the unit's."""
    operator = _at_filing(story, "operator")
    filing = begin(operator, "enterprise-1", _period())
    offered = {each["pointer"]: each["source_label"] for each in filing["suggestions"]}
    expect("/102" in offered, f"offered: {offered}")
    filing = save(operator, filing, answers=basic_information(story.unit), explanations=explained(filing))
    filing = save(operator, filing, answers=basic_information(story.unit), explanations=explained(filing))
    filing = submit(operator, filing)
    approve(story, filing)

    def taken() -> Json | None:
        facts = {each["name"]: each for each in operator.ask("GET", "/units/mine")["basics"]}
        return facts if facts.get("english_name", {}).get("source") == "filing" else None

    facts = eventually(taken, "the approved facts did not reach the unit")
    return f"offered {len(offered)} values; approved; english name now from “{facts['english_name']['label']}”"


def file_the_year(story: Story) -> str:
    """平台1表 with an error and a query: all is told at once, by code and with what was expected; nothing is lost."""
    operator = _at_filing(story, "operator")
    filing = begin(operator, "platform-1", _period())
    wrong = save(operator, filing, answers=platform_year(is_wrong=True))
    texts = {each["rule"]: each["text"] for each in wrong["findings"]}
    refused = operator.send("POST", f"{path(wrong)}/submission", wrong["version"], json=signed())
    problems = {each["code"]: each for each in refused.json()["errors"]}
    expect(refused.status_code == 422 and {"p1-evidence", "explanation_required"} <= set(problems), str(problems))
    told = next(text for text in texts.values() if "605" in text)
    sent = upload(operator, wrong, "交易记录.png", materials.screenshot(story.unit.platform))
    explanations = {each["key"]: EXPLANATION for each in wrong["findings"] if each["severity"] == "query"}
    mended = save(
        operator,
        wrong,
        answers=platform_year(is_wrong=False),
        explanations=explanations,
        evidence=[sent["file_id"]],
    )
    story.filing = submit(operator, mended)
    return f"422 with {len(problems)} kinds: {told}; mended, explained, with evidence: {story.filing['state_label']}"


def verify_receipt(story: Story) -> str:
    """The signed receipt is verified offline by a command; one changed byte is found."""
    operator, version = _at_filing(story, "operator"), f"{path(story.filing)}/versions/1"
    receipt = operator.ask_bytes("GET", f"{version}/receipt")
    content = operator.ask_bytes("GET", f"{version}/content")
    certificates = operator.ask_bytes("GET", "/receipt-certificates")
    good = _verified(receipt, content, certificates)
    bad = _verified(receipt, content.replace(b"88", b"89", 1), certificates)
    expect(good.returncode == 0 and bad.returncode == 1, f"{good.stdout}{good.stderr} / {bad.stdout}{bad.stderr}")
    return f"{good.stdout.strip().splitlines()[-1]}; with a changed figure: {bad.stdout.strip().splitlines()[-1]}"


def go_up(story: Story) -> str:
    """The county reads the query with its explanation, looks at the evidence and approves; the filing goes on to the city, and on."""
    county = _at_filing(story, "county")
    waiting = county.ask("GET", "/filings?waiting=true")["items"]
    expect(story.filing["id"] in [each["id"] for each in waiting], "it is not in the county's queue")
    version = county.ask("GET", f"{path(story.filing)}/versions/1")
    explained = [each["explanation"] for each in version["noted"] if each["severity"] == "query"]
    expect(EXPLANATION in explained, f"the reviewer reads {explained}")
    file_id = version["evidence"][0]["file_id"]
    expect(county.ask_bytes("GET", f"{path(story.filing)}/files/{file_id}").startswith(b"\x89PNG"), "no picture")
    _, city, province, ministry = chain(story)
    early = province.send("POST", f"{path(story.filing)}/approval", _version(province, story), json=OPINION)
    expect(early.status_code == 403, f"the province decided before the county: {early.status_code}")
    for person in (county, city):
        story.filing = dict(
            person.ask("POST", f"{path(story.filing)}/approval", 200, _version(person, story), json=OPINION)
        )
    acting = _acting(story)
    expect(acting == ["省级"], f"it lies with {acting}")
    unseen = ministry.ask("GET", "/filings?waiting=true")["items"]
    expect(story.filing["id"] not in [each["id"] for each in unseen], "the ministry was asked before the province")
    return f"{len(explained)} query explained; passed by county and city, {_passed(story)}; out of turn: 403"


def return_from_the_province(story: Story) -> str:
    """The province returns it for one field; the unit can correct that one alone, and the filing begins at the county again."""
    _, _, province, _ = chain(story)
    sent = {"reason_code": "implausible", "reason": RETURNED, "signatory": "浙江省商务厅 周海", "pointers": [AMOUNT]}
    province.ask("POST", f"{path(story.filing)}/return", 200, _version(province, story), json=sent)
    operator = _at_filing(story, "operator")
    filing = operator.ask("GET", path(story.filing))
    expect(filing["open_pointers"] == [AMOUNT], f"open are {filing['open_pointers']}")
    content = {
        "explanations": filing["explanations"],
        "evidence": [each["file_id"] for each in filing["evidence"]],
    }
    answers = platform_year(is_wrong=False)
    other = {"answers": {**answers, "621": {**as_cells(answers["621"]), "2": 89}}, **content}
    refused = operator.send("PUT", f"{path(filing)}/content", filing["version"], json=other)
    expect(refused.json()["code"] == "field_not_open", f"another field was answered {refused.status_code}")
    mended = save(operator, filing, answers={**answers, "622": {**as_cells(answers["622"]), "2": "30200.5"}}, **content)
    story.filing = submit(operator, mended)
    acting = _acting(story)
    expect(acting == ["区（县）级"], f"after the correction it lies with {acting}")
    first = operator.ask("GET", f"{path(filing)}/versions/1")
    expect(first["decisions"][-1]["reason_label"] != "", "the first version does not say why it was returned")
    return f"returned for {AMOUNT}; 409 {refused.json()['code']} elsewhere; version {len(story.filing['versions'])} begins at the county"


def review_the_year(story: Story) -> str:
    """The corrected version goes up all four levels; nothing is in force before the ministry has approved."""
    passed = []
    for person in chain(story):
        expect(person.ask("GET", path(story.filing))["state"] == "submitted", "it was in force before the ministry")
        story.filing = dict(
            person.ask("POST", f"{path(story.filing)}/approval", 200, _version(person, story), json=OPINION)
        )
        passed = [each["level_label"] for each in story.filing["chain"] if each["standing"] == "passed"]
    expect(len(passed) == len(chain(story)), f"passed by {passed}")
    printed = _at_filing(story, "county").ask_bytes("GET", f"{path(story.filing)}/versions/2/print")
    expect(printed.startswith(b"%PDF"), "the print is no PDF")
    return f"{'、'.join(passed)}: {story.filing['state_label']}; print of {len(printed):,} bytes"


def refuse_to_settle_early(story: Story) -> str:
    """The ministry can't settle the filing for good before the year may be, and then with its period; it is told the day."""
    ministry = chain(story)[-1]
    refused = ministry.send("POST", f"{path(story.filing)}/finalisation", _version(ministry, story), json={})
    preview = ministry.ask("GET", f"/closings/preview?period={_period()}")
    wanted = "period_open" if preview["may_close"] else "final_too_early"
    expect(refused.json()["code"] == wanted, f"refused as {refused.json()['code']}")
    expect(preview["to_settle"] >= 1, f"the preview counts {preview['to_settle']}")
    return (
        f"409 {wanted}, from {preview['first_day']} on; {preview['to_settle']} approved, {preview['to_leave_out']} not"
    )


def as_cells(cells: object) -> dict[str, object]:
    """Return the cells of an indicator that has several."""
    return dict(cast(Mapping[str, object], cells))


def _acting(story: Story) -> list[str]:
    return [each["level_label"] for each in story.filing["chain"] if each["standing"] == "acting"]


def _passed(story: Story) -> str:
    return f"waits for {'、'.join(_acting(story))}"


def _version(person: Person, story: Story) -> int:
    return int(person.ask("GET", path(story.filing))["version"])


def _at_filing(story: Story, who: str) -> Person:
    return story.people[who].at(story.site.urls["filing"])


def _period() -> str:
    return str(judgement.today().year - 1)


def _verified(receipt: bytes, content: bytes, certificates: bytes) -> subprocess.CompletedProcess[str]:
    """Run the offline verifier on files of its own; they hold what the unit itself was given."""
    with tempfile.TemporaryDirectory(prefix="tongbao-receipt-") as folder:
        root = Path(folder)
        (root / "receipt.json").write_bytes(receipt)
        (root / "filing.json").write_bytes(content)
        (root / "certificates.pem").write_bytes(certificates)
        names = ("receipt.json", "--certificates", "certificates.pem", "--content", "filing.json")
        words = [str(root / name) if "." in name else name for name in names]
        command = [sys.executable, "-m", "services.filing.printing.verify", *words]
        return subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  fixed words


STEPS = (
    become_a_unit,
    decide_collection,
    file_basics,
    file_the_year,
    verify_receipt,
    go_up,
    return_from_the_province,
    review_the_year,
    refuse_to_settle_early,
)
