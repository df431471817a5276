"""Relay and consumer outlive the servers: after a kill and a restart everything arrives once."""

from __future__ import annotations

import pytest
from pymongo import MongoClient
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.sandbox.stack.stack import Stack
from shared.messaging.consumer import Consumer
from shared.messaging.envelope import Message
from shared.messaging.relay import PENDING, Relay
from shared.mongo.client import Document
from shared.mongo.indexes import AGGREGATE_INDEXES, ensure_indexes
from tests.support.bus import LADDER, QUEUE, TYPE, eventually, file_papers, lay_route, ready, running
from tests.support.stack import new_vhost as vhost

__all__ = ["vhost"]


@pytest.mark.parametrize("server", ["rabbitmq", "mongod"])
def test_a_killed_server_costs_no_event_and_doubles_none(
    stack: Stack, mongo: MongoClient[Document], database: Database[Document], amqp_url: str, server: str
):
    ensure_indexes(database, {"papers": AGGREGATE_INDEXES})
    lay_route(amqp_url)
    papers = database["papers"]

    def count(session: ClientSession, message: Message) -> None:
        database["effects"].update_one({"_id": message.id}, {"$inc": {"n": 1}}, upsert=True, session=session)

    consumer = Consumer(QUEUE, {TYPE: count}, mongo, database, amqp_url, rungs=len(LADDER))
    with running(Relay([papers], amqp_url, source="paper"), consumer):
        events = file_papers(papers, 300)
        killed = stack.kill(server)
        if server == "rabbitmq":
            events += file_papers(papers, 100)
        stack.start_one(server)
        events += file_papers(papers, 100)
        eventually(lambda: papers.count_documents(PENDING) == 0, seconds=30)
        eventually(lambda: database["effects"].count_documents({}) == len(events), seconds=30)

    assert killed
    assert {row["_id"]: row["n"] for row in database["effects"].find()} == {event.id: 1 for event in events}
    assert ready(amqp_url, QUEUE.parking) == 0
