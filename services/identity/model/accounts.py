"""Accounts and units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.identity.model.grants import Grant
from shared.history import HistoryEntry
from shared.identity.actor import PEOPLE, UNIT_ROLES

STAFF_ROLES = PEOPLE - UNIT_ROLES
"""Roles that the level above gives; units sign themselves up."""


class AccountState(StrEnum):
    """Whether an account may be used."""

    ACTIVE = "active"
    DISABLED = "disabled"


class AccountAction(StrEnum):
    """What can happen to an account."""

    CREATE = "create"
    CHANGE_PASSWORD = "change_password"  # noqa: S105  the name of an act
    RESET_PASSWORD = "reset_password"  # noqa: S105  the name of an act
    END_SIGN_INS = "end_sign_ins"
    RESET_FACTOR = "reset_factor"
    DISABLE = "disable"
    ENABLE = "enable"


@dataclass(frozen=True)
class Password:
    """The stored half of a password.

    `must_change` holds for a first password; `expires_at` is when an unused first password is worth nothing any more;
    `earlier` are the hashes of those before it, newest first, as many as the policy remembers.
    """

    hash: str
    set_at: datetime
    must_change: bool = False
    expires_at: datetime | None = None
    earlier: tuple[str, ...] = ()

    def __repr__(self) -> str:
        return "Password(…)"


@dataclass(frozen=True)
class Person:
    """The personal part of an account; always stored sealed."""

    username: str
    display_name: str
    email: str = ""
    phone: str = ""

    def __repr__(self) -> str:
        return "Person(…)"


@dataclass(frozen=True)
class Account:
    """A person. What they may do is the list of their grants.

    `valid_since` is when password or state last changed: sessions that began before it are over.
    """

    id: str
    version: int
    state: AccountState
    person: Person
    password: Password
    valid_since: datetime
    created_at: datetime
    grants: tuple[Grant, ...] = ()
    history: tuple[HistoryEntry, ...] = ()


@dataclass(frozen=True)
class Unit:
    """A legal person that signed up; name and credit code are always stored sealed."""

    id: str
    version: int
    division: str
    credit_code: str
    name: str
    created_at: datetime

    def __repr__(self) -> str:
        return f"Unit(id={self.id!r}, …)"
