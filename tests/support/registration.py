"""Builders of registrations, and fakes of registration's ports that keep the contract of the real ones."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count
from typing import BinaryIO

from services.registration.errors import PlatformTaken
from services.registration.form.items import CONDITIONS
from services.registration.form.print_code import PrintCode
from services.registration.form.validity import next_watch
from services.registration.model.facts import FACTS, PLAN_FACTS, DirectoryRecord
from services.registration.model.materials import FileRef, PlanPart, Slot
from services.registration.model.registration import Registration, Revision
from services.registration.model.review import Remark, Review, Verdict
from services.registration.model.standing import IN_FORCE, Closing, ClosingKind, Ground, Life, Standing, Suspension
from services.registration.model.states import CLAIMING, Action, State
from services.registration.ports import (
    Deps,
    Received,
    Uploaded,
    Wanted,
)
from shared.calls import Call
from shared.clock import FixedClock
from shared.documents.scan import NullScanner
from shared.errors import KeyReused, NotFound, StaleVersion
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.identity.actor import Actor, Role
from shared.messaging.events import Outgoing
from shared.paging import Page
from tests.support.codes import make_uscc
from tests.support.registration_sheets import FakeSheetMaker, FakeSheets
from tests.support.threads import FakeThreads
from tests.support.uploads import FakeUploads

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
COUNTY, CITY, PROVINCE = "330106", "330100", "330000"
PRINT_KEY = b"k" * 32
UNIT, OWNER, REVIEWER = "a" * 32, "b" * 32, "c" * 32


def make_form(**changes: object) -> dict[str, object]:
    """Return a complete form; `changes` replace items, None takes one away."""
    form: dict[str, object] = {
        "operator_name": "杭州云采科技有限公司",
        "legal_representative": "王小明",
        "credit_code": make_uscc(1),
        "division": COUNTY,
        "opened_on": date(2015, 3, 1),
        "registered_capital": Decimal("1000"),
        "registration_type": "domestic",
        "advanced_technology_enterprise": True,
        "postal_address": "浙江省杭州市西湖区文三路1号",
        "contact_person": "李晓红",
        "phone": "0571-88888888",
        "email": "lianxiren@yuncai.example",
        "platform_name": "云采服务外包交易平台",
        "website": "https://www.yuncai.example",
        "icp_number": "浙ICP备12345678号-1",
        "operating_since": date(2016, 1, 1),
        "trade_volume": Decimal("23456.5"),
        "main_trades": "软件研发、工业设计",
        "top_suppliers": ["供应商甲", "供应商乙"],
        "top_buyers": ["采购商甲"],
        "background": "成立背景",
        "organisation": "组织架构",
        "trade_so_far": "交易现状",
        "operation_plan": "运营方案",
        "traits": {"matching": True, "services": True, "online": True},
        "conditions": {"legal_person_and_team": True, "rules_and_quality": True, "users_and_trades": True},
    }
    form |= changes
    return {key: value for key, value in form.items() if value is not None}


def make_facts(**changes: object) -> dict[str, object]:
    """Return what the materials of `make_form` say; `changes` replace facts, None takes one away."""
    form = make_form()
    facts: dict[str, object] = {fact.key: form[fact.form_key] for fact in FACTS if form.get(fact.form_key)}
    facts |= {
        "form_signed_on": date(2026, 3, 1),
        "licence_valid_until": date(2035, 2, 28),
        "evidence_traded_on": date(2026, 2, 28),
        **dict.fromkeys(PLAN_FACTS, True),
    }
    facts |= changes
    return {key: value for key, value in facts.items() if value is not None}


def make_file(file_id: str = "f" * 32, parts: Sequence[PlanPart] = (), **changes: object) -> FileRef:
    """Return a checked PDF file."""
    ref = FileRef(
        file_id=file_id,
        name="材料.pdf",
        kind="pdf",
        size=1000,
        sha256="0" * 64,
        pages=1,
        scan="",
        uploaded_at=NOW,
        stored={},
        parts=tuple(parts),
    )
    return replace(ref, **changes)  # type: ignore[arg-type]  # a test names fields of the file


def make_materials() -> dict[Slot, tuple[FileRef, ...]]:
    """Return all five materials."""
    materials: dict[Slot, tuple[FileRef, ...]] = {
        slot: (make_file(slot.value * 32),) for slot in Slot if slot is not Slot.DETAILS
    }
    materials[Slot.PLAN] = (make_file("4" * 32, tuple(PlanPart)),)
    return materials


def make_actor(role: Role = Role.OPERATOR, **changes: object) -> Actor:
    """Return an actor: the operator's own person, or a reviewer of the county."""
    own = (
        {"unit_id": UNIT, "account_id": OWNER}
        if role is Role.OPERATOR
        else {"division": COUNTY, "account_id": REVIEWER}
    )
    return Actor(**{"role": role, **own, **changes})  # type: ignore[arg-type]  # a test names fields of the actor


