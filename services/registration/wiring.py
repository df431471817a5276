"""The only place where registration's real adapters are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from joserfc.jwk import KeySetSerialization
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.registration.ports import Deps
from services.registration.printing import WeasyPrinter
from services.registration.printing.sheets import SheetPrinter
from services.registration.repository import early, files, registrations, sheets
from services.registration.repository.files import StoredFiles
from services.registration.repository.records import COLLECTION, Records
from services.registration.repository.registrations import MongoRegistrations
from services.registration.repository.sheets import MongoSheets
from services.registration.settings import Settings
from shared import audit
from shared.audit import ReadRecord
from shared.clock import SystemClock
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
from shared.mongo.client import Document, connect
from shared.printing.signing import PdfSignature
from shared.storage.objects import SealedObjects
from shared.storage.s3 import connect as connect_s3
from shared.storage.waiting import WaitingFiles
from shared.threads import store as threads
from shared.threads.store import MongoThreads
from shared.uploads import store as uploads
from shared.uploads.store import SealedUploads

UPLOADS_PREFIX = "registration-uploads/"

INDEXES = {
    COLLECTION: registrations.INDEXES,
    early.COLLECTION: early.INDEXES,
    files.COLLECTION: files.INDEXES,
    uploads.COLLECTION: uploads.INDEXES,
    sheets.COLLECTION: sheets.INDEXES,
    threads.COLLECTION: threads.indexes_of("registration"),
    threads.SEEN: threads.SEEN_INDEXES,
    audit.READS: audit.INDEXES,
}


@dataclass(frozen=True)
class Wired:
    """The real adapters of one process."""

    deps: Deps
    client: MongoClient[Document]
    database: Database[Document]
    keyring: Keyring
    objects: SealedObjects
    registrations: MongoRegistrations
    files: StoredFiles
    uploads: SealedUploads
    sheets: MongoSheets
    own_keys: Callable[[], KeySetSerialization]
    verifier: Verifier

    @property
    def division_changes(self) -> MongoDivisionChanges:
        """The changes to the divisions that identity told."""
        return MongoDivisionChanges(self.database)

    def deps_within(self, session: ClientSession) -> Deps:
        """Return the operations' deps with reads and writes bound to a transaction."""
        return replace(
            self.deps,
            registrations=self.registrations.within(session),
            directory=self.registrations.within(session),
        )

    def checks(self) -> Mapping[str, Callable[[], object]]:
        """Return what readiness asks."""
        return {
            "mongo": lambda: self.database.command("ping"),
            "objects": self.objects.check_ready,
            "keys": lambda: self.keyring.index_key("readiness"),
        }


def build(settings: Settings) -> Wired:
    """Make everything from the settings. Nothing is contacted yet."""
    clock = SystemClock()
    client = connect(settings.mongo_uri, "registration")
    database = client[settings.mongo_database]
    keyring = keyring_of(database, clock, settings)
    sealer = Sealer(keyring)
    s3 = connect_s3(settings.s3_endpoint, settings.s3_access_key, settings.s3_secret_key)
    objects = SealedObjects(s3, settings.s3_bucket, keyring)
    stored_files = StoredFiles(WaitingFiles(database, objects, sealer, clock, files.COLLECTION, files.PREFIX))
    sealed_uploads = SealedUploads(database, objects, sealer, clock, new_id, UPLOADS_PREFIX)
    records = Records(database.name, sealer, BlindIndex(keyring))
    events = EventMaker(read_jose_peers(settings.jose_peers_file), new_id)
    kept = MongoRegistrations(database, records, events)
    kept_sheets = MongoSheets(client, database, objects, sealer, new_id)
    deps = Deps(
        registrations=kept,
        directory=kept,
        files=stored_files,
        uploads=sealed_uploads,
        scanner=scanner_at(settings.clamd),
        reads=ReadRecord(database, clock),
        printer=WeasyPrinter(clock),
        sheets=kept_sheets,
        threads=MongoThreads(database, sealer, events, "registration"),
        sheet_maker=SheetPrinter(
            PdfSignature(
                key=lambda: read_signing_key(settings.signing_key_file, group_may_read=True),
                chain=settings.signing_certificates_file.read_bytes,
            )
        ),
        print_key=lambda: keyring.index_key("print_code"),
        clock=clock,
        new_id=new_id,
    )
    return Wired(
        deps=deps,
        client=client,
        database=database,
        keyring=keyring,
        objects=objects,
        registrations=kept,
        files=stored_files,
        uploads=sealed_uploads,
        sheets=kept_sheets,
        own_keys=lambda: read_jose_file(settings.jose_key_file, group_may_read=True),
        verifier=Verifier(issuers_of(settings), clock),
    )
