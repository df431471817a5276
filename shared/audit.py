"""The record of who opened unit data: ids only. What can't be recorded isn't shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from pymongo import IndexModel
from pymongo.database import Database

from shared.calls import Call
from shared.clock import Clock
from shared.ids import new_id
from shared.mongo.client import Document, unavailable_when_down

READS = "reads"
"""The collection in each service's database."""

INDEXES = (
    IndexModel([("subject", 1), ("at", -1)], name="of_subject"),
    IndexModel([("account", 1), ("at", -1)], name="of_account"),
)


class Reads(Protocol):
    """Keeps who opened unit data."""

    def record(self, call: Call, action: str, subject: str, part: str = "") -> None:
        """Keep that the caller opened the thing with the id `subject`, or the part of it that `part` names."""
        ...


@dataclass(frozen=True)
class ReadRecord:
    """The record of one service, in its own database."""

    database: Database[Document]
    clock: Clock

    def record(self, call: Call, action: str, subject: str, part: str = "") -> None:
        """Keep that the caller opened the thing. Raises `Unavailable`."""
        row = {
            "_id": new_id(),
            "at": self.clock.now(),
            "account": call.actor.account_id,
            "role": call.actor.role.value,
            "action": action,
            "subject": subject,
            "part": part,
            "correlation_id": call.correlation_id,
        }
        with unavailable_when_down():
            self.database[READS].insert_one(row)
