"""Waiting for work that others write into collections: a change stream wakes, an index makes sure that none is missed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from pymongo.collection import Collection

from shared.messaging.backoff import Backoff
from shared.mongo.client import Document


def look_when_filled(
    collections: Sequence[Collection[Document]],
    array: str,
    stop: threading.Event,
    poll_seconds: float,
    look: Callable[[], int],
) -> None:
    """Return when `look` has found something after all.

    It is asked each time that something comes into an array of a document of the collections, and every so often.
    """
    pipeline = [{"$match": _filling([each.name for each in collections], array)}, {"$project": {"_id": 1}}]
    with collections[0].database.watch(pipeline, max_await_time_ms=250) as changes:
        while not stop.is_set() and not look():
            until = time.monotonic() + poll_seconds
            while not stop.is_set() and time.monotonic() < until and changes.try_next() is None:
                pass


def _filling(names: Sequence[str], array: str) -> Document:
    """Return what fits changes that put something into an array; to take something out of it is none."""
    named = {"$regexMatch": {"input": "$$this.k", "regex": rf"^{array}(\.|$)"}}
    filled = {"$and": [named, {"$ne": ["$$this.v", []]}]}
    # Other events have no such part, and may be looked at before their type is.
    fields = {"$objectToArray": {"$ifNull": ["$updateDescription.updatedFields", {}]}}
    whole = {"operationType": {"$in": ["insert", "replace"]}, f"fullDocument.{array}.0": {"$exists": True}}
    pushed = {"operationType": "update", "$expr": {"$anyElementTrue": {"$map": {"input": fields, "in": filled}}}}
    return {"ns.coll": {"$in": list(names)}, "$or": [whole, pushed]}


class Woken:
    """A part of a worker that does work as it is written into an array of documents, all that there is at a time."""

    def __init__(
        self,
        name: str,
        collections: Sequence[Collection[Document]],
        array: str,
        work: Callable[[], int],
        trouble: Callable[[Exception], object],
        *,
        poll_seconds: float = 2.0,
    ) -> None:
        """`work` returns how much it did; `trouble` is told of each round that failed, and the next follows later."""
        self.name = name
        self._collections = collections
        self._array = array
        self._work = work
        self._trouble = trouble
        self._poll_seconds = poll_seconds

    def run(self, stop: threading.Event) -> None:
        """Work until `stop` is set."""
        backoff = Backoff()
        while not stop.is_set():
            try:
                if not self._work():
                    look_when_filled(self._collections, self._array, stop, self._poll_seconds, self._work)
                backoff.reset()
            except Exception as error:  # the next round may well go right
                self._trouble(error)
                stop.wait(backoff.next())
