"""The only place where the real adapters of statistics are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.statistics.ports.deps import Deps
from services.statistics.repository import amendments, facts, partitions, releases, snapshots
from services.statistics.repository.amendments import MongoOutdated
from services.statistics.repository.cells import DuckCells
from services.statistics.repository.facts import MongoFacts
from services.statistics.repository.partitions import MongoPartitions
from services.statistics.repository.pseudonyms import Pseudonyms
from services.statistics.repository.releases import MongoReleases
from services.statistics.repository.snapshots import MongoSnapshots
from services.statistics.repository.unsealing import Unsealing
from services.statistics.settings import Settings
from services.statistics.tables.loading import load_tables
from shared import audit
from shared.audit import ReadRecord
from shared.clock import Clock, SystemClock
from shared.contracts.notification import READER as READER_OF_NOTICES
from shared.contracts.statistics import READER
from shared.crypto.jose_file import read_jose_file, read_jose_peers
from shared.crypto.keyring import Keyring
from shared.crypto.providers import keyring_of
from shared.crypto.sealing import Sealer
from shared.identity.issuers import issuers_of
from shared.identity.tokens import Verifier
from shared.ids import new_id
from shared.messaging.events import EventMaker
from shared.mongo.client import Document, connect
from shared.settings import SettingsError

INDEXES = {
    facts.COLLECTION: facts.INDEXES,
    **partitions.INDEXES,
    snapshots.COLLECTION: snapshots.INDEXES,
    releases.COLLECTION: releases.INDEXES,
    amendments.COLLECTION: amendments.INDEXES,
    audit.READS: audit.INDEXES,
}

LEAST_MEGABYTES = 64


@dataclass(frozen=True)
class Wired:
    """The real adapters of one process."""

    deps: Deps
    client: MongoClient[Document]
    database: Database[Document]
    keyring: Keyring
    facts: MongoFacts
    partitions: MongoPartitions
    snapshots: MongoSnapshots
    unsealing: Unsealing
    verifier: Verifier

    def deps_within(self, session: ClientSession) -> Deps:
        """Return the operations' deps with the facts bound to a transaction."""
        return replace(self.deps, facts=self.facts.within(session), snapshots=self.snapshots.within(session))

    def checks(self) -> Mapping[str, Callable[[], object]]:
        """Return what readiness asks."""
        return {
            "mongo": lambda: self.database.command("ping"),
            "keys": lambda: self.keyring.index_key("readiness"),
        }


def build(settings: Settings, clock: Clock | None = None) -> Wired:
    """Make everything from the settings, at the machine's time where no clock is given; nothing is contacted yet.

    Raises `SettingsError`, `KeyFileUnsafe` for a bad file of keys.
    """
    if settings.cells_megabytes < LEAST_MEGABYTES:
        raise SettingsError(f"TONGBAO_CELLS_MEGABYTES is less than {LEAST_MEGABYTES}")
    peers = read_jose_peers(settings.jose_peers_file)
    for reader in (READER, READER_OF_NOTICES):
        if reader not in peers:
            raise SettingsError(f"TONGBAO_JOSE_PEERS_FILE has no keys of {reader}")
    clock = clock or SystemClock()
    client = connect(settings.mongo_uri, "statistics")
    database = client[settings.mongo_database]
    keyring = keyring_of(database, clock, settings)
    sealer = Sealer(keyring)
    kept = MongoFacts(database, sealer)
    columns = MongoPartitions(client, database, sealer, kept, clock)
    frozen = MongoSnapshots(client, database, columns)
    events = EventMaker(peers, new_id)
    deps = Deps(
        facts=kept,
        partitions=columns,
        cells=DuckCells(columns, settings.cells_megabytes),
        snapshots=frozen,
        releases=MongoReleases(database, sealer, events),
        outdated=MongoOutdated(database, events),
        keys=Pseudonyms(keyring),
        tables=load_tables(),
        reads=ReadRecord(database, clock),
        clock=clock,
        new_id=new_id,
        is_sample=settings.demo,
    )
    return Wired(
        deps=deps,
        client=client,
        database=database,
        keyring=keyring,
        facts=kept,
        partitions=columns,
        snapshots=frozen,
        unsealing=Unsealing(read_jose_file(settings.jose_key_file, group_may_read=True)),
        verifier=Verifier(issuers_of(settings), clock),
    )
