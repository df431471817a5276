"""A route of its own for tests of the bus: a queue, aggregates that publish to it, and a look into queues."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from typing import Any

import pika
from pika.adapters.blocking_connection import BlockingChannel
from pymongo.collection import Collection

from shared.history import HistoryEntry
from shared.ids import new_id
from shared.messaging.envelope import encode
from shared.messaging.publisher import Publisher
from shared.messaging.settlement import Outgoing
from shared.messaging.topology import EVENTS, Binding, Queue, declare
from shared.messaging.worker import Part
from shared.mongo.aggregates import Aggregates, Event
from shared.mongo.client import Document

MOMENT = datetime(2026, 3, 1, 8, tzinfo=UTC)
TYPE = "tongbao.paper.filed.v1"
QUEUE = Queue("paper.events", (Binding(EVENTS, "tongbao.paper.filed.*"),))
LADDER = (0.2, 0.4)


def make_event(**changes: Any) -> Event:
    values = {"id": new_id(), "type": TYPE, "time": MOMENT, "subject": "p1", "data": {"n": 1}}
    return Event(**(values | changes))


def make_act(**changes: Any) -> HistoryEntry:
    values = {"at": MOMENT, "actor_id": "a1", "action": "file", "from_state": None, "to_state": "filed"}
    return HistoryEntry(**(values | changes))


def file_papers(papers: Collection[Document], count: int) -> list[Event]:
    """Insert aggregates with one event each."""
    events = [make_event() for _ in range(count)]
    for event in events:
        Aggregates(papers).insert(new_id(), {}, make_act(), [event])
    return events


@contextmanager
def channel_to(amqp_url: str) -> Iterator[BlockingChannel]:
    with closing(pika.BlockingConnection(pika.URLParameters(amqp_url))) as connection:
        yield connection.channel()


def declare_route(amqp_url: str) -> None:
    """Declare what is missing of the test queue, its rungs and its parking."""
    with channel_to(amqp_url) as channel:
        declare(channel, LADDER, [QUEUE])


def lay_route(amqp_url: str) -> None:
    """Declare the test queue, and empty it with its rungs and its parking."""
    declare_route(amqp_url)
    with channel_to(amqp_url) as channel:
        for name in (QUEUE.name, QUEUE.parking, *(QUEUE.rung(n) for n in range(1, len(LADDER) + 1))):
            channel.queue_purge(name)


def drain(amqp_url: str, queue: str) -> list[tuple[pika.BasicProperties, bytes]]:
    """Take everything out of a queue."""
    found = []
    with channel_to(amqp_url) as channel:
        while True:
            method, properties, body = channel.basic_get(queue, auto_ack=True)
            if method is None:
                return found
            found.append((properties, body))


def ready(amqp_url: str, queue: str) -> int:
    with channel_to(amqp_url) as channel:
        return channel.queue_declare(queue, passive=True).method.message_count


def send(amqp_url: str, *bodies: bytes, message_id: str = "m") -> None:
    with closing(Publisher(amqp_url, "test")) as publisher:
        outcomes = publisher.publish([Outgoing(EVENTS, TYPE, body, message_id) for body in bodies])
    assert set(outcomes) == {"confirmed"}


def send_events(amqp_url: str, *events: Event) -> None:
    send(amqp_url, *(encode(event, "paper") for event in events))


@contextmanager
def running(*parts: Part) -> Iterator[None]:
    """Run the parts in threads; a part that died or does not stop within a minute fails the test."""
    stop = threading.Event()
    deaths: list[BaseException] = []

    def live(part: Part) -> None:
        try:
            part.run(stop)
        except BaseException as error:
            deaths.append(error)

    threads = [threading.Thread(target=live, args=(part,)) for part in parts]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    assert deaths == []


def eventually(is_so: Callable[[], bool], seconds: float = 60.0) -> None:
    """Wait until it is so; fail when it isn't within the time, which a busy machine may need."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "did not happen in time"
        time.sleep(0.02)
