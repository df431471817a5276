"""The only place where filing's real adapters are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from joserfc.jwk import KeySetSerialization
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.filing.classification.library import check_all
from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.known_lists import KnownLists
from services.filing.model.receipts import Receipt
from services.filing.ports.deps import Deps
from services.filing.ports.papers import VerifyReceipt
from services.filing.ports.reminding import Reminding
from services.filing.printing import FormPdf, JwsReceipts, ReceiptPdf
from services.filing.printing.blanks import BlanksOnce
from services.filing.printing.verify import verify
from services.filing.rates.terms import load_terms
from services.filing.reminding.jobs import jobs_of_filing
from services.filing.repository import (
    accounts,
    assignments,
    batches,
    closings,
    counts,
    decisions,
    duplicates,
    early,
    files,
    imports,
    likenesses,
    marks,
    period_filings,
    queries,
    queueing,
    reliefs,
    relocations,
    reminding,
    rows,
    threads,
    ticks,
    units,
    vouchers,
)
from services.filing.repository.accounts import MongoAccounts
from services.filing.repository.assignments import MongoAssignments
from services.filing.repository.batches import MongoBatches
from services.filing.repository.closings import MongoClosings
from services.filing.repository.counts import MongoCounts
from services.filing.repository.decisions import MongoDecisions
from services.filing.repository.duplicates import MongoDuplicates
from services.filing.repository.files import Evidence
from services.filing.repository.filings import MongoFilings
from services.filing.repository.imports import MongoImports
from services.filing.repository.influence import MongoMoves
from services.filing.repository.likenesses import MongoLikenesses
from services.filing.repository.marks import MongoMarks
from services.filing.repository.period_filings import MongoPeriodFilings
from services.filing.repository.queue import MongoQueue
from services.filing.repository.rates import COLLECTION as RATES
from services.filing.repository.rates import INDEXES as RATE_INDEXES
from services.filing.repository.rates import MongoRates
from services.filing.repository.records import COLLECTION, Records
from services.filing.repository.reliefs import MongoReliefs
from services.filing.repository.relocations import MongoRelocations
from services.filing.repository.reminding import MongoFilingStates, MongoReminders, MongoToldDepartments
from services.filing.repository.respondents import MongoRespondents
from services.filing.repository.rows import MongoRows
from services.filing.repository.threads import MongoFilingThreads
from services.filing.repository.ticks import MongoTicks
from services.filing.repository.units import MongoUnits
from services.filing.repository.vouchers import MongoVouchers
from services.filing.settings import Settings
from shared import audit
from shared.audit import ReadRecord
from shared.clock import Clock, SystemClock
from shared.crypto.blind_index import BlindIndex
from shared.crypto.jose_file import read_jose_file, read_jose_peers
from shared.crypto.keyring import Keyring
from shared.crypto.providers import keyring_of
from shared.crypto.sealing import Sealer
from shared.crypto.signing_file import read_signing_key
from shared.documents.scan import scanner_at
from shared.identity.division_changes import MongoDivisionChanges
from shared.identity.issuers import issuers_of
from shared.identity.tokens import Verifier
from shared.ids import new_id
from shared.messaging.events import EventMaker
from shared.mongo.client import Document, connect, unavailable_when_down
from shared.mongo.transactions import in_transaction
from shared.printing.signing import PdfSignature
from shared.scheduling import store as kept_jobs
from shared.scheduling.store import MongoBoard, MongoJobs, ServerClock
from shared.storage.objects import SealedObjects
from shared.storage.s3 import connect as connect_s3
from shared.storage.waiting import WaitingFiles
from shared.threads import store as kept_threads

INDEXES = {
    COLLECTION: (*queries.INDEXES, *queueing.INDEXES, *reminding.FILING_INDEXES, *period_filings.INDEXES),
    early.COLLECTION: early.INDEXES,
    accounts.COLLECTION: accounts.INDEXES,
    vouchers.COLLECTION: vouchers.INDEXES,
    likenesses.COLLECTION: likenesses.INDEXES,
    duplicates.COLLECTION: duplicates.INDEXES,
    units.COLLECTION: units.INDEXES,
    counts.COLLECTION: counts.INDEXES,
    rows.COLLECTION: rows.INDEXES,
    files.COLLECTION: files.INDEXES,
    imports.COLLECTION: imports.INDEXES,
    decisions.COLLECTION: decisions.INDEXES,
    reliefs.COLLECTION: reliefs.INDEXES,
    RATES: RATE_INDEXES,
    ticks.COLLECTION: ticks.INDEXES,
    kept_threads.COLLECTION: threads.INDEXES,
    kept_threads.SEEN: kept_threads.SEEN_INDEXES,
    marks.COLLECTION: marks.INDEXES,
    assignments.COLLECTION: assignments.INDEXES,
    batches.COLLECTION: batches.INDEXES,
    batches.ITEMS: batches.ITEM_INDEXES,
    closings.COLLECTION: closings.INDEXES,
    relocations.COLLECTION: relocations.INDEXES,
    closings.ROWS: closings.ROW_INDEXES,
    closings.LEFT_OUT: closings.LEFT_OUT_INDEXES,
    **reminding.INDEXES,
    kept_jobs.COLLECTION: kept_jobs.INDEXES,
    audit.READS: audit.INDEXES,
}


T = TypeVar("T")


@dataclass(frozen=True)
class Stores:
    """What changes together in a transaction."""

    client: MongoClient[Document]
    filings: MongoFilings
    units: MongoUnits
    accounts: MongoAccounts
    vouchers: MongoVouchers
    likenesses: MongoLikenesses
    duplicates: MongoDuplicates
    rates: MongoRates
    reminders: MongoReminders

    def bound(self, deps: Deps, session: ClientSession) -> Deps:
        """Return the deps with reads and writes bound to a transaction."""
        return replace(
            deps,
            filings=self.filings.within(session),
            units=self.units.within(session),
            accounts=self.accounts.within(session),
            vouchers=self.vouchers.within(session),
            likenesses=self.likenesses.within(session),
            duplicates=self.duplicates.within(session),
            rates=self.rates.within(session),
            reminding=replace(deps.reminding, records=self.reminders.within(session)),
        )

    def together(self, deps: Deps, work: Callable[[Deps], T]) -> T:
        """Run work in one transaction. Raises `Unavailable` where its outcome is unknown."""
        with unavailable_when_down():
            return in_transaction(self.client, lambda session: work(self.bound(deps, session)))


@dataclass(frozen=True)
class Wired:
    """The real adapters of one process."""

    deps: Deps
    client: MongoClient[Document]
    database: Database[Document]
    keyring: Keyring
    objects: SealedObjects
    stores: Stores
    filings: MongoFilings
    units: MongoUnits
    rows: MongoRows
    files: WaitingFiles
    imports: MongoImports
    own_keys: Callable[[], KeySetSerialization]
    verifier: Verifier

    @property
    def division_changes(self) -> MongoDivisionChanges:
        """The changes to the divisions that identity told."""
        return MongoDivisionChanges(self.database)

    def deps_within(self, session: ClientSession) -> Deps:
        """Return the operations' deps with reads and writes bound to a transaction."""
        return self.stores.bound(self.deps, session)

    def checks(self) -> Mapping[str, Callable[[], object]]:
        """Return what readiness asks."""
        return {
            "mongo": lambda: self.database.command("ping"),
            "objects": self.objects.check_ready,
            "keys": lambda: self.keyring.index_key("readiness"),
        }


