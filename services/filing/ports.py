"""What the operations need from outside, as protocols; `wiring.py` knows the real ones."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import BinaryIO, Protocol, TypeVar

from services.filing.forms.catalogue import Catalogue
from services.filing.forms.context import FirmFacts
from services.filing.forms.model import Edition, Form
from services.filing.forms.printed import FormContent
from services.filing.ledger.account import Account
from services.filing.ledger.terms import ContractState
from services.filing.ledger.vouchers import Voucher
from services.filing.model.decisions import CollectionDecision
from services.filing.model.evidence import FileRef
from services.filing.model.filings import Filing, Version
from services.filing.model.imports import Import
from services.filing.model.receipts import Receipt, ReceiptWords
from services.filing.model.rows import RowValues, Segment
from services.filing.model.states import State
from services.filing.model.ticks import Ticks
from services.filing.model.units import Unit, UnitType
from services.filing.rates.keeping import KeptRates
from services.filing.rates.terms import RateTerms
from shared.audit import Reads
from shared.calls import Call
from shared.clock import Clock
from shared.documents.scan import Scanner
from shared.idempotency import RequestKey
from shared.identity.actor import Actor
from shared.messaging.events import Outgoing
from shared.paging import Page


@dataclass(frozen=True)
class Wanted:
    """What a list of filings is narrowed to; empty texts narrow nothing."""

    state: State | None = None
    form: str = ""
    period: str = ""
    unit_id: str = ""
    is_waiting: bool = False
    """Only what the actor's department is to review."""


@dataclass(frozen=True)
class WantedContracts:
    """What a list of contracts is narrowed to; empty texts narrow nothing.

    Class, nature and number narrow the contracts of one unit only: a unit's own, or those of `unit_id`.
    """

    state: ContractState | None = None
    unit_id: str = ""
    business_class: str = ""
    nature: str = ""
    number: str = ""


@dataclass(frozen=True)
class Received:
    """A stored stream: `size` in bytes, `sha256` of the plain content in hex, `stored` the sealed object's record."""

    size: int
    sha256: str
    stored: Mapping[str, object]


class Filings(Protocol):
    """Where filings are kept. Every write is one atomic step with its history and its events."""

    def get(self, filing_id: str) -> Filing:
        """Return the filing. Raises `NotFound`."""
        ...

    def find_created(self, request: RequestKey) -> Filing | None:
        """Return the filing that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def add(self, filing: Filing, call: Call) -> Filing:
        """Store a new filing. Raises `AlreadyFiled` where the unit has one of the form, period and item."""
        ...

    def save(self, filing: Filing, call: Call, events: Sequence[Outgoing] = ()) -> Filing:
        """Store the next version with its last history entry. Raises `StaleVersion`, `KeyReused`."""
        ...

    def early_version(self, filing: Filing, no: int) -> Version:
        """Return a version whose content is kept beside the filing. Raises `NotFound`."""
        ...

    def list_in_sight(self, actor: Actor, wanted: Wanted, cursor: str, limit: int) -> Page[Filing]:
        """Return a page of what the actor sees and wants to see, last changed first."""
        ...

    def list_of_unit(self, unit_id: str, forms: Iterable[str], periods: Iterable[str]) -> tuple[Filing, ...]:
        """Return the filings of a unit of these forms for these periods, without discarded ones."""
        ...

    def find_approved(self, unit_id: str, form: str, item: str, period: str) -> Version | None:
        """Return the version in force of a form for a period, None where there is none."""
        ...

    def list_approved_before(self, filing: Filing, limit: int) -> Sequence[tuple[str, Version]]:
        """Return the versions in force of the same form, unit and item by period, the newest first, up to this one's."""
        ...

    def has_submitted(self, unit_id: str, form: str) -> bool:
        """Tell whether the unit has submitted the form for any period."""
        ...

    def count_submitted(self, unit_id: str, form: str, year: int) -> int:
        """Return how many filings of the form the unit has submitted for a year or its months."""
        ...

    def list_parts(self, form: str, period: str, division: str) -> Iterator[Filing]:
        """Yield the approved filings of units in a city that the city's own filing of the form is assembled from."""
        ...

    def is_claimed(self, file_id: str) -> bool:
        """Tell whether any filing refers to the file."""
        ...


