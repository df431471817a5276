"""Accounts and units as documents. In clear stand ids, grants, state and dates; all else is sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.identity.errors import BootstrapDone, LastAdministrator, PrincipalTaken, UnitHasAccount, UsernameTaken
from services.identity.model.accounts import Account, AccountState, Password, Person, Unit
from services.identity.model.contacts import Sought
from services.identity.model.grants import GrantState
from services.identity.model.mails import Due
from services.identity.model.places import Place
from services.identity.repository.grants import (
    grant_entry,
    grant_of,
    holding,
    in_places,
    live_over,
    principal_of,
    reasons_of,
)
from services.identity.repository.indexes import ACCOUNTS, CREDIT_CODE, GUARDS, PRINCIPAL, UNITS, USERNAME
from services.identity.repository.mails import MailEvents
from services.identity.repository.vault import Vault
from shared.clock import local_date
from shared.errors import Conflict
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.identity.actor import Role
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.transactions import in_transaction
from shared.paging import Page, decode_cursor, encode_cursor

_TAKEN: dict[str, type[Conflict]] = {
    USERNAME: UsernameTaken,
    CREDIT_CODE: UnitHasAccount,
    PRINCIPAL: PrincipalTaken,
    "created_key": BootstrapDone,
}


def taken(duplicate: Duplicate) -> Conflict:
    """Return the error for a value that another document has."""
    return _TAKEN.get(duplicate.index, Conflict)()


class MongoAccounts:
    """The accounts; `ports.accounts.Accounts`."""

    def __init__(self, database: Database[Document], vault: Vault, mails: MailEvents) -> None:
        self._collection = database[ACCOUNTS]
        self._guards = database[GUARDS]
        self._client = database.client
        self._vault = vault
        self._mails = mails

    def get(self, account_id: str) -> Account:
        """Return the account. Raises `NotFound`."""
        return self._account(Aggregates(self._collection).get(account_id))

    def find_by_username(self, username: str) -> Account | None:
        """Return the account of this user name, whatever its case."""
        return self._find({"username_index": self._vault.index(USERNAME, username)})

    def find_principal(self, unit_id: str) -> Account | None:
        """Return who answers for a unit."""
        return self._find({"principal_of": unit_id})

    def list_of_unit(self, unit_id: str, today: date) -> Sequence[Account]:
        """Return everybody with a grant for the unit that holds on this day, by id."""
        query = holding(today, unit_id=unit_id)
        return tuple(self._account(found) for found in Aggregates(self._collection).find(query, sort=[("_id", 1)]))

    def list_reachable(self, sought: Sought, today: date, cursor: str, limit: int) -> Page[Account]:
        """Return a page of active accounts with a grant as it is sought that holds on this day, newest first.

        One that is named by its id needs none.
        """
        return self._page({"state": AccountState.ACTIVE.value, **_reaching(sought, today)}, cursor, limit)

    def find_created(self, request: RequestKey) -> Account | None:
        """Return the account that this request made. Raises `KeyReused` where it asked for something else."""
        document = Aggregates(self._collection).find_created(request)
        return self._account(document) if document else None

    def add(
        self,
        account: Account,
        entry: HistoryEntry,
        mails: Sequence[Due] = (),
        *,
        session: ClientSession | None = None,
    ) -> Account:
        """Store a new account with the mails that it brings about.

        Raises `UsernameTaken`, `PrincipalTaken`, and `BootstrapDone` for a second one of the same key.
        """
        try:
            events = [self._mails.event(mail, account.id, entry.at) for mail in mails]
            Aggregates(self._collection, session).insert(account.id, self._fields(account, 1), entry, events)
        except Duplicate as error:
            raise taken(error) from None
        return replace(account, version=1, history=(entry,))

    def save(
        self,
        account: Account,
        entry: HistoryEntry,
        mails: Sequence[Due] = (),
        *,
        keep_administrator: bool = False,
    ) -> Account:
        """Store the next version with its mails.

        With `keep_administrator` the administrators are counted in the same transaction, under a row that every such
        change touches: else two of them could end one another at once. Raises `StaleVersion`, `PrincipalTaken`,
        `LastAdministrator`.
        """
        if not keep_administrator:
            return self.save_in(account, entry, mails, None)

        def work(session: ClientSession) -> Account:
            self._guards.update_one({"_id": "administrators"}, {"$inc": {"v": 1}}, upsert=True, session=session)
            saved = self.save_in(account, entry, mails, session)
            query = {"state": AccountState.ACTIVE.value, **holding(local_date(entry.at), role=Role.ADMINISTRATOR.value)}
            if self._collection.find_one(query, {"_id": 1}, session=session) is None:
                raise LastAdministrator
            return saved

        with unavailable_when_down():
            return in_transaction(self._client, work)

    def save_in(
        self, account: Account, entry: HistoryEntry, mails: Sequence[Due], session: ClientSession | None
    ) -> Account:
        """Store the next version as part of a transaction, or by itself. Raises `StaleVersion`, `PrincipalTaken`."""
        fields = self._fields(account, account.version + 1)
        unset = () if "principal_of" in fields else ("principal_of",)
        try:
            events = [self._mails.event(mail, account.id, entry.at) for mail in mails]
            saved = Aggregates(self._collection, session).save(
                account.id, account.version, fields, unset, entry, events
            )
        except Duplicate as error:
            raise taken(error) from None
        return self._account(saved)

    def list_in_places(
        self, places: frozenset[Place], state: GrantState | None, cursor: str, limit: int
    ) -> Page[Account]:
        """Return a page of accounts with a grant of one of the places, in a state or in any, newest first."""
        return self._page({"$or": in_places(places, state)}, cursor, limit)

    def count_administrators(self, today: date, now: datetime) -> int:
        """Return how many can act as administrators: active, in force, and with a password that has not lapsed."""
        usable = {"$or": [{"password_expires_at": None}, {"password_expires_at": {"$gt": now}}]}
        query = {"state": AccountState.ACTIVE.value, **holding(today, role=Role.ADMINISTRATOR.value), **usable}
        with unavailable_when_down():
            return self._collection.count_documents(query)

    def count_over(self, division: str, today: date) -> int:
        """Return how many accounts have a grant over a division that holds today or may come to hold."""
        with unavailable_when_down():
            return self._collection.count_documents(live_over(division, today))

    def _page(self, query: Document, cursor: str, limit: int) -> Page[Account]:
        after = decode_cursor(cursor, 1)
        if after is not None:
            query = {"$and": [query, {"_id": {"$lt": after[0]}}]}
        found = list(Aggregates(self._collection).find(query, sort=[("_id", -1)], limit=limit + 1))
        items = tuple(self._account(document) for document in found[:limit])
        return Page(items, encode_cursor(items[-1].id) if len(found) > limit else "")

    def _find(self, query: Document) -> Account | None:
        document = Aggregates(self._collection).find_one(query)
        return None if document is None else self._account(document)

    def _fields(self, account: Account, version: int) -> Document:
        person, password = account.person, account.password
        sealed = {
            "username": person.username,
            "display_name": person.display_name,
            "email": person.email,
            "phone": person.phone,
            "password_hash": password.hash,
            "earlier_hashes": " ".join(password.earlier),
            **reasons_of(account.grants),
        }
        units = principal_of(account.grants)
        return {
            "username_index": self._vault.index(USERNAME, person.username),
            "state": account.state.value,
            "grants": [grant_entry(grant) for grant in account.grants],
            **({"principal_of": units} if units else {}),  # an empty list would be one value, which is unique
            "valid_since": account.valid_since,
            "created_at": account.created_at,
            "password_set_at": password.set_at,
            "password_must_change": password.must_change,
            "password_expires_at": password.expires_at,
            "sealed": self._vault.seal(sealed, f"account:{account.id}", ACCOUNTS, account.id, version),
        }

    def _account(self, document: Document) -> Account:
        opened = self._vault.open(document, ACCOUNTS)
        return Account(
            id=document["_id"],
            version=document["v"],
            state=AccountState(document["state"]),
            person=Person(opened["username"], opened["display_name"], opened["email"], opened["phone"]),
            password=Password(
                opened["password_hash"],
                earlier=tuple(opened["earlier_hashes"].split()),
                set_at=document["password_set_at"],
                must_change=document["password_must_change"],
                expires_at=document["password_expires_at"],
            ),
            valid_since=document["valid_since"],
            created_at=document["created_at"],
            grants=tuple(grant_of(entry, opened) for entry in document["grants"]),
            history=history_of(document),
        )


def _reaching(sought: Sought, today: date) -> Document:
    if sought.account_id is not None:
        return {"_id": sought.account_id}
    if sought.unit_id is not None:
        return holding(today, unit_id=sought.unit_id)
    role = sought.role.value if sought.role else None
    return holding(today, role=role, division=sought.division)


class MongoUnits:
    """The units; `ports.accounts.Units`."""

    def __init__(self, database: Database[Document], vault: Vault) -> None:
        self._collection = database[UNITS]
        self._vault = vault

    def get(self, unit_id: str) -> Unit:
        """Return the unit. Raises `NotFound`."""
        return self._unit(Aggregates(self._collection).get(unit_id))

    def find_by_credit_code(self, credit_code: str) -> Unit | None:
        """Return the unit of this credit code."""
        query = {"credit_code_index": self._vault.index(CREDIT_CODE, credit_code)}
        document = Aggregates(self._collection).find_one(query)
        return None if document is None else self._unit(document)

    def add(self, unit: Unit, entry: HistoryEntry, session: ClientSession | None = None) -> None:
        """Store a new unit. Raises `UnitHasAccount`."""
        sealed = {"credit_code": unit.credit_code, "name": unit.name}
        fields = {
            "credit_code_index": self._vault.index(CREDIT_CODE, unit.credit_code),
            "division": unit.division,
            "created_at": unit.created_at,
            "sealed": self._vault.seal(sealed, unit.id, UNITS, unit.id, 1),
        }
        try:
            Aggregates(self._collection, session).insert(unit.id, fields, entry)
        except Duplicate as error:
            raise taken(error) from None

    def count_in(self, division: str) -> int:
        """Return how many units have their place in a division."""
        with unavailable_when_down():
            return self._collection.count_documents({"division": division})

    def _unit(self, document: Document) -> Unit:
        opened = self._vault.open(document, UNITS)
        return Unit(
            id=document["_id"],
            version=document["v"],
            division=document["division"],
            credit_code=opened["credit_code"],
            name=opened["name"],
            created_at=document["created_at"],
        )
