"""Where sign-ups are kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.identity.model.accounts import Account, Unit
from services.identity.model.mails import MailDue
from services.identity.model.signups import SignUp
from shared.history import HistoryEntry


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
