"""Who is at a browser, and where what is kept of them is: sign-ins, sessions, second factors, attempts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.identity.model.attempts import Subject
from services.identity.model.factors import Factor
from services.identity.model.sessions import Session
from services.identity.model.sign_ins import SignIn
from shared.history import HistoryEntry


@dataclass(frozen=True)
class Visitor:
    """Somebody at a browser: the address they call from, as far as the proxies can be believed.

    `agent` is what the browser calls itself; `device` the value of the cookie that stays on a device where somebody
    has signed in, empty on one that has none.
    """

    address: str
    agent: str = ""
    device: str = ""


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
