"""The inbox: which messages have had their effect, noted in the transaction of the effect itself.

There is no TTL index and nothing else that removes rows by the clock of the server: with a skewed clock a row would
go too early, and the next redelivery would have its effect a second time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from pymongo.client_session import ClientSession
from pymongo.database import Database

from shared.mongo.client import Document

COLLECTION = "inbox"


class Inbox:
    """The rows of one service; one row per consumer and message.

    Used in the transaction that holds the effects: a concurrent reader of the same message makes one of the two
    transactions fail and run again.
    """

    def __init__(self, database: Database[Document]) -> None:
        self._rows = database[COLLECTION]

    def digests(self, session: ClientSession, consumer: str, message_ids: Collection[str]) -> dict[str, str]:
        """Return, by id, the digest of the body of each of these messages that is known already."""
        rows = self._rows.find({"_id": {"$in": [_row(consumer, id) for id in message_ids]}}, session=session)
        start = len(_row(consumer, ""))
        return {row["_id"][start:]: row["digest"] for row in rows}

    def add(
        self, session: ClientSession, consumer: str, digests: Mapping[str, str], *, at: datetime | None = None
    ) -> None:
        """Note messages with the digests of their bodies. Raises `BulkWriteError` when one is known."""
        if digests:
            self._rows.insert_many(
                [{"_id": _row(consumer, id), "digest": digest, "at": at} for id, digest in digests.items()],
                session=session,
            )


def _row(consumer: str, message_id: str) -> str:
    return f"{consumer}/{message_id}"
