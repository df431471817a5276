"""Indexes that every service needs, and the one function that makes them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pymongo import IndexModel
from pymongo.database import Database

from shared.mongo.client import Document

OUTBOX_INDEX = IndexModel(
    [("outbox.id", 1)],
    name="outbox_pending",
    partialFilterExpression={"outbox.id": {"$exists": True}},
)
"""Holds only documents with something to publish, so the relay's look-up does not grow with the collection."""

CREATED_KEY_INDEX = IndexModel(
    [("created_key", 1)],
    name="created_key",
    unique=True,
    partialFilterExpression={"created_key": {"$exists": True}},
)
"""One creation per idempotency key."""

AGGREGATE_INDEXES = (OUTBOX_INDEX, CREATED_KEY_INDEX)
"""What each collection of aggregates has besides its own."""


class ForgetfulInbox(Exception):
    """An index would delete rows of the inbox by age: with a skewed clock a redelivery becomes a second effect."""


def ensure_indexes(database: Database[Document], indexes: Mapping[str, Sequence[IndexModel]]) -> None:
    """Make the indexes of each collection that are not there yet; making them twice does no harm.

    Raises `ForgetfulInbox` for a TTL index on the inbox, `pymongo.errors.OperationFailure` when an index of that
    name exists with another shape.
    """
    for collection, models in indexes.items():
        if collection == "inbox" and any("expireAfterSeconds" in model.document for model in models):
            raise ForgetfulInbox
        if models:
            database[collection].create_indexes(list(models))