class Units(Protocol):
    """Where units are kept."""

    def get(self, unit_id: str) -> Unit:
        """Return the unit. Raises `NotFound`."""
        ...

    def find(self, unit_id: str) -> Unit | None:
        """Return the unit, None where it is not known."""
        ...

    def find_all(self, unit_ids: Iterable[str]) -> Mapping[str, Unit]:
        """Return the known ones of these units, by id."""
        ...

    def add(self, unit: Unit, call: Call) -> Unit:
        """Store a new unit; one that is there already is returned as it is."""
        ...

    def save(self, unit: Unit, call: Call) -> Unit:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        ...

    def list_in_sight(self, actor: Actor, kind: UnitType | None, cursor: str, limit: int) -> Page[Unit]:
        """Return a page of the units that the actor sees."""
        ...

    def firms(self, names: Iterable[str], year: int) -> Mapping[str, FirmFacts]:
        """Return what is known of the firms with these names, by name: their city, and their 502 of the year."""
        ...


class Accounts(Protocol):
    """Where the accounts of contracts are kept; they are written in the transaction of a filing (`Deps.together`)."""

    def get(self, account_id: str) -> Account:
        """Return the account. Raises `NotFound`."""
        ...

    def find(self, account_id: str) -> Account | None:
        """Return the account, None where there is none."""
        ...

    def find_by_key(self, unit_id: str, key: str) -> Account | None:
        """Return the account of a contract number and part (`ledger.keys`), None where the unit has none."""
        ...

    def list_holding(self, filing_id: str) -> tuple[Account, ...]:
        """Return the accounts with a line of an execution filing."""
        ...

    def list_of_number(self, unit_id: str, number: str) -> tuple[Account, ...]:
        """Return the accounts of all parts of a contract number, by part."""
        ...

    def list_open(self, unit_id: str, limit: int) -> tuple[Account, ...]:
        """Return at most `limit` contracts of a unit on which executions are to be expected, last changed first."""
        ...

    def put(self, account: Account) -> None:
        """Store an account at its next version. Raises `ContractNumberTaken`, `StaleVersion`."""
        ...

    def list_in_sight(self, actor: Actor, wanted: WantedContracts, cursor: str, limit: int) -> Page[Account]:
        """Return a page of the contracts that the actor sees and wants to see, last changed first."""
        ...

    def each_in_sight(self, actor: Actor, wanted: WantedContracts, limit: int) -> Iterator[Account]:
        """Yield at most `limit` of the contracts that the actor sees and wants to see, last changed first."""
        ...


class Vouchers(Protocol):
    """Where bank vouchers are kept."""

    def get(self, voucher_id: str) -> Voucher:
        """Return the voucher. Raises `NotFound`."""
        ...

    def find_by_key(self, unit_id: str, key: str) -> Voucher | None:
        """Return the voucher of a bank and number (`ledger.keys`), None where the unit has none."""
        ...

    def find_created(self, request: RequestKey) -> Voucher | None:
        """Return the voucher that this request registered. Raises `KeyReused` where it asked for something else."""
        ...

    def was_done(self, voucher_id: str, request: RequestKey | None) -> bool:
        """Tell whether a request changed the voucher before. Raises `NotFound`, `KeyReused`."""
        ...

    def list_holding(self, filing_id: str) -> tuple[Voucher, ...]:
        """Return the vouchers that an execution filing takes a share of."""
        ...

    def list_in_sight(self, actor: Actor, unit_id: str, cursor: str, limit: int) -> Page[Voucher]:
        """Return a page of the vouchers that the actor sees, of one unit where it is named, last changed first."""
        ...

    def put(self, voucher: Voucher, call: Call) -> Voucher:
        """Store a voucher at its next version. Raises `VoucherRegistered`, `StaleVersion`."""
        ...


class Rows(Protocol):
    """Rows of long lists in sealed segments, each written once."""

    def write(self, filing: Filing, rows: Sequence[RowValues]) -> Segment:
        """Seal rows as a new segment of the filing's unit."""
        ...

    def read(self, filing: Filing, segment: Segment) -> tuple[RowValues, ...]:
        """Return the rows of a segment. Raises `SealBroken` where they are not what was written."""
        ...


