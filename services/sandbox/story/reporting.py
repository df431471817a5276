"""The story goes on: the registered operator files its basic information and 平台1表 with evidence."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

from services.sandbox.story import judgement, materials
from services.sandbox.story.figures import basic_information, platform_year
from services.sandbox.story.filings import approve, begin, explained, key, path, save, signed, submit, upload
from services.sandbox.story.play import Story
from services.sandbox.story.site import Json, Person, eventually, expect

EXPLANATION = "其余为培训撮合项目，不属于所列三类。"


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


def review_the_year(story: Story) -> str:
    """The county reads the query with its explanation, looks at the evidence; county, city, province and ministry approve."""
    county = _at_filing(story, "county")
    waiting = county.ask("GET", "/filings?waiting=true")["items"]
    expect(story.filing["id"] in [each["id"] for each in waiting], "it is not in the county's queue")
    version = county.ask("GET", f"{path(story.filing)}/versions/1")
    explained = [each["explanation"] for each in version["noted"] if each["severity"] == "query"]
    expect(EXPLANATION in explained, f"the reviewer reads {explained}")
    file_id = version["evidence"][0]["file_id"]
    expect(county.ask_bytes("GET", f"{path(story.filing)}/files/{file_id}").startswith(b"\x89PNG"), "no picture")
    story.filing = approve(story, story.filing)
    printed = county.ask_bytes("GET", f"{path(story.filing)}/versions/1/print")
    expect(printed.startswith(b"%PDF"), "the print is no PDF")
    return f"{story.filing['state_label']}; {len(explained)} query explained; print of {len(printed):,} bytes"


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
    review_the_year,
)
