"""Parked messages can be looked at without being taken, and sent again."""

from __future__ import annotations

from contextlib import closing

import pytest

from shared.messaging.parking import Parked, ReplayFailed, list_parked, replay_parked
from shared.messaging.publisher import Publisher
from shared.messaging.settlement import Delivery, Settlement
from tests.support.bus import QUEUE, channel_to, drain, eventually, lay_route, ready


@pytest.fixture
def parked_url(amqp_url: str) -> str:
    """A broker with three parked messages."""
    lay_route(amqp_url)
    with closing(Publisher(amqp_url, "test")) as publisher:
        for number in range(3):
            headers = {"x-tongbao-attempts": 2}
            Settlement(QUEUE, publisher, 2).park(Delivery(1, b"body", f"m{number}", "text/plain", headers), "conflict")
    return amqp_url


def test_looking_leaves_the_messages_where_they_are(parked_url: str):
    first = list_parked(parked_url, QUEUE, limit=2)
    again = list_parked(parked_url, QUEUE)

    assert first == [Parked("m0", "conflict", 2, 4), Parked("m1", "conflict", 2, 4)]
    assert {message.message_id for message in again} == {"m0", "m1", "m2"}


def test_replayed_messages_are_as_new_in_their_queue(parked_url: str):
    count = replay_parked(parked_url, QUEUE, limit=2)

    messages = drain(parked_url, QUEUE.name)
    assert (count, ready(parked_url, QUEUE.parking)) == (2, 1)
    assert {(p.message_id, p.content_type, body) for p, body in messages} == {
        ("m0", "text/plain", b"body"),
        ("m1", "text/plain", b"body"),
    }
    assert not any(properties.headers.get("x-tongbao-attempts") for properties, _ in messages)


def test_a_message_that_cannot_return_stays_parked(parked_url: str):
    with channel_to(parked_url) as channel:
        channel.queue_delete(QUEUE.name)

    with pytest.raises(ReplayFailed):
        replay_parked(parked_url, QUEUE)

    eventually(lambda: ready(parked_url, QUEUE.parking) == 3)  # the broker puts back what was being taken
