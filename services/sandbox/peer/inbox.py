"""The loop of the stand-in: takes messages, has them answered, and settles each once its receipt is confirmed."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import structlog
from pika import BlockingConnection
from pika.exceptions import AMQPError

from services.sandbox.peer.answering import Desk, Reply
from services.sandbox.peer.telling import Teller
from shared import failpoints
from shared.messaging.backoff import Backoff
from shared.messaging.connection import parameters
from shared.messaging.errors import Poison
from shared.messaging.intake import Intake
from shared.messaging.outgoing import Outcome, Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.settlement import Delivery, NotMoved
from shared.messaging.topology import BORDER, DIRECTORY_INBOX

PREFETCH = 50
AT_ONCE = 100
"""Announcements that leave in one go."""
CHECK_SECONDS = 1.0

log = structlog.get_logger()


class Inbox:
    """Works off the directory's inbox as the peer's own user, which may only read there and write to the border."""

    name = "directory-inbox"

    def __init__(self, desk: Desk, amqp_url: str, teller: Teller | None = None) -> None:
        """Without a `teller` receipts are all that is sent."""
        self._desk = desk
        self._teller = teller
        self._url = amqp_url
        self._publisher = Publisher(amqp_url, "directory")

    def run(self, stop: threading.Event) -> None:
        """Answer until `stop` is set; the broker may come and go meanwhile."""
        backoff = Backoff()
        try:
            while not stop.is_set():
                try:
                    self._consume(stop)
                    backoff.reset()
                except (AMQPError, OSError, NotMoved) as error:
                    log.warning("peer_interrupted", error=type(error).__name__)
                    stop.wait(backoff.next())
        finally:
            self._publisher.close()

    def _consume(self, stop: threading.Event) -> None:
        connection = BlockingConnection(parameters(self._url, self.name))
        try:
            intake = Intake(connection, DIRECTORY_INBOX, PREFETCH)
            next_check = time.monotonic() + CHECK_SECONDS
            while not stop.is_set():
                deliveries = intake.take(linger=0.01)
                if deliveries:
                    self._work_off(intake, deliveries)
                self._announce()
                if time.monotonic() >= next_check:
                    next_check = time.monotonic() + CHECK_SECONDS
                    if intake.is_stalled():
                        return
        finally:
            if connection.is_open:
                connection.close()

    def _work_off(self, intake: Intake, deliveries: Sequence[Delivery]) -> None:
        answered: list[Delivery] = []
        replies: list[Reply] = []
        for delivery in deliveries:
            try:
                receipt = self._desk.answer(delivery.body)
                replies += [receipt] if receipt else []
                replies += self._teller.follow(delivery.body) if self._teller else ()
                answered.append(delivery)
            except Poison as error:
                log.error("message_turned_away", message_id=delivery.message_id, reason=error.reason)
                intake.turn_away(delivery)
        if not answered:
            return
        failpoints.hit("peer.stored_no_receipt")
        self._send(replies)
        failpoints.hit("peer.receipt_confirmed_no_ack")
        intake.acknowledge(answered)

    def _announce(self) -> None:
        """Send the announcements whose time has come."""
        due = self._teller.bureau.due(AT_ONCE) if self._teller else ()
        if self._teller and due:
            self._send([self._teller.announcement(content, how) for _, content, how in due])
            self._teller.bureau.left([number for number, _, _ in due])

    def _send(self, replies: Sequence[Reply]) -> None:
        """Send what goes back, or leaves unasked. Raises `NotMoved` where one is not confirmed: all of it then leaves again."""
        outcomes = self._publisher.publish([Outgoing(BORDER, reply.queue, reply.body, reply.id) for reply in replies])
        for outcome in outcomes:
            if outcome is not Outcome.CONFIRMED:
                raise NotMoved(outcome)
