"""A service with one route for tests of the consumer: its handler counts effects in the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from shared.messaging.consumer import Consumer
from shared.messaging.effects import Bulk, Handler
from shared.messaging.envelope import Message
from shared.mongo.client import Document
from tests.support.bus import (
    LADDER,
    QUEUE,
    TYPE,
    drain,
    lay_route,
    make_event,
    ready,
)


class Desk:
    """A service with one route: its handler counts effects per event in the database."""

    def __init__(self, client: MongoClient[Document], database: Database[Document], amqp_url: str) -> None:
        self.client = client
        self.database = database
        self.amqp_url = amqp_url
        self.calls: Counter[str] = Counter()

    def count(self, session: ClientSession, message: Message) -> None:
        self.calls[message.id] += 1
        self.database["effects"].update_one({"_id": message.id}, {"$inc": {"n": 1}}, upsert=True, session=session)

    def counting_and(self, fault: Callable[[Message], Exception | None]) -> Handler:
        """Return a handler that counts and then raises what `fault` gives for the message."""

        def handle(session: ClientSession, message: Message) -> None:
            self.count(session, message)
            error = fault(message)
            if error is not None:
                raise error

        return handle

    def consumer(self, handler: Handler | Bulk | None = None, **options: Any) -> Consumer:
        handlers = {TYPE: handler or self.count}
        return Consumer(
            QUEUE, handlers, self.client, self.database, self.amqp_url, rungs=len(LADDER), **options
        )  # fmt: skip

    def effects(self) -> dict[str, int]:
        return {row["_id"]: row["n"] for row in self.database["effects"].find()}

    def parked(self) -> list[tuple[Mapping[str, Any], bytes]]:
        return [(properties.headers, body) for properties, body in drain(self.amqp_url, QUEUE.parking)]

    def is_quiet(self) -> bool:
        return ready(self.amqp_url, QUEUE.name) == 0


@pytest.fixture
def desk(mongo: MongoClient[Document], database: Database[Document], amqp_url: str) -> Desk:
    lay_route(amqp_url)
    return Desk(mongo, database, amqp_url)


def make_events(count: int) -> list[Any]:
    return [make_event() for _ in range(count)]
