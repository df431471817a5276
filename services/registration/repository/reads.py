"""The record of who opened unit data: ids only."""

from __future__ import annotations

from dataclasses import dataclass

from pymongo import IndexModel
from pymongo.database import Database

from services.registration.ports import (
    NewId,
)
from shared.calls import Call
from shared.clock import Clock
from shared.mongo.client import Document, unavailable_when_down

COLLECTION = "reads"

INDEXES = (IndexModel([("registration", 1), ("at", -1)], name="of_registration"),)


@dataclass(frozen=True)
class MongoReads:
    """The reads of one database."""

    database: Database[Document]
    clock: Clock
    new_id: NewId

    def record(self, call: Call, action: str, registration_id: str, part: str = "") -> None:
        """Keep that the actor opened this. Raises `Unavailable`: what can't be recorded isn't shown."""
        row = {
            "_id": self.new_id(),
            "at": self.clock.now(),
            "account": call.actor.account_id,
            "role": call.actor.role.value,
            "action": action,
            "registration": registration_id,
            "part": part,
            "correlation_id": call.correlation_id,
        }
        with unavailable_when_down():
            self.database[COLLECTION].insert_one(row)
