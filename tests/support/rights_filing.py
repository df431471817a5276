"""What the table of filing's rights speaks of: the people, the filings, and a right request per route."""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import pytest
from mypy_boto3_s3 import S3Client
from pymongo import MongoClient
from werkzeug.test import TestResponse

from services.filing.ledger.posting import account_of
from services.filing.ledger.terms import Terms
from services.filing.model.filings import Working
from services.filing.model.imports import Import, ImportState
from services.filing.model.units import Platform, Source, UnitType
from services.filing.operations.units import Told, take_told
from services.filing.policy import SYSTEM
from services.sandbox.stack.stack import Stack
from shared.calls import Call
from shared.identity.actor import COUNTRY, Actor, Role
from shared.ids import new_id
from shared.mongo.client import Document
from tests.support import rights_closings
from tests.support.filing_site import DECISION, MINISTRY, SIGN_OFF, FilingSite, Json, open_filing_site
from tests.support.good_files import pdf_of_a_scan
from tests.support.platform_filing import ANSWERS, EXPLAINED, OPINION, evidence
from tests.support.rates import line, published, table_of
from tests.support.rights import Row
from tests.support.rights_alarms import Paper, alarm_on, voucher_on
from tests.support.rights_casework import CASEWORK_BODIES, CASEWORK_NEW, COLLECTIONS, casework_of
from tests.support.rights_periods import period_query
from tests.support.rights_queue import BATCH_COLLECTIONS, BATCHES, QUEUE_BODIES, batch_of
from tests.support.rights_reliefs import IDS, RELIEF_BODIES, reliefs_of

UNIT, RIVAL = "1" * 32, "2" * 32
NOWHERE = "0" * 32
VOUCHER, ALARM = "5" * 32, "6" * 32
ONE = "/filings/<string:filing_id>"
NO = f"{ONE}/versions/<int:no>"
REASON = {"reason_code": "implausible", "reason": "请核实", "signatory": "张审核", "pointers": []}
LISTS = "/filing-lists/<string:form_key>"
ROW = {"firm": "杭州软件研发有限公司", "institution": "杭州职业培训学校", "content": "软件测试"}


def _person(number: int, role: Role, unit_id: str | None = None, division: str | None = None) -> Actor:
    return Actor(account_id=f"{number:032x}", role=role, unit_id=unit_id, division=division)


OWN = _person(1, Role.OPERATOR, UNIT)

PEOPLE: Mapping[str, Actor | None] = {
    "nobody": None,
    "own": OWN,
    "mate": _person(2, Role.OPERATOR, UNIT),
    "firm": _person(3, Role.ENTERPRISE, UNIT),
    "rival": _person(4, Role.OPERATOR, RIVAL),
    "loose": _person(5, Role.TRAINING_INSTITUTION),
    "newcomer": _person(6, Role.OPERATOR, "3" * 32),
    "county": _person(7, Role.COUNTY_REVIEWER, division="330106"),
    "sibling": _person(8, Role.COUNTY_REVIEWER, division="330108"),
    "afar": _person(9, Role.COUNTY_REVIEWER, division="110105"),
    "unbound": _person(10, Role.COUNTY_REVIEWER),
    "self": replace(OWN, role=Role.COUNTY_REVIEWER, unit_id=None, division="330106"),
    "city": _person(11, Role.CITY_REVIEWER, division="330100"),
    "beside": _person(12, Role.CITY_REVIEWER, division="330200"),
    "province": _person(13, Role.PROVINCE_REVIEWER, division="330000"),
    "abroad": _person(14, Role.PROVINCE_REVIEWER, division="440000"),
    "shanghai": _person(15, Role.PROVINCE_REVIEWER, division="310000"),
    "ministry": _person(16, Role.MINISTRY, division=COUNTRY),
    "desk": _person(17, Role.DIRECTORY_DESK),
    "sharing": _person(21, Role.SHARING_DESK),
    "head": _person(22, Role.STATISTICS_HEAD),
    "auditor": _person(18, Role.AUDITOR),
    "admin": _person(19, Role.ADMINISTRATOR),
}

