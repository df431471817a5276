"""The topology on a real broker: declared twice, and no way out of a queue loses a message."""

from __future__ import annotations

import time

import pytest
from pika.exceptions import ChannelClosedByBroker

from shared.messaging import topology
from shared.messaging.outgoing import Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.settlement import Delivery, Settlement
from tests.support.bus import LADDER, QUEUE, channel_to, drain, eventually, lay_route, ready, send


def test_the_whole_topology_is_declared_and_declaring_again_does_no_harm(amqp_url: str):
    with channel_to(amqp_url) as channel:
        topology.declare(channel, LADDER)
        topology.declare(channel, LADDER)

        for queue in topology.QUEUES:
            for name in (queue.name, queue.parking, queue.rung(1), queue.rung(2)):
                channel.queue_declare(name, passive=True)


def test_a_rung_cannot_silently_change_its_wait(amqp_url: str):
    lay_route(amqp_url)

    with channel_to(amqp_url) as channel, pytest.raises(ChannelClosedByBroker) as caught:
        topology.declare(channel, (9, 9), [QUEUE])

    assert caught.value.reply_code == 406


def test_a_message_waits_on_its_rung_and_comes_back_whole(amqp_url: str):
    lay_route(amqp_url)
    publisher = Publisher(amqp_url, "test")
    started = time.monotonic()

    Settlement(QUEUE, publisher, len(LADDER)).retry(Delivery(1, b"body", "m1", "text/plain", {"own": "kept"}), "later")
    publisher.close()
    eventually(lambda: ready(amqp_url, QUEUE.name) == 1)

    [(properties, body)] = drain(amqp_url, QUEUE.name)
    assert time.monotonic() - started >= LADDER[0]
    assert (body, properties.message_id, properties.content_type) == (b"body", "m1", "text/plain")
    assert (properties.headers["own"], properties.headers["x-tongbao-attempts"]) == ("kept", 1)


def test_a_message_that_nobody_settles_is_parked_by_the_broker(amqp_url: str):
    lay_route(amqp_url)
    send(amqp_url, b"killer")

    for _ in range(QUEUE.delivery_limit + 1):
        with channel_to(amqp_url) as channel:
            while channel.basic_get(QUEUE.name)[0] is None:
                time.sleep(0.01)

    eventually(lambda: ready(amqp_url, QUEUE.parking) == 1)
    [(properties, body)] = drain(amqp_url, QUEUE.parking)
    assert body == b"killer"
    assert properties.headers["x-first-death-reason"] == "delivery_limit"


def test_a_publisher_goes_on_after_its_channel_was_closed(amqp_url: str):
    lay_route(amqp_url)
    publisher = Publisher(amqp_url, "test")

    bad = publisher.publish([Outgoing("no.such.exchange", "x", b"1", "m1")])
    good = publisher.publish([Outgoing("", QUEUE.name, b"2", "m2"), Outgoing("", "no.such.queue", b"3", "m3")])
    publisher.close()

    assert (bad, good) == (["unknown"], ["confirmed", "unroutable"])
