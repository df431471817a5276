"""The only place where the real adapters are made."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import boto3

from services.portal.clients.divisions import ListedDivisions
from services.portal.clients.exchange import HttpExchange
from services.portal.clients.http import ServiceHttp
from services.portal.clients.identity import HttpIdentity
from services.portal.clients.notification import HttpNotifications
from services.portal.clients.registration import HttpRegistrations
from services.portal.clients.uploads import HttpUploads
from services.portal.ports import Deps
from services.portal.repository import INDEXES, MongoSessions
from services.portal.settings import Settings
from shared.clock import SystemClock
from shared.crypto.kek import AwsKmsKek, FileKek, KekProvider
from shared.crypto.kept import Kept
from shared.crypto.key_store import COLLECTION as KEYS
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.keyring import Keyring
from shared.crypto.sealing import Sealer
from shared.crypto.suites import Suite
from shared.mongo.client import connect
from shared.mongo.indexes import ensure_indexes
from shared.settings import SettingsError

SECRET_BYTES = 32

UNREAD_KEPT = timedelta(seconds=10)
"""How long a page may show a count of unread notices that is not the newest."""

SESSIONS_KEPT = 10_000

_KEKS: Mapping[str, Callable[[Settings], KekProvider]] = {
    "file": lambda settings: FileKek(Path(settings.kek_file)),
    "aws-kms": lambda settings: AwsKmsKek(boto3.client("kms"), settings.kek_arn),
}


class RandomSecrets:
    """`ports.Secrets`: 256 random bits each."""

    def new(self) -> str:
        """Return a new secret, safe in a URL or a cookie."""
        return secrets.token_urlsafe(SECRET_BYTES)


def build_deps(settings: Settings) -> Deps:
    """Return what the pages work with. Raises `SettingsError` for an unknown driver."""
    clock = SystemClock()
    if settings.kek_provider not in _KEKS:
        raise SettingsError("TONGBAO_KEK_PROVIDER names no known provider")
    database = connect(settings.mongo_uri, "tongbao-portal")[settings.mongo_database]
    kek = _KEKS[settings.kek_provider](settings)
    keyring = Keyring(MongoKeyStore(database[KEYS]), kek, Suite.named(settings.suite), clock)
    registration = ServiceHttp(settings.registration_url)
    return Deps(
        identity=HttpIdentity(ServiceHttp(settings.identity_url)),
        registrations=HttpRegistrations(registration),
        uploads=HttpUploads(registration),
        exchange=HttpExchange(ServiceHttp(settings.exchange_url)),
        notifications=HttpNotifications(ServiceHttp(settings.notification_url)),
        unread=Kept(clock, UNREAD_KEPT, SESSIONS_KEPT),
        sessions=MongoSessions(database, Sealer(keyring)),
        divisions=ListedDivisions(clock),
        secrets=RandomSecrets(),
        clock=clock,
    )


def prepare(settings: Settings) -> None:
    """Make the indexes of the portal's database; doing it again does no harm."""
    database = connect(settings.mongo_uri, "tongbao-portal")[settings.mongo_database]
    ensure_indexes(database, INDEXES)
    MongoKeyStore(database[KEYS]).prepare()
