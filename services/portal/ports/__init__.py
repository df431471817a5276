"""What the portal needs from outside: the services, a store of sessions, a list of divisions, a clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.portal.model.answers import (
    ChangeAnswer,
    FileAnswer,
    FormValues,
    MeAnswer,
    MessageAnswer,
    MessageRow,
    RegistrationAnswer,
    RegistrationRow,
    RevisionAnswer,
    RevisionRow,
    SignInRow,
    Streamed,
)
from services.portal.model.casework import SheetAnswer, ThreadAnswer, TypedFacts
from services.portal.model.divisions import DivisionEntry
from services.portal.model.notification import (
    NoticeAnswer,
    PreferencesAnswer,
    TemplateAnswer,
    TemplateRow,
    WordingAnswer,
)
from services.portal.model.session import Account, Session
from services.portal.model.sign_in import Flow, Identified
from services.portal.ports.cases import Cases
from services.portal.ports.classification import Classes
from services.portal.ports.closings import Closings
from services.portal.ports.completeness import Completeness
from services.portal.ports.contracts import Contracts
from services.portal.ports.dashboards import Dashboards
from services.portal.ports.deliveries import Deliveries
from services.portal.ports.duplicates import Duplicates
from services.portal.ports.exchange_desk import ExchangeDesk
from services.portal.ports.filing import Filings, Survey
from services.portal.ports.filing_casework import FilingCasework, Reviewers
from services.portal.ports.mirror import Mirror
from services.portal.ports.month_end import MonthEnds
from services.portal.ports.people import Colleagues, Offices, Upkeep
from services.portal.ports.proof import Proof
from services.portal.ports.publications import Publications
from services.portal.ports.queue import ReviewQueue
from services.portal.ports.rates import Rates
from services.portal.ports.reach import Reaches
from services.portal.ports.releases import Drafts, Releases
from services.portal.ports.reliefs import Reliefs
from services.portal.ports.reminding import Reminding
from services.portal.ports.uploads import Uploads
from services.portal.ports.workbooks import Workbooks
from shared.clock import Clock


class Provider(Protocol):
    """The provider at which people sign in. Errors are those of `shared.errors`."""

    def sign_in_url(self, flow: Flow, prompt: str = "") -> str: ...

    def redeem(self, code: str, issuer: str, flow: Flow) -> Identified: ...

    def refresh(self, refresh_token: str, account: Account) -> Identified: ...

    def sign_out(self, refresh_token: str) -> None: ...

    def sign_out_url(self) -> str: ...

    def account_url(self) -> str:
        """Return where the provider keeps pages of one's account; empty for one that isn't our identity."""
        ...

    def ping(self) -> None: ...


class Identity(Protocol):
    """The identity service. Errors are those of `shared.errors`; `address` is that of the browser, for its limits."""

    def start_signup(self, details: Mapping[str, str], address: str) -> str: ...

    def activate(self, signup_id: str, code: str, password: str, address: str) -> str: ...

    def me(self, token: str) -> MeAnswer: ...

    def check_sign_in(self, token: str) -> None:
        """Return where the sign-in goes on and its right is in force, at our own provider. Raises `NotAuthenticated`."""
        ...

    def sessions(self, token: str) -> list[SignInRow]: ...

    def end_session(self, token: str, sign_in_id: str) -> None: ...

    def end_other_sessions(self, token: str) -> None: ...

    def ping(self) -> None: ...


class Registrations(Protocol):
    """The registration service, on behalf of the person whose access token is given."""

    def create(self, token: str, key: str) -> RegistrationAnswer: ...

    def list(
        self, token: str, state: str = "", cursor: str = "", limit: int = 20, more: Mapping[str, str] | None = None
    ) -> tuple[list[RegistrationRow], str]: ...

    def get(self, token: str, registration_id: str) -> RegistrationAnswer: ...

    def save_form(self, token: str, registration_id: str, version: int, form: FormValues) -> RegistrationAnswer: ...

    def upload(
        self, token: str, registration_id: str, slot: str, file_name: str, length: int | None, chunks: Iterable[bytes]
    ) -> FileAnswer: ...

    def set_material(
        self, token: str, registration_id: str, version: int, slot: str, files: Iterable[Mapping[str, object]]
    ) -> RegistrationAnswer: ...

    def act(
        self, token: str, registration_id: str, version: int, action: str, body: Mapping[str, object]
    ) -> RegistrationAnswer: ...

    def save_review(
        self, token: str, registration_id: str, version: int, review: Mapping[str, object]
    ) -> RegistrationAnswer: ...

    def file(self, token: str, registration_id: str, file_id: str) -> Streamed: ...

    def page(self, token: str, registration_id: str, file_id: str, page: int) -> Streamed: ...

    def text(self, token: str, registration_id: str, file_id: str) -> str: ...

    def print(self, token: str, registration_id: str) -> Streamed: ...

    def revisions(self, token: str, registration_id: str) -> Iterable[RevisionRow]: ...

    def revision(self, token: str, registration_id: str, no: int) -> RevisionAnswer: ...

    def diff(self, token: str, registration_id: str, no: int, against: int) -> Iterable[ChangeAnswer]: ...

    def ping(self) -> None: ...


class Casework(Protocol):
    """The registration service, for what goes with a review: facts, threads, decision sheets."""

    def state_facts(self, token: str, registration_id: str, version: int, facts: TypedFacts) -> RegistrationAnswer: ...

    def threads(self, token: str, registration_id: str) -> list[ThreadAnswer]: ...

    def open_thread(
        self, token: str, registration_id: str, key: str, visibility: str, pointer: str, text: str
    ) -> ThreadAnswer: ...

    def answer(self, token: str, registration_id: str, thread_id: str, key: str, text: str) -> None: ...

    def resolve(self, token: str, registration_id: str, thread_id: str, key: str, *, is_resolved: bool) -> None: ...

    def mark_read(self, token: str, registration_id: str, thread_id: str, no: int) -> None: ...

    def sheets(self, token: str, registration_id: str) -> list[SheetAnswer]: ...

    def sheet(self, token: str, registration_id: str, sheet_id: str) -> Streamed: ...

    def certificates(self, token: str) -> Streamed: ...


class Exchange(Protocol):
    """The exchange service's ledger."""

    def list(
        self, token: str, wanted: Mapping[str, str], cursor: str = "", limit: int = 20
    ) -> tuple[list[MessageRow], str]: ...

    def get(self, token: str, message_id: str) -> MessageAnswer: ...

    def resend(self, token: str, message_id: str, version: int, reason: str) -> MessageAnswer: ...

    def ping(self) -> None: ...


