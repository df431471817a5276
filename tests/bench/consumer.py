"""The batched consumer (dedupe and effects in one transaction) beside one message at a time, inserted and acknowledged."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import closing

import pika
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shared.messaging.consumer import Consumer
from shared.messaging.effects import Bulk, Handler
from shared.messaging.envelope import Message, decode, encode
from shared.messaging.outgoing import Outcome, Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.topology import EVENTS
from shared.mongo.client import Document, connect
from tests.bench.ground import Ground
from tests.bench.relay import PAYLOAD
from tests.bench.report import Row
from tests.bench.rounds import alternate, speed, spread
from tests.support.bus import QUEUE, TYPE, lay_route, make_event

AIM = 15.0
ROUNDS = 5
BATCHED, SINGLE = 2500, 100
"""Messages of a round, in batches and one at a time."""

PATIENCE = 60.0


def measure(ground: Ground) -> Sequence[Row]:
    """Return the rows of the consumer: with a handler for many messages, and with one for each message."""
    ground.stack.rabbitmq.add_vhost("consumer")
    url = ground.stack.rabbitmq.url("consumer")
    lay_route(url)
    with connect(ground.stack.mongod.uri) as client, closing(Publisher(url, "bench")) as publisher:
        database = client["bench-consumer"]
        effects = database["effects"]

        def insert_all(session: ClientSession, messages: Sequence[Message]) -> None:
            effects.insert_many([_effect(message) for message in messages], ordered=False, session=session)

        def insert(session: ClientSession, message: Message) -> None:
            effects.insert_one(_effect(message), session=session)

        def batched(handler: Handler | Bulk) -> float:
            _fill(database, publisher, BATCHED)
            return _consume({TYPE: handler}, client, database, url) / BATCHED

        def singly() -> float:
            _fill(database, publisher, SINGLE)
            return _consume_singly(database, url) / SINGLE

        arms = {"bulk": lambda: batched(Bulk(insert_all)), "each": lambda: batched(insert), "single": singly}
        batched(Bulk(insert_all))
        times = alternate(arms, ROUNDS)
    return [
        Row(
            name,
            speed(times, arm, "single"),
            AIM,
            "higher",
            f"messages a second; {spread(times, arm, 'single')}; {text}",
        )
        for arm, name, text in (
            ("bulk", "consumer / one at a time", "a batch has one bulk write"),
            (
                "each",
                "consumer, write per message / one at a time",
                "a batch has one transaction with a write per message",
            ),
        )
    ]


def _effect(message: Message) -> Document:
    return {"_id": message.id, "subject": message.subject, "data": dict(message.data)}


def _fill(database: Database[Document], publisher: Publisher, count: int) -> None:
    for name in ("effects", "inbox"):
        database[name].delete_many({})
    database["effects"].insert_one({"_id": "first"})  # a transaction does not have to make the collection
    events = [make_event(data=PAYLOAD) for _ in range(count)]
    outcomes = publisher.publish([Outgoing(EVENTS, TYPE, encode(event, "bench"), event.id) for event in events])
    if set(outcomes) != {Outcome.CONFIRMED}:
        raise RuntimeError("the broker did not take every message")


def _consume(
    handlers: Mapping[str, Handler | Bulk], client: MongoClient[Document], database: Database[Document], url: str
) -> float:
    consumer = Consumer(QUEUE, handlers, client, database, url)
    stop = threading.Event()
    thread = threading.Thread(target=consumer.run, args=(stop,))
    begun = time.perf_counter()
    thread.start()
    try:
        while database["effects"].estimated_document_count() <= BATCHED:
            if time.perf_counter() - begun > PATIENCE:
                raise RuntimeError("the messages were not consumed in time")
            time.sleep(0.01)
        return time.perf_counter() - begun
    finally:
        stop.set()
        thread.join()


def _consume_singly(database: Database[Document], url: str) -> float:
    """Insert each message by its id, which is the dedupe, and acknowledge it."""
    effects = database["effects"]
    with closing(pika.BlockingConnection(pika.URLParameters(url))) as connection:
        channel = connection.channel()
        channel.basic_qos(prefetch_count=1)
        begun = time.perf_counter()
        for done, (method, _, body) in enumerate(channel.consume(QUEUE.name, inactivity_timeout=PATIENCE), start=1):
            if method is None or body is None:
                raise RuntimeError("the messages were not consumed in time")
            effects.insert_one(_effect(decode(body)))
            channel.basic_ack(method.delivery_tag or 0)
            if done == SINGLE:
                break
        seconds = time.perf_counter() - begun
        channel.cancel()
    return seconds
