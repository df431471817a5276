"""One channel of a consumer, with what came over it and isn't settled yet."""

from __future__ import annotations

import time
from collections.abc import Sequence

from pika import BlockingConnection
from pika.adapters.blocking_connection import BlockingChannel
from pika.spec import Basic, BasicProperties

from shared.messaging.settlement import Delivery

IDLE_SECONDS = 0.25
STALL_SECONDS = 3.0
LEFT_OVER_SECONDS = 10.0


class Intake:
    """One channel with what came over it and isn't settled yet."""

    def __init__(self, connection: BlockingConnection, queue: str, prefetch: int) -> None:
        self._connection = connection
        self._queue = queue
        self._prefetch = prefetch
        self._buffer: list[Delivery] = []
        self._left_over_since: float | None = None
        self._last_delivery = time.monotonic()
        self._suspected = False
        self._is_busy = True
        self._channel = connection.channel()
        self._channel.basic_qos(prefetch_count=prefetch)
        self._channel.basic_consume(queue, self._on_message)

    def take(self, linger: float) -> list[Delivery]:
        """Return what came, after a wait of up to the idle time for the first message, and of `linger` seconds for more.

        Only where several came the time before is there a wait for more: one by itself is not held up.
        """
        if not self._buffer:
            self._connection.process_data_events(time_limit=IDLE_SECONDS)  # type: ignore[arg-type]  # as below
        until = time.monotonic() + (linger if self._is_busy else 0.0)
        while self._buffer and len(self._buffer) < self._prefetch and (left := until - time.monotonic()) > 0:
            self._connection.process_data_events(time_limit=left)  # type: ignore[arg-type]  # takes fractions too
        taken, self._buffer = self._buffer, []
        self._is_busy = len(taken) > 1
        return taken

    def acknowledge(self, deliveries: Sequence[Delivery]) -> None:
        """Tell the broker that these are settled; they are the oldest unsettled ones, but for left-overs."""
        if self._left_over_since is None:
            self._channel.basic_ack(deliveries[-1].tag, multiple=True)
        else:
            for delivery in deliveries:
                self._channel.basic_ack(delivery.tag)

    def leave(self, delivery: Delivery) -> None:
        """Keep a message unsettled; the broker delivers it again after the next reconnection."""
        self._left_over_since = self._left_over_since or time.monotonic()

    def turn_away(self, delivery: Delivery) -> None:
        """Give a message up for good: the broker parks it by the queue's own dead-lettering."""
        self._channel.basic_reject(delivery.tag, requeue=False)

    def has_old_left_overs(self) -> bool:
        """Return whether left-over messages have waited long enough for another try."""
        since = self._left_over_since
        return since is not None and time.monotonic() - since > LEFT_OVER_SECONDS

    def is_stalled(self) -> bool:
        """Return whether messages are ready but none comes, seen twice in a row.

        After a change of leader a queue may believe that it delivered what never arrived; the connection then lives
        on without any error (rabbitmq-server issue 15473).
        """
        if time.monotonic() - self._last_delivery < STALL_SECONDS:
            self._suspected = False
            return False
        declared = self._channel.queue_declare(self._queue, passive=True)
        suspected_before, self._suspected = self._suspected, (declared.method.message_count or 0) > 0
        return self._suspected and suspected_before

    def go_on(self) -> None:
        """Begin to wait anew: what arrives while messages are handled is not taken, so that nothing came says nothing."""
        self._last_delivery = time.monotonic()

    def pause(self, seconds: float) -> None:
        """Wait, while the connection is kept alive."""
        self._connection.sleep(seconds)
        self.go_on()

    def _on_message(self, _: BlockingChannel, method: Basic.Deliver, properties: BasicProperties, body: bytes) -> None:
        self._last_delivery = time.monotonic()
        self._buffer.append(
            Delivery(
                tag=method.delivery_tag or 0,
                body=body,
                message_id=properties.message_id or "",
                content_type=properties.content_type or "",
                headers=properties.headers or {},
            )
        )
