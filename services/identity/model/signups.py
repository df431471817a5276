"""Sign-ups: what an applicant told, until the code sent by mail proves the address."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from shared.identity.actor import Role

CODE_DIGITS = 8
CODE_LIFETIME = timedelta(minutes=30)
MOST_TRIES = 5


class UnitRole(StrEnum):
    """What an applicant signs its unit up as; the values are those of the roles."""

    OPERATOR = Role.OPERATOR.value
    ENTERPRISE = Role.ENTERPRISE.value
    TRAINING_INSTITUTION = Role.TRAINING_INSTITUTION.value


class SignUpState(StrEnum):
    """How far a sign-up has come."""

    PENDING = "pending"
    ACTIVATED = "activated"


class SignUpAction(StrEnum):
    """What can happen to a sign-up."""

    START = "start"
    TRY = "try"
    ACTIVATE = "activate"


@dataclass(frozen=True)
class Applicant:
    """What the applicant told; always stored sealed."""

    credit_code: str
    unit_name: str
    division: str
    contact_person: str
    email: str
    phone: str
    role: UnitRole = UnitRole.OPERATOR

    def __repr__(self) -> str:
        return "Applicant(…)"


@dataclass(frozen=True)
class SignUp:
    """A sign-up. `applicant` and `code_hash` are gone once it is activated."""

    id: str
    version: int
    state: SignUpState
    created_at: datetime
    expires_at: datetime
    tries: int = 0
    applicant: Applicant | None = None
    code_hash: str = ""

    def __repr__(self) -> str:
        return f"SignUp(id={self.id!r}, state={self.state!r}, …)"

    def is_open(self, now: datetime) -> bool:
        """Whether a code can still be tried."""
        return self.state is SignUpState.PENDING and now < self.expires_at and self.tries < MOST_TRIES
