"""The relay (read, publish, mark) beside one event at a time with a confirm for each, by pika and by kombu."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import closing

import kombu
import pika
from pika.adapters.blocking_connection import BlockingChannel
from pymongo.collection import Collection

from shared.ids import new_id
from shared.messaging.envelope import CONTENT_TYPE, encode
from shared.messaging.relay import PENDING, Relay
from shared.messaging.topology import EVENTS
from shared.mongo.aggregates import Event, act_entry, event_entry, event_of
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

            def by_pika() -> float:
                _fill(papers, SINGLE)
                with closing(pika.BlockingConnection(pika.URLParameters(url))) as connection:
                    channel = connection.channel()
                    channel.confirm_delivery()
                    return _singly(papers, url, lambda event: _publish_by_pika(channel, event))

            def by_kombu() -> float:
                _fill(papers, SINGLE)
                with kombu.Connection(url, transport_options={"confirm_publish": True}) as connection:
                    producer = connection.Producer(auto_declare=False)
                    return _singly(papers, url, lambda event: _publish_by_kombu(producer, event))

            in_batches()
            times = alternate({"relay": in_batches, "pika": by_pika, "kombu": by_kombu}, ROUNDS)
    best = 1 / min(times["relay"])
    return [
        Row(
            f"relay / one at a time, {arm}",
            speed(times, "relay", arm),
            AIM,
            "higher",
            f"events a second; {spread(times, 'relay', arm)}; at best {best:.0f} a second beside {1 / min(times[arm]):.0f}",
        )
        for arm in ("pika", "kombu")
    ]


def _fill(papers: Collection[Document], count: int) -> None:
    papers.delete_many({})
    act = act_entry(make_act(), 1)
    papers.insert_many(
        [
            {"_id": new_id(), "v": 1, "outbox": [event_entry(make_event(data=PAYLOAD))], "history": [act]}
            for _ in range(count)
        ]
    )


def _singly(papers: Collection[Document], url: str, publish: Callable[[Event], None]) -> float:
    begun = time.perf_counter()
    done = 0
    while document := papers.find_one(PENDING, {"outbox": 1}, sort=[("outbox.id", 1)]):
        for entry in document["outbox"]:
            event = event_of(entry)
            publish(event)
            papers.update_one({"_id": document["_id"]}, {"$pull": {"outbox": {"id": event.id}}})
            done += 1
    return _checked(papers, url, done, SINGLE, time.perf_counter() - begun)


def _publish_by_pika(channel: BlockingChannel, event: Event) -> None:
    properties = pika.BasicProperties(delivery_mode=2, message_id=event.id)
    channel.basic_publish(EVENTS, TYPE, encode(event, "bench"), properties, mandatory=True)


def _publish_by_kombu(producer: kombu.Producer, event: Event) -> None:
    producer.publish(
        encode(event, "bench"),
        routing_key=TYPE,
        exchange=EVENTS,
        content_type=CONTENT_TYPE,
        content_encoding="utf-8",
        delivery_mode=2,
        message_id=event.id,
        mandatory=True,
    )


def _checked(papers: Collection[Document], url: str, done: int, wanted: int, seconds: float) -> float:
    if done != wanted or papers.count_documents(PENDING):
        raise RuntimeError("not every event was relayed")
    lay_route(url)
    return seconds / wanted