class Notifications(Protocol):
    """The notification service: one's inbox and preferences, the ministry's templates."""

    def list(self, token: str, cursor: str = "", limit: int = 20) -> tuple[list[NoticeAnswer], str]: ...

    def unread(self, token: str) -> int: ...

    def read(self, token: str, notice_id: str) -> None: ...

    def read_all(self, token: str) -> None: ...

    def preferences(self, token: str) -> PreferencesAnswer: ...

    def set_preferences(self, token: str, version: int, choices: Mapping[str, str]) -> None: ...

    def templates(self, token: str) -> Iterable[TemplateRow]: ...

    def template(self, token: str, key: str) -> TemplateAnswer: ...

    def preview(self, token: str, key: str, wording: WordingAnswer) -> WordingAnswer: ...

    def edit(self, token: str, key: str, version: int, wording: WordingAnswer) -> None: ...

    def discard(self, token: str, key: str, version: int) -> None: ...

    def publish(self, token: str, key: str, version: int, reason: str) -> None: ...

    def return_to(self, token: str, key: str, version: int, no: int, reason: str) -> None: ...

    def ping(self) -> None: ...


class UnreadCounts(Protocol):
    """Counts of unread notices by session, each for a few seconds, so that a page costs no request more."""

    def get(self, name: str) -> int | None: ...

    def put(self, name: str, value: int) -> None: ...

    def drop(self, name: str) -> None: ...


class Sessions(Protocol):
    """Where sessions are kept."""

    def add(self, session: Session) -> None: ...

    def find(self, identifier: str) -> Session | None: ...

    def replace(self, session: Session) -> Session:
        """Store the session as the next version. Raises `StaleVersion` where it changed since it was read."""
        ...

    def touch(self, session: Session) -> None: ...

    def claim_refresh(self, session: Session, now: datetime, until: datetime) -> bool:
        """Whether this caller alone may renew the tokens of this version until then."""
        ...

    def remove(self, identifier: str) -> None: ...

    def ping(self) -> None: ...


class Divisions(Protocol):
    """The list of administrative divisions."""

    def search(self, text: str, limit: int) -> list[tuple[str, str]]:
        """Return (code, full name) of divisions in force whose code begins with, or name holds, `text`."""
        ...

    def name_of(self, code: str) -> str:
        """Return the full name of a division, empty where the code is unknown."""
        ...

    def below(self, code: str) -> list[tuple[str, str]]:
        """Return (code, name) of the divisions in force directly below one."""
        ...

    def entry(self, code: str, on: date) -> DivisionEntry | None: ...

    def entries_below(self, code: str, on: date) -> Sequence[DivisionEntry]: ...

    def path_to(self, code: str, on: date) -> Sequence[str]: ...

    def matching(self, text: str, on: date, within: str, limit: int) -> Sequence[DivisionEntry]: ...


class Secrets(Protocol):
    """Makes values nobody can guess."""

    def new(self) -> str: ...


@dataclass(frozen=True)
class Deps:
    """Everything the routes and operations work with."""

    provider: Provider
    identity: Identity
    offices: Offices
    colleagues: Colleagues
    upkeep: Upkeep
    registrations: Registrations
    uploads: Uploads
    casework: Casework
    filing_casework: FilingCasework
    reviewers: Reviewers
    exchange: Exchange
    cases: Cases
    exchange_desk: ExchangeDesk
    proof: Proof
    filings: Filings
    survey: Survey
    workbooks: Workbooks
    month_ends: MonthEnds
    contracts: Contracts
    rates: Rates
    reliefs: Reliefs
    queue: ReviewQueue
    reminding: Reminding
    completeness: Completeness
    duplicates: Duplicates
    closings: Closings
    deliveries: Deliveries
    releases: Releases
    table_drafts: Drafts
    dashboards: Dashboards
    reaches: Reaches
    publications: Publications
    mirror: Mirror
    classes: Classes
    notifications: Notifications
    unread: UnreadCounts
    sessions: Sessions
    divisions: Divisions
    secrets: Secrets
    clock: Clock
