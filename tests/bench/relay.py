"""The relay (read, publish, mark) beside one event at a time with a confirm for each."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import closing

import pika
from pymongo.collection import Collection

from shared.ids import new_id
from shared.messaging.envelope import encode
from shared.messaging.relay import PENDING, Relay
from shared.messaging.topology import EVENTS
from shared.mongo.aggregates import act_entry, event_entry, event_of
from shared.mongo.client import Document, connect
from shared.mongo.indexes import AGGREGATE_INDEXES, ensure_indexes
from tests.bench.ground import Ground
from tests.bench.report import Row
from tests.bench.rounds import alternate, speed, spread
from tests.support.bus import TYPE, lay_route, make_act, make_event

AIM = 40.0
ROUNDS = 5
RELAYED, SINGLE = 4000, 80
"""Events of a round, in batches and one at a time."""

PAYLOAD = {"text": "x" * 600}
"""Makes a message of about 800 bytes."""


def measure(ground: Ground) -> Sequence[Row]:
    """Return the row of the relay."""
    ground.stack.rabbitmq.add_vhost("relay")
    url = ground.stack.rabbitmq.url("relay")
    lay_route(url)
    with connect(ground.stack.mongod.uri) as client:
        database = client["bench-relay"]
        ensure_indexes(database, {"papers": AGGREGATE_INDEXES})
        papers = database["papers"]
        with closing(Relay([papers], url, source="bench")) as relay:

            def in_batches() -> float:
                _fill(papers, RELAYED)
                begun = time.perf_counter()
                done = relay.run_once()
                seconds = time.perf_counter() - begun
                return _checked(papers, url, done, RELAYED, seconds)

            def one_at_a_time() -> float:
                _fill(papers, SINGLE)
                with closing(pika.BlockingConnection(pika.URLParameters(url))) as connection:
                    channel = connection.channel()
                    channel.confirm_delivery()
                    begun = time.perf_counter()
                    done = _relay_singly(papers, channel)
                    seconds = time.perf_counter() - begun
                return _checked(papers, url, done, SINGLE, seconds)

            in_batches()
            times = alternate({"relay": in_batches, "single": one_at_a_time}, ROUNDS)
    detail = f"events a second; {spread(times, 'relay', 'single')}; {1 / min(times['relay']):.0f} a second at best"
    return [Row("relay / one at a time", speed(times, "relay", "single"), AIM, "higher", detail)]


def _fill(papers: Collection[Document], count: int) -> None:
    papers.delete_many({})
    act = act_entry(make_act(), 1)
    papers.insert_many(
        [
            {"_id": new_id(), "v": 1, "outbox": [event_entry(make_event(data=PAYLOAD))], "history": [act]}
            for _ in range(count)
        ]
    )


def _relay_singly(papers: Collection[Document], channel: pika.adapters.blocking_connection.BlockingChannel) -> int:
    done = 0
    while document := papers.find_one(PENDING, {"outbox": 1}, sort=[("outbox.id", 1)]):
        for entry in document["outbox"]:
            event = event_of(entry)
            properties = pika.BasicProperties(delivery_mode=2, message_id=event.id)
            channel.basic_publish(EVENTS, TYPE, encode(event, "bench"), properties, mandatory=True)
            papers.update_one({"_id": document["_id"]}, {"$pull": {"outbox": {"id": event.id}}})
            done += 1
    return done


def _checked(papers: Collection[Document], url: str, done: int, wanted: int, seconds: float) -> float:
    if done != wanted or papers.count_documents(PENDING):
        raise RuntimeError("not every event was relayed")
    lay_route(url)
    return seconds / wanted