STARTER = _person(20, Role.ENTERPRISE, "4" * 32)  # whose unit is not known yet


def _actor(person: str) -> Actor:
    actor = PEOPLE[person]
    assert actor is not None
    return actor


@dataclass(frozen=True)
class Case:
    """How to bring a filing into a state: who begins which form, and the steps after that."""

    form: str
    filer: str
    steps: tuple[str, ...]
    reviewer: str


CHAIN = ("county", "city", "province", "ministry")  # who reviews what is filed in 330106

_BACK = ("submission", "return")
_DONE = ("submission", "approval")
CASES: Mapping[str, Case] = {
    "draft": Case("platform-1", "own", (), "county"),
    "submitted": Case("platform-1", "own", ("submission",), "county"),
    "forwarded": Case("platform-1", "own", ("submission", "first approval"), "county"),
    "returned": Case("platform-1", "own", _BACK, "county"),
    "approved": Case("platform-1", "own", _DONE, "county"),
    "correcting": Case("platform-1", "own", (*_DONE, "correction"), "county"),
    "list_draft": Case("city-1", "firm", (), "county"),
    "list_submitted": Case("city-3", "firm", ("submission",), "county"),
    "city_draft": Case("city-1", "city", (), "province"),
    "city_submitted": Case("city-2", "city", ("submission",), "province"),
    "city_returned": Case("city-3", "city", _BACK, "province"),
    "city_approved": Case("city-1:2024", "city", _DONE, "province"),
    "shanghai_submitted": Case("city-1", "shanghai", ("submission",), "ministry"),
}
_SAME = {
    "working": "submitted",
    "list_working": "list_submitted",
    "city_working": "city_submitted",
    "uploaded": "returned",
    "of_another": "submitted",
    "import_of_another": "list_draft",
}
"""Targets that are another side of a filing: its working copy, a file or an import that others don't see."""

BODIES: Mapping[str, object] = {
    "classification": {"record": None},
    "submission": {"sign_off": SIGN_OFF, "duties_read": True},
    "ticks": {"keys": []},
    "approval": OPINION,
    "return": REASON,
    "content": {"answers": ANSWERS},
    "draft": {"answers": ANSWERS},
    "rows": {"rows": [ROW]},
    "rows/<int:number>": {"row": ROW},
}
OTHERS: Mapping[str, object] = {
    "/units": {"name": "杭州软件研发有限公司", "division": "330106"},
    "/collection-decisions": DECISION,
    "/vouchers": {"bank": "中国银行杭州分行", "number": "PZ-2", "dated_on": "2025-12-20", "total": "50"},
    "/vouchers/<string:voucher_id>": {"dated_on": "2025-12-20", "total": "60"},
    "/duplicates/<string:duplicate_id>/settlement": {
        "verdict": "distinct",
        "reason": "两份合同标的不同。",
        "stands": [],
    },
    "/editions/<string:edition_id>/forms/<string:form_key>/check": {"period": "2025", "answers": {}},
    "/classification/search": {"text": "为客户开发门店收银程序"},
    "/classification/paths/evaluation": {
        "path": "scope",
        "answers": [{"question": "organisations", "values": ["yes"]}],
    },
    "/executions": {
        "period": "2025-12",
        "lines": [{"key": "1", "contract": NOWHERE, "305": {"date": "2025-12-20"}, "308": "10", "explanations": {}}],
    },
    "/nil-reports": {"period": "2025-12", "reason": "当月没有执行"},
    "/submissions": {"items": [{"id": NOWHERE, "version": 1}], "sign_off": SIGN_OFF, "duties_read": True},
    **RELIEF_BODIES,
    **QUEUE_BODIES,
    **rights_closings.CLOSING_BODIES,
    "/reminders": {"items": [{"unit_id": UNIT, "form": "enterprise-4", "period": "2025"}]},
    "/receipts/verification": {"receipt": base64.b64encode(b"{}").decode()},
}
"""What each route is sent: nothing is wrong with it but what its state may not know."""

