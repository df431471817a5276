"""What the operations need from outside, as protocols; `wiring.py` knows the real ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.identity.model.accounts import Account, Unit
from services.identity.model.attempts import Subject
from services.identity.model.change_sets import ChangeSet
from services.identity.model.clients import Client
from services.identity.model.codes import Code
from services.identity.model.contacts import Sought
from services.identity.model.factors import Factor, FactorRule
from services.identity.model.grants import GrantState
from services.identity.model.invitations import Invitation
from services.identity.model.mails import MailDue
from services.identity.model.passwords import Policy
from services.identity.model.places import Place
from services.identity.model.sessions import Session
from services.identity.model.sign_ins import SignIn
from services.identity.model.signups import SignUp
from shared.clock import Clock
from shared.codes.division_changes import Meanings
from shared.codes.divisions import Level
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.identity.actor import Actor
from shared.paging import Page


@dataclass(frozen=True)
class Visitor:
    """Somebody at a browser: the address they call from, as far as the proxies can be believed.

    `agent` is what the browser calls itself; `device` the value of the cookie that stays on a device where somebody
    has signed in, empty on one that has none.
    """

    address: str
    agent: str = ""
    device: str = ""


class Accounts(Protocol):
    """Where accounts are kept. Every write is one atomic step with its history."""

    def get(self, account_id: str) -> Account:
        """Return the account. Raises `NotFound`."""
        ...

    def find_by_username(self, username: str) -> Account | None:
        """Return the account of this user name, whatever its case."""
        ...

    def find_principal(self, unit_id: str) -> Account | None:
        """Return who answers for a unit."""
        ...

    def list_of_unit(self, unit_id: str, today: date) -> Sequence[Account]:
        """Return everybody with a grant for the unit that holds on this day."""
        ...

    def list_reachable(self, sought: Sought, today: date, cursor: str, limit: int) -> Page[Account]:
        """Return a page of active accounts with a grant as it is sought that holds on this day, newest first."""
        ...

    def find_created(self, request: RequestKey) -> Account | None:
        """Return the account that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def add(self, account: Account, entry: HistoryEntry, mails: Sequence[MailDue] = ()) -> Account:
        """Store a new account. Raises `UsernameTaken`, and `BootstrapDone` for a second one of the same key."""
        ...

    def save(
        self,
        account: Account,
        entry: HistoryEntry,
        mails: Sequence[MailDue] = (),
        *,
        keep_administrator: bool = False,
    ) -> Account:
        """Store the next version with its mails.

        Raises `StaleVersion`, `PrincipalTaken`, and, with `keep_administrator`, `LastAdministrator` where no other
        active account would be left that is an administrator's today.
        """
        ...

    def list_in_places(
        self, places: frozenset[Place], state: GrantState | None, cursor: str, limit: int
    ) -> Page[Account]:
        """Return a page of accounts with a grant of one of the places, in a state or in any, newest first."""
        ...

    def count_over(self, division: str, today: date) -> int:
        """Return how many accounts have a grant over a division that holds today or may come to hold."""
        ...

    def count_administrators(self, today: date, now: datetime) -> int:
        """Return how many can act as administrators: active, in force, and with a password that has not lapsed."""
        ...


