"""Bank vouchers in MongoDB: the register by which no voucher settles more than its amount."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any

import structlog
from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.filing.errors import VoucherRegistered
from services.filing.ledger.vouchers import Share, Voucher
from services.filing.ports.ledger import Listed
from services.filing.repository.records import Records
from shared.calls import Call
from shared.crypto.errors import CryptoError, KeyDestroyed
from shared.crypto.sealing import Place
from shared.crypto.structured import CONVERTER
from shared.errors import NotFound
from shared.history import was_done
from shared.idempotency import RequestKey
from shared.identity.actor import COUNTRY, UNIT_ROLES, Actor, Role
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.mongo.pages import Newest

log = structlog.get_logger()

COLLECTION = "vouchers"
NEWEST = Newest("dated_at")
_LAST = [("dated_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = (
    *AGGREGATE_INDEXES,
    IndexModel([("unit", ASCENDING), ("key", ASCENDING)], name="bank_and_number", unique=True),
    IndexModel([("unit", ASCENDING), *_LAST], name="of_unit"),
    IndexModel([("path", ASCENDING), *_LAST], name="in_sight"),
    IndexModel([("filings", ASCENDING)], name="holding"),
)


@dataclass(frozen=True)
class _Secret:
    """The confidential part of a voucher."""

    bank: str
    number: str
    total: Decimal | None
    shares: tuple[Share, ...]


class MongoVouchers:
    """The vouchers of one database."""

    def __init__(self, database: Database[Document], records: Records, session: ClientSession | None = None) -> None:
        self._database = database
        self._aggregates = Aggregates(database[COLLECTION], session)
        self._records = records

    def within(self, session: ClientSession) -> MongoVouchers:
        """Return the same vouchers, read and written within a transaction."""
        return MongoVouchers(self._database, self._records, session)

    def get(self, voucher_id: str) -> Voucher:
        """Return the voucher. Raises `NotFound`, also where the unit's key was destroyed."""
        try:
            return self._voucher(self._aggregates.get(voucher_id))
        except KeyDestroyed:
            raise NotFound from None

    def find_by_key(self, unit_id: str, key: str) -> Voucher | None:
        """Return the voucher of a bank and number, None where the unit has none."""
        return next(self._found({"unit": unit_id, "key": self._records.lookup(key)}), None) if key else None

    def find_created(self, request: RequestKey) -> Voucher | None:
        """Return the voucher that this request registered. Raises `KeyReused` where it asked for something else."""
        document = self._aggregates.find_created(request)
        return self._voucher(document) if document else None

    def was_done(self, voucher_id: str, request: RequestKey | None) -> bool:
        """Tell whether a request changed the voucher before. Raises `NotFound`, `KeyReused`."""
        return was_done(history_of(self._aggregates.get(voucher_id)), request)

    def list_holding(self, filing_id: str) -> tuple[Voucher, ...]:
        """Return the vouchers that an execution filing takes a share of."""
        return tuple(self._found({"filings": filing_id}))

    def list_in_sight(self, actor: Actor, unit_id: str, cursor: str, limit: int) -> Listed[Voucher]:
        """Return a page of the vouchers that the actor sees, of one unit where it is named, the latest day first.

        What can't be opened is left out and counted.
        """
        query: dict[str, Any] = {"unit": unit_id} if unit_id else {}
        if actor.role in UNIT_ROLES:
            query = {"unit": actor.unit_id}
        else:
            query["path"] = COUNTRY if actor.role is Role.MINISTRY else actor.division
        found = self._aggregates.find({**query, **NEWEST.after(cursor)}, sort=NEWEST.sort, limit=limit + 1)
        rows, following = NEWEST.page(found, limit)
        opened = list(self._opened(rows))
        return Listed(tuple(each for each in opened if each), following, opened.count(None))

    def put(self, voucher: Voucher, call: Call) -> Voucher:
        """Store a voucher at its next version. Raises `VoucherRegistered`, `StaleVersion`."""
        version = voucher.version + 1
        fields = self._fields(voucher, version)
        act = call.entry(voucher.updated_at, "register" if version == 1 else "change", None, None)
        try:
            if version == 1:
                self._aggregates.insert(voucher.id, fields, act)
            else:
                self._aggregates.save(voucher.id, voucher.version, fields, (), act=act, returned={"_id": 1})
        except Duplicate:
            raise VoucherRegistered from None
        return replace(voucher, version=version)

    def _fields(self, voucher: Voucher, version: int) -> Document:
        secret = _Secret(voucher.bank, voucher.number, voucher.total, voucher.shares)
        place = self._place(voucher.id, version)
        return {
            "unit": voucher.unit_id,
            "division": voucher.division,
            "path": list(voucher.path),
            "dated_at": datetime.combine(voucher.dated_on, time(), UTC),
            "updated_at": voucher.updated_at,
            "key": self._records.lookup(voucher.key),
            "filings": [share.filing_id for share in voucher.shares],
            "sealed": self._records.sealer.seal(CONVERTER.unstructure(secret), voucher.unit_id, place),
        }

    def _found(self, query: Mapping[str, Any]) -> Iterator[Voucher]:
        yield from self._readable(self._aggregates.find(query))

    def _readable(self, rows: Iterable[Document]) -> Iterator[Voucher]:
        for row in rows:
            try:
                yield self._voucher(row)
            except KeyDestroyed:
                continue

    def _opened(self, rows: Iterable[Document]) -> Iterator[Voucher | None]:
        """Yield vouchers for reading, None for each that can't be opened: one must not keep the others from being seen."""
        for row in rows:
            try:
                yield self._voucher(row)
            except KeyDestroyed:
                continue
            except CryptoError as error:
                log.error("voucher_unreadable", voucher_id=row["_id"], error=type(error).__name__)
                yield None

    def _voucher(self, row: Document) -> Voucher:
        opened = self._records.sealer.open(row["sealed"], self._place(row["_id"], row["v"]))
        secret = CONVERTER.structure(opened, _Secret)
        return Voucher(
            id=row["_id"],
            version=row["v"],
            unit_id=row["unit"],
            division=row["division"],
            path=tuple(row["path"]),
            updated_at=row["updated_at"],
            bank=secret.bank,
            number=secret.number,
            dated_on=row["dated_at"].date(),
            total=secret.total,
            shares=secret.shares,
        )

    def _place(self, voucher_id: str, version: int) -> Place:
        return Place(self._database.name, COLLECTION, voucher_id, version)
