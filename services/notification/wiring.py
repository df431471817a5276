"""The only place where notification's real adapters are made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from joserfc.jwk import KeySetSerialization, OKPKey
from pymongo import MongoClient
from pymongo.database import Database

from services.notification.clients import IdentityContacts
from services.notification.ports import Contacts, Deps, Rhythm
from services.notification.repository import arrivals, mails, notices, preferences, settlements, templates
from services.notification.repository.arrivals import MongoArrivals
from services.notification.repository.mails import MongoMails
from services.notification.repository.notices import MongoNotices
from services.notification.repository.occasions import read_occasions
from services.notification.repository.preferences import MongoPreferences
from services.notification.repository.settlements import MongoSettlements
from services.notification.repository.templates import MongoTemplates
from services.notification.repository.unsealing import Unsealing
from services.notification.settings import Settings
from shared.clock import Clock, SystemClock
from shared.contracts.notification import READER
from shared.crypto.jose_file import read_jose_file
from shared.crypto.keyring import Keyring
from shared.crypto.providers import keyring_of
from shared.crypto.sealing import Sealer
from shared.identity.issuers import issuers_of
from shared.identity.machine import MachineTokens
from shared.identity.tokens import Verifier
from shared.mail import Mailer, SmtpMailer
from shared.mongo.client import Document, connect
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.settings import SettingsError

INDEXES = {
    arrivals.COLLECTION: arrivals.INDEXES,
    notices.COLLECTION: notices.INDEXES,
    mails.COLLECTION: mails.INDEXES,
    settlements.COLLECTION: settlements.INDEXES,
    templates.COLLECTION: AGGREGATE_INDEXES,
    preferences.COLLECTION: AGGREGATE_INDEXES,
}


@dataclass(frozen=True)
class Wired:
    """The real adapters of one process."""

    deps: Deps
    client: MongoClient[Document]
    database: Database[Document]
    keyring: Keyring
    arrivals: MongoArrivals
    settlements: MongoSettlements
    unsealing: Unsealing
    verifier: Verifier

    def checks(self) -> Mapping[str, Callable[[], object]]:
        """Return what readiness asks."""
        return {
            "mongo": lambda: self.database.command("ping"),
            "keys": lambda: self.keyring.index_key("readiness"),
        }


def build(
    settings: Settings,
    *,
    clock: Clock | None = None,
    contacts: Contacts | None = None,
    mailer: Mailer | None = None,
) -> Wired:
    """Make everything from the settings; what is given takes the place of the real one. No server is contacted yet.

    Raises `SettingsError`, `KeyFileUnsafe` for a bad file of keys, `OccasionsBroken` for a faulty table.
    """
    if not 0 <= settings.digest_hour <= 23:
        raise SettingsError("TONGBAO_DIGEST_HOUR is not an hour of the day")
    time = clock or SystemClock()
    client = connect(settings.mongo_uri, "notification")
    database = client[settings.mongo_database]
    keyring = keyring_of(database, time, settings)
    sealer = Sealer(keyring)
    keys = read_jose_file(settings.jose_key_file, group_may_read=True)
    arrived = MongoArrivals(database, sealer)
    settled = MongoSettlements(client, database)
    deps = Deps(
        occasions=read_occasions(),
        arrivals=arrived,
        notices=MongoNotices(database, sealer),
        settlements=settled,
        mails=MongoMails(client, database, sealer),
        templates=MongoTemplates(database),
        preferences=MongoPreferences(database),
        contacts=contacts or IdentityContacts(settings.identity_url, _tokens(settings, keys, time).token),
        mailer=mailer
        or SmtpMailer(settings.smtp_host, settings.smtp_port, settings.mail_from, tls=settings.smtp_tls, clock=time),
        clock=time,
        rhythm=Rhythm(settings.digest_hour, timedelta(minutes=settings.handing_minutes)),
        portal_url=settings.portal_url.rstrip("/"),
    )
    return Wired(
        deps=deps,
        client=client,
        database=database,
        keyring=keyring,
        arrivals=arrived,
        settlements=settled,
        unsealing=Unsealing(keys),
        verifier=Verifier(issuers_of(settings), time),
    )


def _tokens(settings: Settings, keys: KeySetSerialization, clock: Clock) -> MachineTokens:
    signing = next(OKPKey.import_key(key) for key in keys["keys"] if key.get("use") == "sig")
    return MachineTokens(settings.token_url, settings.issuer, READER, signing, clock)
