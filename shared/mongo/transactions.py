"""Transactions, for the few places where two documents must change together."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pymongo
from pymongo import MongoClient, ReadPreference
from pymongo.client_session import ClientSession
from pymongo.read_concern import ReadConcern
from pymongo.write_concern import WriteConcern

from shared.mongo.client import MAJORITY_TIMEOUT_MS, Document

SNAPSHOT = ReadConcern("snapshot")
MAJORITY = WriteConcern(w="majority", j=True, wtimeout=MAJORITY_TIMEOUT_MS)

T = TypeVar("T")


SECONDS = 10.0
"""How long a transaction is tried, with all its repetitions, before the outcome counts as unknown."""


def in_transaction(client: MongoClient[Document], work: Callable[[ClientSession], T], seconds: float = SECONDS) -> T:
    """Run `work` in one transaction and return its result once the commit is on a majority.

    `work` may run more than once (conflicts, elections): it must touch nothing but the database, and take the same
    ids each time. The concerns are set on the transaction itself, since it would not inherit those of the session.
    An unknown commit result is asked again by the driver, with the same transaction number; when that ends in an
    error too, or `seconds` have passed, the outcome is unknown and the caller tries again with the same ids.

    Raises whatever `work` raises, and pymongo's errors as they are.
    """
    with pymongo.timeout(seconds), client.start_session() as session:
        return session.with_transaction(
            work,
            read_concern=SNAPSHOT,
            write_concern=MAJORITY,
            read_preference=ReadPreference.PRIMARY,
        )
