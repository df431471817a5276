"""Closings in MongoDB: one document each, its snapshot's rows and the names left out in collections of their own.

In clear stay who closed which period, how far it is, ids, forms, revisions and digests: nothing of what was filed. What the
ministry said is sealed under a key of the closings, since it belongs to no unit. A step and its rows are one transaction,
so that whatever ends a worker, no row is there without the step that counts it, and none twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel, MongoClient, ReturnDocument
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.filing.errors import PeriodClosed
from services.filing.model.closings import (
    Closing,
    Difference,
    LeftOut,
    Mismatch,
    SnapshotRow,
    Stage,
    Totals,
    Verification,
    Words,
)
from services.filing.model.states import State
from shared.calls import Call
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.history import HistoryEntry
from shared.idempotency import RequestKey
from shared.identity.actor import Actor, Role
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.mongo.transactions import in_transaction

COLLECTION, ROWS, LEFT_OUT = "closings", "closing_rows", "closing_left_out"
KEY_OWNER = "closings"

INDEXES = (
    *AGGREGATE_INDEXES,
    IndexModel([("period", DESCENDING)], name="of_period", unique=True),
    IndexModel([("is_at_work", ASCENDING), ("held_until", ASCENDING)], name="at_work"),
)
ROW_INDEXES = (IndexModel([("closing", ASCENDING), ("no", ASCENDING)], name="by_number", unique=True),)
LEFT_OUT_INDEXES = (IndexModel([("closing", ASCENDING), ("filing", ASCENDING)], name="of_closing", unique=True),)


@dataclass(frozen=True)
class MongoClosings:
    """The closings of one database."""

    client: MongoClient[Document]
    database: Database[Document]
    sealer: Sealer
    events: EventMaker

    def find_created(self, request: RequestKey) -> Closing | None:
        """Return the closing that this request made. Raises `KeyReused` where it asked for something else."""
        document = self._aggregates.find_created(request)
        return self._closing(document) if document else None

    def find_any(self, periods: Iterable[str]) -> Closing | None:
        """Return the closing of any of these periods, None where none of them is closed."""
        document = self._aggregates.find_one({"period": {"$in": list(periods)}})
        return self._closing(document) if document else None

    def get(self, closing_id: str) -> Closing:
        """Return the closing. Raises `NotFound`."""
        return self._closing(self._aggregates.get(closing_id))

    def list_all(self) -> tuple[Closing, ...]:
        """Return all closings, the latest period first."""
        return tuple(map(self._closing, self._aggregates.find({}, sort=[("period", DESCENDING)])))

    def add(self, closing: Closing, call: Call) -> Closing:
        """Store a new closing; a request that made one before returns that one. Raises `PeriodClosed`."""
        fields = {**_fields(closing), **self._sealed(closing), **self._sealed_totals(closing)}
        try:
            self._aggregates.insert(closing.id, fields, closing.history[-1])
        except Duplicate:
            made = self.find_created(call.request) if call.request else None
            if made is None:
                raise PeriodClosed from None
            return made
        return closing

    def save(
        self,
        closing: Closing,
        rows: Sequence[SnapshotRow] = (),
        left_out: Sequence[LeftOut] = (),
        events: Sequence[Outgoing] = (),
        act: HistoryEntry | None = None,
    ) -> Closing:
        """Store the next version with more rows and names, all or nothing; whoever worked on it is done. Raises `StaleVersion`."""
        made = [self.events.event(each, closing.id, closing.updated_at, closing.id) for each in events]

        def stored(session: ClientSession) -> None:
            within = Aggregates(self.database[COLLECTION], session)
            fields = {**_fields(closing), **self._sealed_totals(closing)}
            within.save(closing.id, closing.version, fields, (), act=act, events=made)
            if rows:
                self.database[ROWS].insert_many([_row_document(closing.id, each) for each in rows], session=session)
            if left_out:
                named = [_left_out_document(closing.id, each) for each in left_out]
                self.database[LEFT_OUT].insert_many(named, session=session)

        with unavailable_when_down():
            in_transaction(self.client, stored)
        history = closing.history if act is None else (*closing.history, act)
        return replace(closing, version=closing.version + 1, history=history)

    def take(self, now: datetime, lease: timedelta) -> Closing | None:
        """Take a closing that nobody works on, or whose worker has said nothing for a lease; None where there is none."""
        with unavailable_when_down():
            document = self.database[COLLECTION].find_one_and_update(
                {"is_at_work": True, "held_until": {"$lte": now}},
                {"$set": {"held_until": now + lease}, "$inc": {"v": 1}},
                sort=[("held_until", ASCENDING)],
                return_document=ReturnDocument.AFTER,
            )
        return self._closing(document) if document else None

    def rows(self, closing_id: str, after: int, limit: int) -> tuple[SnapshotRow, ...]:
        """Return rows of a snapshot in their order, those behind number `after`."""
        query = {"closing": closing_id, "no": {"$gt": after}}
        with unavailable_when_down():
            return tuple(map(_row, self.database[ROWS].find(query, sort=[("no", ASCENDING)], limit=limit)))

    def left_out(self, closing_id: str, after: str, limit: int) -> tuple[LeftOut, ...]:
        """Return what a closing left out by the filings' ids, those behind `after`."""
        query = {"closing": closing_id, "filing": {"$gt": after}}
        with unavailable_when_down():
            found = self.database[LEFT_OUT].find(query, sort=[("filing", ASCENDING)], limit=limit)
            return tuple(map(_left_out, found))

    @property
    def _aggregates(self) -> Aggregates:
        return Aggregates(self.database[COLLECTION])

    def _sealed(self, closing: Closing) -> Document:
        words = CONVERTER.unstructure(closing.words)
        return {"sealed": self.sealer.seal(words, KEY_OWNER, self._place(closing.id))}

    def _sealed_totals(self, closing: Closing) -> Document:
        totals = {form: dict(sums) for form, sums in closing.totals.items()}
        return {"totals": self.sealer.seal(totals, KEY_OWNER, self._place_of_totals(closing.id, closing.rows))}

    def _totals(self, document: Document) -> Totals:
        opened: Any = self.sealer.open(  # Any: what `_sealed_totals` put in
            document["totals"], self._place_of_totals(document["_id"], document["rows"])
        )
        return {form: dict(sums) for form, sums in opened.items()}

    def _closing(self, document: Document) -> Closing:
        opened = self.sealer.open(document["sealed"], self._place(document["_id"]))
        actor, final_on = document["actor"], document["final_on"]
        return Closing(
            id=document["_id"],
            version=document["v"],
            period=document["period"],
            words=CONVERTER.structure(opened, Words),
            actor=Actor(actor["account"], Role(actor["role"]), division=actor["division"]),
            stage=Stage(document["stage"]),
            created_at=document["created_at"],
            updated_at=document["updated_at"],
            chain=document["chain"],
            total=document["total"],
            cursor=document["cursor"],
            settled=document["settled"],
            left_out=document["left_out"],
            rows=document["rows"],
            unreadable=document["unreadable"],
            counts=document["counts"],
            totals=self._totals(document),
            final_on=date.fromisoformat(final_on) if final_on else None,
            verification=_verification(document["verification"]),
            history=history_of(document),
        )

    def _place(self, closing_id: str) -> Place:
        """Return where the words stand; they are written once, whatever version the closing comes to."""
        return Place(self.database.name, COLLECTION, closing_id, 1)

    def _place_of_totals(self, closing_id: str, rows: int) -> Place:
        """Return where the sums over so many rows stand."""
        return Place(self.database.name, f"{COLLECTION}/totals", closing_id, rows + 1)


