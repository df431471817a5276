"""What the operations need from outside, as protocols; `wiring.py` knows the real ones."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import BinaryIO, Protocol

from services.registration.form.print_code import PrintCode
from services.registration.model.facts import DirectoryRecord
from services.registration.model.materials import FileRef, Slot
from services.registration.model.registration import Registration, Revision
from services.registration.model.sheets import Sheet, SheetContent
from services.registration.model.standing import Standing
from services.registration.model.states import State
from shared.audit import Reads
from shared.calls import Call
from shared.clock import Clock
from shared.documents.scan import Scanner
from shared.idempotency import RequestKey
from shared.identity.actor import Actor
from shared.messaging.events import Outgoing
from shared.paging import Page
from shared.threads.talking import Threads
from shared.uploads.body import Readable
from shared.uploads.model import Upload
from shared.uploads.protocol import Checksum


@dataclass(frozen=True)
class Received:
    """A stored stream: `size` in bytes, `sha256` of the plain content in hex, `stored` the sealed object's record."""

    size: int
    sha256: str
    stored: Mapping[str, object]


@dataclass(frozen=True)
class Uploaded:
    """A checked file that no material refers to yet."""

    registration_id: str
    unit_id: str
    slot: Slot
    ref: FileRef


class Order(StrEnum):
    """In which order a list goes: last changed first, or by the day that is next."""

    NEWEST = "newest"
    REVIEW_DUE = "review_due"
    VALID_UNTIL = "valid_until"


@dataclass(frozen=True)
class Wanted:
    """What a list is narrowed to: a state, a standing, papers that end by a day."""

    state: State | None = None
    standing: Standing | None = None
    valid_until: date | None = None
    order: Order = Order.NEWEST


class Registrations(Protocol):
    """Where registrations are kept. Every write is one atomic step with its history and its events."""

    def get(self, registration_id: str) -> Registration:
        """Return the registration. Raises `NotFound`."""
        ...

    def find_recent(self, registration_id: str, version: int | None) -> Registration | None:
        """Return the registration at this version where this process has it at hand; by now it may have been changed."""
        ...

    def find_created(self, request: RequestKey) -> Registration | None:
        """Return the registration that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def add(self, registration: Registration, call: Call) -> Registration:
        """Store a new registration."""
        ...

    def save(self, registration: Registration, call: Call, events: Sequence[Outgoing] = ()) -> Registration:
        """Store the next version with its last history entry. Raises `StaleVersion`, `Conflict` for a taken claim."""
        ...

    def tell(self, registration: Registration, call: Call, events: Sequence[Outgoing]) -> None:
        """Tell of the registration as it is, at the time of its last change. Raises `StaleVersion`, `NotFound`."""
        ...

    def list_in_force(self) -> Iterator[str]:
        """Yield the ids of all registrations in force."""
        ...

    def list_in_sight(self, actor: Actor, wanted: Wanted, cursor: str, limit: int) -> Page[Registration]:
        """Return a page of what the actor sees and wants to see, in the order that is wanted."""
        ...

    def list_to_watch(self, today: date, limit: int) -> Sequence[str]:
        """Return the ids of registrations with which something is to be done today, the longest waiting first."""
        ...

    def others_of_the_same_code(self, registration: Registration) -> int:
        """Return how many other live registrations carry the same credit code."""
        ...

    def early_revisions(self, registration_id: str) -> tuple[Revision, ...]:
        """Return the revisions that the registration no longer carries itself, the first one first."""
        ...

    def is_claimed(self, file_id: str) -> bool:
        """Whether any registration refers to the file."""
        ...


class DirectoryRecords(Protocol):
    """What the 名录库 is known to hold of units."""

    def find_record(self, registration: Registration) -> DirectoryRecord | None:
        """Return the record of the unit that a registration names; None where it is not known to have one."""
        ...


class Files(Protocol):
    """Sealed files, and their rows until a registration refers to them."""

    def receive(self, file_id: str, registration: Registration, stream: BinaryIO, limit: int) -> Received:
        """Seal and store the stream, at most `limit` bytes. Raises `TooLarge`; nothing stays then."""
        ...

    def open(self, stored: Mapping[str, object]) -> BinaryIO:
        """Return a seekable reader of the plain content."""
        ...

    def stream(self, stored: Mapping[str, object]) -> Iterator[bytes]:
        """Return the plain content, verified piece by piece."""
        ...

    def keep(self, uploaded: Uploaded) -> None:
        """Mark the file as checked and ready to be referred to."""
        ...

    def find(self, file_id: str) -> Uploaded | None:
        """Return a checked file."""
        ...

    def discard(self, file_id: str) -> None:
        """Remove the file and its row."""
        ...


class Uploads(Protocol):
    """Files that come in several requests, sealed as far as they have arrived."""

    def begin(self, upload: Upload) -> None:
        """Put a new upload on record."""
        ...

    def get(self, upload_id: str, owner_id: str) -> Upload:
        """Return an upload. Raises `NotFound`, also for another's or an expired one."""
        ...

    def list_open(self, subject: str, owner_id: str) -> tuple[Upload, ...]:
        """Return the uploads for a thing that are not files yet."""
        ...

    def receive(self, upload: Upload, stream: Readable, checksum: Checksum | None) -> Upload:
        """Store what comes, and return the upload as far as it is then. Raises what the stream raised, afterwards."""
        ...

    def open(self, upload: Upload) -> BinaryIO:
        """Return the bytes that have arrived as one stream, to be read once."""
        ...

    def finish(self, upload: Upload, result: str) -> str:
        """Note which file was made of an upload; return the one noted first."""
        ...

    def remove(self, upload: Upload) -> None:
        """Forget an upload and all that has arrived of it."""
        ...


class Printer(Protocol):
    """Makes the paper form."""

    def registration_form(self, registration: Registration, code: PrintCode) -> bytes:
        """Return the 注册信息表 as PDF, with the code in its upper right corner."""
        ...


class SheetMaker(Protocol):
    """Makes decision sheets."""

    def make(self, content: SheetContent, number: str) -> bytes:
        """Return the sheet as a signed PDF."""
        ...

    def certificates(self) -> bytes:
        """Return the public certificates by which a sheet is verified, as PEM."""
        ...


class Sheets(Protocol):
    """Decision sheets with their numbers."""

    def number(self, sheet_id: str, unit_id: str, division: str, content: SheetContent) -> Sheet:
        """Return the sheet with this id, with the number that it has or gets now."""
        ...

    def keep(self, sheet: Sheet, pdf: bytes) -> Sheet:
        """Store the file of a sheet; of two that were made at once, the first one noted stays."""
        ...

    def list_of(self, registration_id: str) -> tuple[Sheet, ...]:
        """Return the sheets of a registration, the oldest first."""
        ...

    def stream(self, sheet: Sheet) -> Iterator[bytes]:
        """Return the content of a sheet that is ready, verified piece by piece."""
        ...


class PrintKey(Protocol):
    """Knows the secret of the codes on printed forms."""

    def __call__(self) -> bytes:
        """Return the same secret bytes for ever. Raises `Unavailable`."""
        ...


class NewId(Protocol):
    """Makes identifiers."""

    def __call__(self) -> str:
        """Return a new one."""
        ...


@dataclass(frozen=True)
class Deps:
    """Everything that the operations use."""

    registrations: Registrations
    directory: DirectoryRecords
    files: Files
    uploads: Uploads
    scanner: Scanner
    reads: Reads
    printer: Printer
    sheets: Sheets
    threads: Threads
    sheet_maker: SheetMaker
    print_key: PrintKey
    clock: Clock
    new_id: NewId
