"""What belongs to filings, in memory with the contract of the real ports: rows, files, imports, decisions, papers, reads."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import BinaryIO

from services.filing.model.decisions import CollectionDecision
from services.filing.model.evidence import FileRef
from services.filing.model.filings import Filing
from services.filing.model.imports import OPEN, Import, ImportState
from services.filing.model.rates import PublishedRate
from services.filing.model.receipts import Receipt
from services.filing.model.rows import RowValues, Segment
from services.filing.model.ticks import Ticks
from services.filing.ports.files import Received
from services.filing.rates.keeping import RateKey, WantedRates
from shared.calls import Call
from shared.errors import NotFound, StaleVersion
from shared.paging import Page


class MemoryRows:
    """Segments by id."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[RowValues, ...]] = {}

    def write(self, filing: Filing, rows: Sequence[RowValues]) -> Segment:
        """Keep rows as a new segment."""
        segment = Segment(f"s{len(self.kept)}", len(rows), "")
        self.kept[segment.id] = tuple(rows)
        return segment

    def read(self, filing: Filing, segment: Segment) -> tuple[RowValues, ...]:
        """Return the rows of a segment."""
        return self.kept[segment.id]


class MemoryFiles:
    """Files by id."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, FileRef]] = {}
        self.contents: dict[str, bytes] = {}

    def receive(self, file_id: str, filing: Filing, stream: BinaryIO, limit: int) -> Received:
        """Keep the stream."""
        self.contents[file_id] = stream.read()
        return Received(len(self.contents[file_id]), "0" * 64, {"id": file_id})

    def open(self, stored: Mapping[str, object]) -> BinaryIO:
        """Return the content."""
        return io.BytesIO(self.contents[str(stored["id"])])

    def stream(self, stored: Mapping[str, object]) -> Iterator[bytes]:
        """Return the content at once."""
        yield self.contents[str(stored["id"])]

    def keep(self, filing: Filing, ref: FileRef) -> None:
        """Mark the file as checked."""
        self.kept[ref.file_id] = (filing.id, ref)

    def find(self, filing_id: str, file_id: str) -> FileRef | None:
        """Return a checked file of a filing."""
        owner, ref = self.kept.get(file_id, ("", None))
        return ref if owner == filing_id else None

    def discard(self, file_id: str) -> None:
        """Remove the file."""
        self.contents.pop(file_id, None)
        self.kept.pop(file_id, None)


class MemoryImports:
    """Imports by id."""

    def __init__(self) -> None:
        self.kept: dict[str, Import] = {}

    def add(self, made: Import) -> None:
        """Store a new import."""
        self.kept[made.id] = made

    def get(self, import_id: str) -> Import:
        """Return the import. Raises `NotFound`."""
        if import_id not in self.kept:
            raise NotFound
        return self.kept[import_id]

    def take(self, now: datetime, lease: timedelta) -> Import | None:
        """Take the oldest open import."""
        found = next((each for each in self.kept.values() if each.state in OPEN), None)
        return self.save(replace(found, state=ImportState.RUNNING, updated_at=now)) if found else None

    def save(self, changed: Import) -> Import:
        """Store the next version."""
        self.kept[changed.id] = replace(changed, version=changed.version + 1)
        return self.kept[changed.id]


class MemoryDecisions:
    """Decisions of the ministry."""

    def __init__(self) -> None:
        self.kept: list[CollectionDecision] = []

    def add(self, decision: CollectionDecision, call: Call) -> CollectionDecision:
        """Store a decision."""
        self.kept.insert(0, decision)
        return decision

    def list_all(self) -> tuple[CollectionDecision, ...]:
        """Return all decisions."""
        return tuple(self.kept)


class MemoryTicks:
    """What was ticked off, by filing, version and person."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, int, str], Ticks] = {}

    def get(self, filing: Filing, account_id: str) -> Ticks:
        """Return what a person has ticked off."""
        key = (filing.id, filing.revision, account_id)
        return self.kept.get(key, Ticks(*key))

    def save(self, filing: Filing, ticks: Ticks, at: datetime) -> Ticks:
        """Store what a person has ticked off. Raises `StaleVersion`."""
        if self.get(filing, ticks.account_id).version != ticks.version:
            raise StaleVersion
        stored = replace(ticks, version=ticks.version + 1)
        self.kept[filing.id, ticks.revision, ticks.account_id] = stored
        return stored


@dataclass
class Papers:
    """Stands for what signs and prints; keeps what it was given."""

    receipts: list[Receipt] = field(default_factory=list)
    printed: list[object] = field(default_factory=list)

    def sign(self, receipt: Receipt) -> str:
        """Return a receipt that names its digest."""
        self.receipts.append(receipt)
        return f"signed {receipt.digest}"

    def certificates(self) -> bytes:
        """Return no certificate."""
        return b""

    def make(self, signed: str, words: object) -> bytes:
        """Return a paper."""
        return signed.encode()

    def print_form(self, edition: object, form: object, content: object = None) -> bytes:
        """Return a paper."""
        self.printed.append(content)
        return b"%PDF-"

    def __call__(self, file: bytes) -> tuple[Receipt, str]:
        """Return the last receipt."""
        return self.receipts[-1], "test"


@dataclass
class MemoryReads:
    """Who read what."""

    kept: list[tuple[str, str, str]] = field(default_factory=list)

    def record(self, call: Call, action: str, subject: str, part: str = "") -> None:
        """Keep that the caller read."""
        self.kept.append((call.actor.account_id, action, subject))


class MemoryRates:
    """Published rates by currency, day and source."""

    def __init__(self) -> None:
        self.kept: dict[RateKey, PublishedRate] = {}

    def list_between(self, currencies: Iterable[str], first: date, last: date) -> Sequence[PublishedRate]:
        """Return the rates of some currencies and days."""
        codes = set(currencies)
        return [each for each in self.kept.values() if each.currency in codes and first <= each.day <= last]

    def find_all(self, keys: Iterable[RateKey]) -> Mapping[RateKey, PublishedRate]:
        """Return the known ones."""
        return {key: self.kept[key] for key in keys if key in self.kept}

    def put(self, rates: Sequence[PublishedRate]) -> None:
        """Store rates at their next versions. Raises `StaleVersion`."""
        if any(each.version != (self.kept[each.key].version if each.key in self.kept else 0) for each in rates):
            raise StaleVersion
        self.kept |= {each.key: replace(each, version=each.version + 1) for each in rates}

    def list_wanted(self, wanted: WantedRates, cursor: str, limit: int) -> Page[PublishedRate]:
        """Return the latest rates; the pages are proven on the real store."""
        found = [each for each in self.kept.values() if wanted.currency in ("", each.currency)]
        return Page(tuple(sorted(found, key=lambda each: each.day, reverse=True)[:limit]), "")
