"""What the table of registration's rights speaks of: the people, the registrations, and a right request per route."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from services.registration.operations.sheets import make_sheet
from services.registration.operations.uploads import LASTS
from services.sandbox.story.judgement import accepted
from shared.clock import SystemClock
from shared.identity.actor import COUNTRY, Actor, Role
from shared.ids import new_id
from shared.mongo.client import Document
from shared.uploads.model import Upload
from tests.support.files import make_docx, make_pdf
from tests.support.registration_sheets import make_content
from tests.support.registration_site import Site
from tests.support.registration_wire import OPINION, REASON, act, filled, operator, uploaded, wire_form
from tests.support.rights import Row
from tests.support.tus import SPOKEN, carrying, metadata

OWN = operator(1)
UNIT = OWN.unit_id


def _person(number: int, role: Role, unit_id: str | None = None, division: str | None = None) -> Actor:
    return Actor(account_id=f"{number:032x}", role=role, unit_id=unit_id, division=division)


PEOPLE: Mapping[str, Actor | None] = {
    "nobody": None,
    "own": OWN,
    "mate": _person(11, Role.OPERATOR, UNIT),
    "rival": operator(2),
    "loose": _person(12, Role.OPERATOR),
    "enterprise": _person(13, Role.ENTERPRISE, UNIT),
    "training": _person(14, Role.TRAINING_INSTITUTION, UNIT),
    "county": _person(15, Role.COUNTY_REVIEWER, division="330106"),
    "sibling": _person(16, Role.COUNTY_REVIEWER, division="330108"),
    "afar": _person(17, Role.COUNTY_REVIEWER, division="110105"),
    "unbound": _person(18, Role.COUNTY_REVIEWER),
    "self": Actor(account_id=OWN.account_id, role=Role.COUNTY_REVIEWER, division="330106"),
    "city": _person(19, Role.CITY_REVIEWER, division="330100"),
    "beside": _person(20, Role.CITY_REVIEWER, division="330200"),
    "dongguan": _person(27, Role.CITY_REVIEWER, division="441900"),
    "province": _person(21, Role.PROVINCE_REVIEWER, division="330000"),
    "abroad": _person(22, Role.PROVINCE_REVIEWER, division="440000"),
    "ministry": _person(23, Role.MINISTRY, division=COUNTRY),
    "desk": _person(24, Role.DIRECTORY_DESK),
    "sharing": _person(28, Role.SHARING_DESK),
    "head": _person(29, Role.STATISTICS_HEAD),
    "admin": _person(25, Role.ADMINISTRATOR),
    "auditor": _person(26, Role.AUDITOR),
}

DEPARTMENTS = {"330106": "county", "441900": "dongguan"}
ACCEPT = {"verdict": "accept"}
FAULTY = {"verdict": "replace", "note": "请更换"}
REVIEW = {"materials": dict.fromkeys("1234", ACCEPT) | {"5": FAULTY, "details": FAULTY}, "fields": {}, "opinion": ""}
ONE = "/registrations/<string:registration_id>"

REQUESTS: Mapping[tuple[str, str], Mapping[str, object]] = {
    ("POST", "/registrations"): {"json": {}},
    ("PUT", f"{ONE}/form"): {"json": wire_form()},
    ("PUT", f"{ONE}/materials/<string:slot>"): {"json": {"files": []}},
    ("PUT", f"{ONE}/facts"): {"json": {"icp_number": "浙ICP备12345678号"}},
    ("POST", f"{ONE}/threads"): {"json": {"visibility": "filer", "text": "请核对"}},
    ("POST", f"{ONE}/threads/<string:thread_id>/messages"): {"json": {"text": "已核对"}},
    ("POST", f"{ONE}/threads/<string:thread_id>/resolution"): {"json": {}},
    ("POST", f"{ONE}/threads/<string:thread_id>/reopening"): {"json": {}},
    ("PUT", f"{ONE}/threads/<string:thread_id>/reading"): {"json": {"no": 1}},
    ("POST", f"{ONE}/submission"): {"json": {"undertaking": True}},
    ("POST", f"{ONE}/withdrawal"): {"json": {}},
    ("POST", f"{ONE}/resumption"): {"json": {}},
    ("POST", f"{ONE}/files"): {"data": make_pdf("补充")},
    ("PATCH", f"{ONE}/uploads/<string:upload_id>"): {"data": b"%PDF-"},
    ("POST", f"{ONE}/review"): {"json": {}},
    ("PUT", f"{ONE}/review"): {"json": REVIEW},
    ("POST", f"{ONE}/return"): {"json": REASON},
    ("POST", f"{ONE}/approval"): {"json": OPINION},
    ("POST", f"{ONE}/rejection"): {"json": REASON},
    ("POST", f"{ONE}/undo"): {"json": {"reason": "有误"}},
}
"""What each route is sent: nothing is wrong with it, so that the answer shows the right alone."""

HEADERS: Mapping[tuple[str, str], Mapping[str, str]] = {
    ("POST", f"{ONE}/files"): {
        "Content-Type": "application/octet-stream",
        "X-File-Name": quote("备案.pdf"),
        "X-Material": "5",
    },
    ("POST", f"{ONE}/uploads"): {
        **SPOKEN,
        "Upload-Length": "100",
        "Upload-Metadata": metadata("备案.pdf", "5"),
    },
    ("PATCH", f"{ONE}/uploads/<string:upload_id>"): carrying(0),
    ("DELETE", f"{ONE}/uploads/<string:upload_id>"): SPOKEN,
}
QUERIES = {f"{ONE}/revisions/<int:no>/diff": "?against=1"}


@dataclass(frozen=True)
class Target:
    """A registration that a row speaks of with a PDF and a Word document of it, a thread, and how it is stored."""

    id: str
    pdf: str
    word: str
    document: Document
    thread: str = "0" * 32


@dataclass(frozen=True)
class Case:
    """How to bring a registration into a state: the steps after it was filled in, and its 单位注册地."""

    steps: tuple[str, ...]
    division: str = "330106"


_APPROVED = ("submission", "review", "accepted", "approval")
CASES = {
    "draft": Case(()),
    "submitted": Case(("submission",)),
    "under_review": Case(("submission", "review", "remarks")),
    "ready": Case(("submission", "review", "accepted")),
    "returned": Case(("submission", "review", "remarks", "return")),
    "approved": Case(("submission", "review", "accepted", "approval")),
    "rejected": Case(("submission", "review", "remarks", "rejection")),
    "withdrawn": Case(("submission", "withdrawal")),
    "resumed": Case(("submission", "withdrawal", "resumption")),
    "of_city": Case(("submission", "review", "remarks"), "441900"),
    "changing": Case((*_APPROVED, "change")),
    "suspended": Case((*_APPROVED, "suspension")),
    "asked": Case((*_APPROVED, "deregistration-request")),
    "announced": Case((*_APPROVED, "deregistration-notice")),
    "ended": Case((*_APPROVED, "deregistration-request", "deregistration")),
}
_GROUND = {"ground": "other", "reason": "经核查"}
_SUSPENSION = _GROUND | {"since": "2026-03-01"}
_BECAUSE = {"reason": "经核查"}
_BODIES = {
    "submission": {"undertaking": True},
    "return": REASON,
    "rejection": REASON,
    "approval": OPINION,
    "suspension": _SUSPENSION,
    "suspension/lifting": _BECAUSE,
    "deregistration-request": _BECAUSE,
    "deregistration-request/refusal": _BECAUSE,
    "deregistration-notice": _GROUND,
    "deregistration-notice/statement": {"statement": "仍在运营"},
    "deregistration-notice/calling-off": _BECAUSE,
    "deregistration": _BECAUSE,
}
_SAVED = frozenset({"remarks", "accepted"})
_BY_UNIT = frozenset({"submission", "withdrawal", "resumption", "change", "deregistration-request"})
_LIFE = frozenset(_BODIES) - {"submission", "return", "rejection", "approval"} | {
    "change",
    "renewal",
    "discarding",
    "deregistration-request/withdrawal",
}
"""Acts on the life of a registration, with the bodies above or with none."""

_NOWHERE = Target("0" * 32, "0" * 32, "0" * 32, {})


class Ground:
    """All registrations of the table on a site, and the way to ask for them."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self._collection = site.wired.database["registrations"]
        made = {name: self._made(number, case) for number, (name, case) in enumerate(CASES.items(), 1)}
        returned = made["returned"]
        self.targets = made | {
            "not_yet_submitted": replace(
                returned,
                pdf=uploaded(site, OWN, returned.id, "5", "补充"),
                word=self._word(returned.id),
            ),
            "of_another": replace(returned, pdf=made["submitted"].pdf, word=made["submitted"].word),
        }
        self.targets |= {
            "told_to_filer": replace(returned, thread=self._thread(returned.id, "filer")),
            "among_departments": replace(returned, thread=self._thread(returned.id, "internal")),
            "dealt_with": replace(returned, thread=self._dealt_with(returned.id)),
        }
        self.sheet_id = new_id()
        content = make_content(registration_id=returned.id)
        make_sheet(site.wired.deps, self.sheet_id, str(UNIT), "330106", content)
        self._threads = {document["_id"]: document for document in site.wired.database["threads"].find()}

    def ask(self, person: str, row: Row, headers: Mapping[str, str] | None = None) -> TestResponse:
        """Send the right request of a row as a person; what it changed is put back."""
        target = self.targets.get(row.target, _NOWHERE)
        place = (row.method, row.route)
        sent = {"Idempotency-Key": new_id()} | dict(HEADERS.get(place, {})) | dict(headers or {})
        path = self.path(row.route, target) + QUERIES.get(row.route, "")
        version = target.document.get("v", 1)
        answer = self.site.call(PEOPLE[person], row.method, path, version, sent, **_request(place, row.target))
        if row.method != "GET":
            self.put_back(target)
        return answer

    def put_back(self, target: Target) -> None:
        """Undo what a request that went through has changed in a registration and in its thread."""
        if target.document:
            self._collection.replace_one({"_id": target.id}, target.document)
        if target.thread in self._threads:
            thread = self._threads[target.thread]
            self.site.wired.database["threads"].replace_one({"_id": target.thread}, thread)

    def path(self, route: str, target: Target) -> str:
        """Return the address of a route for a target."""
        parts = {
            "<string:registration_id>": target.id,
            "<string:file_id>": target.word if route.endswith("/text") else target.pdf,
            "<string:slot>": "5",
            "<string:thread_id>": target.thread,
            "<string:sheet_id>": self.sheet_id,
            "<int:no>": "1",
            "<int:page>": "1",
            "<string:upload_id>": self._upload(target) if "<string:upload_id>" in route else "",
            "<path:file_name>": "swagger-ui.css",
        }
        for part, value in parts.items():
            route = route.replace(part, value)
        return route

    def _made(self, number: int, case: Case) -> Target:
        registration_id, version = filled(
            self.site,
            OWN,
            division=case.division,
            website=f"https://www.platform{number}.example",
            icp_number=f"浙ICP备2026{number:04d}号",
        )
        word = self._word(registration_id)
        version = self._put(OWN, registration_id, "materials/details", version, {"files": [{"file_id": word}]})
        seen = self.site.call(OWN, "GET", f"/registrations/{registration_id}").get_json()
        department = PEOPLE[DEPARTMENTS[case.division]]
        assert department is not None
        for step in case.steps:
            if step in _SAVED:
                marks = REVIEW if step == "remarks" else accepted(seen["form"], "齐全")
                version = self._put(department, registration_id, "review", version, marks)
            else:
                actor = OWN if step in _BY_UNIT else department
                version = act(self.site, actor, registration_id, version, step, _BODIES.get(step, {}))
        document = self._collection.find_one({"_id": registration_id})
        assert document is not None
        return Target(registration_id, seen["materials"]["5"][0]["file_id"], word, document)

    def _thread(self, registration_id: str, visibility: str) -> str:
        sent = {"visibility": visibility, "text": "请补充"}
        path = f"/registrations/{registration_id}/threads"
        answer = self.site.call(PEOPLE["county"], "POST", path, headers={"Idempotency-Key": new_id()}, json=sent)
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["id"])

    def _dealt_with(self, registration_id: str) -> str:
        thread_id = self._thread(registration_id, "filer")
        path = f"/registrations/{registration_id}/threads/{thread_id}/resolution"
        answer = self.site.call(PEOPLE["county"], "POST", path, headers={"Idempotency-Key": new_id()}, json={})
        assert answer.status_code == 200, answer.text
        return thread_id

    def _word(self, registration_id: str) -> str:
        answer = self.site.upload(OWN, registration_id, "details", quote("制度.docx"), make_docx("制度"))
        assert answer.status_code == 201, answer.text
        return str(answer.get_json()["file_id"])

    def _upload(self, target: Target) -> str:
        """Return the id of an upload of the target in which nothing has arrived yet."""
        subject = self.targets["draft"] if target is self.targets["of_another"] else target
        if not subject.document:
            return subject.id
        uploads, now = self.site.wired.uploads, SystemClock().now()
        said, lasts = metadata("备案.pdf", "5"), now + LASTS
        begun = Upload(subject.id, str(UNIT), OWN.account_id, subject.id, 100, said, now, lasts)
        uploads.remove(begun)
        uploads.begin(begun)
        return begun.id

    def _put(self, actor: Actor, registration_id: str, place: str, version: int, body: object) -> int:
        answer = self.site.call(actor, "PUT", f"/registrations/{registration_id}/{place}", version, json=body)
        assert answer.status_code == 200, answer.text
        return int(answer.get_json()["version"])


def _request(place: tuple[str, str], target: str) -> Mapping[str, object]:
    if place == ("POST", f"{ONE}/threads") and target == "among_departments":
        return {"json": {"visibility": "internal", "text": "请核对"}}
    step = place[1].removeprefix(f"{ONE}/")
    if place[0] == "POST" and step in _LIFE:
        return {"json": _BODIES.get(step, {})}
    return REQUESTS.get(place, {})


@pytest.fixture(scope="session")
def ground(shared_site: Site) -> Ground:
    """The registrations of the table, for all tests; each leaves them as it found them."""
    return Ground(shared_site)
