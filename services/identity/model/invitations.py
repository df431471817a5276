"""Invitations: how a person comes to act for a unit, as a colleague or as the one who answers for it.

`colleague` is asked by the unit's principal, `transfer` hands the principal's place over, `recovery` is how a department
puts a new principal in the place of one who is gone; it is asked by one reviewer and confirmed by another.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.identity.model.grants import Act
from shared.history import HistoryEntry
from shared.identity.actor import Role

LIFETIME = timedelta(days=7)
MOST_TRIES = 10
MOST_OPEN = 20
"""So many invitations of one unit may be open at once."""


class InvitationKind(StrEnum):
    """What the invited person becomes."""

    COLLEAGUE = "colleague"
    TRANSFER = "transfer"
    RECOVERY = "recovery"


class InvitationState(StrEnum):
    """How far an invitation has come; one that is open ends by itself after a week."""

    PROPOSED = "proposed"
    OPEN = "open"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


class InvitationAction(StrEnum):
    """What can happen to an invitation."""

    INVITE = "invite"
    PROPOSE = "propose"
    CONFIRM = "confirm"
    REFUSE = "refuse"
    TRY = "try"
    ACCEPT = "accept"
    DECLINE = "decline"
    WITHDRAW = "withdraw"


@dataclass(frozen=True)
class Invited:
    """Who is invited, why, and the hash of the mailed code; always stored sealed."""

    email: str
    display_name: str
    code_hash: str = ""
    reason: str = ""

    def __repr__(self) -> str:
        return "Invited(…)"


@dataclass(frozen=True)
class Invitation:
    """An invitation of a unit. `keeps_giver`: after a transfer the giver goes on as a colleague.

    `account_id` is the colleague whom a transfer is offered to, and later whoever accepted.
    """

    id: str
    version: int
    kind: InvitationKind
    state: InvitationState
    unit_id: str
    division: str
    role: Role
    invited: Invited
    asked: Act
    expires_at: datetime
    keeps_giver: bool = False
    tries: int = 0
    account_id: str | None = None
    decided: Act | None = None
    history: tuple[HistoryEntry, ...] = ()

    def __repr__(self) -> str:
        return f"Invitation(id={self.id!r}, kind={self.kind!r}, state={self.state!r}, …)"

    def is_open(self, now: datetime) -> bool:
        """Whether it can still be accepted."""
        return self.state is InvitationState.OPEN and now < self.expires_at and self.tries < MOST_TRIES
