"""The applicant's inbox, and the mails that wait to be sent. Text and address are sealed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from pymongo import DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.registration.ports import Notice
from shared.crypto.sealing import Place, Sealer
from shared.errors import NotFound
from shared.mongo.client import Document
from shared.paging import Page, decode_cursor, encode_cursor

COLLECTION = "notices"

INDEXES = (
    IndexModel([("unit", 1), ("_id", DESCENDING)], name="of_unit"),
    IndexModel([("mail_due", 1)], name="mail_due", partialFilterExpression={"mail_due": {"$exists": True}}),
)


@dataclass(frozen=True)
class MongoNotices:
    """The notices of one database; ids sort by time."""

    database: Database[Document]
    sealer: Sealer
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoNotices:
        """Return the same notices, read and written within a transaction."""
        return replace(self, session=session)

    def add(self, notice: Notice) -> None:
        """Store a notice once per id; it is due for mail where it has an address."""
        secret = {"title": notice.title, "text": notice.text, "email": notice.email}
        row = {
            "_id": notice.id,
            "at": notice.at,
            "unit": notice.unit_id,
            "registration": notice.registration_id,
            "kind": notice.kind,
            "read_at": None,
            "sealed": self.sealer.seal(secret, notice.unit_id, self._place(notice.id)),
        }
        if notice.email:
            row["mail_due"] = notice.at
        # Not an insert: within a transaction a duplicate would end all that goes with it.
        self._rows.update_one({"_id": notice.id}, {"$setOnInsert": row}, upsert=True, session=self.session)

    def get(self, notice_id: str) -> Notice:
        """Return the notice. Raises `NotFound`, `CryptoError` where it can't be read any more."""
        row = self._rows.find_one({"_id": notice_id})
        if row is None:
            raise NotFound
        return self._notice(row)

    def list_of(self, unit_id: str, cursor: str, limit: int) -> Page[Notice]:
        """Return a page, newest first. Raises `Malformed`."""
        query: dict[str, Any] = {"unit": unit_id}
        after = decode_cursor(cursor, 1)
        if after is not None:
            query["_id"] = {"$lt": after[0]}
        rows = list(self._rows.find(query).sort("_id", DESCENDING).limit(limit + 1))
        items = tuple(self._notice(row) for row in rows[:limit])
        return Page(items, encode_cursor(items[-1].id) if len(rows) > limit else "")

    def mark_read(self, unit_id: str, notice_id: str, at: datetime) -> None:
        """Note when a notice was first read. Raises `NotFound`."""
        found = self._rows.update_one({"_id": notice_id, "unit": unit_id, "read_at": None}, {"$set": {"read_at": at}})
        if not found.matched_count and self._rows.find_one({"_id": notice_id, "unit": unit_id}, {"_id": 1}) is None:
            raise NotFound

    def due_for_mail(self, now: datetime, limit: int) -> Sequence[str]:
        """Return the ids of notices that are to be mailed by now, the one that is due longest first."""
        rows = self._rows.find({"mail_due": {"$lte": now}}, {"_id": 1}).sort("mail_due", 1).limit(limit)
        return tuple(row["_id"] for row in rows)

    def postpone_mail(self, notice_id: str, until: datetime) -> None:
        """Have the mail wait, so that those behind it are not held up."""
        self._rows.update_one({"_id": notice_id, "mail_due": {"$exists": True}}, {"$set": {"mail_due": until}})

    def mailed(self, notice_id: str) -> None:
        """Note that the mail was handed over, or given up."""
        self._rows.update_one({"_id": notice_id}, {"$unset": {"mail_due": ""}})

    @property
    def _rows(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]

    def _place(self, notice_id: str) -> Place:
        return Place(self.database.name, COLLECTION, notice_id, 1)

    def _notice(self, row: Document) -> Notice:
        secret = cast(dict[str, str], self.sealer.open(row["sealed"], self._place(row["_id"])))
        return Notice(
            id=row["_id"],
            at=row["at"],
            unit_id=row["unit"],
            registration_id=row["registration"],
            kind=row["kind"],
            title=secret["title"],
            text=secret["text"],
            email=secret["email"],
            read_at=row["read_at"],
        )