def make_call(
    actor: Actor | None = None, version: int | None = None, key: str | None = None, digest: str = "d"
) -> Call:
    """Return a call by `actor` on `version`."""
    request = RequestKey(key, digest) if key else None
    return Call(actor=actor or make_actor(), correlation_id="0" * 32, version=version, request=request)


def make_registration(state: State = State.DRAFT, **changes: object) -> Registration:
    """Return a complete registration in a state, reached in the usual way."""
    form, materials = make_form(), make_materials()
    registration = Registration(
        id="1" * 32,
        version=1,
        unit_id=UNIT,
        owner_id=OWNER,
        state=state,
        created_at=NOW,
        updated_at=NOW,
        form=form,
        materials=materials,
        history=(HistoryEntry(NOW, OWNER, Action.CREATE, None, State.DRAFT),),
    )
    if state is not State.DRAFT:
        revision = Revision(no=1, submitted_at=NOW, form=form, materials=materials, review=_review(state))
        registration = replace(
            registration,
            division=COUNTY,
            path=(COUNTY, CITY, PROVINCE, "000000"),
            submitted_at=NOW,
            revisions=(revision,),
            history=(*registration.history, HistoryEntry(NOW, OWNER, Action.SUBMIT, State.DRAFT, State.SUBMITTED)),
            life=make_life() if state is State.APPROVED else Life(),
        )
    return replace(registration, **changes)  # type: ignore[arg-type]  # a test names fields of the registration


def make_life(standing: Standing = Standing.REGISTERED, closing: ClosingKind | None = None, **changes: object) -> Life:
    """Return the life of a registration whose first revision came into force, with a de-registration open or none."""
    if standing is Standing.NONE and closing is None:
        return Life()
    life = Life(standing, in_force=1, round=1, division=COUNTY, since=date(2026, 3, 2))
    if standing is Standing.SUSPENDED:
        life = replace(life, suspension=Suspension(Ground.OTHER, "原因", date(2026, 3, 2), None, REVIEWER, NOW))
    if closing is not None:
        life = replace(life, closing=Closing(closing, Ground.OTHER, "原因", REVIEWER, NOW))
    return replace(life, **changes)  # type: ignore[arg-type]  # a test names fields of the life


def _review(state: State) -> Review | None:
    if state in {State.SUBMITTED, State.WITHDRAWN}:
        return None
    return Review(
        reviewer_id=REVIEWER,
        started_at=NOW,
        materials=accepted(),
        conditions=dict.fromkeys(CONDITIONS, Remark(Verdict.ACCEPT)),
        facts=make_facts(),
    )


def accepted(**faults: Verdict) -> dict[Slot, Remark]:
    """Return verdicts that accept every material but those named, such as `m5=Verdict.REPLACE`."""
    remarks: dict[Slot, Remark] = {slot: Remark(Verdict.ACCEPT) for slot in Slot if slot is not Slot.DETAILS}
    remarks |= {Slot(name.removeprefix("m")): Remark(verdict, "请更换") for name, verdict in faults.items()}
    return remarks


@dataclass
class FakeRegistrations:
    """Registrations in memory, with the versions, claims and creation keys of the real ones."""

    kept: dict[str, Registration] = field(default_factory=dict)
    events: list[Outgoing] = field(default_factory=list)
    created: dict[str, tuple[str, str]] = field(default_factory=dict)
    records: dict[str, DirectoryRecord] = field(default_factory=dict)

    def get(self, registration_id: str) -> Registration:
        if registration_id not in self.kept:
            raise NotFound
        return self.kept[registration_id]

    def find_recent(self, registration_id: str, version: int | None) -> Registration | None:
        """Return nothing: all is in memory here, and what is recent as old as the rest."""
        return None

    def find_created(self, request: RequestKey) -> Registration | None:
        made = self.created.get(request.key)
        if made is None:
            return None
        if made[1] != request.digest:
            raise KeyReused
        return self.kept[made[0]]

    def add(self, registration: Registration, call: Call) -> Registration:
        self.kept[registration.id] = registration
        if call.request:
            self.created[call.request.key] = (registration.id, call.request.digest)
        return registration

    def save(self, registration: Registration, call: Call, events: Sequence[Outgoing] = ()) -> Registration:
        if self.kept[registration.id].version != registration.version:
            raise StaleVersion
        mine = _claims(registration)
        if any(mine & _claims(other) for other in self.kept.values() if other.id != registration.id):
            raise PlatformTaken
        stored = replace(registration, version=registration.version + 1)
        self.kept[registration.id] = stored
        self.events.extend(events)
        return stored

    def tell(self, registration: Registration, call: Call, events: Sequence[Outgoing]) -> None:
        if self.get(registration.id).version != registration.version:
            raise StaleVersion
        self.events.extend(events)

    def list_in_force(self) -> Iterator[str]:
        yield from sorted(each.id for each in self.kept.values() if each.standing in IN_FORCE)

    def list_in_sight(self, actor: Actor, wanted: Wanted, cursor: str, limit: int) -> Page[Registration]:
        return Page(tuple(self.kept.values())[:limit])

    def list_to_watch(self, today: date, limit: int) -> Sequence[str]:
        due = [(on, each.id) for each in self.kept.values() if (on := next_watch(each)) is not None and on <= today]
        return tuple(id for _, id in sorted(due)[:limit])

    def others_of_the_same_code(self, registration: Registration) -> int:
        code = registration.form.get("credit_code")
        others = [other for other in self.kept.values() if other.id != registration.id and other.revisions]
        return sum(other.form.get("credit_code") == code for other in others)

    def find_record(self, registration: Registration) -> DirectoryRecord | None:
        return self.records.get(registration.id)

    def early_revisions(self, registration_id: str) -> tuple[Revision, ...]:
        return ()

    def is_claimed(self, file_id: str) -> bool:
        return any(file_id in registration.file_ids() for registration in self.kept.values())


