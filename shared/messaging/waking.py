"""Waiting for work that others write into collections: a change stream wakes, an index makes sure that none is missed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from pymongo.collection import Collection

from shared.mongo.client import Document


def look_when_changed(
    collections: Sequence[Collection[Document]], stop: threading.Event, poll_seconds: float, look: Callable[[], int]
) -> None:
    """Return when `look` has found something after all: asked at each change of the collections, and every so often."""
    names = [collection.name for collection in collections]
    pipeline: list[Document] = [
        {"$match": {"ns.coll": {"$in": names}, "operationType": {"$in": ["insert", "update", "replace"]}}},
        {"$project": {"_id": 1}},
    ]
    with collections[0].database.watch(pipeline, max_await_time_ms=250) as changes:
        while not stop.is_set() and not look():
            until = time.monotonic() + poll_seconds
            while not stop.is_set() and time.monotonic() < until and changes.try_next() is None:
                pass
