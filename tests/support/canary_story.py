"""The whole main job with a canary in every confidential place, and every wrong turn that could make a log talk."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import cast
from urllib.parse import quote

import httpx
import pytest

from services.registration.form.items import ITEM_BY_KEY
from services.registration.model.facts import FACTS, FactKind
from services.sandbox.keys import STORY
from services.sandbox.peer.switches import Switches, write_switches
from services.sandbox.processes import System
from services.sandbox.story import judgement
from services.sandbox.story.offices import Account, open_account
from services.sandbox.story.provider import Provider, SignInRefused, Way
from services.sandbox.story.site import Json, Person, Site, code_in, eventually, upload_headers
from shared.ids import new_id
from tests.support.canary_contracts import ContractStory
from tests.support.canary_files import docx_with, jpeg_with, pdf_with, png_with, xlsx_with
from tests.support.canary_filing import FilingStory
from tests.support.canary_form import DIVISION, form_with
from tests.support.canary_words import Canaries
from tests.support.tus import SPOKEN, carrying, metadata

PLAN_PARTS = ["management_rules", "service_process", "fees", "quality_assurance"]
SLOTS = ("1", "2", "3", "4", "5", "details")
LARGE = 6 * 1024 * 1024


@dataclass
class CanaryStory:
    """The people of the job, the registration as it stands, and the canaries that were let in."""

    system: System
    site: Site
    canaries: Canaries
    people: dict[str, Person] = field(default_factory=dict)
    registration: Json = field(default_factory=dict)
    email: str = ""
    password: str = ""

    @property
    def path(self) -> str:
        """The address of the registration."""
        return f"/registrations/{self.registration['id']}"

    def act(self, who: str, method: str, act: str, body: object) -> None:
        """Take a step on the version as it is now."""
        version = self.people[who].ask("GET", self.path)["version"]
        self.registration = self.people[who].ask(method, f"{self.path}/{act}", 200, version, json=body)

    def wrong(self, who: str, method: str, path: str, **request: object) -> None:
        """Send what must be refused, on the version as it is now."""
        version = self.people[who].ask("GET", self.path)["version"]
        answer = self.people[who].send(method, path, version, **request)
        assert 400 <= answer.status_code < 500, (path, answer.status_code)


def play(system: System, http: httpx.Client, canaries: Canaries) -> CanaryStory:
    """Play the job: sign-up, form, files, return, undone return, approval, refusal by the directory, acceptance, filing,
    suspension, the end of the registration."""
    story = CanaryStory(system, Site(http, system.urls, system.mail_folder, system.keys.jose(STORY)), canaries)
    for step in (
        _sign_up,
        _appoint,
        _fill_in,
        _hand_in,
        _err,
        _submit,
        _give_back,
        _talk,
        _mend,
        _approve,
        _exchange,
        _look,
        _file,
        _end,
    ):
        step(story)
    return story


def _sign_up(story: CanaryStory) -> None:
    words, site = story.canaries, story.site
    story.email = f"{words.plain('e-mail of the operator')}@{words.plain('mail domain')}.example"
    body = {
        "credit_code": words.code("credit code"),
        "unit_name": words.text("unit name at sign-up"),
        "division": DIVISION,
        "contact_person": words.text("contact person at sign-up"),
        "email": story.email,
        "phone": words.phone("telephone at sign-up"),
    }
    answer = site.post("identity", "/signups", body, 202)
    code = code_in(site.mail_to(story.email, "激活"))
    story.password = _password(story, "the operator")
    activation = {"code": code, "password": story.password}
    site.post("identity", f"/signups/{answer['signup_id']}/activation", activation, 201)
    story.people["operator"] = _signed_in(story, story.email, story.password, "registration", "the operator")


def _appoint(story: CanaryStory) -> None:
    words, site = story.canaries, story.site
    offices = {row["username"]: Account(row["username"], row["password"]) for row in story.system.accounts()}
    for name, role, division in (("county", "county_reviewer", DIVISION), ("desk", "directory_desk", None)):
        body = {
            "username": words.plain(f"user name of {name}"),
            "display_name": words.text(f"display name of {name}"),
            "role": role,
            "division": division,
            "email": f"{words.plain(f'e-mail of {name}')}@example.com",
            "phone": words.phone(f"telephone of {name}"),
        }
        first = words.other(f"first password of {name}", open_account(site, offices, body))
        password = _password(story, name)
        _tokens(story, Way(str(body["username"]), first, password))
        service = "registration" if name == "county" else "exchange"
        story.people[name] = _signed_in(story, str(body["username"]), password, service, name)


def _fill_in(story: CanaryStory) -> None:
    key = {"Idempotency-Key": new_id()}
    story.registration = story.people["operator"].ask("POST", "/registrations", 201, json={}, headers=key)
    _save_form(story, "first")


def _save_form(story: CanaryStory, turn: str) -> None:
    story.act("operator", "PUT", "form", form_with(story.canaries, story.email, turn))
    kept = story.registration["form"]  # unified: so it is stored
    for name in ("phone", "fax", "website", "icp_number", "licence_number"):
        story.canaries.other(f"{name} as kept, {turn}", str(kept[name]))


def _hand_in(story: CanaryStory) -> None:
    words = story.canaries
    files = {
        "1": (".pdf", pdf_with(words.text("content of material 1"), LARGE)),
        "2": (".pdf", pdf_with(words.text("content of material 2"))),
        "3": (".png", png_with(words.text("content of material 3"))),
        "4": (".docx", docx_with(words.text("content of material 4"))),
        "5": (".jpg", jpeg_with(words.text("content of material 5"))),
        "details": (".xlsx", xlsx_with(words.text("content of the details"))),
    }
    for slot, (end, content) in files.items():
        _put(story, slot, words.text(f"file name of {slot}") + end, content)


def _put(story: CanaryStory, slot: str, name: str, content: bytes) -> None:
    if slot == "3":
        sent = _sent_in_pieces(story, slot, name, content)
    else:
        headers = upload_headers(name, slot)
        sent = story.people["operator"].ask("POST", f"{story.path}/files", 201, content=content, headers=headers)
    parts = PLAN_PARTS if slot == "4" else []
    story.act("operator", "PUT", f"materials/{slot}", {"files": [{"file_id": sent["file_id"], "parts": parts}]})


def _sent_in_pieces(story: CanaryStory, slot: str, name: str, content: bytes) -> Json:
    """Send a file in two requests, leave a second one of the same content unfinished, and return the first."""
    operator, half = story.people["operator"], len(content) // 2
    said = {"Upload-Length": str(len(content)), "Upload-Metadata": metadata(name, slot)}
    done, left = (
        operator.send("POST", f"{story.path}/uploads", headers=SPOKEN | said).headers["Location"] for _ in range(2)
    )
    for address, offset, piece in ((left, 0, content[:half]), (done, 0, content[:half]), (done, half, content[half:])):
        operator.ask("PATCH", address, 204, content=piece, headers=carrying(offset))
    return cast(Json, operator.ask("GET", done)["file"])


def _err(story: CanaryStory) -> None:
    """Make every service refuse something with a canary in it."""
    words, operator, files = story.canaries, story.people["operator"], f"{story.path}/files"
    text = words.text("in something refused")
    for name, content in ((f"{text}.pdf", b"MZ" + text.encode()), (f"../{text}.pdf", pdf_with(text))):
        story.wrong("operator", "POST", files, content=content, headers=upload_headers(name, "2"))
    for body in ({"credit_code": text}, {"website": text}, {text: text}, {"operator_name": {"$ne": text}}):
        story.wrong("operator", "PUT", f"{story.path}/form", json=body)
    story.wrong("operator", "PUT", f"{story.path}/form", content=f'{{"operator_name": "{text}'.encode())
    story.wrong("operator", "GET", f"/registrations?cursor={quote(text)}")
    story.wrong("operator", "GET", f"/registrations/{quote(text)}")
    story.wrong("operator", "POST", f"{story.path}/withdrawal", json={}, headers={"Idempotency-Key": words.ascii})
    story.wrong("operator", "GET", story.path, headers={"Authorization": f"Bearer {text.encode().hex()}"})
    for body in ({"username": story.email, "password": text}, {"username": text, "password": story.password}):
        with pytest.raises(SignInRefused, match="401"):
            _tokens(story, Way(body["username"], body["password"]))
    story.site.post("identity", "/signups", {"credit_code": text, "email": text}, 422)
    answer = operator.at(story.site.urls["exchange"]).send("GET", f"/messages/{quote(text)}")
    assert answer.status_code in {403, 404}


def _submit(story: CanaryStory) -> None:
    story.act("operator", "PUT", "facts", _facts(story, "stated"))
    story.act("operator", "POST", "submission", {"undertaking": True})
    story.act("county", "POST", "review", {})


def _give_back(story: CanaryStory) -> None:
    words = story.canaries
    remarks = {slot: {"verdict": "replace", "note": words.text(f"note on material {slot}")} for slot in "12345"}
    fields = {key: {"verdict": "correct", "note": words.text(f"note on {key}")} for key in ITEM_BY_KEY}
    opinion = words.text("opinion of the review")
    marks = {"materials": remarks, "fields": fields, "opinion": opinion}
    conditions = {
        key: {"verdict": "not_met", "note": words.text(f"note on condition {key}")} for key in judgement.CONDITIONS
    }
    story.act("county", "PUT", "review", marks | {"conditions": conditions, "facts": _facts(story, "first")})
    for turn in ("first", "second"):
        reason = {"reason_code": "other", "reason": words.text(f"reason of the {turn} return")}
        story.act("county", "POST", "return", reason | _signature(words, f"the {turn} return"))
        if turn == "first":
            story.act("county", "POST", "undo", {"reason": words.text("reason of the undoing")})
    story.site.mail_to(story.email, "退回")


def _facts(story: CanaryStory, turn: str) -> dict[str, object]:
    """Return facts that all differ from the form, as far as they are text."""
    words = story.canaries
    kinds = {FactKind.NAME, FactKind.ADDRESS, FactKind.SITE}
    read = {fact.key: words.text(f"{turn} reading of {fact.key}") for fact in FACTS if fact.kind in kinds}
    return judgement.facts(story.registration["form"]) | read


def _talk(story: CanaryStory) -> None:
    """Ask the filer and be answered, ask the other departments, and resolve; the filer sees nothing of the latter."""
    words, threads = story.canaries, f"{story.path}/threads"
    county, operator = story.people["county"], story.people["operator"]

    def say(who: Person, path: str, **body: object) -> Json:
        made: Json = who.ask("POST", path, 201, json=body, headers={"Idempotency-Key": new_id()})
        return made

    asked = say(county, threads, visibility="filer", pointer="/materials/2", text=words.text("question to the filer"))
    say(operator, f"{threads}/{asked['id']}/messages", text=words.text("answer of the filer"))
    say(county, threads, visibility="internal", pointer="/facts/licence_name", text=words.text("talk of departments"))
    keyed = {"headers": {"Idempotency-Key": new_id()}}
    county.ask("POST", f"{threads}/{asked['id']}/resolution", json={}, **keyed)
    assert [thread["id"] for thread in operator.ask("GET", threads)["items"]] == [asked["id"]]


def _mend(story: CanaryStory) -> None:
    words = story.canaries
    _save_form(story, "second")
    _put(story, "2", words.text("second file name of 2") + ".pdf", pdf_with(words.text("second content of material 2")))
    story.act("operator", "POST", "submission", {"undertaking": True})


def _approve(story: CanaryStory) -> None:
    words = story.canaries
    write_switches(story.system.root / "directory", Switches((words.others["credit code"],)))
    story.act("county", "POST", "review", {})
    remarks = {slot: {"verdict": "accept", "note": words.text(f"praise of {slot}")} for slot in "12345"}
    opinion = words.text("second opinion of the review")
    accepted = judgement.accepted(story.registration["form"], opinion)
    facts = _facts(story, "second")
    reasons = {key: words.text(f"reason of {key}") for key in facts}
    marks = {"materials": remarks, "facts": facts, "reasons": reasons}
    story.act("county", "PUT", "review", accepted | marks)
    approval = {"opinion": words.text("opinion of the approval")}
    story.act("county", "POST", "approval", approval | _signature(words, "the approval"))


def _exchange(story: CanaryStory) -> None:
    refused = _directory(story, "refused")
    write_switches(story.system.root / "directory", Switches())
    desk, path = story.people["desk"], f"/messages/{refused['message_id']}"
    version = desk.ask("GET", path)["version"]
    body = {"reason": story.canaries.text("reason of the resending")}
    desk.ask("POST", f"{path}/resending", 200, version, json=body, headers={"Idempotency-Key": new_id()})
    _directory(story, "accepted")
    desk.ask("GET", path)
    story.site.mail_to(story.email, "审核通过")


def _look(story: CanaryStory) -> None:
    """Read everything back: files, pages, text, print, notices, and the pages of the portal."""
    operator, county = story.people["operator"], story.people["county"]
    operator.ask("GET", f"{story.path}/print")
    _read_notices(story)
    county.ask("GET", f"{story.path}/revisions/2/diff?against=1")
    materials = county.ask("GET", story.path)["materials"]
    files = {slot: materials[slot][0]["file_id"] for slot in SLOTS}
    for slot, file_id in files.items():
        county.ask("GET", f"{story.path}/files/{file_id}")
        shown = "text" if slot in {"4", "details"} else "pages/1"
        county.ask("GET", f"{story.path}/files/{file_id}/{shown}")
    eventually(lambda: county.ask("GET", f"{story.path}/sheets")["items"][2:], "the decision sheets were not made")
    for sheet in operator.ask("GET", f"{story.path}/sheets")["items"]:
        operator.ask("GET", f"{story.path}/sheets/{sheet['id']}")
    _visit(story)


def _file(story: CanaryStory) -> None:
    """Go on at filing, with the departments and the demonstration city, and with the contracts of a firm."""
    offices = {row["username"]: Account(row["username"], row["password"]) for row in story.system.accounts()}
    people = story.people
    FilingStory(story.site, story.canaries, people["operator"], people["county"], offices).play()
    ContractStory(story.site, story.canaries, people["county"], offices).play()


def _end(story: CanaryStory) -> None:
    """Suspend the registration, lift that, announce its end, take the statement, and end it; the directory is told."""
    words = story.canaries
    grounded = {
        "ground": "other",
        "reason": words.text("reason of the suspension"),
        "since": judgement.today().isoformat(),
    }
    story.act("county", "POST", "suspension", grounded)
    story.act("county", "POST", "suspension/lifting", {"reason": words.text("reason of the lifting")})
    announced = {"ground": "other", "reason": words.text("reason of the announcement")}
    story.act("county", "POST", "deregistration-notice", announced)
    story.act("operator", "POST", "deregistration-notice/statement", {"statement": words.text("statement")})
    story.act("county", "POST", "deregistration", {"reason": words.text("reason of the end")})

    def is_closed() -> bool:
        directory = story.people["operator"].ask("GET", story.path)["directory"]
        return (directory["kind"], directory["state"]) == ("UNIT_CLOSE", "accepted")

    eventually(is_closed, "the directory was not told of the end")


def _read_notices(story: CanaryStory) -> None:
    """Wait for the notices of the job, and have the operator read and choose."""
    address = story.site.urls["notification"]
    wanted = {"operator": "registration.approved", "county": "exchange.refused"}
    for name, occasion in wanted.items():
        inbox = story.people[name].at(address)

        def told(inbox: Person = inbox, occasion: str = occasion) -> bool:
            return occasion in {notice["occasion"] for notice in inbox.ask("GET", "/notices?limit=100")["items"]}

        eventually(told, f"the notice {occasion} did not come")
    inbox = story.people["operator"].at(address)
    notices = inbox.ask("GET", "/notices")["items"]
    assert any(story.canaries.chinese in notice["text"] for notice in notices)
    assert inbox.send("POST", f"/notices/{notices[0]['id']}/reading", json={}).status_code == 204
    inbox.ask("PUT", "/preferences", 200, 1, json={"choices": [{"category": "registration", "mail": "digest"}]})
    answer = inbox.send("GET", f"/notices?cursor={quote(story.canaries.text('cursor of notices'))}")
    assert answer.status_code == 400
    wrong = {"choices": [{"category": story.canaries.text("unknown category"), "mail": "none"}]}
    assert inbox.send("PUT", "/preferences", 2, json=wrong).status_code == 422


def _visit(story: CanaryStory) -> None:
    portal = story.site.urls["portal"]
    with httpx.Client(base_url=portal, follow_redirects=True, timeout=60.0) as browser:
        for password in (story.canaries.text("wrong password"), story.password):
            page = browser.get("/sign-in")
            found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
            assert found is not None
            form = {"csrf_token": found[1], "username": story.email, "password": password}
            entered = browser.post(str(page.url), data=form)
        assert entered.status_code == 200
        for path in ("/", story.path, "/notices", f"/{quote(story.canaries.text('unknown page'))}"):
            assert browser.get(path).status_code in {200, 404}
        assert story.canaries.chinese in browser.get(story.path).text


def _directory(story: CanaryStory, state: str) -> Json:
    def reached() -> Json | None:
        seen = story.people["operator"].ask("GET", story.path)["directory"]
        return dict(seen) if seen["state"] == state else None

    return eventually(reached, f"the directory's answer “{state}” did not arrive")


def _signed_in(story: CanaryStory, username: str, password: str, service: str, name: str) -> Person:
    times = count(1)

    def token() -> str:
        tokens, time = _tokens(story, Way(username, password)), next(times)
        for kind in ("access_token", "refresh_token", "id_token"):
            story.canaries.other(f"{kind} {time} of {name}", tokens[kind].rpartition(".")[2])
        return tokens["access_token"]

    return Person(story.site.http, story.site.urls[service], token(), token)


def _tokens(story: CanaryStory, way: Way) -> Mapping[str, str]:
    return Provider(story.site.urls["identity"], story.site.key_file).tokens(way)


def _password(story: CanaryStory, name: str) -> str:
    return f"Yc-{story.canaries.plain(f'password of {name}')}-7Q"


def _signature(words: Canaries, name: str) -> dict[str, object]:
    return {"signatory": words.text(f"signatory of {name}"), "signed_on": judgement.today().isoformat()}
