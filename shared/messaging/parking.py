"""What a person does with parked messages: look at them without taking them, and send them once more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass

from pika import BlockingConnection
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import BasicProperties

from shared.messaging.connection import parameters
from shared.messaging.outgoing import Outcome, Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.settlement import ATTEMPTS, REASON
from shared.messaging.topology import DEFAULT_EXCHANGE, Queue


@dataclass(frozen=True)
class Parked:
    """A parked message; the body stays in parking, since it may hold what is sealed."""

    message_id: str
    reason: str
    attempts: int
    size: int


class ReplayFailed(Exception):
    """The broker did not take a message back into its queue; it is still parked."""


def list_parked(amqp_url: str, queue: Queue, limit: int = 100) -> list[Parked]:
    """Return up to `limit` parked messages of the queue, oldest first; they stay where they are."""
    with closing(BlockingConnection(parameters(amqp_url, "parking"))) as connection:
        return [
            Parked(properties.message_id or "", reason_of(properties), _attempts_of(properties), len(body))
            for _, properties, body in _parked(connection.channel(), queue, limit)
        ]


def replay_parked(amqp_url: str, queue: Queue, limit: int = 100) -> int:
    """Send up to `limit` parked messages to their queue again, as if new, and return how many.

    A message leaves parking once its queue has it; the inbox keeps a repeated one from a second effect.
    Raises `ReplayFailed`.
    """
    replayed = 0
    with (
        closing(BlockingConnection(parameters(amqp_url, "parking"))) as connection,
        closing(Publisher(amqp_url, "parking")) as publisher,
    ):
        channel = connection.channel()
        for tag, properties, body in _parked(channel, queue, limit):
            copy = Outgoing(
                DEFAULT_EXCHANGE,
                queue.name,
                body,
                properties.message_id or "",
                content_type=properties.content_type or "",
            )
            if publisher.publish([copy]) != [Outcome.CONFIRMED]:
                raise ReplayFailed
            channel.basic_ack(tag)
            replayed += 1
    return replayed


def reason_of(properties: BasicProperties) -> str:
    """Return why a message was parked: the broker's reason when it did so itself, else the consumer's."""
    headers = properties.headers or {}
    deaths = headers.get("x-death") or [{}]
    return "delivery_limit" if deaths[0].get("reason") == "delivery_limit" else str(headers.get(REASON, "unknown"))


def _attempts_of(properties: BasicProperties) -> int:
    return int((properties.headers or {}).get(ATTEMPTS, 0))


def _parked(channel: BlockingChannel, queue: Queue, limit: int) -> Iterator[tuple[int, BasicProperties, bytes]]:
    """Yield messages unsettled; what is not acknowledged returns to parking when the connection closes."""
    for _ in range(limit):
        method, properties, body = channel.basic_get(queue.parking)
        if method is None or properties is None or body is None:
            return
        yield method.delivery_tag or 0, properties, body  # type: ignore[misc]  # the stub takes the body for a str
