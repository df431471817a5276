"""The record of who opened unit data: ids only."""

from __future__ import annotations

from dataclasses import dataclass

from pymongo import IndexModel
from pymongo.database import Database

from services.exchange.ports import Call
from shared.clock import Clock
from shared.ids import new_id
from shared.mongo.client import Document, unavailable_when_down

COLLECTION = "reads"

INDEXES = (IndexModel([("message", 1), ("at", -1)], name="of_message"),)


@dataclass(frozen=True)
class MongoReads:
    """The reads of one database."""

    database: Database[Document]
    clock: Clock

    def record(self, call: Call, action: str, message_id: str) -> None:
        """Keep that the actor opened this. Raises `Unavailable`: what can't be recorded isn't shown."""
        row = {
            "_id": new_id(),
            "at": self.clock.now(),
            "account": call.actor.account_id,
            "role": call.actor.role.value,
            "action": action,
            "message": message_id,
            "correlation_id": call.correlation_id,
        }
        with unavailable_when_down():
            self.database[COLLECTION].insert_one(row)