def build(settings: Settings, clock: Clock | None = None) -> Wired:
    """Make everything from the settings, at the machine's time where no clock is given. Nothing is contacted yet."""
    clock = clock or SystemClock()
    client = connect(settings.mongo_uri, "filing")
    database = client[settings.mongo_database]
    keyring = keyring_of(database, clock, settings)
    sealer = Sealer(keyring)
    s3 = connect_s3(settings.s3_endpoint, settings.s3_access_key, settings.s3_secret_key)
    objects = SealedObjects(s3, settings.s3_bucket, keyring)
    waiting = WaitingFiles(database, objects, sealer, clock, files.COLLECTION, files.PREFIX)
    records = Records(database.name, sealer, BlindIndex(keyring))
    events = EventMaker(read_jose_peers(settings.jose_peers_file), new_id)
    kept = MongoFilings(database, records, events)
    kept_units = MongoUnits(database, records, events)
    stores = Stores(
        client,
        kept,
        kept_units,
        MongoAccounts(database, records),
        MongoVouchers(database, records),
        MongoLikenesses(database, records.index),
        MongoDuplicates(database, records, events),
        MongoRates(database),
        MongoReminders(database, events),
    )
    kept_imports = MongoImports(database, sealer)
    kept_rows = MongoRows(database, sealer, clock, new_id)
    receipts, receipt_printer = _receipts(settings)
    catalogue = load_catalogue(KnownLists())
    check_all(catalogue.editions)
    deps: Deps = Deps(
        catalogue=catalogue,
        filings=kept,
        accounts=stores.accounts,
        vouchers=stores.vouchers,
        likenesses=stores.likenesses,
        duplicates=stores.duplicates,
        together=lambda work: stores.together(deps, work),
        units=kept_units,
        respondents=MongoRespondents(database),
        counts=MongoCounts(database),
        rows=kept_rows,
        files=Evidence(waiting),
        imports=kept_imports,
        decisions=MongoDecisions(database),
        reliefs=MongoReliefs(database, records, events),
        reminding=Reminding(stores.reminders, MongoToldDepartments(database, events), MongoFilingStates(database)),
        jobs=MongoBoard(jobs_of_filing(), MongoJobs(database), ServerClock(database)),
        rates=stores.rates,
        rate_terms=replace(load_terms(), takes_samples=settings.demo),
        ticks=MongoTicks(database, sealer),
        threads=MongoFilingThreads(database, sealer, events),
        marks=MongoMarks(database, sealer),
        assignments=MongoAssignments(database, events),
        queue=MongoQueue(database, records),
        moves=MongoMoves(database, records),
        batches=MongoBatches(client, database, sealer),
        closings=MongoClosings(client, database, sealer, events),
        period_filings=MongoPeriodFilings(database, records),
        relocations=MongoRelocations(database, events),
        receipts=receipts,
        verify_receipt=_verifying(settings),
        receipt_printer=receipt_printer,
        form_printer=BlanksOnce(FormPdf()),
        scanner=scanner_at(settings.clamd),
        reads=ReadRecord(database, clock),
        clock=clock,
        new_id=new_id,
    )
    return Wired(
        deps=deps,
        client=client,
        database=database,
        keyring=keyring,
        objects=objects,
        stores=stores,
        filings=kept,
        units=kept_units,
        rows=kept_rows,
        files=waiting,
        imports=kept_imports,
        own_keys=lambda: read_jose_file(settings.jose_key_file, group_may_read=True),
        verifier=Verifier(issuers_of(settings), clock),
    )


def _receipts(settings: Settings) -> tuple[JwsReceipts, ReceiptPdf]:
    def key() -> bytes:
        return read_signing_key(settings.signing_key_file, group_may_read=True)

    chain = settings.signing_certificates_file.read_bytes
    receipts = JwsReceipts(key, chain)
    return receipts, ReceiptPdf(PdfSignature(key, chain))


def _verifying(settings: Settings) -> VerifyReceipt:
    def verified(file: bytes) -> tuple[Receipt, str]:
        found = verify(file, settings.signing_certificates_file.read_bytes())
        return found.receipt, found.signer

    return verified
