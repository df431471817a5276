"""The story in steps. Each step does what a person would do, checks what it sees, and returns its evidence."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from services.sandbox.story import judgement, materials
from services.sandbox.story.offices import Account, open_account
from services.sandbox.story.site import (
    Json,
    Person,
    Site,
    code_in,
    eventually,
    expect,
    new_password,
    text_of,
    upload_headers,
)
from services.sandbox.story.unit import DIVISION, Unit, make_unit
from shared.ids import new_id

PLAN_PARTS = ["management_rules", "service_process", "fees", "quality_assurance"]


RETURNED = "registration.returned"


def signed() -> Json:
    """Return the signature block of a decision of today."""
    return {"signatory": "西湖区商务局 陈明", "signed_on": judgement.today().isoformat()}


class Staff(NamedTuple):
    """A member of staff, and the service that it works with."""

    role: str
    division: str | None
    service: str = "registration"


STAFF = {
    "county": Staff("county_reviewer", DIVISION),
    "city": Staff("city_reviewer", "330100"),
    "neighbour": Staff("county_reviewer", "330108"),
    "directory": Staff("directory_desk", None, "exchange"),
    "sharing": Staff("sharing_desk", None, "exchange"),
    "statistics": Staff("statistics_head", None, "exchange"),
}


@dataclass
class Month:
    """The month whose tables are published, its release, and where one of the cells stands that are hidden in it."""

    period: str = ""
    release: Json = field(default_factory=dict)
    hidden: Sequence[str] = ()


@dataclass
class Story:
    """The people and things of the story; the steps fill it."""

    site: Site
    unit: Unit
    offices: Mapping[str, Account]
    stored_bytes: Callable[[str], bytes]
    tell_directory: Callable[[Sequence[str]], object]
    simulate: Callable[[Sequence[str]], str]
    verify_release: Callable[[str], str]
    people: dict[str, Person] = field(default_factory=dict)
    registration: Json = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)
    filing: Json = field(default_factory=dict)
    firm: Unit = field(default_factory=make_unit)
    parts: dict[str, Json] = field(default_factory=dict)
    month: Month = field(default_factory=Month)

    @property
    def path(self) -> str:
        """The address of the registration."""
        return f"/registrations/{self.registration['id']}"

    def act(self, who: str, method: str, path: str, body: object) -> Json:
        """Change the registration as somebody, on the version that is known, and keep the answer."""
        answer = self.people[who].ask(method, f"{self.path}{path}", 200, self.registration["version"], json=body)
        self.registration = answer
        return self.registration

    def reread(self, who: str) -> Json:
        """Return the registration as somebody sees it now."""
        self.registration = self.people[who].ask("GET", self.path)
        return self.registration

    def upload(self, slot: str, name: str, content: bytes) -> Json:
        """Send a file for a material and make the material consist of it."""
        headers = upload_headers(name, slot)
        sent = self.people["operator"].ask("POST", f"{self.path}/files", 201, content=content, headers=headers)
        parts = PLAN_PARTS if slot == "4" else []
        self.act("operator", "PUT", f"/materials/{slot}", {"files": [{"file_id": sent["file_id"], "parts": parts}]})
        self.files[slot] = sent["file_id"]
        return dict(sent)


def sign_up(story: Story) -> str:
    """The operator signs itself up by credit code, and gets a code by mail."""
    unit = story.unit
    body = {
        "credit_code": unit.code,
        "unit_name": unit.name,
        "division": DIVISION,
        "contact_person": "李晓红",
        "email": unit.email,
        "phone": "0571-88888888",
    }
    answer = story.site.post("identity", "/signups", body, 202)
    code = code_in(story.site.mail_to(unit.email, "激活"))
    password = new_password()
    story.site.post("identity", f"/signups/{answer['signup_id']}/activation", {"code": code, "password": password}, 201)
    story.people["operator"] = story.site.sign_in(unit.email, password)
    return "credit code with both check digits, an eight-digit code by mail, signed in"


def appoint_staff(story: Story) -> str:
    """Each level opens accounts for the one below, a powerful role needs two; first passwords are changed at once."""
    for name, staff in STAFF.items():
        username = f"story-{name}.{story.unit.tag}"
        body = {"username": username, "display_name": username, "role": staff.role, "division": staff.division}
        first = open_account(story.site, story.offices, body | {"email": f"{username}@example.com"})
        story.people[name] = story.site.sign_in_first(username, first, staff.service)
    return f"{len(STAFF)} accounts opened by the level above, the directory desk's by two administrators"


def fill_in(story: Story) -> str:
    """The operator starts a registration and fills in the form; the draft is on the server."""
    operator = story.people["operator"]
    key = {"Idempotency-Key": new_id()}
    story.registration = operator.ask("POST", "/registrations", 201, json={}, headers=key)
    again = operator.ask("POST", "/registrations", 201, json={}, headers=key)
    expect(again["id"] == story.registration["id"], "a repeated creation made a second registration")
    done = story.act("operator", "PUT", "/form", story.unit.form())["completeness"]
    return f"draft {story.registration['id']}, {done['done']} of {done['total']} items complete"


def refuse_incomplete(story: Story) -> str:
    """Submitting without the materials is refused with the full list of what is missing."""
    path, version = f"{story.path}/submission", story.registration["version"]
    answer = story.people["operator"].send("POST", path, version, json={"undertaking": True})
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    expect(answer.status_code == 422, f"answered {answer.status_code}")
    expect({f"/materials/{slot}" for slot in "12345"} <= set(pointers), f"the list names only {pointers}")
    return f"422 with {len(pointers)} entries: {', '.join(pointers)}"


def hand_in(story: Story) -> str:
    """The form is printed, stamped and scanned; five real files are sent."""
    unit = story.unit
    printed = story.people["operator"].ask("GET", f"{story.path}/print")
    files = (
        ("1", "注册信息表（盖章）.pdf", materials.stamped_scan(printed, unit.name)),
        ("2", "营业执照副本.pdf", materials.licence(unit.name, unit.code, "王小明")),
        ("3", "平台首页截屏.png", materials.screenshot(unit.platform)),
        ("4", "平台运营方案.docx", materials.plan(unit.platform)),
        ("5", "网站备案证明.jpg", materials.certificate(unit.host, unit.icp_number, "2025-12-31")),
    )
    sizes = [story.upload(*file)["size"] for file in files]
    expect(story.registration["missing"] == [], f"still missing: {story.registration['missing']}")
    return f"five files of {sum(sizes):,} bytes, nothing missing any more"


def refuse_changed_form(story: Story) -> str:
    """A field that is changed after printing no longer matches the stamped form; it is named and blocks."""
    story.act("operator", "PUT", "/form", story.unit.form() | {"phone": "0571-66666666"})
    path, version = f"{story.path}/submission", story.registration["version"]
    answer = story.people["operator"].send("POST", path, version, json={"undertaking": True})
    pointers = [error["pointer"] for error in answer.json()["errors"]]
    expect(answer.status_code == 422 and pointers == ["/materials/1", "/form/phone"], f"the list names {pointers}")
    story.act("operator", "PUT", "/form", story.unit.form())
    expect(story.registration["missing"] == [], "the form as printed does not match")
    return f"422 {answer.json()['errors'][1]['message']}"


def refuse_disguise(story: Story) -> str:
    """A program under the name of a PDF is refused, and nothing of it is kept."""
    headers = upload_headers("营业执照.pdf", "2")
    content = b"MZ" + bytes(4096)
    answer = story.people["operator"].send("POST", f"{story.path}/files", content=content, headers=headers)
    expect(answer.status_code == 422, f"answered {answer.status_code}")
    return f"422 {answer.json()['errors'][0]['code']}: {answer.json()['errors'][0]['message']}"


def submit(story: Story) -> str:
    """The operator submits; the county's department sees it, so does the city, and the neighbour does not."""
    story.act("operator", "POST", "/submission", {"undertaking": True})
    seen = {name: story.people[name].send("GET", story.path).status_code for name in ("county", "city", "neighbour")}
    expect(seen == {"county": 200, "city": 200, "neighbour": 404}, f"seen: {seen}")
    queue = story.people["county"].ask("GET", "/registrations?state=submitted")["items"]
    expect(story.registration["id"] in [row["id"] for row in queue], "it is not in the county's queue")
    return f"state {story.registration['state_label']}; seen by {seen}"