def _fields(closing: Closing) -> Document:
    """Return the fields but for what was said, which never changes; a step that is written gives up the hold."""
    actor = closing.actor
    return {
        "period": closing.period,
        "actor": {"account": actor.account_id, "role": actor.role.value, "division": actor.division},
        "stage": closing.stage.value,
        "is_at_work": closing.is_at_work,
        "held_until": closing.updated_at,
        "created_at": closing.created_at,
        "updated_at": closing.updated_at,
        "chain": closing.chain,
        "total": closing.total,
        "cursor": closing.cursor,
        "settled": closing.settled,
        "left_out": closing.left_out,
        "rows": closing.rows,
        "unreadable": dict(closing.unreadable),
        "counts": dict(closing.counts),
        "final_on": closing.final_on.isoformat() if closing.final_on else None,
        "verification": _verification_document(closing.verification),
    }


def _verification_document(verification: Verification | None) -> Document | None:
    if verification is None:
        return None
    named = [{"no": each.no, "filing": each.filing_id, "difference": each.difference} for each in verification.named]
    return {**vars(verification), "named": named}


def _verification(document: Document | None) -> Verification | None:
    if document is None:
        return None
    named = (Mismatch(each["no"], each["filing"], Difference(each["difference"])) for each in document["named"])
    return Verification(**{**document, "named": tuple(named)})


def _row_document(closing_id: str, row: SnapshotRow) -> Document:
    return {
        "_id": f"{closing_id}/{row.no}",
        "closing": closing_id,
        "no": row.no,
        "filing": row.filing_id,
        "unit": row.unit_id,
        "form": row.form,
        "period": row.period,
        "revision": row.revision,
        "digest": row.digest,
    }


def _row(document: Document) -> SnapshotRow:
    return SnapshotRow(
        no=document["no"],
        filing_id=document["filing"],
        unit_id=document["unit"],
        form=document["form"],
        period=document["period"],
        revision=document["revision"],
        digest=document["digest"],
    )


def _left_out_document(closing_id: str, each: LeftOut) -> Document:
    fields: dict[str, Any] = {**vars(each), "state": each.state.value}
    fields["filing"], fields["unit"] = fields.pop("filing_id"), fields.pop("unit_id")
    return {"_id": f"{closing_id}/{each.filing_id}", "closing": closing_id, **fields}


def _left_out(document: Document) -> LeftOut:
    names = ("form", "period", "division", "reviewer", "revision", "is_correction")
    known = {name: document[name] for name in names}
    return LeftOut(filing_id=document["filing"], unit_id=document["unit"], state=State(document["state"]), **known)