class ChangeSets(Protocol):
    """Where sets of changes to the divisions are kept. Every write is one atomic step with its history and event."""

    def get(self, change_set_id: str) -> ChangeSet:
        """Return the set. Raises `NotFound`."""
        ...

    def find_created(self, request: RequestKey) -> ChangeSet | None:
        """Return the set that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def list_all(self, cursor: str, limit: int) -> Page[ChangeSet]:
        """Return a page of sets, newest first."""
        ...

    def add(self, change_set: ChangeSet, entry: HistoryEntry) -> ChangeSet:
        """Store a new set."""
        ...

    def save(self, change_set: ChangeSet, entry: HistoryEntry) -> ChangeSet:
        """Store the next version; where it was confirmed, with the event. Raises `StaleVersion`."""
        ...


class Units(Protocol):
    """Where units are kept."""

    def get(self, unit_id: str) -> Unit:
        """Return the unit. Raises `NotFound`."""
        ...

    def find_by_credit_code(self, credit_code: str) -> Unit | None:
        """Return the unit of this credit code."""
        ...

    def count_in(self, division: str) -> int:
        """Return how many units have their place in a division."""
        ...


class SignUps(Protocol):
    """Where sign-ups are kept. Every write is one atomic step with its history and its mails."""

    def get(self, sign_up_id: str) -> SignUp:
        """Return the sign-up. Raises `NotFound`."""
        ...

    def add(self, sign_up: SignUp, entry: HistoryEntry, mails: Sequence[MailDue]) -> None:
        """Store a new sign-up with the mails that it brings about."""
        ...

    def save(self, sign_up: SignUp, entry: HistoryEntry) -> SignUp:
        """Store the next version. Raises `StaleVersion`."""
        ...

    def forget_pending(self, expired_before: datetime) -> int:
        """Remove the sign-ups that were not activated by then, and return how many there were."""
        ...

    def activate(self, sign_up: SignUp, unit: Unit, account: Account, entry: HistoryEntry) -> None:
        """Store the sign-up's next version, the new unit and the new account, all or none.

        Raises `StaleVersion`, `UnitHasAccount`, `UsernameTaken`.
        """
        ...


@dataclass(frozen=True)
class Change:
    """An account as it shall be stored, the act that made it so, and the mails that come of it."""

    account: Account
    entry: HistoryEntry
    mails: Sequence[MailDue]
    is_new: bool = False


class Invitations(Protocol):
    """Where invitations are kept. Every write is one atomic step with its history and its mails."""

    def get(self, invitation_id: str) -> Invitation:
        """Return the invitation. Raises `NotFound`."""
        ...

    def find_created(self, request: RequestKey) -> Invitation | None:
        """Return the invitation that this request made. Raises `KeyReused` where it asked for something else."""
        ...

    def find_recovery(self, unit_id: str, now: datetime) -> Invitation | None:
        """Return the recovery of a unit that waits for a second person or for an answer."""
        ...

    def list_open(self, unit_id: str, now: datetime) -> Sequence[Invitation]:
        """Return a unit's own invitations that wait for an answer, oldest first."""
        ...

    def list_for(self, account_id: str, addresses: Sequence[str], now: datetime) -> Sequence[Invitation]:
        """Return what was offered to an account or sent to its addresses and waits for an answer, oldest first."""
        ...

    def list_recoveries(self, divisions: Sequence[str], cursor: str, limit: int) -> Page[Invitation]:
        """Return a page of the recoveries of some divisions, newest first."""
        ...

    def add(self, invitation: Invitation, entry: HistoryEntry, mails: Sequence[MailDue]) -> Invitation:
        """Store a new invitation with its mails."""
        ...

    def save(self, invitation: Invitation, entry: HistoryEntry, mails: Sequence[MailDue] = ()) -> Invitation:
        """Store the next version with its mails. Raises `StaleVersion`."""
        ...

    def accept(self, invitation: Invitation, entry: HistoryEntry, changes: Sequence[Change]) -> None:
        """Store the invitation's next version and the accounts, in this order, all or none.

        Raises `StaleVersion`, `UsernameTaken`, `PrincipalTaken`.
        """
        ...


class Sessions(Protocol):
    """Where sessions are kept."""

    def find(self, session_id: str) -> Session | None:
        """Return the session."""
        ...

    def add(self, session: Session) -> None:
        """Store a new session."""
        ...

    def save(self, session: Session) -> None:
        """Store the next version. Raises `StaleVersion`."""
        ...


class SignIns(Protocol):
    """Where the sign-ins at browsers are kept."""

    def find(self, sign_in_id: str) -> SignIn | None:
        """Return the sign-in."""
        ...

    def find_by_cookie(self, cookie: str) -> SignIn | None:
        """Return the sign-in of a cookie's digest."""
        ...

    def add(self, sign_in: SignIn) -> None:
        """Store a new sign-in."""
        ...

    def save(self, sign_in: SignIn) -> SignIn:
        """Store the next version. Raises `StaleVersion`."""
        ...

    def touch(self, sign_in_id: str, at: datetime) -> None:
        """Note that the sign-in was used."""
        ...

    def end(self, sign_in_id: str) -> None:
        """End a sign-in, whoever else works on it."""
        ...

    def list_of_account(self, account_id: str, since: datetime) -> Sequence[SignIn]:
        """Return the sign-ins of an account that were used since then and not ended, newest first."""
        ...


class Codes(Protocol):
    """Where authorization codes are kept, by their digests."""

    def add(self, code: Code) -> None:
        """Store a new code."""
        ...

    def find(self, digest: str) -> Code | None:
        """Return the code."""
        ...

    def claim(self, digest: str, session_id: str, now: datetime) -> bool:
        """Whether this caller alone may use the code, for this session; nobody else may from now on."""
        ...

    def mark_replayed(self, digest: str) -> None:
        """Remember that the code came a second time."""
        ...


class Clients(Protocol):
    """Where the clients of the provider are kept."""

    def get(self, client_id: str) -> Client:
        """Return the client. Raises `NotFound`."""
        ...

    def find(self, client_id: str) -> Client | None:
        """Return the client."""
        ...

    def list_all(self) -> Sequence[Client]:
        """Return all clients, by their ids."""
        ...

    def add(self, client: Client, entry: HistoryEntry) -> Client:
        """Store a new client. Raises `ClientExists`."""
        ...

    def save(self, client: Client, entry: HistoryEntry) -> Client:
        """Store the next version. Raises `StaleVersion`."""
        ...


