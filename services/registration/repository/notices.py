"""The applicant's inbox, and the mails that wait to be sent. Text and address are sealed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast

from pymongo import DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database
from pymongo.errors import DuplicateKeyError

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
        try:
            self._rows.insert_one(row, session=self.session)
        except DuplicateKeyError:
            if self.session is not None:
                raise

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

    def due_for_mail(self, limit: int) -> Iterator[Notice]:
        """Yield notices that wait to be mailed, the oldest first."""
        rows = self._rows.find({"mail_due": {"$exists": True}}).sort("mail_due", 1).limit(limit)
        for row in rows:
            yield self._notice(row)

    def mailed(self, notice_id: str) -> None:
        """Note that the mail was handed over."""
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
