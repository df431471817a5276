"""Aggregates that everybody has without anybody having made them: stored when they are first changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pymongo.collection import Collection

from shared.history import HistoryEntry
from shared.mongo.aggregates import Aggregates
from shared.mongo.client import Document, unavailable_when_down


def save_or_make(
    collection: Collection[Document], id: str, version: int, fields: Mapping[str, Any], entry: HistoryEntry | None
) -> Document:
    """Store the next version of what is still at `version`, and return it; version 1 is made where nothing is stored.

    Raises `StaleVersion`, `Unavailable`.
    """
    if version == 1:
        empty = {"v": 1, "outbox": [], "history": []}
        with unavailable_when_down():
            collection.update_one({"_id": id}, {"$setOnInsert": empty}, upsert=True)
    return Aggregates(collection).save(id, version, fields, (), entry)
