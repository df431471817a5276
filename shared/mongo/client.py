"""The one way to reach MongoDB: every write is on a majority and in the journal, every read is of majority data."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from pymongo import MongoClient
from pymongo.errors import ConnectionFailure, ExecutionTimeout, WTimeoutError

from shared.errors import Unavailable

Document: TypeAlias = dict[str, Any]
"""A document as it is stored; the values of a document have no common type."""

DOWN = (ConnectionFailure, ExecutionTimeout, WTimeoutError)
"""What pymongo raises when the server does not answer in time; a write among them may or may not have happened."""

SELECTION_TIMEOUT_MS = 5_000
SOCKET_TIMEOUT_MS = 30_000
MAJORITY_TIMEOUT_MS = 10_000


def connect(uri: str, application: str = "tongbao") -> MongoClient[Document]:
    """Return a client for `uri`; it connects when first used, and the URI can't loosen the guarantees.

    `w=majority` with `j=true`: an acknowledged write survives a killed primary. `readConcern=majority`: nothing is
    read that could be rolled back. Datetimes come back aware, in UTC.
    """
    return MongoClient(
        uri,
        appname=application,
        tz_aware=True,
        w="majority",
        journal=True,
        wTimeoutMS=MAJORITY_TIMEOUT_MS,
        readConcernLevel="majority",
        readPreference="primary",
        retryWrites=True,
        retryReads=True,
        serverSelectionTimeoutMS=SELECTION_TIMEOUT_MS,
        connectTimeoutMS=SELECTION_TIMEOUT_MS,
        socketTimeoutMS=SOCKET_TIMEOUT_MS,
    )


@contextmanager
def unavailable_when_down() -> Iterator[None]:
    """Turn "the server does not answer" into `Unavailable`; the outcome of a write inside is then unknown.

    Not for use inside a transaction: there the driver needs its own exceptions to retry.
    """
    try:
        yield
    except DOWN as error:
        # The driver's text may hold addresses and key values: it stays in the chain, not in the message.
        raise Unavailable() from error
