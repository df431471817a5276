"""What is done with before it was told or read; kept for good, since what it settles may come late, or twice."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.notification.model.mails import MailState
from services.notification.repository import arrivals, mails, notices
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.transactions import in_transaction

COLLECTION = "settlements"

INDEXES = ()
"""They are found by their id alone."""

T = TypeVar("T")


@dataclass(frozen=True)
class MongoSettlements:
    """The settlements of one database; `ports.Settlements`."""

    client: MongoClient[Document]
    database: Database[Document]
    session: ClientSession | None = None

    def within(self, session: ClientSession) -> MongoSettlements:
        """Return the same settlements, written within a transaction."""
        return replace(self, session=session)

    def is_settled(self, occasion: str, once: str) -> bool:
        """Tell whether it is done with."""
        with unavailable_when_down():
            return self.database[COLLECTION].find_one({"_id": _id(occasion, once)}, {"_id": 1}) is not None

    def settle(self, occasion: str, once: str, at: datetime) -> None:
        """Note it and take back what waits, all or nothing: a transaction of its own where none is given."""
        self._together(lambda session: self._settle(session, occasion, once, at))

    def _settle(self, session: ClientSession, occasion: str, once: str, at: datetime) -> None:
        self.database[COLLECTION].update_one(
            {"_id": _id(occasion, once)}, {"$setOnInsert": {"at": at}}, upsert=True, session=session
        )
        same = {"once": once, "occasion": occasion}
        self.database[arrivals.COLLECTION].delete_many(same, session=session)
        told = self.database[notices.COLLECTION]
        ids = [row["_id"] for row in told.find({**same, "settled_at": None}, {"_id": 1}, session=session)]
        if not ids:
            return
        told.update_many({"_id": {"$in": ids}}, {"$set": {"settled_at": at}}, session=session)
        told.update_many({"_id": {"$in": ids}, "read_at": None}, {"$set": {"read_at": at}}, session=session)
        told.update_many({"_id": {"$in": ids}, "digest": None}, {"$set": {"digest": notices.SETTLED}}, session=session)
        # A mail has the id of the notice that it tells of; one that is being handed over can't be held any more.
        self.database[mails.COLLECTION].update_many(
            {"_id": {"$in": ids}, "state": MailState.DUE.value},
            {"$set": {"state": MailState.SETTLED.value, "changed_at": at}, "$unset": {"sealed": ""}},
            session=session,
        )

    def _together(self, work: Callable[[ClientSession], T]) -> T:
        if self.session is not None:
            return work(self.session)
        with unavailable_when_down():
            return in_transaction(self.client, work)


def _id(occasion: str, once: str) -> str:
    return hashlib.sha256(f"{occasion}\n{once}".encode()).hexdigest()[:32]
