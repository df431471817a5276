"""The relay on a real database and broker: nothing lost, nothing marked that was not confirmed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import orjson
import pytest
from pymongo.collection import Collection
from pymongo.database import Database

from shared import failpoints
from shared.errors import Unavailable
from shared.messaging.relay import PENDING, BrokerDown, Relay
from shared.messaging.topology import EVENTS
from shared.mongo.aggregates import Aggregates, Event
from shared.mongo.client import Document
from shared.mongo.indexes import AGGREGATE_INDEXES, ensure_indexes
from tests.support.bus import (
    QUEUE,
    channel_to,
    drain,
    eventually,
    file_papers,
    lay_route,
    make_act,
    make_event,
    ready,
    running,
)
from tests.support.stack import vhost_of_the_file as vhost

__all__ = ["vhost"]


@pytest.fixture
def papers(database: Database[Document], amqp_url: str) -> Collection[Document]:
    ensure_indexes(database, {"papers": AGGREGATE_INDEXES})
    lay_route(amqp_url)
    return database["papers"]


FAR_TOO_LONG = 3600.0
"""Seconds after which a relay looks again unasked: longer than any test waits."""


@pytest.fixture
def relay(papers: Collection[Document], amqp_url: str) -> Iterator[Relay]:
    with closing(Relay([papers], amqp_url, source="paper")) as relay:
        yield relay


def pending(papers: Collection[Document]) -> int:
    return papers.count_documents(PENDING)


def stages(plan: dict[str, Any]) -> list[str]:
    found = []
    stage = plan["queryPlanner"]["winningPlan"]
    while stage:
        found.append(stage["stage"])
        stage = stage.get("inputStage")
    return found


def test_every_pending_event_is_published_once_and_marked(papers: Collection[Document], amqp_url: str, relay: Relay):
    events = file_papers(papers, 30)

    sent = relay.run_once()

    messages = drain(amqp_url, QUEUE.name)
    assert (sent, pending(papers), relay.run_once()) == (30, 0, 0)
    assert sorted(properties.message_id for properties, _ in messages) == sorted(event.id for event in events)
    assert {properties.delivery_mode for properties, _ in messages} == {2}


def test_the_oldest_event_goes_first_also_within_one_aggregate(
    papers: Collection[Document], amqp_url: str, relay: Relay
):
    first, second, third = (make_event(id=f"e{n}", data={"n": n}) for n in range(3))
    Aggregates(papers).insert("b", {}, make_act(), [third])
    Aggregates(papers).insert("a", {}, make_act(), [first, second])

    relay.run_once()

    assert [orjson.loads(body)["data"]["n"] for _, body in drain(amqp_url, QUEUE.name)] == [0, 1, 2]


def test_marking_leaves_version_and_fields_of_the_aggregate_alone(papers: Collection[Document], relay: Relay):
    Aggregates(papers).insert("p1", {"state": "filed"}, make_act(), [make_event()])

    relay.run_once()

    assert Aggregates(papers).save("p1", 1, {"state": "read"}, (), make_act())["v"] == 2


def test_an_unroutable_event_stays_pending_and_does_not_block_others(
    papers: Collection[Document], amqp_url: str, relay: Relay
):
    Aggregates(papers).insert("lost", {}, make_act(), [make_event(type="tongbao.nobody.listens.v1")])
    file_papers(papers, 3)

    sent = relay.run_once()

    assert (sent, pending(papers), len(drain(amqp_url, QUEUE.name))) == (3, 1, 3)


def test_an_unroutable_event_goes_out_once_somebody_listens(papers: Collection[Document], amqp_url: str, relay: Relay):
    Aggregates(papers).insert("p1", {}, make_act(), [make_event(type="tongbao.later.heard.v1")])
    relay.run_once()

    with channel_to(amqp_url) as channel:
        channel.queue_bind(QUEUE.name, EVENTS, "tongbao.later.heard.v1")

    eventually(lambda: relay.run_once() == 1)
    assert pending(papers) == 0


@pytest.mark.parametrize("changes", [{"exchange": "no.such", "routing_key": "x"}, {"data": {"n": b"bytes"}}])
def test_an_event_that_cannot_be_sent_is_held_and_does_not_block_others(
    papers: Collection[Document], relay: Relay, changes: dict[str, Any]
):
    Aggregates(papers).insert("bad", {}, make_act(), [make_event(**changes)])
    file_papers(papers, 2)

    sent = relay.run_once()

    assert (sent, pending(papers)) == (2, 1)


def test_a_refused_event_stays_pending(papers: Collection[Document], amqp_url: str, relay: Relay):
    with channel_to(amqp_url) as channel:
        arguments = {"x-max-length": 0, "x-overflow": "reject-publish"}
        channel.queue_declare("full", exclusive=False, auto_delete=False, arguments=arguments)
        channel.queue_bind("full", EVENTS, "tongbao.full.up.v1")
    Aggregates(papers).insert("p1", {}, make_act(), [make_event(type="tongbao.full.up.v1")])
    file_papers(papers, 2)

    sent = relay.run_once()

    assert (sent, pending(papers)) == (2, 1)


def test_without_a_broker_everything_stays_pending(papers: Collection[Document]):
    file_papers(papers, 2)

    with closing(Relay([papers], "amqp://127.0.0.1:1/", source="paper")) as relay, pytest.raises(BrokerDown):
        relay.run_once()

    assert pending(papers) == 2


@pytest.mark.parametrize("point", ["relay.confirmed_not_marked", "relay.published_no_confirm"])
def test_a_crash_between_publishing_and_marking_sends_again_with_the_same_id_and_body(
    papers: Collection[Document], amqp_url: str, monkeypatch: pytest.MonkeyPatch, point: str
):
    [event] = file_papers(papers, 1)
    monkeypatch.setenv(failpoints.VARIABLE, f"{point}:raise")
    monkeypatch.setattr(failpoints, "_hits", type(failpoints._hits)())

    with closing(Relay([papers], amqp_url, source="paper")) as relay:
        with pytest.raises((failpoints.FailPointHit, BrokerDown)):
            relay.run_once()
        sent = relay.run_once()

    messages = drain(amqp_url, QUEUE.name)
    assert (sent, pending(papers)) == (1, 0)
    assert [properties.message_id for properties, _ in messages] == [event.id, event.id]
    assert len({body for _, body in messages}) == 1


def test_what_is_on_its_way_when_reading_fails_is_marked_all_the_same(papers: Collection[Document], amqp_url: str):
    events = sorted(file_papers(papers, 5), key=lambda event: event.id)

    def is_stopped(event: Event) -> bool:
        if event.id == events[3].id:
            raise Unavailable
        return False

    relay = Relay([papers], amqp_url, source="paper", batch=2, is_stopped=is_stopped)
    with closing(relay), pytest.raises(Unavailable):
        relay.run_once()

    published = [properties.message_id for properties, _ in drain(amqp_url, QUEUE.name)]
    assert published == [event.id for event in events[:2]]
    assert pending(papers) == 3


def test_a_running_relay_is_woken_by_a_new_event_and_stops_on_demand(papers: Collection[Document], amqp_url: str):
    with running(Relay([papers], amqp_url, source="paper", poll_seconds=FAR_TOO_LONG)):
        time.sleep(0.5)  # so that it waits
        file_papers(papers, 1)
        eventually(lambda: pending(papers) == 0)

    assert ready(amqp_url, QUEUE.name) == 1


def test_several_collections_share_a_relay(database: Database[Document], papers: Collection[Document], amqp_url: str):
    letters = database["letters"]
    ensure_indexes(database, {"letters": AGGREGATE_INDEXES})
    file_papers(papers, 2)

    with closing(Relay([papers, letters], amqp_url, source="paper")) as relay, running(relay):
        eventually(lambda: pending(papers) == 0)
        file_papers(letters, 2)
        eventually(lambda: pending(letters) == 0)

    assert ready(amqp_url, QUEUE.name) == 4


def test_looking_for_pending_events_and_marking_them_use_the_partial_index(papers: Collection[Document]):
    papers.insert_many({"_id": str(n), "outbox": [{"id": str(n)}] if n % 100 == 0 else []} for n in range(2000))
    marking = {"q": {"outbox.id": {"$in": ["100"]}}, "u": {"$set": {"x": 1}}, "multi": True}

    reading = papers.find(PENDING, {"outbox": 1}).sort("outbox.id", 1).explain()
    updating = papers.database.command("explain", {"update": "papers", "updates": [marking]})

    assert stages(reading) == ["PROJECTION_SIMPLE", "FETCH", "IXSCAN"]
    assert stages(updating) == ["UPDATE", "FETCH", "IXSCAN"]
    assert reading["executionStats"]["totalKeysExamined"] == 20
