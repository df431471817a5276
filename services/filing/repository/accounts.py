"""Accounts of contracts in MongoDB; what a contract says and what was executed on it is sealed.

They are written in the transaction of the filing that changes them, and hold nothing that filings do not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

import structlog
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

from services.filing.errors import ContractNumberTaken
from services.filing.ledger.account import Account
from services.filing.ledger.keys import SEPARATOR, normal
from services.filing.ledger.lines import Line
from services.filing.ledger.terms import ContractState, Terms
from services.filing.ports.ledger import Listed, WantedContracts
from services.filing.repository.records import Records
from services.filing.repository.respondents import ACCOUNT_INDEX
from shared.crypto.errors import CryptoError, KeyDestroyed
from shared.crypto.sealing import Place
from shared.crypto.structured import CONVERTER
from shared.errors import NotFound, StaleVersion
from shared.identity.actor import COUNTRY, UNIT_ROLES, Actor, Role
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.filling import fill_in
from shared.mongo.pages import Newest

log = structlog.get_logger()

COLLECTION = "accounts"
NEWEST = Newest("updated_at")
_OPEN = ContractState.OPEN.value
_NOT_COUNTED = "0"
"""The state of a contract that was taken back or returned before anything came into force."""
_LAST = [("updated_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = (
    IndexModel(
        [("unit", ASCENDING), ("key", ASCENDING)],
        name="number_and_part",
        unique=True,
        partialFilterExpression={"key": {"$exists": True}},
    ),
    IndexModel([("unit", ASCENDING), ("number", ASCENDING)], name="number"),
    IndexModel([("unit", ASCENDING), *_LAST], name="of_unit"),
    IndexModel([("unit", ASCENDING), ("state", ASCENDING), *_LAST], name="of_unit_in_state"),
    IndexModel([("unit", ASCENDING), ("facets", ASCENDING), *_LAST], name="of_unit_narrowed"),
    IndexModel([("sight", ASCENDING), *_LAST], name="in_sight"),
    IndexModel([("sight", ASCENDING), ("state", ASCENDING), *_LAST], name="in_state"),
    IndexModel([("lines", ASCENDING)], name="holding"),
    ACCOUNT_INDEX,
)


@dataclass(frozen=True)
class _Secret:
    """The confidential part of an account."""

    last: Terms
    in_force: Terms | None
    pending: Terms | None
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class MongoAccounts:
    """The accounts of one database."""

    database: Database[Document]
    records: Records
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoAccounts:
        """Return the same accounts, read and written within a transaction."""
        return MongoAccounts(self.database, self.records, session)

    def get(self, account_id: str) -> Account:
        """Return the account. Raises `NotFound`, also where the unit's key was destroyed."""
        found = self.find(account_id)
        if found is None:
            raise NotFound
        return found

    def find(self, account_id: str) -> Account | None:
        """Return the account, None where there is none or its unit's key was destroyed."""
        return next(self._found({"_id": account_id}, limit=1), None)

    def find_by_key(self, unit_id: str, key: str) -> Account | None:
        """Return the account of a contract number and part, None where the unit has none."""
        if not key:
            return None
        return next(self._found({"unit": unit_id, "key": self.records.lookup(key)}, limit=1), None)

    def list_holding(self, filing_id: str) -> tuple[Account, ...]:
        """Return the accounts with a line of an execution filing."""
        return tuple(self._found({"lines": filing_id}))

    def list_of_number(self, unit_id: str, number: str) -> Listed[Account]:
        """Return the accounts of all parts of a contract number, by part; what can't be opened is left out."""
        query = {"unit": unit_id, "number": self._number(unit_id, number)}
        with self._guarded():
            found = list(self._opened(self._rows.find(query, session=self.session)))
        parts = sorted((each for each in found if each), key=lambda each: each.terms.part)
        return Listed(tuple(parts), unreadable=found.count(None))

    def put(self, account: Account) -> None:
        """Store an account at its next version. Raises `ContractNumberTaken`, `StaleVersion`."""
        version = account.version + 1
        document = {"_id": account.id, "v": version, **self._fields(account, version)}
        with self._guarded():
            try:
                if not account.version:
                    self._rows.insert_one(document, session=self.session)
                    return
                query = {"_id": account.id, "v": account.version}
                done = self._rows.replace_one(query, document, session=self.session)
            except DuplicateKeyError:
                raise ContractNumberTaken from None
        if not done.matched_count:
            raise StaleVersion

    def list_in_sight(self, actor: Actor, wanted: WantedContracts, cursor: str, limit: int) -> Listed[Account]:
        """Return a page of the contracts that the actor sees and wants to see, last changed first.

        Raises `Malformed`. What can't be opened is left out and counted, and the page is shorter by it.
        """
        query = {**self._query(actor, wanted), **NEWEST.after(cursor)}
        with self._guarded():
            found = self._rows.find(query, sort=NEWEST.sort, limit=limit + 1, session=self.session)
            rows, following = NEWEST.page(found, limit)
        opened = list(self._opened(rows))
        return Listed(tuple(each for each in opened if each), following, opened.count(None))

    def each_in_sight(self, actor: Actor, wanted: WantedContracts, limit: int) -> Iterator[Account | None]:
        """Yield at most `limit` of the contracts that the actor sees and wants to see, last changed first.

        None stands for one that can't be opened.
        """
        query = self._query(actor, wanted)
        with self._guarded():
            yield from self._opened(self._rows.find(query, sort=NEWEST.sort, limit=limit, session=self.session))

    def list_open(self, unit_id: str, limit: int) -> tuple[Account, ...]:
        """Return at most `limit` contracts of a unit on which executions are to be expected, last changed first."""
        return tuple(self._found({"unit": unit_id, "state": _OPEN}, sort=NEWEST.sort, limit=limit))

    def fill_in(self) -> int:
        """Fill in from when to when contracts are open, where that was not kept when they were stored; return how many."""
        rows = self.database[COLLECTION]
        return fill_in(rows, "open_from", lambda each: _open_fields(self._account(each)), CryptoError)

    def _query(self, actor: Actor, wanted: WantedContracts) -> dict[str, Any]:
        query: dict[str, Any] = {}
        if actor.role in UNIT_ROLES:
            query["unit"] = actor.unit_id
        else:
            query["sight"] = COUNTRY if actor.role is Role.MINISTRY else actor.division
            if wanted.unit_id:
                query["unit"] = wanted.unit_id
        if wanted.state is not None:
            query["state"] = wanted.state.value
        unit_id = str(query.get("unit", ""))
        facets = [
            self._facet(unit_id, name, value)
            for name, value in (("class", wanted.business_class), ("nature", wanted.nature))
            if value and unit_id
        ]
        if facets:
            query["facets"] = {"$all": facets}
        if wanted.number and unit_id:
            query["number"] = self._number(unit_id, wanted.number)
        return query

    def _fields(self, account: Account, version: int) -> Document:
        terms, unit_id = account.terms, account.unit_id
        secret = _Secret(account.last, account.in_force, account.pending, account.lines)
        fields: Document = {
            **_open_fields(account),
            "unit": unit_id,
            "division": account.division,
            "path": list(account.path),
            "sight": list(account.path) if account.is_held else [],
            "period": account.period,
            "state": terms.state.value if account.is_held else _NOT_COUNTED,
            "updated_at": account.updated_at,
            "number": self._number(unit_id, terms.number),
            "facets": [
                self._facet(unit_id, name, value)
                for name, value in (("class", terms.business_class), ("nature", terms.nature))
                if value
            ],
            "lines": [line.filing_id for line in account.lines],
            "sealed": self.records.sealer.seal(
                CONVERTER.unstructure(secret), unit_id, self._place(account.id, version)
            ),
        }
        if account.is_held:
            fields["key"] = self.records.lookup(terms.key)
        return fields

    def _facet(self, unit_id: str, name: str, value: str) -> bytes:
        """Return the blind index of a property of contracts within a unit, so that units can't be told alike by it."""
        return self.records.index.of("contract_facet", SEPARATOR.join((unit_id, name, value)))

    def _number(self, unit_id: str, number: str) -> bytes:
        return self.records.index.of("contract_number", SEPARATOR.join((unit_id, normal(number))))

    def _found(
        self, query: Mapping[str, Any], *, sort: Sequence[tuple[str, int]] = (), limit: int = 0
    ) -> Iterator[Account]:
        with self._guarded():
            rows = self._rows.find(query, sort=list(sort) or None, limit=limit, session=self.session)
            yield from self._readable(rows)

    def _readable(self, rows: Iterable[Document]) -> Iterator[Account]:
        for row in rows:
            try:
                yield self._account(row)
            except KeyDestroyed:
                continue

    def _opened(self, rows: Iterable[Document]) -> Iterator[Account | None]:
        """Yield accounts for reading, None for each that can't be opened: one must not keep the others from being seen."""
        for row in rows:
            try:
                yield self._account(row)
            except KeyDestroyed:
                continue
            except CryptoError as error:
                log.error("account_unreadable", contract_id=row["_id"], error=type(error).__name__)
                yield None

    def _account(self, row: Document) -> Account:
        secret = CONVERTER.structure(
            self.records.sealer.open(row["sealed"], self._place(row["_id"], row["v"])), _Secret
        )
        return Account(
            id=row["_id"],
            version=row["v"],
            unit_id=row["unit"],
            division=row["division"],
            path=tuple(row["path"]),
            period=row["period"],
            updated_at=row["updated_at"],
            last=secret.last,
            in_force=secret.in_force,
            pending=secret.pending,
            lines=secret.lines,
        )

    @property
    def _rows(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]

    def _guarded(self) -> AbstractContextManager[None]:
        # Inside a transaction the driver must see its own errors to retry.
        return unavailable_when_down() if self.session is None else nullcontext()

    def _place(self, account_id: str, version: int) -> Place:
        return Place(self.database.name, COLLECTION, account_id, version)


def _open_fields(account: Account) -> Document:
    """Return in which months executions on a contract are expected; nothing of one that was taken back."""
    first, last = account.terms.open_months(account.period) if account.is_held else ("", "")
    return {"open_from": first, "open_to": last}
