"""Where accounts and units are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from services.identity.model.accounts import Account, Unit
from services.identity.model.contacts import Sought
from services.identity.model.grants import GrantState
from services.identity.model.mails import Due
from services.identity.model.places import Place
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.paging import Page


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

    def add(self, account: Account, entry: HistoryEntry, mails: Sequence[Due] = ()) -> Account:
        """Store a new account. Raises `UsernameTaken`, and `BootstrapDone` for a second one of the same key."""
        ...

    def save(
        self,
        account: Account,
        entry: HistoryEntry,
        mails: Sequence[Due] = (),
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