def give_back(story: Story) -> str:
    """The county looks at the documents and returns material 5 with a reason."""
    county = story.people["county"]
    story.reread("county")
    story.act("county", "POST", "/review", {})
    page = county.ask("GET", f"{story.path}/files/{story.files['1']}/pages/1")
    expect(page.startswith(b"\x89PNG"), "the page of the scan is no picture")
    checks = {check["code"]: check for check in story.registration["checks"]}
    expect(checks["stamped_copy_matches"]["holds"], "the stamped form was not found to match the electronic one")
    remarks: Json = {slot: {"verdict": "accept"} for slot in "1234"}
    remarks["5"] = {"verdict": "expired", "note": "备案证明有效期至2025年12月31日，已过期，请提供有效证明。"}
    story.act("county", "PUT", "/review", {"materials": remarks, "fields": {}, "opinion": "材料5需更换"})
    reason = {"reason_code": "materials_unclear", "reason": "网站备案证明已过期", **signed()}
    story.act("county", "POST", "/return", reason)
    read = checks["stamped_copy_matches"]["detail"]
    return f"state {story.registration['state_label']}, open: {story.registration['open_parts']}; material 1: {read}"


def learn_why(story: Story) -> str:
    """The operator finds the reason in the inbox, and a mail that leads there; only the faulty part is open."""
    operator = story.people["operator"]
    inbox = operator.at(story.site.urls["notification"])

    def returned() -> Json | None:
        return next((each for each in inbox.ask("GET", "/notices")["items"] if each["occasion"] == RETURNED), None)

    notice = eventually(returned, "no notice came")
    mail = text_of(story.site.mail_to(story.unit.email, "退回"))
    expect("网站备案证明已过期" in notice["text"], "the reason is not told")
    expect("网站备案证明已过期" not in mail, "the mail tells what is confidential")
    expect(notice["link"] in mail, "the mail does not lead to the registration")
    story.reread("operator")
    version = story.registration["version"]
    changed = story.unit.form() | {"phone": "0571-66666666"}
    answer = operator.send("PUT", f"{story.path}/form", version, json=changed)
    expect(answer.status_code == 409, f"changing an accepted part answered {answer.status_code}")
    return f"the notice tells the reason, the mail leads to it; another part: 409 {answer.json()['code']}"


