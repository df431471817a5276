"""Filing's ports in memory, with the contract of the real ones, for tests of the operations without servers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from itertools import count

from services.filing.errors import AlreadyFiled
from services.filing.forms.catalogue import Catalogue, load_catalogue
from services.filing.forms.context import FirmFacts
from services.filing.forms.known_lists import KnownLists
from services.filing.model.evidence import FileRef
from services.filing.model.filings import Filing, SignOff, Version
from services.filing.model.states import Action, State
from services.filing.model.units import Platform, Source, Unit, UnitType, city_unit_id
from services.filing.operations.drafts import Content, begin_filing, save_content
from services.filing.operations.review import Signed, approve_filing, finalise_filing, return_filing
from services.filing.operations.submission import submit_filing
from services.filing.operations.units import Told, take_told
from services.filing.policy import SYSTEM, is_in_sight, reviewing_division, unit_is_in_sight
from services.filing.ports.deps import Deps
from services.filing.ports.filings import Wanted
from services.filing.rates.terms import load_terms
from shared.calls import Call
from shared.clock import FixedClock
from shared.documents.scan import NullScanner
from shared.errors import NotFound, StaleVersion
from shared.history import was_done
from shared.idempotency import RequestKey
from shared.identity.actor import COUNTRY, Actor, Role
from shared.identity.reviewers import reviewing_role
from shared.messaging.events import Outgoing
from shared.paging import Page
from tests.support.filing_batches import MemoryBatches, MemoryMoves, MemoryQueue
from tests.support.filing_casework import MemoryAssignments, MemoryMarks, MemoryThreads
from tests.support.filing_closings import MemoryClosings, MemoryPeriodFilings
from tests.support.filing_duplicates import MemoryDuplicates, MemoryLikenesses
from tests.support.filing_ledger import MemoryAccounts, MemoryVouchers, together
from tests.support.filing_reliefs import MemoryReliefs
from tests.support.filing_relocations import MemoryRelocations
from tests.support.filing_reminding import NoBoard, reminding_over
from tests.support.filing_respondents import MemoryCounts, MemoryRespondents
from tests.support.filing_stores import (
    MemoryDecisions,
    MemoryFiles,
    MemoryImports,
    MemoryRates,
    MemoryReads,
    MemoryRows,
    MemoryTicks,
    Papers,
)
from tests.support.platform_filing import ANSWERS, EXPLAINED

NOW = datetime(2025, 1, 8, 2, 0, tzinfo=UTC)
APRIL = datetime(2025, 4, 1, 2, 0, tzinfo=UTC)
"""When what was filed for 2024 may be settled for good."""
UNIT, PLATFORM = "a" * 32, "d" * 32
OPERATOR = Actor("o-1", Role.OPERATOR, unit_id=UNIT, division="330106")
MATE = Actor("o-2", Role.OPERATOR, unit_id=UNIT, division="330106")
RIVAL = Actor("o-3", Role.OPERATOR, unit_id="b" * 32, division="330106")
COUNTY = Actor("r-1", Role.COUNTY_REVIEWER, division="330106")
CITY = Actor("r-2", Role.CITY_REVIEWER, division="330100")
PROVINCE = Actor("r-3", Role.PROVINCE_REVIEWER, division="330000")
SHANGHAI = Actor("r-5", Role.PROVINCE_REVIEWER, division="310000")
MINISTRY = Actor("r-4", Role.MINISTRY, division=COUNTRY)
SIGN_OFF = SignOff("王小明", "李晓红", "周海", "0571-88888888", NOW.date())
AGREED = Signed("同意上报", "张审核")


@cache
def the_catalogue() -> Catalogue:
    """Return the editions of the product."""
    return load_catalogue(KnownLists())


class MemoryFilings:
    """Filings by id, with every event that was written."""

    def __init__(self) -> None:
        self.kept: dict[str, Filing] = {}
        self.events: list[Outgoing] = []
        self.writes = 0

    def get(self, filing_id: str) -> Filing:
        """Return the filing. Raises `NotFound`."""
        if filing_id not in self.kept:
            raise NotFound
        return self.kept[filing_id]

    def find_recent(self, filing_id: str, version: int | None) -> Filing | None:
        """Return nothing: all is in memory here, and what is recent as old as the rest."""
        return None

    def find_created(self, request: RequestKey) -> Filing | None:
        """Return the filing that this request made. Raises `KeyReused`."""
        return next((each for each in self.kept.values() if was_done(each.history[:1], request)), None)

    def add(self, filing: Filing, call: Call) -> Filing:
        """Store a new filing. Raises `AlreadyFiled`."""
        slots = {_slot(each) for each in self.kept.values() if each.state is not State.DISCARDED}
        if _slot(filing) in slots:
            raise AlreadyFiled
        self.kept[filing.id] = filing
        self.writes += 1
        return filing

    def save(self, filing: Filing, call: Call, events: Sequence[Outgoing] = ()) -> Filing:
        """Store the next version. Raises `StaleVersion`."""
        if self.kept[filing.id].version != filing.version:
            raise StaleVersion
        stored = replace(filing, version=filing.version + 1)
        self.kept[filing.id] = stored
        self.events += events
        self.writes += 1
        return stored

    def early_version(self, filing: Filing, no: int) -> Version:
        """Return a version; none is kept apart here."""
        version = filing.version_of(no)
        if version is None:
            raise NotFound
        return version

    def tell(self, filing: Filing, call: Call, events: Sequence[Outgoing]) -> None:
        """Put events beside the filing. Raises `StaleVersion`."""
        if self.kept[filing.id].version != filing.version:
            raise StaleVersion
        self.events += events

    def ids_of_submitted(self, periods: Collection[str] = ()) -> Iterator[str]:
        """Yield the ids of all filings that were ever submitted, or of those of some periods."""
        found = [each for each in self.kept.values() if each.versions and (not periods or each.period in periods)]
        yield from sorted(each.id for each in found)

    def list_in_sight(self, actor: Actor, wanted: Wanted, cursor: str, limit: int) -> Page[Filing]:
        """Return what the actor sees; the narrowing is proven on the real store."""
        return Page(tuple(each for each in self.kept.values() if is_in_sight(actor, each))[:limit], "")

    def list_of_unit(self, unit_id: str, forms: Iterable[str], periods: Iterable[str]) -> tuple[Filing, ...]:
        """Return the filings of a unit, without discarded ones."""
        keys, wanted = set(forms), set(periods)
        return tuple(each for each in self._of(unit_id) if each.form in keys and each.period in wanted)

    def find_approved(self, unit_id: str, form: str, item: str, period: str) -> Version | None:
        """Return the version in force."""
        found = (each for each in self._of(unit_id) if (each.form, each.item, each.period) == (form, item, period))
        return next((each.approved for each in found if each.in_force), None)

    def list_approved_before(self, filing: Filing, limit: int) -> Sequence[tuple[str, Version]]:
        """Return the versions in force of earlier periods, the newest first."""
        same = [each for each in self._of(filing.unit_id) if (each.form, each.item) == (filing.form, filing.item)]
        found = [(each.period, each.approved) for each in same if each.period < filing.period]
        return sorted(((one, other) for one, other in found if other), key=lambda pair: pair[0], reverse=True)[:limit]

    def find_last_submitted(self, unit_ids: Iterable[str], form: str) -> Mapping[str, Filing]:
        """Return the latest filing of a form, by unit."""
        wanted = set(unit_ids)
        found = (each for each in self.kept.values() if each.form == form and each.versions and each.unit_id in wanted)
        return {each.unit_id: each for each in sorted(found, key=lambda one: one.period)}

    def has_submitted(self, unit_id: str, form: str) -> bool:
        """Tell whether the unit has submitted the form."""
        return any(each.form == form and each.versions for each in self._of(unit_id))

    def count_submitted(self, unit_id: str, form: str, year: int) -> int:
        """Count what was submitted for a year."""
        return sum(
            each.form == form and each.period[:4] == str(year) and bool(each.versions) for each in self._of(unit_id)
        )

    def list_parts(self, form: str, period: str, division: str) -> Iterator[Filing]:
        """Yield the filings that a city has approved, or that are in force."""
        for each in self.kept.values():
            is_approved = each.in_force or division in each.passed
            is_part = (each.form, each.period) == (form, period) and division in each.path and is_approved
            if is_part and each.unit_id != city_unit_id(division):
                yield each

    def is_claimed(self, file_id: str) -> bool:
        """Tell whether any filing refers to the file."""
        return any(file_id in each.file_ids() for each in self.kept.values())

    def _of(self, unit_id: str) -> list[Filing]:
        return [each for each in self.kept.values() if each.unit_id == unit_id and each.state is not State.DISCARDED]


class MemoryUnits:
    """Units by id."""

    def __init__(self) -> None:
        self.kept: dict[str, Unit] = {}
        self.told: list[Outgoing] = []
        self.writes = 0

    def get(self, unit_id: str) -> Unit:
        """Return the unit. Raises `NotFound`."""
        if unit_id not in self.kept:
            raise NotFound
        return self.kept[unit_id]

    def find(self, unit_id: str) -> Unit | None:
        """Return the unit, None where it is not known."""
        return self.kept.get(unit_id)

    def find_all(self, unit_ids: Iterable[str]) -> Mapping[str, Unit]:
        """Return the known ones."""
        return {each: self.kept[each] for each in unit_ids if each in self.kept}

    def find_recent(self, unit_id: str) -> Unit | None:
        """Return the unit as it is."""
        return self.find(unit_id)

    def add(self, unit: Unit, call: Call, events: Sequence[Outgoing] = ()) -> Unit:
        """Store a new unit; one that is there is returned as it is."""
        self.told += [] if unit.id in self.kept else events
        self.writes += 1
        return self.kept.setdefault(unit.id, unit)

    def save(self, unit: Unit, call: Call) -> Unit:
        """Store the next version. Raises `StaleVersion`."""
        if self.kept[unit.id].version != unit.version:
            raise StaleVersion
        self.writes += 1
        self.kept[unit.id] = replace(unit, version=unit.version + 1)
        return self.kept[unit.id]

    def list_in_sight(self, actor: Actor, kind: UnitType | None, cursor: str, limit: int) -> Page[Unit]:
        """Return what the actor sees."""
        found = (each for each in self.kept.values() if unit_is_in_sight(actor, each))
        return Page(tuple(each for each in found if kind is None or kind in each.types)[:limit], "")

    def firms(self, names: Iterable[str], year: int) -> Mapping[str, FirmFacts]:
        """No firm is known."""
        return {}


@dataclass
class Office:
    """The operations over memory, with what a test does most."""

    deps: Deps
    filings: MemoryFilings
    accounts: MemoryAccounts
    vouchers: MemoryVouchers
    units: MemoryUnits
    clock: FixedClock
    papers: Papers

    @property
    def told(self) -> list[str]:
        """The facts that were written, by name, without the notices and without what statistics count."""
        names = [each.type.split(".")[2] for each in self.filings.events]
        return [name for name in names if name not in {"notice_due", "facts_changed"}]

    @property
    def occasions(self) -> list[str]:
        """The occasions of the notices that were written."""
        return [str(each.data["occasion"]) for each in self.filings.events if each.type.endswith("notice_due.v1")]

    def begin(self, form: str = "platform-1", period: str = "2024", actor: Actor = OPERATOR) -> Filing:
        """Begin a filing."""
        return begin_filing(self.deps, Call(actor), form, period)

    def filled(self, actor: Actor = OPERATOR, **changes: object) -> Filing:
        """Return a 平台1表 that can be submitted; `changes` replace parts of its content."""
        filing = self.begin(actor=actor)
        ref = FileRef("f" * 32, "records.pdf", "pdf", 10, "0" * 64, 1, "", self.clock.now(), {"id": "f" * 32})
        self.deps.files.keep(filing, ref)
        content = Content(answers=ANSWERS, explanations=EXPLAINED, evidence=[ref.file_id])
        return save_content(self.deps, Call(actor, version=1), filing.id, replace(content, **changes))  # type: ignore[arg-type]

    def submit(self, filing: Filing, actor: Actor = OPERATOR) -> Filing:
        """Submit a filing."""
        call = Call(actor, version=filing.version)
        return submit_filing(self.deps, call, filing.id, SIGN_OFF, duties_read=True)

    def pass_on(self, filing: Filing, actor: Actor = COUNTY) -> Filing:
        """Approve a filing for one department."""
        return approve_filing(self.deps, Call(actor, version=filing.version), filing.id, AGREED)

    def approve(self, filing: Filing) -> Filing:
        """Approve a filing for all departments that have not done so, up to the ministry."""
        while filing.state is State.SUBMITTED:
            filing = self.pass_on(filing, department_of(reviewing_division(filing)))
        return filing

    def finalise(self, filing: Filing) -> Filing:
        """Settle a filing for good, once its period may be and has been closed."""
        self.close("2024")
        return finalise_filing(self.deps, Call(MINISTRY, version=filing.version), filing.id)

    def close(self, period: str) -> None:
        """Have a period closed, with nothing settled by it, and its day come."""
        self.clock.moment = max(self.clock.now(), APRIL)
        closings = self.deps.closings
        assert isinstance(closings, MemoryClosings)
        if closings.find_any([period]) is None:
            closings.close(period, self.clock.now())

    def give_back(self, filing: Filing, *pointers: str, actor: Actor = COUNTY) -> Filing:
        """Return a filing."""
        signed = replace(AGREED, text="请核实", pointers=pointers)
        return return_filing(self.deps, Call(actor, version=filing.version), filing.id, signed)

    def tell(self, unit_id: str = UNIT, kind: UnitType = UnitType.PLATFORM, **changes: object) -> Unit:
        """Tell of a unit as registration does."""
        platform = Platform(PLATFORM, "云采平台") if kind is UnitType.PLATFORM else None
        basics = {"name": "杭州云采科技有限公司", "uscc": "91330106000000019W"}
        told = Told(unit_id, kind, "330106", Source.REGISTRATION, self.clock.now(), basics, platform)
        return take_told(self.deps, Call(SYSTEM), replace(told, **changes))  # type: ignore[arg-type]  # a test names parts


def department_of(division: str) -> Actor:
    """Return a reviewer of a division's department, always the same."""
    known = {each.division: each for each in (COUNTY, CITY, PROVINCE, MINISTRY)}
    return known.get(division) or Actor(f"r-{division}", reviewing_role(division), division=division)


