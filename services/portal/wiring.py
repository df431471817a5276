"""The only place where the real adapters are made."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

import boto3

from services.portal.clients.cases import HttpCases
from services.portal.clients.casework import HttpCasework
from services.portal.clients.classification import HttpClasses
from services.portal.clients.closings import HttpClosings
from services.portal.clients.colleagues import HttpColleagues
from services.portal.clients.completeness import HttpCompleteness
from services.portal.clients.contracts import HttpContracts
from services.portal.clients.dashboards import HttpDashboards
from services.portal.clients.deliveries import HttpDeliveries
from services.portal.clients.divisions import ListedDivisions
from services.portal.clients.duplicates import HttpDuplicates
from services.portal.clients.exchange import HttpExchange
from services.portal.clients.exchange_desk import HttpExchangeDesk
from services.portal.clients.filing import HttpFilings
from services.portal.clients.filing_casework import HttpFilingCasework, HttpReviewers
from services.portal.clients.http import ServiceHttp
from services.portal.clients.identity import HttpIdentity
from services.portal.clients.mirror import HttpMirror
from services.portal.clients.month_end import HttpMonthEnds
from services.portal.clients.notification import HttpNotifications
from services.portal.clients.offices import HttpOffices
from services.portal.clients.proof import HttpProof
from services.portal.clients.provider import HttpProvider, Registration
from services.portal.clients.publications import HttpPublications
from services.portal.clients.queue import HttpReviewQueue
from services.portal.clients.rates import HttpRates
from services.portal.clients.reach import HttpReaches
from services.portal.clients.registration import HttpRegistrations
from services.portal.clients.releases import HttpDrafts, HttpReleases
from services.portal.clients.reliefs import HttpReliefs
from services.portal.clients.reminding import HttpReminding
from services.portal.clients.survey import HttpSurvey
from services.portal.clients.upkeep import HttpUpkeep
from services.portal.clients.uploads import HttpUploads
from services.portal.clients.workbooks import HttpWorkbooks
from services.portal.ports import Deps
from services.portal.repository import INDEXES, MongoSessions
from services.portal.settings import Settings
from shared.clock import Clock, SystemClock
from shared.crypto.jose_file import read_jose_file
from shared.crypto.kek import AwsKmsKek, FileKek, KekProvider
from shared.crypto.kept import Kept
from shared.crypto.key_store import COLLECTION as KEYS
from shared.crypto.key_store import MongoKeyStore
from shared.crypto.keyring import Keyring
from shared.crypto.sealing import Sealer
from shared.crypto.suites import Suite
from shared.identity.assertions import assertion_fields, signing_key
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
    registration, identity = ServiceHttp(settings.registration_url), ServiceHttp(settings.identity_url)
    filing = ServiceHttp(settings.filing_url)
    exchange = ServiceHttp(settings.exchange_url)
    statistics = ServiceHttp(settings.statistics_url)
    divisions = ListedDivisions(clock)
    return Deps(
        provider=HttpProvider(_registration(settings), _proof(settings, clock), divisions.name_of, clock),
        identity=HttpIdentity(identity),
        offices=HttpOffices(identity),
        colleagues=HttpColleagues(identity),
        upkeep=HttpUpkeep(identity),
        registrations=HttpRegistrations(registration),
        uploads=HttpUploads(registration),
        casework=HttpCasework(registration),
        filing_casework=HttpFilingCasework(filing),
        reviewers=HttpReviewers(identity),
        exchange=HttpExchange(exchange),
        cases=HttpCases(exchange),
        exchange_desk=HttpExchangeDesk(exchange),
        proof=HttpProof(exchange),
        mirror=HttpMirror(exchange),
        filings=HttpFilings(filing),
        survey=HttpSurvey(filing, clock),
        workbooks=HttpWorkbooks(filing),
        month_ends=HttpMonthEnds(filing),
        contracts=HttpContracts(filing),
        rates=HttpRates(filing),
        reliefs=HttpReliefs(filing),
        queue=HttpReviewQueue(filing),
        reminding=HttpReminding(filing, {"exchange": exchange}),
        completeness=HttpCompleteness(filing),
        duplicates=HttpDuplicates(filing),
        closings=HttpClosings(filing),
        deliveries=HttpDeliveries(exchange),
        releases=HttpReleases(statistics),
        table_drafts=HttpDrafts(statistics),
        dashboards=HttpDashboards(statistics),
        reaches=HttpReaches(filing, statistics),
        publications=HttpPublications(statistics, clock),
        classes=HttpClasses(filing),
        notifications=HttpNotifications(ServiceHttp(settings.notification_url)),
        unread=Kept(clock, UNREAD_KEPT, SESSIONS_KEPT),
        sessions=MongoSessions(database, Sealer(keyring)),
        divisions=divisions,
        secrets=RandomSecrets(),
        clock=clock,
    )


def _registration(settings: Settings) -> Registration:
    return Registration(
        issuer=settings.issuer,
        client_id=settings.oidc_client_id,
        portal_url=settings.portal_url.rstrip("/"),
        algorithm=settings.oidc_algorithm,
        internal_url=settings.oidc_internal_url.rstrip("/"),
        scope=settings.oidc_scope,
        role_claim=settings.oidc_role_claim,
        unit_claim=settings.oidc_unit_claim,
        division_claim=settings.oidc_division_claim,
    )


def _proof(settings: Settings, clock: Clock) -> Callable[[], Mapping[str, str]]:
    """Return how the portal proves itself: by its own key, or by a secret. Raises `SettingsError` without either."""
    client_id, issuer = settings.oidc_client_id, settings.issuer
    if settings.jose_key_file:
        key = signing_key(read_jose_file(Path(settings.jose_key_file), group_may_read=True))
        return lambda: assertion_fields(client_id, issuer, key, clock.now())
    if settings.oidc_client_secret:
        return lambda: {"client_id": client_id, "client_secret": settings.oidc_client_secret}
    raise SettingsError("TONGBAO_JOSE_KEY_FILE or TONGBAO_OIDC_CLIENT_SECRET is missing")


def prepare(settings: Settings) -> None:
    """Make the indexes of the portal's database; doing it again does no harm."""
    database = connect(settings.mongo_uri, "tongbao-portal")[settings.mongo_database]
    ensure_indexes(database, INDEXES)
    MongoKeyStore(database[KEYS]).prepare()