def _claims(registration: Registration) -> set[object]:
    """Return the web sites that a registration holds against others."""
    held = [registration.in_force] if registration.standing in IN_FORCE else []
    if registration.has_open_application and registration.state in CLAIMING:
        held.append(registration.revisions[-1])
    return {revision.form.get("website") for revision in held if revision is not None}


@dataclass
class FakeFiles:
    """Files in memory."""

    content: dict[str, bytes] = field(default_factory=dict)
    ready: dict[str, Uploaded] = field(default_factory=dict)

    def receive(self, file_id: str, registration: Registration, stream: BinaryIO, limit: int) -> Received:
        self.content[file_id] = stream.read()
        return Received(len(self.content[file_id]), "0" * 64, {"id": file_id})

    def open(self, stored: Mapping[str, object]) -> BinaryIO:
        return io.BytesIO(self.content[str(stored["id"])])

    def stream(self, stored: Mapping[str, object]) -> Iterator[bytes]:
        yield self.content[str(stored["id"])]

    def keep(self, uploaded: Uploaded) -> None:
        self.ready[uploaded.ref.file_id] = uploaded

    def find(self, file_id: str) -> Uploaded | None:
        return self.ready.get(file_id)

    def discard(self, file_id: str) -> None:
        self.content.pop(file_id, None)
        self.ready.pop(file_id, None)


@dataclass
class FakeReads:
    """A record of reads in memory."""

    rows: list[tuple[str, str]] = field(default_factory=list)

    def record(self, call: Call, action: str, registration_id: str, part: str = "") -> None:
        self.rows.append((call.actor.account_id, action))


class FakePrinter:
    """Prints nothing but the mark of a PDF."""

    def registration_form(self, registration: Registration, code: PrintCode) -> bytes:
        return b"%PDF-"


@dataclass(frozen=True)
class Fakes:
    """The fakes behind the deps, for a test to look at."""

    deps: Deps
    registrations: FakeRegistrations
    files: FakeFiles
    uploads: FakeUploads
    reads: FakeReads
    clock: FixedClock
    sheets: FakeSheets
    threads: FakeThreads

    @property
    def event_types(self) -> list[str]:
        """The types of the facts that left, in order; notices are left out."""
        return [event.type for event in self.registrations.events if not event.type.endswith(".notice_due.v1")]

    @property
    def notices(self) -> list[Outgoing]:
        """The notices that left, in order."""
        return [event for event in self.registrations.events if event.type.endswith(".notice_due.v1")]


def make_fakes(*registrations: Registration) -> Fakes:
    """Return deps over fakes that hold these registrations."""
    kept = FakeRegistrations({registration.id: registration for registration in registrations})
    files, reads, clock = FakeFiles(), FakeReads(), FixedClock(NOW)
    uploads, sheets, threads = FakeUploads(clock.now), FakeSheets(), FakeThreads()
    numbers = count(1)
    deps = Deps(
        registrations=kept,
        directory=kept,
        files=files,
        uploads=uploads,
        scanner=NullScanner(),
        reads=reads,
        printer=FakePrinter(),
        sheets=sheets,
        threads=threads,
        sheet_maker=FakeSheetMaker(),
        print_key=lambda: PRINT_KEY,
        clock=clock,
        new_id=lambda: f"{next(numbers):032x}",
    )
    return Fakes(deps, kept, files, uploads, reads, clock, sheets, threads)
