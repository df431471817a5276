"""The only place where the exchange's real adapters are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Patience
from services.exchange.repository import messages
from services.exchange.repository.border import JoseBorder
from services.exchange.repository.messages import MongoMessages
from services.exchange.repository.records import COLLECTION, Records
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
from shared.mongo.client import Document, connect
from shared.settings import SettingsError

INDEXES = {COLLECTION: messages.INDEXES, audit.READS: audit.INDEXES}


@dataclass(frozen=True)
class Wired:
    """The real adapters of one process."""

    deps: Deps
    client: MongoClient[Document]
    database: Database[Document]
    keyring: Keyring
    messages: MongoMessages
    verifier: Verifier

    def deps_within(self, session: ClientSession) -> Deps:
        """Return the operations' deps with reads and writes bound to a transaction."""
        return replace(self.deps, messages=self.messages.within(session))

    def checks(self) -> Mapping[str, Callable[[], object]]:
        """Return what readiness asks."""
        return {
            "mongo": lambda: self.database.command("ping"),
            "keys": lambda: self.keyring.index_key("readiness"),
        }


def build(settings: Settings) -> Wired:
    """Make everything from the settings; no server is contacted yet.

    Raises `SettingsError` where a reader is not among the peers, `KeyFileUnsafe` for a bad file of keys.
    """
    peers = read_jose_peers(settings.jose_peers_file)
    if missing := {DIRECTORY, READER} - peers.keys():
        raise SettingsError(f"TONGBAO_JOSE_PEERS_FILE has no keys of {', '.join(sorted(missing))}")
    clock = SystemClock()
    client = connect(settings.mongo_uri, "exchange")
    database = client[settings.mongo_database]
    keyring = keyring_of(database, clock, settings)
    ledger = MongoMessages(database, Records(database.name, Sealer(keyring), BlindIndex(keyring)))
    deps = Deps(
        messages=ledger,
        border=JoseBorder(read_jose_file(settings.jose_key_file, group_may_read=True), peers),
        reads=ReadRecord(database, clock),
        clock=clock,
        patience=Patience(timedelta(minutes=settings.receipt_minutes), settings.send_attempts),
    )
    return Wired(
        deps=deps,
        client=client,
        database=database,
        keyring=keyring,
        messages=ledger,
        verifier=Verifier(issuers_of(settings), clock),
    )