class Proofs(Protocol):
    """Remembers the proofs that clients have used."""

    def spend(self, client_id: str, proof_id: str, until: datetime) -> bool:
        """Whether this proof was not used before; it is from now on."""
        ...


class Factors(Protocol):
    """Where second factors are kept."""

    def find(self, account_id: str) -> Factor | None:
        """Return the second factor of an account."""
        ...

    def add(self, factor: Factor, entry: HistoryEntry) -> Factor:
        """Store a new one. Raises `FactorExists`."""
        ...

    def save(self, factor: Factor, entry: HistoryEntry | None) -> Factor:
        """Store the next version. Raises `StaleVersion`."""
        ...


class AttemptCounts(Protocol):
    """Counts of attempts, kept across restarts."""

    def take(self, subjects: Sequence[Subject], now: datetime) -> None:
        """Count one attempt on each subject. Raises `TooManyAttempts` where one of them is blocked."""
        ...

    def check(self, subject: Subject, now: datetime) -> None:
        """Count nothing. Raises `TooManyAttempts` where the subject is blocked."""
        ...

    def forget(self, subject: Subject) -> None:
        """Begin the count of a subject anew, after a good attempt."""
        ...

    def give_back(self, subject: Subject) -> None:
        """Take a good attempt out of the count of a subject."""
        ...

    def is_familiar(self, username: str, address: str) -> bool:
        """Whether this user name was signed in from this address not long ago."""
        ...

    def make_familiar(self, username: str, address: str, now: datetime) -> None:
        """Remember a good sign-in."""
        ...


class PasswordHashes(Protocol):
    """Slow, salted hashes."""

    def hash(self, secret: str) -> str:
        """Return the hash of a secret, with its parameters."""
        ...

    def verify(self, hash: str, secret: str) -> bool:
        """Whether the secret is the hashed one."""
        ...

    @property
    def nobody(self) -> str:
        """The hash of a secret that nobody knows, for equal work where there is no account."""
        ...


class Tokens(Protocol):
    """Signs access tokens."""

    def issue(self, actor: Actor, token_id: str, client_id: str = "", sign_in_id: str = "") -> str:
        """Return a token that stands for `actor` for a short while, with the client and sign-in that it comes from."""
        ...

    def sign(self, claims: Mapping[str, object], typ: str) -> str:
        """Return a JWT of this type over the claims."""
        ...


class Divisions(Protocol):
    """The list of administrative divisions."""

    def name_of(self, division: str) -> str | None:
        """Return the full name of a division of today; None for an unknown one."""
        ...

    def last_name_of(self, division: str) -> str:
        """Return the full name of a division of today, or of its last day before; the code where there is none."""
        ...

    def level_of(self, division: str, on: date | None = None) -> Level | None:
        """Return the level of a division on a day, or today; None for an unknown one."""
        ...

    def successors(self, division: str) -> Sequence[str]:
        """Return the divisions that have taken over from one by today; empty where it lives on."""
        ...

    def meanings(self) -> Meanings:
        """Return every meaning of every code."""
        ...

    def renew(self) -> None:
        """Look for confirmed changes now."""
        ...

    def refresh(self) -> None:
        """Look for confirmed changes where the last look is some time ago."""
        ...

    def below(self, division: str) -> Sequence[str]:
        """Return the divisions directly below one, those of today and those that ended not long ago."""
        ...


class Randomness(Protocol):
    """Makes what nobody can guess."""

    def id(self) -> str:
        """Return a new identifier."""
        ...

    def secret(self) -> str:
        """Return 256 random bits as 43 characters."""
        ...

    def code(self) -> str:
        """Return an activation code of eight digits."""
        ...

    def password(self) -> str:
        """Return a password that every policy accepts."""
        ...

    def totp_secret(self) -> str:
        """Return 160 random bits in base32."""
        ...

    def recovery_code(self) -> str:
        """Return 80 random bits in base32, in four groups."""
        ...


@dataclass(frozen=True)
class Deps:
    """Everything that the operations use."""

    accounts: Accounts
    units: Units
    sign_ups: SignUps
    invitations: Invitations
    change_sets: ChangeSets
    sessions: Sessions
    sign_ins: SignIns
    codes: Codes
    clients: Clients
    proofs: Proofs
    factors: Factors
    attempts: AttemptCounts
    hashes: PasswordHashes
    tokens: Tokens
    divisions: Divisions
    random: Randomness
    policy: Policy
    factor_rule: FactorRule
    clock: Clock
