"""Where a message goes that had no effect: the next rung of its queue's ladder, or parking with the reason.

A message is taken from its queue only after the broker confirmed the copy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from shared import failpoints
from shared.messaging import metrics
from shared.messaging.outgoing import Outcome, Outgoing
from shared.messaging.publisher import Publisher
from shared.messaging.topology import DEAD, DEFAULT_EXCHANGE, Queue

ATTEMPTS = "x-tongbao-attempts"
REASON = "x-tongbao-reason"
DEATH_HEADERS = frozenset({"x-death", "x-first-death-exchange", "x-first-death-queue", "x-first-death-reason"})
"""Left out of copies: only our own count of attempts matters, and the broker's grows with each rung."""
BROKER_HEADERS = DEATH_HEADERS | {"x-delivery-count"}


@dataclass(frozen=True)
class Delivery:
    """A message as the broker gave it. `deliveries` counts earlier deliveries that nobody settled."""

    tag: int
    body: bytes
    message_id: str
    content_type: str
    headers: Mapping[str, object]

    @property
    def attempts(self) -> int:
        """How often the message was sent up the ladder."""
        return _whole(self.headers.get(ATTEMPTS))

    @property
    def deliveries(self) -> int:
        """How often the message was delivered before and then not settled, as the quorum queue counts."""
        return _whole(self.headers.get("x-delivery-count"))


class NotMoved(Exception):
    """The copy was not confirmed; the message stays where it is."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome.value)


class Settlement:
    """Moves messages of one queue out of the way."""

    def __init__(self, queue: Queue, publisher: Publisher, rungs: int) -> None:
        self._queue = queue
        self._publisher = publisher
        self._rungs = rungs

    def is_last(self, delivery: Delivery) -> bool:
        """Return whether the message has been on its last rung."""
        return delivery.attempts >= self._rungs

    def retry(self, delivery: Delivery, reason: str) -> None:
        """Send the message to its next rung. Raises `NotMoved`."""
        attempts = delivery.attempts + 1
        self._move(delivery, DEFAULT_EXCHANGE, self._queue.rung(attempts), {ATTEMPTS: attempts, REASON: reason})
        metrics.RETRIED.labels(self._queue.name).inc()

    def park(self, delivery: Delivery, reason: str) -> None:
        """Send the message, its body untouched, to parking. Raises `NotMoved`."""
        headers = {ATTEMPTS: delivery.attempts, REASON: reason}
        self._move(delivery, DEAD, self._queue.parking, headers)
        metrics.PARKED.labels(self._queue.name, reason).inc()

    def _move(self, delivery: Delivery, exchange: str, key: str, headers: Mapping[str, object]) -> None:
        kept = {name: value for name, value in delivery.headers.items() if name not in BROKER_HEADERS}
        copy = Outgoing(exchange, key, delivery.body, delivery.message_id, {**kept, **headers}, delivery.content_type)
        [outcome] = self._publisher.publish([copy])
        if outcome is not Outcome.CONFIRMED:
            raise NotMoved(outcome)
        failpoints.hit("dlq.moved_not_recorded")


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0
