"""Invitations as documents: ids, kind, state and dates in clear; who is invited and why is sealed for the unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.identity.model.grants import Act
from services.identity.model.invitations import (
    MOST_OPEN,
    Invitation,
    InvitationKind,
    InvitationState,
    Invited,
)
from services.identity.model.mails import Due
from services.identity.ports.invitations import Change
from services.identity.repository.accounts import MongoAccounts
from services.identity.repository.indexes import INVITATIONS, INVITED
from services.identity.repository.mails import MailEvents
from services.identity.repository.vault import Vault
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.identity.actor import Role
from shared.mongo.aggregates import Aggregates, history_of
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.pages import Newest
from shared.mongo.transactions import in_transaction
from shared.paging import Page

_SEALED = ("email", "display_name", "code_hash", "reason")
_NEWEST = Newest("asked_at")


class MongoInvitations:
    """The invitations; `ports.invitations.Invitations`."""

    def __init__(
        self,
        client: MongoClient[Document],
        database: Database[Document],
        vault: Vault,
        mails: MailEvents,
        accounts: MongoAccounts,
    ) -> None:
        self._client = client
        self._collection = database[INVITATIONS]
        self._vault = vault
        self._mails = mails
        self._accounts = accounts

    def get(self, invitation_id: str) -> Invitation:
        """Return the invitation. Raises `NotFound`."""
        return self._invitation(Aggregates(self._collection).get(invitation_id))

    def find_created(self, request: RequestKey) -> Invitation | None:
        """Return the invitation that this request made. Raises `KeyReused` where it asked for something else."""
        document = Aggregates(self._collection).find_created(request)
        return self._invitation(document) if document else None

    def find_recovery(self, unit_id: str, now: datetime) -> Invitation | None:
        """Return the recovery of a unit that waits for a second person or for an answer."""
        waiting = [InvitationState.PROPOSED.value, InvitationState.OPEN.value]
        query = {
            "unit_id": unit_id,
            "state": {"$in": waiting},
            "kind": InvitationKind.RECOVERY.value,
            "expires_at": {"$gt": now},
        }
        document = Aggregates(self._collection).find_one(query)
        return None if document is None else self._invitation(document)

    def list_open(self, unit_id: str, now: datetime) -> Sequence[Invitation]:
        """Return a unit's own invitations that wait for an answer, oldest first."""
        own = [InvitationKind.COLLEAGUE.value, InvitationKind.TRANSFER.value]
        return self._open({"unit_id": unit_id, "kind": {"$in": own}}, now)

    def list_for(self, account_id: str, addresses: Sequence[str], now: datetime) -> Sequence[Invitation]:
        """Return what was offered to an account or sent to its addresses and waits for an answer, oldest first."""
        indexes = [self._vault.index(INVITED, address) for address in addresses]
        sent: Document = {"invited_index": {"$in": indexes}, "account_id": None}
        return self._open({"$or": [{"account_id": account_id}, sent]}, now)

    def list_recoveries(self, divisions: Sequence[str], cursor: str, limit: int) -> Page[Invitation]:
        """Return a page of the recoveries of some divisions, newest first."""
        query = {"kind": InvitationKind.RECOVERY.value, "division": {"$in": list(divisions)}, **_NEWEST.after(cursor)}
        found = Aggregates(self._collection).find(query, sort=_NEWEST.sort, limit=limit + 1)
        rows, following = _NEWEST.page(found, limit)
        return Page(tuple(self._invitation(row) for row in rows), following)

    def add(self, invitation: Invitation, entry: HistoryEntry, mails: Sequence[Due]) -> Invitation:
        """Store a new invitation with its mails."""
        events = [self._mails.event(mail, invitation.id, entry.at) for mail in mails]
        Aggregates(self._collection).insert(invitation.id, self._fields(invitation, 1), entry, events)
        return self.get(invitation.id)

    def save(self, invitation: Invitation, entry: HistoryEntry, mails: Sequence[Due] = ()) -> Invitation:
        """Store the next version with its mails. Raises `StaleVersion`."""
        return self._save(invitation, entry, mails, None)

    def accept(self, invitation: Invitation, entry: HistoryEntry, changes: Sequence[Change]) -> None:
        """Store the invitation's next version and the accounts, in this order, all or none.

        A transaction, since a unit must never have two principals or none. Raises `StaleVersion`, `UsernameTaken`,
        `PrincipalTaken`.
        """

        def work(session: ClientSession) -> None:
            self._save(invitation, entry, (), session)
            for change in changes:
                if change.is_new:
                    self._accounts.add(change.account, change.entry, change.mails, session=session)
                else:
                    self._accounts.save_in(change.account, change.entry, change.mails, session)

        with unavailable_when_down():
            in_transaction(self._client, work)

    def _open(self, query: Document, now: datetime) -> Sequence[Invitation]:
        waiting = {**query, "state": InvitationState.OPEN.value, "expires_at": {"$gt": now}}
        found = Aggregates(self._collection).find(waiting, sort=[("asked_at", 1), ("_id", 1)], limit=MOST_OPEN)
        return tuple(self._invitation(document) for document in found)

    def _save(
        self, invitation: Invitation, entry: HistoryEntry, mails: Sequence[Due], session: ClientSession | None
    ) -> Invitation:
        version = invitation.version
        events = [self._mails.event(mail, invitation.id, entry.at) for mail in mails]
        fields = self._fields(invitation, version + 1)
        saved = Aggregates(self._collection, session).save(invitation.id, version, fields, (), entry, events)
        return self._invitation(saved)

    def _fields(self, invitation: Invitation, version: int) -> Document:
        sealed = {name: getattr(invitation.invited, name) for name in _SEALED}
        return {
            "kind": invitation.kind.value,
            "state": invitation.state.value,
            "unit_id": invitation.unit_id,
            "division": invitation.division,
            "role": invitation.role.value,
            "invited_index": self._vault.index(INVITED, invitation.invited.email),
            "asked_by": invitation.asked.by,
            "asked_at": invitation.asked.at,
            "expires_at": invitation.expires_at,
            "keeps_giver": invitation.keeps_giver,
            "tries": invitation.tries,
            "account_id": invitation.account_id,
            "decided": {"by": invitation.decided.by, "at": invitation.decided.at} if invitation.decided else None,
            "sealed": self._vault.seal(sealed, invitation.unit_id, INVITATIONS, invitation.id, version),
        }

    def _invitation(self, document: Mapping[str, Any]) -> Invitation:
        opened = self._vault.open(dict(document), INVITATIONS)
        decided = document["decided"]
        return Invitation(
            id=document["_id"],
            version=document["v"],
            kind=InvitationKind(document["kind"]),
            state=InvitationState(document["state"]),
            unit_id=document["unit_id"],
            division=document["division"],
            role=Role(document["role"]),
            invited=Invited(**{name: opened[name] for name in _SEALED}),
            asked=Act(document["asked_by"], document["asked_at"]),
            expires_at=document["expires_at"],
            keeps_giver=document["keeps_giver"],
            tries=document["tries"],
            account_id=document["account_id"],
            decided=Act(decided["by"], decided["at"]) if decided else None,
            history=history_of(document),
        )