def mend(story: Story) -> str:
    """The operator replaces material 5 and submits again; the old revision stays, with a comparison."""
    unit = story.unit
    story.upload("5", "网站备案证明-2028.jpg", materials.certificate(unit.host, unit.icp_number, "2028-12-31"))
    story.act("operator", "POST", "/submission", {"undertaking": True})
    changes = story.people["county"].ask("GET", f"{story.path}/revisions/2/diff?against=1")["changes"]
    expect([change["pointer"] for change in changes] == ["/materials/5"], f"the comparison shows {changes}")
    return f"revision {story.registration['revision']}; changed: {changes[0]['before']} → {changes[0]['after']}"


def approve(story: Story) -> str:
    """The county approves with its opinion."""
    story.reread("county")
    story.act("county", "POST", "/review", {})
    carried = story.registration["review"]["carried"]
    expect("/materials/2" in carried, f"the verdicts of the first round were not carried over: {carried}")
    story.act("county", "PUT", "/review", judgement.accepted(story.registration["form"], "材料齐全、真实有效"))
    disputed = [fact["label"] for fact in story.registration["facts"] if fact["is_disputed"]]
    expect(not disputed, f"facts do not agree: {disputed}")
    story.act("county", "POST", "/approval", {"opinion": "符合注册条件，同意注册。", **signed()})
    return f"state {story.registration['state_label']}"


def reach_the_directory(story: Story) -> str:
    """The unit reaches the 名录库, whose signed receipt is verified; both sides see it."""

    def accepted() -> Json | None:
        seen = story.reread("operator")["directory"]
        return dict(seen) if seen["state"] == "accepted" else None

    seen = eventually(accepted, "the directory's receipt did not arrive")
    message = story.people["directory"].ask("GET", f"/messages/{seen['message_id']}")
    expect(message["state"] == "accepted", f"the ledger says {message['state']}")
    expect(message["receipt"]["verified"] is True, "the receipt is not verified")
    expect(story.reread("county")["directory"]["state"] == "accepted", "the county does not see it")
    return f"{seen['state_label']}; message {seen['message_id']}, receipt quotes digest {message['receipt']['digest'][:16]}…"


def stay_sealed(story: Story) -> str:
    """What is stored of the registration shows nothing of the unit."""
    stored = story.stored_bytes(story.registration["id"])
    expect(b"approved" in stored, "the stored document was not found")
    texts = {key: value for key, value in story.unit.form().items() if isinstance(value, str) and key != "division"}
    shown = [key for key, value in texts.items() if value.encode() in stored]
    expect(not shown, f"stored in clear: {shown}")
    return f"{len(stored):,} bytes stored, none of {len(texts)} texts of the form among them"


STEPS = (
    sign_up,
    appoint_staff,
    fill_in,
    refuse_incomplete,
    refuse_disguise,
    hand_in,
    refuse_changed_form,
    submit,
    give_back,
    learn_why,
    mend,
    approve,
    reach_the_directory,
    stay_sealed,
)
