"""Invitations in memory, with the promises of the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from services.identity.model.accounts import Account
from services.identity.model.invitations import Invitation, InvitationKind, InvitationState
from services.identity.model.mails import Due
from services.identity.ports.invitations import Change
from shared.errors import NotFound, StaleVersion
from shared.history import HistoryEntry, was_done
from shared.idempotency import RequestKey
from shared.paging import Page
from tests.support.identity_telling import Telling


class _Accounts(Protocol):
    def add(self, account: Account, entry: HistoryEntry, mails: Sequence[Due] = ()) -> Account: ...
    def save(self, account: Account, entry: HistoryEntry, mails: Sequence[Due] = ()) -> Account: ...


class MemoryInvitations(Telling):
    def __init__(self, accounts: _Accounts) -> None:
        self.rows: dict[str, Invitation] = {}
        super().__init__()
        self._accounts = accounts

    def get(self, invitation_id: str) -> Invitation:
        if invitation_id not in self.rows:
            raise NotFound
        return self.rows[invitation_id]

    def find_created(self, request: RequestKey) -> Invitation | None:
        return next((each for each in self.rows.values() if was_done(each.history[:1], request)), None)

    def find_recovery(self, unit_id: str, now: datetime) -> Invitation | None:
        waiting = {InvitationState.PROPOSED, InvitationState.OPEN}
        return next(
            (
                each
                for each in self.rows.values()
                if (each.unit_id, each.kind) == (unit_id, InvitationKind.RECOVERY)
                and each.state in waiting
                and now < each.expires_at
            ),
            None,
        )

    def list_open(self, unit_id: str, now: datetime) -> Sequence[Invitation]:
        own = {InvitationKind.COLLEAGUE, InvitationKind.TRANSFER}
        return [each for each in self._open(now) if each.unit_id == unit_id and each.kind in own]

    def list_for(self, account_id: str, addresses: Sequence[str], now: datetime) -> Sequence[Invitation]:
        return [
            each
            for each in self._open(now)
            if each.account_id == account_id or (each.account_id is None and each.invited.email in addresses)
        ]

    def list_recoveries(self, divisions: Sequence[str], cursor: str, limit: int) -> Page[Invitation]:
        found = [
            each for each in self.rows.values() if each.kind is InvitationKind.RECOVERY and each.division in divisions
        ]
        return Page(tuple(found[:limit]))

    def add(self, invitation: Invitation, entry: HistoryEntry, mails: Sequence[Due]) -> Invitation:
        self.tell(mails)
        self.rows[invitation.id] = replace(invitation, history=(entry,))
        return self.rows[invitation.id]

    def save(self, invitation: Invitation, entry: HistoryEntry, mails: Sequence[Due] = ()) -> Invitation:
        if self.get(invitation.id).version != invitation.version:
            raise StaleVersion
        self.tell(mails)
        history = (*invitation.history, entry)
        self.rows[invitation.id] = replace(invitation, version=invitation.version + 1, history=history)
        return self.rows[invitation.id]

    def accept(self, invitation: Invitation, entry: HistoryEntry, changes: Sequence[Change]) -> None:
        self.save(invitation, entry)
        for change in changes:
            store = self._accounts.add if change.is_new else self._accounts.save
            store(change.account, change.entry, change.mails)

    def _open(self, now: datetime) -> list[Invitation]:
        return [each for each in self.rows.values() if each.state is InvitationState.OPEN and now < each.expires_at]