FILES = ("files", "workbook", "workbook/marked", "imports")
NEW: Mapping[str, Json] = {
    "platform_form": {"form": "platform-1", "period": "2023", "item": f"{1:032x}"},
    "city_form": {"form": "city-1", "period": "2023", "item": ""},
}

CASEWORK_ROUTES = frozenset(route for _, route in CASEWORK_BODIES)


@dataclass(frozen=True)
class Target:
    """A filing of the table as it is stored, with its file of evidence and its import."""

    id: str = NOWHERE
    document: Document = field(default_factory=dict)
    file: str = NOWHERE
    imported: str = NOWHERE


def _actors(case: Case, step: str) -> tuple[Actor, ...]:
    """Return who takes a step: the filer, the department that acts first, or all of the chain for an approval."""
    if step in {"submission", "correction"}:
        return (_actor(case.filer),)
    names = CHAIN[CHAIN.index(case.reviewer) :] if step == "approval" else (case.reviewer,)
    return tuple(map(_actor, names))


class Ground:
    """All filings of the table on a site, and the way to ask for them."""

    def __init__(self, site: FilingSite) -> None:
        self.site = site
        deps = replace(site.wired.deps, form_printer=Paper(), receipt_printer=Paper())
        site.client.application.extensions["deps"] = deps
        for unit, count in ((UNIT, 6), (RIVAL, 1)):
            self._tell(unit, count)
        made = {name: self._made(number, case) for number, (name, case) in enumerate(CASES.items(), 1)}
        made["contract_draft"] = self._contract_draft(made["list_draft"])
        returned = {"id": made["returned"].id}
        self.targets = {name: made[same] for name, same in _SAME.items()} | made
        self.targets["uploaded"] = replace(made["returned"], file=evidence(site, OWN, returned))
        self.targets["of_another"] = replace(made["submitted"], file=made["approved"].file)
        self.targets["import_of_another"] = replace(made["list_draft"], imported=made["list_submitted"].imported)
        self.kept = {name: list(site.wired.database[name].find()) for name in ("units", "collection_decisions")}
        self.known = {each.id for each in made.values()}
        deps.rates.put([published()])
        contract = account_of(site.wired.filings.get(made["submitted"].id), None)
        assert contract is not None
        deps.accounts.put(replace(contract, last=Terms("HT-1"), pending=Terms("HT-1")))
        deps.vouchers.put(voucher_on(contract, VOUCHER), Call(SYSTEM))
        deps.duplicates.save(
            alarm_on(contract, ALARM, OWN.account_id),
            Call(SYSTEM).entry(contract.updated_at, "raise", None, "open"),
            (),
            "",
        )
        for relief in reliefs_of(UNIT, OWN.account_id, _actor("county").account_id, contract.updated_at):
            deps.reliefs.add(relief, Call(SYSTEM), ())
        self.batch = batch_of(deps, made["submitted"].id, _actor("county"))
        self.closing = rights_closings.closing_of(deps, _actor("ministry"), contract.updated_at)
        self.relocation = rights_closings.relocation_of(deps, "7" * 32, contract.updated_at)
        self.casework = casework_of(deps, made["submitted"].id, _actor("county"))
        self.targets |= dict.fromkeys((*CASEWORK_NEW, *self.casework), made["submitted"])
        later = (
            "vouchers",
            "duplicate_alarms",
            "reliefs",
            *COLLECTIONS,
            *BATCH_COLLECTIONS,
            *rights_closings.CLOSING_COLLECTIONS,
        )
        self.kept |= {name: list(site.wired.database[name].find()) for name in later}

    def ask(self, person: str, row: Row) -> TestResponse:
        """Send the right request of a row as a person; what it changed is put back."""
        target = self.targets.get(row.target, Target())
        headers = {"Idempotency-Key": new_id()}
        name = row.route.removeprefix(f"{ONE}/")
        sent: dict[str, object] = {}
        if name in FILES or (row.route.startswith(f"{LISTS}/") and row.method != "GET"):
            file_name = "records.pdf" if name == "files" else "form.xlsx"
            headers |= {"Content-Type": "application/octet-stream", "X-File-Name": file_name}
            sent = {"data": pdf_of_a_scan()}
        elif row.route == "/rates/import":
            headers["Content-Type"] = "application/octet-stream"
            sent = {"data": table_of(line())}
        elif row.method != "GET":
            own = CASEWORK_NEW.get(row.target) or CASEWORK_BODIES.get((row.method, row.route))
            sent = {"json": own or NEW.get(row.target, OTHERS.get(row.route, BODIES.get(name, {})))}
        path = self.path(row, target)
        answer = self.site.call(PEOPLE[person], row.method, path, target.document.get("v", 1), headers, **sent)
        if row.method != "GET":
            self._put_back(row.route, target)
        return answer

    def path(self, row: Row, target: Target) -> str:
        """Return the address of a row."""
        is_working = row.target in {"working", "list_working", "city_working", "list_draft", "city_draft"}
        no = "0" if is_working else "1"
        parts = {
            "<string:filing_id>": target.id,
            "<string:file_id>": target.file,
            "<string:import_id>": target.imported,
            "<string:contract_id>": target.id,
            "<string:duplicate_id>": ALARM if row.target == "alarm" else NOWHERE,
            "<string:voucher_id>": VOUCHER if row.target == "own_voucher" else NOWHERE,
            "<string:thread_id>": self.casework.get(row.target, NOWHERE),
            "<string:mark_id>": self.casework.get(row.target, NOWHERE),
            "<string:batch_id>": self.batch if row.target == "batch" else NOWHERE,
            "<string:relocation_id>": self.relocation if row.target == "relocation" else NOWHERE,
            "<string:closing_id>": self.closing if row.target == "closing" else NOWHERE,
            "<string:relief_id>": IDS.get(row.target, NOWHERE),
            "<string:unit_id>": UNIT if row.target == "own_unit" else NOWHERE,
            "<string:edition_id>": "2022",
            "<string:form_key>": "enterprise-3" if row.route.startswith(LISTS) else "platform-1",
            "<string:scheme>": "training_kind",
            "<string:code>": "I11",
            "<string:version>": "2022",
            "<string:currency>": "USD",
            "<string:job_name>": "filing.reminders",
            "<string:day>": "2026-01-05",
            "<path:file_name>": "swagger-ui.css",
            "<int:number>": "0",
            "<int:no>": no,
        }
        queries = {
            ("GET", f"{ONE}/rows"): f"?version={no}",
            ("GET", f"{ONE}/field-history"): "?pointer=/601/2",
            ("GET", f"{NO}/changes"): "?against=1",
            **rights_closings.CLOSING_QUERIES,
        }
        route = row.route
        for part, value in parts.items():
            route = route.replace(part, value)
        return route + queries.get((row.method, row.route), period_query(row))

    def _put_back(self, route: str, target: Target) -> None:
        database = self.site.wired.database
        if target.document:
            database["filings"].replace_one({"_id": target.id}, target.document)
        elif route in {"/filings", "/nil-reports"}:
            database["filings"].delete_many({"_id": {"$nin": sorted(self.known)}})
        changed = {"/units": "units", "/collection-decisions": "collection_decisions", "/vouchers": "vouchers"}
        changed |= {"/duplicates": "duplicate_alarms"} | dict.fromkeys(
            ("/extensions", "/exceptions", "/reliefs"), "reliefs"
        )
        tables = [table for start, table in changed.items() if route.startswith(start)]
        tables += [*(COLLECTIONS if route in CASEWORK_ROUTES else ()), *(BATCH_COLLECTIONS if route == BATCHES else ())]
        tables += (
            rights_closings.CLOSING_COLLECTIONS
            if route.startswith((rights_closings.CLOSINGS, rights_closings.RELOCATIONS))
            else ()
        )
        for name in tables:
            database[name].delete_many({})
            if self.kept[name]:
                database[name].insert_many(self.kept[name])

    def _tell(self, unit: str, platforms: int) -> None:
        basics = {"name": "杭州云采科技有限公司", "uscc": "91330106000000019W"}
        for number in range(1, platforms + 1):
            platform = Platform(f"{number:032x}", f"云采平台{number}")
            told = Told(unit, UnitType.PLATFORM, "330106", Source.REGISTRATION, self.site.clock.now(), basics, platform)
            take_told(self.site.wired.deps, Call(actor=SYSTEM), told)
        if unit == UNIT:
            told = Told(unit, UnitType.ENTERPRISE, "330106", Source.UNIT, self.site.clock.now(), basics)
            take_told(self.site.wired.deps, Call(actor=SYSTEM), told)

    def _made(self, number: int, case: Case) -> Target:
        filer = _actor(case.filer)
        form, _, period = case.form.partition(":")
        is_platform = form == "platform-1"
        item = f"{number:032x}" if is_platform else ""
        filing = self.site.begin(filer, form, period or "2025", item)
        file_id = NOWHERE
        if is_platform:
            file_id = evidence(self.site, filer, filing)
            filing = self.site.save(filer, filing, answers=ANSWERS, explanations=EXPLAINED, evidence=[file_id])
        elif not case.steps:
            body = {"rows": [ROW]}
            filing = self.site.json(filer, "POST", f"/filings/{filing['id']}/rows", filing["version"], json=body)
        for step in case.steps:
            *_, act = step.split()
            path, sent = f"/filings/{filing['id']}/{act}", BODIES.get(act, {})
            for actor in _actors(case, step):
                filing = self.site.json(actor, "POST", path, filing["version"], json=sent)
        document = self.site.wired.database["filings"].find_one({"_id": filing["id"]})
        assert document is not None
        return Target(filing["id"], document, file_id, self._import(filer, filing) if not is_platform else NOWHERE)

    def _contract_draft(self, of: Target) -> Target:
        """Return a draft of 企业2表 of the firm, which stands for one that began after its basic information."""
        begun = self.site.wired.filings.get(of.id)
        draft = replace(begun, id=new_id(), version=1, form="enterprise-2", period="2025-12", working=Working())
        self.site.wired.filings.add(draft, Call(_actor("firm")))
        document = self.site.wired.database["filings"].find_one({"_id": draft.id})
        assert document is not None
        return Target(draft.id, document)

    def _import(self, actor: Actor, filing: Json) -> str:
        """Return the id of an import that was read; its file is only stood for."""
        now = self.site.clock.now()
        made = Import(
            id=new_id(),
            version=1,
            filing_id=filing["id"],
            unit_id=filing["unit_id"],
            actor=actor,
            is_trial=True,
            state=ImportState.WAITING,
            file={},
            created_at=now,
            updated_at=now,
        )
        self.site.wired.imports.add(made)
        return made.id


@pytest.fixture(scope="session")
def filing_ground(
    started: Stack, mongo: MongoClient[Document], s3: S3Client, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ground]:
    """The filings of the table, for all tests; each leaves them as it found them."""
    name = f"test-{new_id()}"
    s3.create_bucket(Bucket=name)
    with open_filing_site(started, name, name, tmp_path_factory.mktemp("site")) as site:
        site.create(MINISTRY, "/collection-decisions", DECISION)
        yield Ground(site)
    mongo.drop_database(name)
