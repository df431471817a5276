"""The inboxes: one document per notice and recipient; title and text are sealed with the key of the unit concerned."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from pymongo import DESCENDING, IndexModel, ReturnDocument
from pymongo.database import Database

from services.notification.model.notices import Notice, scopes_of
from services.notification.model.occasions import MailChoice
from shared.crypto.errors import KeyDestroyed
from shared.crypto.sealing import Place, Sealer
from shared.errors import NotFound
from shared.identity.actor import Actor
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.pages import Newest
from shared.paging import Page

COLLECTION = "notices"

NEWEST = Newest("at")

WAITING = {"delivery": MailChoice.DIGEST.value, "digest": None}
"""What a digest has not told of yet."""

INDEXES = (
    IndexModel([("account", 1), *NEWEST.sort], name="inbox"),
    IndexModel([("account", 1), ("scope", 1)], name="unread", partialFilterExpression={"read_at": None}),
    IndexModel([("at", DESCENDING)], name="for_digest", partialFilterExpression=WAITING),
    IndexModel([("once", 1)], name="of_once", partialFilterExpression={"once": {"$exists": True}}),
)

SETTLED = "settled"
"""In the place of the day of a digest: none tells of it any more."""

GONE = ("内容已销毁", "此消息所涉单位的资料已按规定销毁。")
"""Title and text of a notice whose unit was erased."""


@dataclass(frozen=True)
class MongoNotices:
    """The notices of one database; `ports.Notices`."""

    database: Database[Document]
    sealer: Sealer

    def add(self, notice: Notice) -> Notice:
        """Store a notice once per id, and return the stored one. Raises `KeyDestroyed` for a unit that was erased."""
        owner = notice.about or f"account:{notice.account_id}"
        row = {
            "at": notice.at,
            "account": notice.account_id,
            "scope": notice.scope,
            "occasion": notice.occasion,
            "link": notice.link,
            "about": notice.about,
            "once": notice.once,
            "template_version": notice.template_version,
            "delivery": notice.delivery.value,
            "digest": None,
            "read_at": None,
            "sealed": self.sealer.seal({"title": notice.title, "text": notice.text}, owner, self._place(notice.id)),
        }
        with unavailable_when_down():
            stored = self._rows.find_one_and_update(
                {"_id": notice.id}, {"$setOnInsert": row}, upsert=True, return_document=ReturnDocument.AFTER
            )
        return self._notice(stored)

    def list_of(self, actor: Actor, cursor: str, limit: int) -> Page[Notice]:
        """Return a page of what the actor sees, newest first. Raises `Malformed`."""
        query = {**_sight(actor), **NEWEST.after(cursor)}
        with unavailable_when_down():
            rows, following = NEWEST.page(self._rows.find(query).sort(NEWEST.sort).limit(limit + 1), limit)
        return Page(tuple(self._notice(row) for row in rows), following)

    def count_unread(self, actor: Actor) -> int:
        """Return how many notices the actor sees and has not read."""
        with unavailable_when_down():
            return int(self._rows.count_documents({**_sight(actor), "read_at": None}))

    def mark_read(self, actor: Actor, notice_id: str, at: datetime) -> None:
        """Note when a notice was first read. Raises `NotFound`."""
        mine = {"_id": notice_id, **_sight(actor)}
        with unavailable_when_down():
            found = self._rows.update_one({**mine, "read_at": None}, {"$set": {"read_at": at}})
            if not found.matched_count and self._rows.find_one(mine, {"_id": 1}) is None:
                raise NotFound

    def mark_all_read(self, actor: Actor, at: datetime) -> int:
        """Note that all notices that came by then were read; return how many were not."""
        query = {**_sight(actor), "read_at": None, "at": {"$lte": at}}
        with unavailable_when_down():
            return int(self._rows.update_many(query, {"$set": {"read_at": at}}).modified_count)

    def waiting_for_digest(self, before: datetime) -> Sequence[str]:
        """Return the accounts that have notices for a digest from before that moment."""
        with unavailable_when_down():
            return tuple(self._rows.distinct("account", {**WAITING, "at": {"$lt": before}}))

    @property
    def _rows(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]

    def _place(self, notice_id: str) -> Place:
        return Place(self.database.name, COLLECTION, notice_id, 1)

    def _notice(self, row: Document) -> Notice:
        try:
            secret = cast("dict[str, str]", self.sealer.open(row["sealed"], self._place(row["_id"])))
            title, text = secret["title"], secret["text"]
        except KeyDestroyed:
            title, text = GONE
        return Notice(
            id=row["_id"],
            at=row["at"],
            account_id=row["account"],
            scope=row["scope"],
            occasion=row["occasion"],
            link=row["link"],
            about=row["about"],
            template_version=row["template_version"],
            title=title,
            text=text,
            delivery=MailChoice(row["delivery"]),
            read_at=row["read_at"],
            once=row.get("once", ""),
            settled_at=row.get("settled_at"),
        )


def _sight(actor: Actor) -> dict[str, Any]:
    return {"account": actor.account_id, "scope": {"$in": list(scopes_of(actor))}}
