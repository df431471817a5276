"""The second factor: a time-based one-time password (RFC 6238) and recovery codes for the day the device is lost."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.identity.model.accounts import STAFF_ROLES
from shared.identity.actor import Role

STEP_SECONDS = 30
DRIFT_STEPS = 1
"""A device's clock may be off by one step either way."""

RECOVERY_CODES = 10
_RECOVERY_LETTERS = 16


class FactorRule(StrEnum):
    """Whether staff must have a second factor."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class FactorState(StrEnum):
    """From the first look at the QR code to the day it is given up."""

    PENDING = "pending"
    ACTIVE = "active"
    REMOVED = "removed"


class FactorAction(StrEnum):
    """What can happen to a second factor."""

    BEGIN = "begin"
    CONFIRM = "confirm"
    REMOVE = "remove"
    RESET = "reset"
    RECOVER = "recover"


@dataclass(frozen=True)
class Factor:
    """The second factor of one account. `secret` is base32; `last_step` the newest time step whose code was used.

    `recovery` are the digests of the recovery codes that were not used yet.
    """

    account_id: str
    version: int
    state: FactorState
    secret: str
    last_step: int = 0
    recovery: frozenset[str] = frozenset()
    confirmed_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Factor({self.account_id!r}, {self.state!r}, …)"

    @property
    def is_active(self) -> bool:
        """Whether it is asked for at sign-in."""
        return self.state is FactorState.ACTIVE

    def without(self, code: str) -> Factor | None:
        """Return the factor without this recovery code; None where it is none of them."""
        digest = recovery_digest(self.account_id, code)
        found = [each for each in self.recovery if hmac.compare_digest(each, digest)]
        return replace(self, recovery=self.recovery - {digest}) if found else None


def is_needed(rule: FactorRule, role: Role) -> bool:
    """Whether a person in this role can't do without a second factor."""
    return rule is FactorRule.REQUIRED and role in STAFF_ROLES


def steps_around(now: datetime) -> tuple[int, ...]:
    """Return the time steps whose codes are taken now, oldest first."""
    current = int(now.timestamp()) // STEP_SECONDS
    return tuple(range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1))


def recovery_digest(account_id: str, code: str) -> str:
    """Return what is stored of a recovery code. Its 80 random bits need no slow hash."""
    return hashlib.sha256(f"{account_id}\n{plain_code(code)}".encode()).hexdigest()


def plain_code(code: str) -> str:
    """Return a code as it was typed without blanks and dashes, in capitals."""
    return "".join(code.split()).replace("-", "").upper()


def is_recovery_code(code: str) -> bool:
    """Whether a text has the form of a recovery code rather than of a one-time password."""
    plain = plain_code(code)
    return len(plain) == _RECOVERY_LETTERS and plain.isascii() and plain.isalnum()