def make_office(catalogue: Catalogue | None = None, now: datetime = NOW) -> Office:
    """Return the operations over empty memory, with one platform operator known."""
    filings, units, papers, clock, numbers = MemoryFilings(), MemoryUnits(), Papers(), FixedClock(now), count(1)
    accounts, vouchers = MemoryAccounts(), MemoryVouchers()
    deps: Deps = Deps(
        catalogue=catalogue or the_catalogue(),
        filings=filings,
        accounts=accounts,
        vouchers=vouchers,
        likenesses=MemoryLikenesses(),
        duplicates=MemoryDuplicates(),
        together=lambda work: together(deps, work, filings, accounts, vouchers),
        units=units,
        respondents=MemoryRespondents(units, accounts, filings),
        counts=MemoryCounts(),
        rows=MemoryRows(),
        files=MemoryFiles(),
        imports=MemoryImports(),
        decisions=MemoryDecisions(),
        reminding=reminding_over(filings.kept),
        jobs=NoBoard(),
        reliefs=MemoryReliefs(),
        rates=MemoryRates(),
        rate_terms=load_terms(),
        ticks=MemoryTicks(),
        threads=MemoryThreads(),
        marks=MemoryMarks(),
        assignments=MemoryAssignments(filings),
        queue=MemoryQueue(filings.kept),
        moves=MemoryMoves(filings.kept),
        batches=MemoryBatches(),
        closings=MemoryClosings(),
        period_filings=MemoryPeriodFilings(filings.kept),
        relocations=MemoryRelocations(units.kept, filings.kept),
        receipts=papers,
        verify_receipt=papers,
        receipt_printer=papers,
        form_printer=papers,
        scanner=NullScanner(),
        reads=MemoryReads(),
        clock=clock,
        new_id=lambda: f"{next(numbers):032x}",
    )
    office = Office(deps, filings, accounts, vouchers, units, clock, papers)
    office.tell()
    return office


def repeated(actor: Actor, version: int | None, key: str = "k" * 8) -> Call:
    """Return a call that carries a key of its request."""
    return Call(actor, version=version, request=RequestKey(key, "digest"))


def acts(filing: Filing) -> list[str]:
    """Return the acts of a filing in their order."""
    return [Action(entry.action).value for entry in filing.history]


def _slot(filing: Filing) -> tuple[str, str, str, str]:
    return filing.unit_id, filing.form, filing.period, filing.item
