"""One connection in confirm mode with a thread of its own. The only place that publishes.

The thread also runs pika's I/O loop; `_call` is how the others reach it.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import takewhile

import pika
import structlog
from pika.adapters.select_connection import SelectConnection
from pika.channel import Channel
from pika.connection import Connection
from pika.exceptions import AMQPError, ConnectionWrongStateError
from pika.frame import Method
from pika.spec import Basic, BasicProperties

from shared import failpoints
from shared.messaging.connection import parameters
from shared.messaging.outgoing import Batch, Outcome, Outgoing

PERSISTENT = 2

log = structlog.get_logger()


class _Gathering(SelectConnection):
    """A connection that can send what is written to it in one piece.

    A message is three frames, and pika hands each to the system by itself: three calls and three packets a message.
    """

    _gathered: list[bytes] | None = None

    @contextmanager
    def gathering(self) -> Iterator[None]:
        """Hold back what is written inside, and send it at the end."""
        self._gathered = []
        try:
            yield
        finally:
            gathered, self._gathered = self._gathered, None
            if gathered:
                self._adapter_emit_data(b"".join(gathered))

    def _adapter_emit_data(self, data: bytes) -> None:
        if self._gathered is None:
            super()._adapter_emit_data(data)  # type: ignore[misc]  # the stubs leave out what adapters implement
        else:
            self._gathered.append(data)


class Link:
    """Publishes batches with at most `window` messages unconfirmed, until the connection or the channel ends.

    When it ends, what is not settled stays `UNKNOWN`. A link is not mended; its owner makes a new one.
    """

    def __init__(self, url: str, name: str, window: int) -> None:
        self._name = name
        self._window = window
        self._waiting: deque[tuple[Batch, int]] = deque()
        self._in_flight: dict[int, tuple[Batch, int]] = {}
        self._returned: set[tuple[str, str, str]] = set()
        self._tag = 0
        self._channel: Channel | None = None
        self._opened = threading.Event()
        self._ended = False
        self._lock = threading.Lock()
        self._loop_gone = False
        self._batches: list[Batch] = []
        self._connection = _Gathering(
            parameters(url, name),
            on_open_callback=self._on_open,
            on_open_error_callback=self._on_end,
            on_close_callback=self._on_end,
        )
        self._thread = threading.Thread(target=self._run, name=f"{name}-publisher", daemon=True)
        self._thread.start()

    def wait_ready(self, seconds: float) -> bool:
        """Wait until messages can be sent; False when the connection failed or took longer."""
        return self._opened.wait(seconds) and not self._ended

    def is_usable(self) -> bool:
        """Return whether the connection still stands, as far as known."""
        return not self._ended

    def submit(self, batch: Batch) -> None:
        """Send the batch; `batch.done` is set when all is settled or the link has ended."""
        self._batches = [earlier for earlier in self._batches if not earlier.done.is_set()] + [batch]
        if not self._call(lambda: self._send(batch)):
            batch.done.set()

    def close(self) -> None:
        """End the connection without waiting; a broker that does not answer is dropped by the heartbeat."""
        self._call(self._close)

    def join(self, seconds: float) -> None:
        """Wait for the thread to end."""
        self._thread.join(seconds)

    def _call(self, work: Callable[[], None]) -> bool:
        """Have `work` done in the link's thread; False when that has ended. Called from other threads."""
        with self._lock:
            if not self._loop_gone:
                self._connection.ioloop.add_callback_threadsafe(work)
            return not self._loop_gone

    def _run(self) -> None:
        try:
            self._connection.ioloop.start()
        except (AMQPError, failpoints.FailPointHit) as error:
            log.warning("publisher_failed", publisher=self._name, error=type(error).__name__)
            self._ended = True
            self._close()
            self._connection.ioloop.start()
        finally:
            self._release()

    def _on_open(self, connection: Connection) -> None:
        connection.channel(on_open_callback=self._on_channel)

    def _on_channel(self, channel: Channel) -> None:
        channel.add_on_return_callback(self._on_return)
        channel.add_on_close_callback(self._on_channel_end)
        channel.confirm_delivery(self._on_confirm, callback=lambda _: self._on_ready(channel))

    def _on_ready(self, channel: Channel) -> None:
        self._channel = channel
        self._opened.set()

    def _send(self, batch: Batch) -> None:
        self._waiting.extend((batch, index) for index in range(len(batch.messages)))
        self._pump()

    def _pump(self) -> None:
        """Send what waits and fits into the window, once half of that is free: many messages in one piece."""
        channel = self._channel
        if channel is None or not self._waiting or len(self._in_flight) > self._window // 2:
            return
        with self._connection.gathering():
            while channel.is_open and self._waiting and len(self._in_flight) < self._window:
                batch, index = self._waiting.popleft()
                message = batch.messages[index]
                self._tag += 1
                self._in_flight[self._tag] = (batch, index)
                channel.basic_publish(
                    message.exchange, message.routing_key, message.body, _properties(message), mandatory=True
                )

    def _on_return(self, _: Channel, method: Basic.Return, properties: BasicProperties, __: bytes) -> None:
        # The broker sends this before the confirm of the same message.
        self._returned.add((str(properties.message_id), str(method.exchange), str(method.routing_key)))

    def _on_confirm(self, frame: Method[Basic.Ack | Basic.Nack]) -> None:
        failpoints.hit(f"{self._name}.published_no_confirm")
        is_ack = isinstance(frame.method, Basic.Ack)
        last = frame.method.delivery_tag
        tags = [last]
        if frame.method.multiple:
            tags = list(takewhile(lambda tag: tag <= last, self._in_flight))  # they stand in their order
        for tag in tags:
            batch, index = self._in_flight.pop(tag)
            batch.settle(index, self._outcome(batch.messages[index], is_ack))
        self._pump()

    def _outcome(self, message: Outgoing, is_ack: bool) -> Outcome:
        if not is_ack:
            return Outcome.REFUSED
        place = (message.message_id, message.exchange, message.routing_key)
        if place in self._returned:
            self._returned.discard(place)
            return Outcome.UNROUTABLE
        return Outcome.CONFIRMED

    def _on_channel_end(self, _: Channel, error: Exception) -> None:
        if not self._ended:
            log.warning("publisher_channel_closed", publisher=self._name, code=getattr(error, "reply_code", None))
        self._close()

    def _on_end(self, _: Connection, error: BaseException | str) -> None:
        if not self._ended:
            log.warning("publisher_disconnected", publisher=self._name, error=type(error).__name__)
        self._ended = True
        self._connection.ioloop.stop()

    def _close(self) -> None:
        self._ended = True
        if self._connection.is_closing or self._connection.is_closed:
            return
        try:
            self._connection.close()
        except ConnectionWrongStateError:
            self._connection.ioloop.stop()

    def _release(self) -> None:
        """Let everyone go who waits for this link; what they have is unknown."""
        self._ended = True
        with self._lock:
            self._loop_gone = True
            self._connection.ioloop.close()
        self._opened.set()
        for batch in self._batches:
            batch.done.set()


def _properties(message: Outgoing) -> pika.BasicProperties:
    return pika.BasicProperties(
        message_id=message.message_id,
        content_type=message.content_type,
        delivery_mode=PERSISTENT,
        headers=dict(message.headers),
    )
