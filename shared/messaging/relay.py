"""The way out: publishes the pending entries of outboxes and marks them as sent by removing them.

An entry leaves its document only after the broker confirmed it. After a crash in between it is published again with
the same id; the readers know it by that.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import structlog
from pymongo.collection import Collection
from pymongo.errors import PyMongoError

from shared import failpoints
from shared.errors import Unavailable
from shared.messaging import metrics
from shared.messaging.backoff import Backoff
from shared.messaging.envelope import encode
from shared.messaging.outgoing import Batch, Outcome, Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.topology import EVENTS, EXCHANGES
from shared.messaging.waking import look_when_filled
from shared.mongo.aggregates import Event, event_of
from shared.mongo.client import Document

PENDING: Document = {"outbox.id": {"$exists": True}}
"""The query of the partial index `outbox_pending`."""

BATCHES_PER_ROUND = 20
KNOWN_EXCHANGES = frozenset(exchange.name for exchange in EXCHANGES)

log = structlog.get_logger()


def never(_: Event) -> bool:
    """Stop nothing."""
    return False


class BrokerDown(Exception):
    """Some outcomes are unknown; the entries are still pending."""


def _one_pending(number: int) -> list[Document]:
    """Return the pipeline that yields a number where something is pending."""
    return [{"$match": PENDING}, {"$limit": 1}, {"$project": {"_id": 0, "number": {"$literal": number}}}]


@dataclass
class Hold:
    """An entry that the broker would not take now, and when to try again (monotonic seconds)."""

    backoff: Backoff
    until: float = 0.0


@dataclass(frozen=True)
class _Flight:
    """A batch on its way to the broker, and the collection in whose outboxes it still stands."""

    collection: Collection[Document]
    batch: Batch


class Relay:
    """Publishes what the outboxes of `collections` (of one database) hold, oldest first."""

    def __init__(
        self,
        collections: Sequence[Collection[Document]],
        amqp_url: str,
        exchange: str = EVENTS,
        source: str = "",
        batch: int = 500,
        *,
        poll_seconds: float = 2.0,
        publisher: Publisher | None = None,
        is_stopped: Callable[[Event], bool] = never,
    ) -> None:
        """`source` names the service in the envelope; `poll_seconds` bounds the wait when no wake-up comes.

        What `is_stopped` says of an event is asked each time before it is published: it stays pending meanwhile.
        """
        self.name = f"relay-{source}"
        self._collections = collections
        self._exchange = exchange
        self._source = source
        self._batch = batch
        self._poll_seconds = poll_seconds
        self._publisher = publisher or Publisher(amqp_url, "relay", window=2 * batch)
        self._is_stopped = is_stopped
        self._held: dict[str, Hold] = {}
        self._newly_held: list[tuple[str, str]] = []

    def run(self, stop: threading.Event) -> None:
        """Relay until `stop` is set; broker and database may come and go meanwhile."""
        backoff = Backoff()
        try:
            while not stop.is_set():
                try:
                    if not self.run_once():
                        look_when_filled(self._collections, "outbox", stop, self._poll_seconds, self.run_once)
                    backoff.reset()
                except (BrokerDown, PyMongoError, Unavailable) as error:
                    metrics.RELAY_FAILURES.labels(self._source).inc()
                    log.warning("relay_interrupted", source=self._source, error=type(error).__name__)
                    stop.wait(backoff.next())
        finally:
            self.close()

    def close(self) -> None:
        """Give up the connection to the broker; a later round makes a new one."""
        self._publisher.close()

    def run_once(self) -> int:
        """Publish what is pending now, within a bound, and return how many entries were marked as sent.

        Raises `BrokerDown` when outcomes are unknown, pymongo's errors, and what `is_stopped` raises.
        """
        sent = 0
        seen: set[str] = set()
        complete = True
        flight: _Flight | None = None
        try:
            for collection in self._with_pending():
                pending = self._pending(collection, seen)
                for _ in range(BATCHES_PER_ROUND):
                    chunk = list(islice(pending, self._batch))
                    if not chunk:
                        break
                    # The broker works on these while those before are marked, and the next are read.
                    before, flight = flight, self._start(collection, chunk)
                    sent += self._land(before)
                else:
                    complete = False
        finally:
            sent += self._land(flight)
        if complete:
            self._held = {id: hold for id, hold in self._held.items() if id in seen}
        self._tell_held()
        return sent

    def _with_pending(self) -> Sequence[Collection[Document]]:
        """Return the collections in which something is pending, asked for all at once."""
        if len(self._collections) == 1:
            return self._collections
        first, *others = (_one_pending(number) for number in range(len(self._collections)))
        united: list[Document] = [
            {"$unionWith": {"coll": collection.name, "pipeline": pipeline}}
            for collection, pipeline in zip(self._collections[1:], others, strict=True)
        ]
        return [self._collections[row["number"]] for row in self._collections[0].aggregate([*first, *united])]

    def _pending(self, collection: Collection[Document], seen: set[str]) -> Iterator[Event]:
        cursor = collection.find(PENDING, {"outbox": 1}, batch_size=self._batch).sort("outbox.id", 1)
        with cursor:
            for document in cursor:
                for entry in document["outbox"]:
                    hold = self._held.get(entry["id"])
                    seen.add(entry["id"])
                    if hold is not None and hold.until > time.monotonic():
                        continue
                    event = event_of(entry)
                    if not self._is_stopped(event):
                        yield event

    def _start(self, collection: Collection[Document], events: Sequence[Event]) -> _Flight:
        messages = [message for event in events if (message := self._message(event)) is not None]
        return _Flight(collection, self._publisher.start(messages))

    def _land(self, flight: _Flight | None) -> int:
        """Wait for the outcomes of a batch, mark what is confirmed, and return how many that were."""
        if flight is None:
            return 0
        outcomes = self._publisher.settled(flight.batch)
        confirmed = []
        for message, outcome in zip(flight.batch.messages, outcomes, strict=True):
            if outcome is Outcome.CONFIRMED:
                confirmed.append(message.message_id)
                self._held.pop(message.message_id, None)
            elif outcome is not Outcome.UNKNOWN:
                self._hold(message.message_id, outcome.value)
        self._mark(flight.collection, confirmed)
        if Outcome.UNKNOWN in outcomes:
            raise BrokerDown
        return len(confirmed)

    def _mark(self, collection: Collection[Document], ids: Sequence[str]) -> None:
        if not ids:
            return
        failpoints.hit("relay.confirmed_not_marked")
        which = {"$in": list(ids)}
        collection.update_many({"outbox.id": which}, {"$pull": {"outbox": {"id": which}}})
        metrics.RELAYED.labels(self._source).inc(len(ids))

    def _message(self, event: Event) -> Outgoing | None:
        exchange = event.exchange or self._exchange
        if exchange not in KNOWN_EXCHANGES:
            # The broker would close the channel, and with it everything in flight.
            self._hold(event.id, "unknown_exchange")
            return None
        try:
            body = encode(event, self._source)
        except TypeError:
            self._hold(event.id, "not_json")
            return None
        return Outgoing(exchange, event.routing_key or event.type, body, event.id)

    def _hold(self, event_id: str, cause: str) -> None:
        hold = self._held.setdefault(event_id, Hold(Backoff(first=1.0, longest=60.0)))
        hold.until = time.monotonic() + hold.backoff.next()
        metrics.HELD.labels(self._source, cause).inc()
        self._newly_held.append((cause, event_id))

    def _tell_held(self) -> None:
        metrics.HELD_NOW.labels(self._source).set(len(self._held))
        for cause in {cause for cause, _ in self._newly_held}:
            ids = [id for of, id in self._newly_held if of == cause]
            log.error("events_held", source=self._source, cause=cause, count=len(ids), first=ids[0])
        self._newly_held.clear()
