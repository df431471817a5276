"""The stop switch of each route: a person stops a consumer without stopping its process."""

from __future__ import annotations

from datetime import datetime

from pymongo.database import Database

from shared.mongo.client import Document, unavailable_when_down

COLLECTION = "switches"


class Switches:
    """The switches of one service: `{_id: queue, stopped, by, reason, at}`. No document means running."""

    def __init__(self, database: Database[Document]) -> None:
        self._rows = database[COLLECTION]

    def is_stopped(self, queue: str) -> bool:
        """Return whether the consumer of `queue` shall rest."""
        with unavailable_when_down():
            row = self._rows.find_one({"_id": queue}, {"stopped": 1})
        return row is not None and bool(row["stopped"])

    def set(self, queue: str, *, stopped: bool, by: str, reason: str, at: datetime) -> None:
        """Turn the switch; `by` is an account id, `reason` a short text without values of units."""
        with unavailable_when_down():
            self._rows.replace_one(
                {"_id": queue}, {"stopped": stopped, "by": by, "reason": reason, "at": at}, upsert=True
            )
