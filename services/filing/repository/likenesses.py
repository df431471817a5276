"""What filings show of themselves, in MongoDB: keyed hashes of their marks, looked up across all units by one index.

A likeness is written once for each state of its filing, in the transaction of the message that tells of it. Two that
share a mark are written one after the other, never side by side: each bumps the lock that stands for the mark, so that
whichever commits later has seen the other. The locks are as many as there are values of the first bits of a hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import Any

from pymongo import ASCENDING, IndexModel, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.filing.ledger.alarms import Likeness, Shown
from services.filing.ledger.likeness import Mark, Reason
from services.filing.ledger.reading import LEDGER_FORMS
from services.filing.repository.records import COLLECTION as FILINGS
from shared.crypto.blind_index import BlindIndex
from shared.mongo.client import Document, unavailable_when_down

COLLECTION = "likenesses"
LOCKS = "mark_locks"
LOCK_BITS = 12
PROGRESS = "filling_in"
"""How far it is that what was filed before likenesses were kept is marked as due."""

FILLED_AT_ONCE = 1_000

INDEXES = (
    IndexModel([("marks.mark", ASCENDING), ("_id", ASCENDING)], name="of_mark"),
    IndexModel([("unit", ASCENDING)], name="of_unit"),
    IndexModel([("due", ASCENDING), ("_id", ASCENDING)], name="due", partialFilterExpression={"due": True}),
)


@dataclass(frozen=True)
class MongoLikenesses:
    """The likenesses of one database."""

    database: Database[Document]
    index: BlindIndex
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoLikenesses:
        """Return the same likenesses, read and written within a transaction."""
        return MongoLikenesses(self.database, self.index, session)

    def shown(self, marks: Iterable[Mark]) -> frozenset[Shown]:
        """Return marks as keyed hashes, under keys of this purpose alone."""
        return frozenset(
            Shown(
                each.reason,
                self.index.of(f"likeness/{each.reason}", each.text),
                self.index.of(f"likeness_owner/{each.reason}", each.owner),
            )
            for each in marks
        )

    def find(self, filing_id: str) -> Likeness | None:
        """Return what a filing showed when it was read last, None where nothing."""
        return next(self._found({"_id": filing_id}), None)

    def put(self, likeness: Likeness, before: Likeness | None) -> None:
        """Store what a filing shows now, and let nobody else store one with a mark of either at the same time."""
        marks = likeness.marks | (before.marks if before else frozenset())
        locks = sorted({int.from_bytes(each.mark[:2], "big") >> (16 - LOCK_BITS) for each in marks})
        with self._guarded():
            self._rows.replace_one({"_id": likeness.filing_id}, _document(likeness), upsert=True, session=self.session)
            if locks:
                bumped = [UpdateOne({"_id": each}, {"$inc": {"times": 1}}, upsert=True) for each in locks]
                self.database[LOCKS].bulk_write(bumped, session=self.session)

    def list_alike(self, likeness: Likeness, limit: int) -> tuple[Likeness, ...]:
        """Return at most `limit` of what shares a mark with a likeness, itself among them where it is stored."""
        marks = sorted(each.mark for each in likeness.marks)
        return tuple(self._found({"marks.mark": {"$in": marks}}, limit=limit)) if marks else ()

    def hold(self, filing_ids: Iterable[str]) -> tuple[Likeness, ...]:
        """Return likenesses, and let nobody else read them for an alarm at the same time."""
        query = {"_id": {"$in": sorted(filing_ids)}}
        with self._guarded():
            self._rows.update_many(query, {"$inc": {"held": 1}}, session=self.session)
        return tuple(self._found(query))

    def ask_again(self, unit_id: str) -> int:
        """Mark what a unit's filings showed as due to be read again, and return how many that are."""
        with self._guarded():
            done = self._rows.update_many({"unit": unit_id}, {"$set": {"due": True}}, session=self.session)
        return int(done.matched_count)

    def fill_in(self) -> int:
        """Mark contracts and executions that were filed before likenesses were kept as due, and return how many.

        The worker reads them one by one. Whoever is stopped on the way goes on where it stopped; once all are marked,
        nothing is looked for any more.
        """
        progress = self.database[PROGRESS]
        with unavailable_when_down():
            before = progress.find_one({"_id": COLLECTION}) or {"after": "", "is_done": False}
            after, is_done, marked = str(before["after"]), bool(before["is_done"]), 0
            while not is_done:
                rows = self._filed_after(after)
                marked += self._mark_unread(rows)
                after, is_done = rows[-1]["_id"] if rows else after, len(rows) < FILLED_AT_ONCE
                kept = {"after": after, "is_done": is_done}
                progress.update_one({"_id": COLLECTION}, {"$set": kept}, upsert=True)
        return marked

    def next_due(self) -> str | None:
        """Return a filing that is to be read again, None where none is."""
        with self._guarded():
            row = self._rows.find_one({"due": True}, {"_id": 1}, session=self.session)
        return row["_id"] if row else None

    def _filed_after(self, filing_id: str) -> list[Document]:
        """Return the next contracts and executions that were submitted, by id, with what stands in clear."""
        query = {"_id": {"$gt": filing_id}, "form": {"$in": sorted(LEDGER_FORMS)}, "revision": {"$gt": 0}}
        shown = ("unit", "division", "path", "form", "period")
        rows = self.database[FILINGS].find(query, dict.fromkeys(shown, 1), sort=[("_id", ASCENDING)])
        return list(rows.limit(FILLED_AT_ONCE))

    def _mark_unread(self, rows: Iterable[Document]) -> int:
        """Store that nothing is known yet of what these filings show; what is known of one stays."""
        unread = (
            Likeness(row["_id"], row["unit"], row["division"], tuple(row["path"]), row["form"], row["period"], 0)
            for row in rows
        )
        marked = [
            UpdateOne({"_id": each.filing_id}, {"$setOnInsert": _document(replace(each, is_due=True))}, upsert=True)
            for each in unread
        ]
        return self._rows.bulk_write(marked, ordered=False).upserted_count if marked else 0

    def _found(self, query: Mapping[str, Any], limit: int = 0) -> Iterator[Likeness]:
        with self._guarded():
            for row in self._rows.find(query, limit=limit, session=self.session):
                yield _likeness(row)

    @property
    def _rows(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]

    def _guarded(self) -> AbstractContextManager[None]:
        # Inside a transaction the driver must see its own errors to retry.
        return unavailable_when_down() if self.session is None else nullcontext()


def _document(likeness: Likeness) -> Document:
    marks = sorted(likeness.marks, key=lambda each: (each.reason, each.mark))
    return {
        "_id": likeness.filing_id,
        "unit": likeness.unit_id,
        "division": likeness.division,
        "path": list(likeness.path),
        "form": likeness.form,
        "period": likeness.period,
        "at": likeness.at_version,
        "due": likeness.is_due,
        "filers": list(likeness.filers),
        "marks": [{"reason": each.reason.value, "mark": each.mark, "owner": each.owner} for each in marks],
    }


def _likeness(row: Mapping[str, Any]) -> Likeness:
    return Likeness(
        filing_id=row["_id"],
        unit_id=row["unit"],
        division=row["division"],
        path=tuple(row["path"]),
        form=row["form"],
        period=row["period"],
        at_version=row["at"],
        marks=frozenset(Shown(Reason(each["reason"]), each["mark"], each["owner"]) for each in row["marks"]),
        filers=tuple(row["filers"]),
        is_due=row["due"],
    )
