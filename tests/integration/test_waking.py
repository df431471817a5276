"""Waiting for work in arrays of documents: what fills one wakes, what empties it and everything else does not."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from pymongo.collection import Collection
from pymongo.database import Database

from shared.messaging.waking import look_when_filled
from shared.mongo.aggregates import Aggregates
from shared.mongo.client import Document
from tests.support.bus import eventually, make_act, make_event

FAR_TOO_LONG = 3600.0
"""Seconds after which it is looked unasked: longer than any test waits."""

Change = Callable[[Collection[Document]], object]

FILLING: dict[str, Change] = {
    "a new document": lambda papers: Aggregates(papers).insert("new", {}, make_act(), [make_event()]),
    "a first entry": lambda papers: Aggregates(papers).save("empty", 1, {"x": 1}, (), make_act(), [make_event()]),
    "another entry": lambda papers: Aggregates(papers).save("full", 1, {}, (), make_act(), [make_event()]),
    "an array that was not there": lambda papers: papers.update_one({"_id": "bare"}, {"$push": {"outbox": {"id": 1}}}),
    "an entry of a document as a whole": lambda papers: papers.replace_one({"_id": "bare"}, {"outbox": [{"id": 1}]}),
}

OTHERS: dict[str, Change] = {
    "a new document without": lambda papers: Aggregates(papers).insert("new", {}, make_act()),
    "another field": lambda papers: Aggregates(papers).save("full", 1, {"outboxes": 1}, (), make_act()),
    "the last entry is taken out": lambda papers: papers.update_one({"_id": "full"}, {"$pull": {"outbox": {}}}),
    "a document is gone": lambda papers: papers.delete_one({"_id": "full"}),
    "another collection": lambda papers: papers.database["letters"].insert_one({"outbox": [{"id": 1}]}),
}


@pytest.fixture
def papers(database: Database[Document]) -> Collection[Document]:
    papers = database["papers"]
    Aggregates(papers).insert("empty", {}, make_act())
    Aggregates(papers).insert("full", {}, make_act(), [make_event()])
    papers.insert_one({"_id": "bare"})
    return papers


def looks_after(papers: Collection[Document], *changes: Change) -> int:
    """Return how often it is looked because of changes, before one that fills an array wakes for certain."""
    stop, looked = threading.Event(), []

    def look() -> int:
        looked.append(papers.find_one({"_id": "last"}))
        return len([each for each in looked if each])

    waiting = threading.Thread(target=look_when_filled, args=([papers], "outbox", stop, FAR_TOO_LONG, look))
    waiting.start()
    try:
        eventually(lambda: len(looked) == 1)
        for change in changes:
            change(papers)
        papers.insert_one({"_id": "last", "outbox": [{"id": 1}]})
        waiting.join(10)
        assert not waiting.is_alive()
    finally:
        stop.set()
        waiting.join(10)
    return len(looked) - 1


@pytest.mark.parametrize("change", FILLING.values(), ids=FILLING)
def test_what_fills_an_array_wakes(papers: Collection[Document], change: Change) -> None:
    stop, looked = threading.Event(), []
    waiting = threading.Thread(
        target=look_when_filled, args=([papers], "outbox", stop, FAR_TOO_LONG, lambda: looked.append(1) or 0)
    )
    waiting.start()
    eventually(lambda: len(looked) == 1)

    change(papers)

    eventually(lambda: len(looked) > 1, 10)
    stop.set()
    waiting.join(10)


def test_everything_else_does_not_wake(papers: Collection[Document]) -> None:
    looks = looks_after(papers, *OTHERS.values())

    assert looks == 1
