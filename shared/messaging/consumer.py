"""The way in: takes the messages of one queue in batches, has them handled, and settles each with the broker.

A message is acknowledged only after its effect is stored, or its copy is confirmed in a retry queue or in parking.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress

import structlog
from pika import BlockingConnection
from pika.exceptions import AMQPError
from pymongo import MongoClient
from pymongo.database import Database

from shared import failpoints
from shared.clock import Clock, SystemClock
from shared.contracts import Contract
from shared.errors import Unavailable
from shared.messaging import metrics
from shared.messaging.backoff import Backoff
from shared.messaging.connection import parameters
from shared.messaging.effects import Bulk, Effects, Fate, Handler, Outward, PutAside, Verdict
from shared.messaging.intake import Intake
from shared.messaging.outgoing import Outcome
from shared.messaging.publisher import Publisher
from shared.messaging.settlement import Delivery, NotMoved, Settlement
from shared.messaging.switches import Switches
from shared.messaging.topology import LADDER_SECONDS, QUEUE, Queue
from shared.mongo.client import DOWN, Document

CHECK_SECONDS = 1.0
CAREFUL_DELIVERIES = 3
"""From this many unsettled deliveries on a message is handled alone: it may be the one that kills its reader."""

log = structlog.get_logger()


class Consumer:
    """Consumes one queue; `handlers` has a handler for each type of message that the queue is bound to."""

    def __init__(
        self,
        queue: str | Queue,
        handlers: Mapping[str, Handler | Bulk | Outward],
        client: MongoClient[Document],
        database: Database[Document],
        amqp_url: str,
        *,
        clock: Clock | None = None,
        contracts: Mapping[str, Contract] | None = None,
        poison: tuple[type[Exception], ...] = (),
        put_aside: PutAside | None = None,
        batch: int = 100,
        linger_seconds: float = 0.01,
        rungs: int = len(LADDER_SECONDS),
        max_per_second: float | None = None,
        transaction_seconds: float = 5.0,
    ) -> None:
        """`batch` messages at most share a transaction; use 1 for slow handlers. `max_per_second` caps the route.

        `put_aside` is told of what is parked and was noted by no handler. What one message needs must fit into `transaction_seconds`.
        """
        self._queue = queue if isinstance(queue, Queue) else QUEUE[queue]
        self.name = f"consumer-{self._queue.name}"
        self._url = amqp_url
        self._batch = batch if max_per_second is None else max(1, min(batch, int(max_per_second)))
        self._linger = linger_seconds
        self._seconds_each = 0.0 if max_per_second is None else 1.0 / max_per_second
        self._publisher = Publisher(amqp_url, "consumer")
        self._switches = Switches(database)
        self._settlement = Settlement(self._queue, self._publisher, rungs)
        self._effects = Effects(
            self._queue.name,
            handlers,
            client,
            database,
            clock or SystemClock(),
            contracts=contracts,
            poison=poison,
            put_aside=put_aside,
            transaction_seconds=transaction_seconds,
        )
        self._was_stopped = False

    def run(self, stop: threading.Event) -> None:
        """Consume until `stop` is set; broker and database may come and go meanwhile."""
        backoff = Backoff()
        try:
            while not stop.is_set():
                if self._is_stopped():
                    stop.wait(CHECK_SECONDS)
                    continue
                try:
                    self._consume(stop)
                    backoff.reset()
                except (AMQPError, OSError, NotMoved) as error:
                    metrics.RECONNECTED.labels(self._queue.name).inc()
                    log.warning("consumer_interrupted", queue=self._queue.name, error=type(error).__name__)
                    stop.wait(backoff.next())
        finally:
            self._publisher.close()

    def _is_stopped(self) -> bool:
        # Without an answer the switch stays as it was seen last.
        with suppress(Unavailable):
            self._was_stopped = self._switches.is_stopped(self._queue.name)
        metrics.STOPPED.labels(self._queue.name).set(self._was_stopped)
        return self._was_stopped

    def _consume(self, stop: threading.Event) -> None:
        """Consume over one connection until `stop`, the stop switch or the watchdog ends it."""
        connection = BlockingConnection(parameters(self._url, self.name))
        try:
            intake = Intake(connection, self._queue.name, self._batch)
            next_check = time.monotonic() + CHECK_SECONDS
            while not stop.is_set():
                deliveries = intake.take(self._linger)
                if deliveries:
                    self._work_off(intake, deliveries, stop)
                    intake.go_on()
                if time.monotonic() >= next_check:
                    next_check = time.monotonic() + CHECK_SECONDS
                    if self._is_stopped() or self._must_reconnect(intake):
                        return
        finally:
            if connection.is_open:
                connection.close()

    def _must_reconnect(self, intake: Intake) -> bool:
        if intake.is_stalled():
            metrics.WATCHDOG.labels(self._queue.name).inc()
            log.warning("consumer_stalled", queue=self._queue.name)
            return True
        return intake.has_old_left_overs()

    def _work_off(self, intake: Intake, deliveries: Sequence[Delivery], stop: threading.Event) -> None:
        failpoints.hit("cons.delivered")
        if len(deliveries) > 1 and any(delivery.deliveries >= CAREFUL_DELIVERIES for delivery in deliveries):
            for delivery in deliveries:
                self._work_off(intake, [delivery], stop)
            return
        verdicts = self._verdicts(intake, deliveries, stop)
        if verdicts is None:
            return
        failpoints.hit("cons.effect_committed_no_ack")
        if all(verdict.fate in (Fate.DONE, Fate.REPEATED) for verdict in verdicts):
            intake.acknowledge(deliveries)
        else:
            for delivery, verdict in zip(deliveries, verdicts, strict=True):
                self._settle(intake, delivery, verdict)
        metrics.CONSUMED.labels(self._queue.name).inc(sum(v.fate is Fate.DONE for v in verdicts))
        metrics.REPEATED.labels(self._queue.name).inc(sum(v.fate is Fate.REPEATED for v in verdicts))
        if self._seconds_each:
            intake.pause(self._seconds_each * len(deliveries))

    def _verdicts(self, intake: Intake, deliveries: Sequence[Delivery], stop: threading.Event) -> list[Verdict] | None:
        """Have the messages handled; while the database is away, keep them and try again (None once stopped)."""
        backoff = Backoff()
        while not stop.is_set():
            try:
                verdicts = self._effects.apply(deliveries)
                return [self._or_given_up(*each) for each in zip(deliveries, verdicts, strict=True)]
            except DOWN as error:
                log.warning("consumer_waits", queue=self._queue.name, error=type(error).__name__)
                intake.pause(backoff.next())
        return None

    def _or_given_up(self, delivery: Delivery, verdict: Verdict) -> Verdict:
        is_over = verdict.fate is Fate.RETRY and self._settlement.is_last(delivery)
        return self._effects.give_up(delivery, verdict.reason) if is_over else verdict

    def _settle(self, intake: Intake, delivery: Delivery, verdict: Verdict) -> None:
        try:
            if verdict.fate is Fate.RETRY:
                self._settlement.retry(delivery, verdict.reason)
            elif verdict.fate is Fate.PARK:
                self._settlement.park(delivery, verdict.reason)
        except NotMoved as error:
            if error.outcome is Outcome.UNKNOWN:
                raise
            # The target is missing or full: this message waits with the broker, the others go on.
            log.error("message_not_moved", queue=self._queue.name, outcome=error.outcome.value)
            intake.leave(delivery)
            return
        intake.acknowledge([delivery])
