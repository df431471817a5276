"""Sign-ups as documents. Until activation they are sealed under a key of the month, after it nothing is left to seal."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.identity.model.accounts import Account, AccountAction, Unit
from services.identity.model.mails import MailDue
from services.identity.model.signups import Applicant, SignUp, SignUpState, UnitRole
from services.identity.repository.accounts import MongoAccounts, MongoUnits
from services.identity.repository.indexes import SIGN_UPS
from services.identity.repository.mails import MailEvents
from services.identity.repository.vault import Vault
from shared.history import HistoryEntry
from shared.mongo.aggregates import Aggregates
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.transactions import in_transaction

_PERSONAL = ("credit_code", "unit_name", "division", "contact_person", "email", "phone")


class MongoSignUps:
    """The sign-ups; `ports.signups.SignUps`."""

    def __init__(
        self,
        client: MongoClient[Document],
        database: Database[Document],
        vault: Vault,
        mails: MailEvents,
        units: MongoUnits,
        accounts: MongoAccounts,
    ) -> None:
        self._client = client
        self._collection = database[SIGN_UPS]
        self._vault = vault
        self._mails = mails
        self._units = units
        self._accounts = accounts

    def get(self, sign_up_id: str) -> SignUp:
        """Return the sign-up. Raises `NotFound`."""
        return self._sign_up(Aggregates(self._collection).get(sign_up_id))

    def add(self, sign_up: SignUp, entry: HistoryEntry, mails: Sequence[MailDue]) -> None:
        """Store a new sign-up with the mails that it brings about."""
        events = [self._mails.event(mail, sign_up.id, entry.at) for mail in mails]
        Aggregates(self._collection).insert(sign_up.id, self._fields(sign_up, 1), entry, events)

    def save(self, sign_up: SignUp, entry: HistoryEntry) -> SignUp:
        """Store the next version. Raises `StaleVersion`."""
        return self._save(sign_up, entry, None)

    def forget_pending(self, expired_before: datetime) -> int:
        """Remove the sign-ups that were not activated by then, and return how many there were."""
        query = {
            "state": SignUpState.PENDING.value,
            "expires_at": {"$lt": expired_before},
            "outbox.id": {"$exists": False},
        }
        with unavailable_when_down():
            return self._collection.delete_many(query).deleted_count

    def activate(self, sign_up: SignUp, unit: Unit, account: Account, entry: HistoryEntry) -> None:
        """Store the sign-up's next version, the new unit and the new account, all or none.

        A transaction, since unit and account are found by values of their own that nobody else may have: without it a
        unit could be left behind that nobody can sign in for. Raises `StaleVersion`, `UnitHasAccount`,
        `UsernameTaken`.
        """
        created = HistoryEntry(entry.at, account.id, AccountAction.CREATE, None, account.state)

        def work(session: ClientSession) -> None:
            self._save(sign_up, entry, session)
            self._units.add(unit, created, session)
            self._accounts.add(account, created, session=session)

        with unavailable_when_down():
            in_transaction(self._client, work)

    def _save(self, sign_up: SignUp, entry: HistoryEntry, session: ClientSession | None) -> SignUp:
        fields = self._fields(sign_up, sign_up.version + 1)
        unset = () if "sealed" in fields else ("sealed",)
        aggregates = Aggregates(self._collection, session)
        return self._sign_up(aggregates.save(sign_up.id, sign_up.version, fields, unset, entry))

    def _fields(self, sign_up: SignUp, version: int) -> Document:
        fields: Document = {
            "state": sign_up.state.value,
            "created_at": sign_up.created_at,
            "expires_at": sign_up.expires_at,
            "tries": sign_up.tries,
        }
        if sign_up.applicant is not None:
            told = {name: getattr(sign_up.applicant, name) for name in _PERSONAL}
            sealed = told | {"role": sign_up.applicant.role.value, "code_hash": sign_up.code_hash}
            owner = f"sign_ups:{sign_up.created_at:%Y-%m}"
            fields["sealed"] = self._vault.seal(sealed, owner, SIGN_UPS, sign_up.id, version)
        return fields

    def _sign_up(self, document: Document) -> SignUp:
        opened = self._vault.open(document, SIGN_UPS) if "sealed" in document else None
        return SignUp(
            id=document["_id"],
            version=document["v"],
            state=SignUpState(document["state"]),
            created_at=document["created_at"],
            expires_at=document["expires_at"],
            tries=document["tries"],
            applicant=_applicant(opened) if opened else None,
            code_hash=opened["code_hash"] if opened else "",
        )


def _applicant(opened: Mapping[str, str]) -> Applicant:
    """Return what was told; who signed up before there was a choice is an operator."""
    role = UnitRole(opened.get("role", UnitRole.OPERATOR))
    return Applicant(**{name: opened[name] for name in _PERSONAL}, role=role)
