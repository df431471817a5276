"""The only place where the exchange's real adapters are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TypeVar
from weakref import WeakKeyDictionary

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.exchange.errors import JournalStuck
from services.exchange.model.jobs import JOBS
from services.exchange.model.partners import ONLY_BY_FILES, Partner, Transports
from services.exchange.operations.case_messages import FILING
from services.exchange.operations.entering import stuck_since
from services.exchange.operations.stopping import Seen
from services.exchange.ports.deps import Deps
from services.exchange.ports.directory import Directory
from services.exchange.ports.messages import Patience
from services.exchange.repository import (
    announcements,
    cases,
    controls,
    deliveries,
    inquiries,
    journal,
    messages,
    mirror,
    quality,
    reruns,
    statements,
)
from services.exchange.repository.announcements import MongoAnnouncements, MongoTroubles
from services.exchange.repository.border import JoseBorder
from services.exchange.repository.case_records import CASES, UNITS, CaseRecords
from services.exchange.repository.cases import MongoCases, MongoSurveyUnits
from services.exchange.repository.controls import MongoControls
from services.exchange.repository.crossings import ALONE
from services.exchange.repository.deliveries import sharing_of
from services.exchange.repository.inquiries import MongoFollowers, MongoInquiries, MongoLoads
from services.exchange.repository.journal import MongoJournal
from services.exchange.repository.messages import MongoMessages
from services.exchange.repository.mirror import MongoMirror, Units
from services.exchange.repository.quality import MongoQuality
from services.exchange.repository.records import COLLECTION, Records
from services.exchange.repository.reruns import MongoReruns
from services.exchange.repository.signing import JoseSigner
from services.exchange.repository.statements import MongoStatements
from services.exchange.settings import Settings
from shared import audit
from shared.audit import ReadRecord
from shared.clock import SystemClock
from shared.contracts.border import DIRECTORY
from shared.contracts.notification import READER
from shared.crypto.blind_index import BlindIndex
from shared.crypto.jose_file import read_jose_file, read_jose_peers
from shared.crypto.keyring import Keyring
from shared.crypto.providers import keyring_of
from shared.crypto.sealing import Sealer
from shared.identity.issuers import issuers_of
from shared.identity.tokens import Verifier
from shared.ids import new_id
from shared.messaging.events import EventMaker
from shared.mongo.client import Document, connect, unavailable_when_down
from shared.mongo.transactions import in_transaction
from shared.scheduling import store as kept_jobs
from shared.scheduling.store import MongoBoard, MongoJobs, ServerClock
from shared.settings import SettingsError

INDEXES = {
    COLLECTION: messages.INDEXES,
    **journal.INDEXES,
    **statements.INDEXES,
    kept_jobs.COLLECTION: kept_jobs.INDEXES,
    mirror.COLLECTION: mirror.INDEXES,
    announcements.COLLECTION: announcements.INDEXES,
    announcements.TROUBLES: announcements.TROUBLE_INDEXES,
    **inquiries.INDEXES,
    CASES: cases.INDEXES,
    UNITS: cases.UNIT_INDEXES,
    cases.REMINDERS: cases.REMINDER_INDEXES,
    quality.FINDINGS: quality.INDEXES,
    controls.COLLECTION: controls.INDEXES,
    controls.PARTNERS: controls.INDEXES,
    controls.COUNTS: controls.COUNT_INDEXES,
    reruns.COLLECTION: reruns.INDEXES,
    reruns.ITEMS: reruns.ITEM_INDEXES,
    **deliveries.INDEXES,
    audit.READS: audit.INDEXES,
}

T = TypeVar("T")

WITH_CROSSINGS = (COLLECTION, ALONE)
"""The collections whose documents hold what waits to be entered in the journal."""


@dataclass(frozen=True)
class Wired:
    """The real adapters of one process."""

    deps: Deps
    client: MongoClient[Document]
    database: Database[Document]
    keyring: Keyring
    messages: MongoMessages
    journal: MongoJournal
    statements: MongoStatements
    units: Units
    cases: MongoCases
    survey_units: MongoSurveyUnits
    verifier: Verifier
    _within: WeakKeyDictionary[ClientSession, Deps] = field(
        default_factory=WeakKeyDictionary, init=False, compare=False, repr=False
    )

    def deps_within(self, session: ClientSession) -> Deps:
        """Return the operations' deps with reads and writes bound to a transaction; the same for all that shares it.

        What stands before the routes is looked at once for all of it, and again after a fifth of a second.
        """
        known = self._within.get(session)
        if known is None:
            known = self._within[session] = self._bound_to(session)
        return known

    def _bound_to(self, session: ClientSession) -> Deps:
        return replace(
            self.deps,
            controls=Seen(self.deps.controls),
            messages=self.messages.within(session),
            journal=self.journal.within(session),
            statements=self.statements.within(session),
            directory=_directory(self.database, self.units, session),
            cases=self.cases.within(session),
            survey_units=self.survey_units.within(session),
            sharing=sharing_of(self.database, Sealer(self.keyring), session),
        )

    def together(self, work: Callable[[Deps], T]) -> T:
        """Run work in one transaction. Raises `Unavailable` where its outcome is unknown."""
        with unavailable_when_down():
            return in_transaction(self.client, lambda session: work(self.deps_within(session)))

    def checks(self) -> Mapping[str, Callable[[], object]]:
        """Return what readiness asks."""
        return {
            "mongo": lambda: self.database.command("ping"),
            "journal": self._hold_journal,
            "keys": lambda: self.keyring.index_key("readiness"),
        }

    def _hold_journal(self) -> None:
        """Return while what crosses the border is entered in the journal. Raises `JournalStuck`."""
        if stuck_since(self.deps) is not None:
            raise JournalStuck


def build(settings: Settings) -> Wired:
    """Make everything from the settings; no server is contacted yet.

    Raises `SettingsError` where a reader is not among the peers or a partner can't be reached as it is set,
    `KeyFileUnsafe` for a bad file of keys.
    """
    peers = read_jose_peers(settings.jose_peers_file)
    if missing := {DIRECTORY, READER, FILING} - peers.keys():
        raise SettingsError(f"TONGBAO_JOSE_PEERS_FILE has no keys of {', '.join(sorted(missing))}")
    clock = SystemClock()
    client = connect(settings.mongo_uri, "exchange")
    database = client[settings.mongo_database]
    keyring = keyring_of(database, clock, settings)
    units = Units(database.name, Sealer(keyring), BlindIndex(keyring))
    transports = transports_of(settings.file_partners)
    ledger = MongoMessages(database, Records(database.name, Sealer(keyring), BlindIndex(keyring)), transports)
    case_records = CaseRecords(database.name, Sealer(keyring), BlindIndex(keyring))
    kept_cases = MongoCases(database, case_records, EventMaker(peers, new_id))
    survey_units = MongoSurveyUnits(database, case_records)
    wired: Wired

    def together(work: Callable[[Deps], T]) -> T:
        return wired.together(work)

    private = read_jose_file(settings.jose_key_file, group_may_read=True)
    kept_journal = MongoJournal(database, ledger.crossings, WITH_CROSSINGS)
    kept_statements = MongoStatements(database, Sealer(keyring))
    deps = Deps(
        messages=ledger,
        border=JoseBorder(private, peers),
        journal=kept_journal,
        signer=JoseSigner(private, peers),
        statements=kept_statements,
        jobs=MongoBoard(JOBS, MongoJobs(database), ServerClock(database)),
        reads=ReadRecord(database, clock),
        clock=clock,
        patience=Patience(
            timedelta(minutes=settings.receipt_minutes), settings.send_attempts, timedelta(minutes=settings.gap_minutes)
        ),
        transports=transports,
        directory=_directory(database, units),
        controls=MongoControls(database, Sealer(keyring), clock),
        reruns=MongoReruns(client, database, Sealer(keyring)),
        cases=kept_cases,
        survey_units=survey_units,
        quality=MongoQuality(database, units, case_records),
        sharing=sharing_of(database, Sealer(keyring)),
        together=together,
    )
    wired = Wired(
        deps=deps,
        client=client,
        database=database,
        keyring=keyring,
        messages=ledger,
        journal=kept_journal,
        statements=kept_statements,
        units=units,
        cases=kept_cases,
        survey_units=survey_units,
        verifier=Verifier(issuers_of(settings), clock),
    )
    return wired


def transports_of(names: str) -> Transports:
    """Return how partners are reached where these exchange files. Raises `SettingsError` that names what can't be."""
    given = frozenset(name.strip() for name in names.split(",") if name.strip())
    if unknown := given - {partner.value for partner in Partner}:
        raise SettingsError(f"TONGBAO_FILE_PARTNERS names nobody known by {', '.join(sorted(unknown))}")
    if lacking := ONLY_BY_FILES - {Partner(name) for name in given}:
        raise SettingsError(
            f"TONGBAO_FILE_PARTNERS must name {', '.join(sorted(lacking))}: the broker has no inbox for them"
        )
    return Transports(frozenset(Partner(name) for name in given))


def _directory(database: Database[Document], units: Units, session: ClientSession | None = None) -> Directory:
    return Directory(
        mirror=MongoMirror(database, units, session),
        announcements=MongoAnnouncements(database, units, session),
        troubles=MongoTroubles(database, session),
        inquiries=MongoInquiries(database, units, session),
        loads=MongoLoads(database, units, session),
        followers=MongoFollowers(database, units, session),
    )