class Imports(Protocol):
    """Imports of long lists, and which worker reads which."""

    def add(self, made: Import) -> None:
        """Store a new import."""
        ...

    def get(self, import_id: str) -> Import:
        """Return the import. Raises `NotFound`."""
        ...

    def take(self, now: datetime, lease: timedelta) -> Import | None:
        """Take the oldest import that waits, or whose worker has said nothing for a lease."""
        ...

    def save(self, changed: Import) -> Import:
        """Store the next version. Raises `StaleVersion` where another worker went on with it."""
        ...


class Files(Protocol):
    """Sealed files, and their rows until a filing refers to them."""

    def receive(self, file_id: str, filing: Filing, stream: BinaryIO, limit: int) -> Received:
        """Seal and store the stream, at most `limit` bytes. Raises `TooLarge`; nothing stays then."""
        ...

    def open(self, stored: Mapping[str, object]) -> BinaryIO:
        """Return a seekable reader of the plain content."""
        ...

    def stream(self, stored: Mapping[str, object]) -> Iterator[bytes]:
        """Return the plain content, verified piece by piece."""
        ...

    def keep(self, filing: Filing, ref: FileRef) -> None:
        """Mark the file as checked and ready to be referred to."""
        ...

    def find(self, filing_id: str, file_id: str) -> FileRef | None:
        """Return a checked file that was uploaded for a filing and is not too old to be referred to."""
        ...

    def discard(self, file_id: str) -> None:
        """Remove the file and its row."""
        ...


class Decisions(Protocol):
    """Decisions of the ministry to collect under an approval that has ended."""

    def add(self, decision: CollectionDecision, call: Call) -> CollectionDecision:
        """Store a decision; a request that made one before returns that one."""
        ...

    def list_all(self) -> tuple[CollectionDecision, ...]:
        """Return all decisions, the newest first."""
        ...


class KeptTicks(Protocol):
    """What reviewers have ticked off, by version and person."""

    def get(self, filing: Filing, account_id: str) -> Ticks:
        """Return what a person has ticked off in the last version; nothing where they have not begun."""
        ...

    def save(self, filing: Filing, ticks: Ticks, at: datetime) -> Ticks:
        """Store what a person has ticked off now. Raises `StaleVersion` where another window of theirs was faster."""
        ...


class ReceiptSigner(Protocol):
    """Signs receipts."""

    def sign(self, receipt: Receipt) -> str:
        """Return the receipt as a signed JWS in its JSON form."""
        ...

    def certificates(self) -> bytes:
        """Return the public certificates by which a receipt is verified, as PEM."""
        ...


class VerifyReceipt(Protocol):
    """Verifies receipts by the public certificates."""

    def __call__(self, file: bytes) -> tuple[Receipt, str]:
        """Return the receipt of a file in either form, and who signed it. Raises `NotGenuine`."""
        ...


class ReceiptPrinter(Protocol):
    """Makes the paper receipt (报送回执)."""

    def make(self, signed: str, words: ReceiptWords) -> bytes:
        """Return the receipt that was signed as a signed PDF that carries its JSON form."""
        ...


class FormPrinter(Protocol):
    """Makes the paper form."""

    def print_form(self, edition: Edition, form: Form, content: FormContent | None = None) -> bytes:
        """Return a form as PDF, blank without content. Raises `TooLongToPrint`."""
        ...


class NewId(Protocol):
    """Makes identifiers."""

    def __call__(self) -> str:
        """Return a new one."""
        ...


T = TypeVar("T")


class Together(Protocol):
    """Changes several documents together or not at all."""

    def __call__(self, work: Callable[[Deps], T]) -> T:
        """Run `work` on the operations' deps within one transaction; it may run again, and touches the stores alone."""
        ...


@dataclass(frozen=True)
class Deps:
    """Everything that the operations use."""

    catalogue: Catalogue
    filings: Filings
    accounts: Accounts
    vouchers: Vouchers
    together: Together
    units: Units
    rows: Rows
    files: Files
    imports: Imports
    decisions: Decisions
    rates: KeptRates
    rate_terms: RateTerms
    ticks: KeptTicks
    receipts: ReceiptSigner
    verify_receipt: VerifyReceipt
    receipt_printer: ReceiptPrinter
    form_printer: FormPrinter
    scanner: Scanner
    reads: Reads
    clock: Clock
    new_id: NewId
