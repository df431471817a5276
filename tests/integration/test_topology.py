"""The topology on a real broker: declared twice, and no way out of a queue loses a message."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import closing

import pytest
from pika.adapters.blocking_connection import BlockingChannel
from pika.exceptions import ChannelClosedByBroker

from shared.messaging import topology
from shared.messaging.outgoing import Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.settlement import Delivery, Settlement
from tests.support.bus import LADDER, QUEUE, channel_to, drain, eventually, lay_route, ready, send
from tests.support.stack import vhost_of_the_file as vhost

__all__ = ["vhost"]


def test_the_whole_topology_is_declared_and_declaring_again_does_no_harm(amqp_url: str):
    with channel_to(amqp_url) as channel:
        topology.declare(channel, LADDER)
        topology.declare(channel, LADDER)

        for queue in topology.QUEUES:
            for name in (queue.name, queue.parking, queue.rung(1), queue.rung(2)):
                channel.queue_declare(name, passive=True)


def test_what_a_queue_was_bound_to_once_reaches_the_queue_of_today_alone(amqp_url: str):
    with channel_to(amqp_url) as channel:
        topology.declare(channel, LADDER)
        channel.queue_bind(topology.REGISTRATION_EVENTS, topology.EVENTS, "tongbao.registration.sheet_due.*")
        topology.declare(channel, LADDER)

    with closing(Publisher(amqp_url, "test")) as publisher:
        publisher.publish([Outgoing(topology.EVENTS, "tongbao.registration.sheet_due.v1", b"order", "m1")])

    assert [body for _, body in drain(amqp_url, topology.REGISTRATION_SHEETS)] == [b"order"]
    assert drain(amqp_url, topology.REGISTRATION_EVENTS) == []


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


def test_the_peer_takes_from_its_inbox_and_gives_to_the_border(amqp_url: str, peer_amqp_url: str):
    with channel_to(amqp_url) as channel:
        topology.declare(channel, LADDER)
    with closing(Publisher(amqp_url, "test")) as publisher:
        publisher.publish([Outgoing(topology.BORDER, topology.DIRECTORY_INBOX, b"unit", "m1")])

    with closing(Publisher(peer_amqp_url, "peer")) as publisher:
        answered = publisher.publish([Outgoing(topology.BORDER, topology.DIRECTORY_RECEIPTS, b"receipt", "m2")])

    assert answered == ["confirmed"]
    assert [body for _, body in drain(peer_amqp_url, topology.DIRECTORY_INBOX)] == [b"unit"]
    assert [body for _, body in drain(amqp_url, topology.DIRECTORY_RECEIPTS)] == [b"receipt"]


@pytest.mark.parametrize(
    "attempt",
    [
        lambda channel: channel.basic_get(topology.REGISTRATION_EVENTS),
        lambda channel: channel.basic_get(topology.DIRECTORY_RECEIPTS),
        lambda channel: channel.queue_declare("mine"),
        lambda channel: channel.queue_purge(topology.REGISTRATION_EVENTS),
        lambda channel: channel.queue_bind(topology.DIRECTORY_INBOX, topology.EVENTS, "#"),
    ],
)
def test_the_peer_is_refused_everything_else(
    amqp_url: str, peer_amqp_url: str, attempt: Callable[[BlockingChannel], object]
):
    with channel_to(amqp_url) as channel:
        topology.declare(channel, LADDER)

    with channel_to(peer_amqp_url) as channel, pytest.raises(ChannelClosedByBroker) as caught:
        attempt(channel)

    assert caught.value.reply_code == 403


def test_the_peer_cannot_publish_events(amqp_url: str, peer_amqp_url: str):
    with channel_to(amqp_url) as channel:
        topology.declare(channel, LADDER)

    with closing(Publisher(peer_amqp_url, "peer")) as publisher:
        outcomes = publisher.publish([Outgoing(topology.EVENTS, "tongbao.exchange.unit_sent.v1", b"forged", "m1")])

    assert outcomes == ["unknown"]
    assert drain(amqp_url, topology.REGISTRATION_EVENTS) == []
