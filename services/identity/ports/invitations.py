"""Where invitations are kept, and what comes of one that is accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from services.identity.model.accounts import Account
from services.identity.model.invitations import Invitation
from services.identity.model.mails import Due
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.paging import Page


@dataclass(frozen=True)
class Change:
    """An account as it shall be stored, the act that made it so, and the mails that come of it."""

    account: Account
    entry: HistoryEntry
    mails: Sequence[Due]
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

    def add(self, invitation: Invitation, entry: HistoryEntry, mails: Sequence[Due]) -> Invitation:
        """Store a new invitation with its mails."""
        ...

    def save(self, invitation: Invitation, entry: HistoryEntry, mails: Sequence[Due] = ()) -> Invitation:
        """Store the next version with its mails. Raises `StaleVersion`."""
        ...

    def accept(self, invitation: Invitation, entry: HistoryEntry, changes: Sequence[Change]) -> None:
        """Store the invitation's next version and the accounts, in this order, all or none.

        Raises `StaleVersion`, `UsernameTaken`, `PrincipalTaken`.
        """
        ...
