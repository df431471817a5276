"""The topology of the broker, declared here and nowhere else: exchanges, queues, retry ladders, parking.

Each queue has a ladder `<queue>.retry.1…n`, whose messages return to the queue when their time is over, and a
`<queue>.parking` for what a person must look at. All queues are quorum queues; what leaves one by expiry or by too
many deliveries does so at least once (`dead-letter-strategy=at-least-once`, which needs `overflow=reject-publish`);
where the target is missing, the broker keeps the message and tries again every three minutes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

EVENTS = "tongbao.events"
BORDER = "tongbao.border"
DEAD = "tongbao.dead"
DEFAULT_EXCHANGE = ""
"""The broker's own exchange: routes to the queue that the routing key names."""

DIRECTORY_INBOX = "directory.inbox"
DIRECTORY_RECEIPTS = "directory.receipts"
DIRECTORY_ANNOUNCED = "directory.announced"
DIRECTORY_ANSWERS = "directory.answers"
REGISTRATION_EVENTS = "registration.events"
REGISTRATION_SHEETS = "registration.sheets"
FILING_EVENTS = "filing.events"
STATISTICS_EVENTS = "statistics.events"
EXCHANGE_EVENTS = "exchange.events"
NOTIFICATION_EVENTS = "notification.events"

LADDER_SECONDS = (5.0, 30.0, 300.0)
DELIVERY_LIMIT = 30
"""Deliveries without settlement (crashed consumers) before the broker itself parks a message.

3.10 has no limit by default. High enough for a rolling restart with a full prefetch window, low enough to end a
message that kills its reader.
"""


class Exchange(NamedTuple):
    """An exchange; all are durable."""

    name: str
    kind: str


class Binding(NamedTuple):
    """Messages of `exchange` with this routing key come into the queue."""

    exchange: str
    routing_key: str


@dataclass(frozen=True)
class Queue:
    """A queue with its bindings; retry rungs and parking follow from its name."""

    name: str
    bindings: tuple[Binding, ...]
    delivery_limit: int = DELIVERY_LIMIT

    @property
    def parking(self) -> str:
        """Name of the queue for messages that a person must look at."""
        return f"{self.name}.parking"

    def rung(self, number: int) -> str:
        """Name of the retry queue of the `number`-th attempt, from 1."""
        return f"{self.name}.retry.{number}"


EXCHANGES = (Exchange(EVENTS, "topic"), Exchange(BORDER, "direct"), Exchange(DEAD, "direct"))


def _events(*names: str) -> tuple[Binding, ...]:
    # Any version: one that a reader doesn't know yet is parked there, and replayed after the update.
    return tuple(Binding(EVENTS, f"tongbao.{name}.*") for name in names)


QUEUES = (
    Queue(
        REGISTRATION_EVENTS,
        _events(
            "identity.divisions_changed",
            "registration.submitted",
            "registration.returned",
            "registration.approved",
            "registration.rejected",
            "registration.withdrawn",
            "registration.decision_undone",
            "registration.amended",
            "registration.renewed",
            "registration.suspended",
            "registration.resumed",
            "registration.expired",
            "exchange.unit_sent",
            "exchange.unit_acknowledged",
            "exchange.unit_refused",
            "exchange.unit_unanswered",
        ),
    ),
    # A page takes half a second of work; a receipt of the directory must not wait behind hundreds of them.
    Queue(REGISTRATION_SHEETS, _events("registration.sheet_due")),
    Queue(
        FILING_EVENTS,
        _events(
            "identity.divisions_changed",
            "registration.unit_known",
            "exchange.directory_taken",
            "exchange.directory_record",
            "rates.published",
            "filing.submitted",
            "filing.forwarded",
            "filing.returned",
            "filing.withdrawn",
            "filing.decision_undone",
            "filing.approved",
            "filing.finalised",
            "filing.rerouted",
            "filing.period_finalised",
            "filing.thread_resolved",
            "filing.thread_reopened",
        ),
    ),
    Queue(STATISTICS_EVENTS, _events("filing.facts_changed", "filing.period_finalised")),
    Queue(
        EXCHANGE_EVENTS,
        _events(
            "registration.approved",
            "registration.changed",
            "registration.deregistered",
            "filing.unit_changed",
            "filing.directory_wanted",
            "statistics.tables_approved",
        ),
    ),
    Queue(
        NOTIFICATION_EVENTS,
        _events(
            "identity.notice_due",
            "registration.notice_due",
            "filing.notice_due",
            "filing.notice_settled",
            "statistics.notice_due",
            "exchange.notice_due",
        ),
    ),
    Queue(DIRECTORY_INBOX, (Binding(BORDER, DIRECTORY_INBOX),)),
    Queue(DIRECTORY_RECEIPTS, (Binding(BORDER, DIRECTORY_RECEIPTS),)),
    Queue(DIRECTORY_ANNOUNCED, (Binding(BORDER, DIRECTORY_ANNOUNCED),)),
    Queue(DIRECTORY_ANSWERS, (Binding(BORDER, DIRECTORY_ANSWERS),)),
)

_FORMER = {REGISTRATION_EVENTS: _events("registration.sheet_due")}
"""Bindings that queues had once; a broker that knows them still would deliver twice."""

QUEUE = {queue.name: queue for queue in QUEUES}
"""The queues by name."""


class Channel(Protocol):
    """The part of pika's blocking channel that declaring needs."""

    def exchange_declare(self, exchange: str, exchange_type: str, *, durable: bool) -> object: ...

    def queue_declare(self, queue: str, *, durable: bool, arguments: dict[str, object]) -> object: ...

    def queue_bind(self, queue: str, exchange: str, routing_key: str) -> object: ...

    def queue_unbind(self, queue: str, exchange: str, routing_key: str) -> object: ...


def declare(
    channel: Channel, ladder_seconds: Sequence[float] = LADDER_SECONDS, queues: Sequence[Queue] = QUEUES
) -> None:
    """Make what is missing; declaring twice does no harm.

    `ladder_seconds` are the waits of the rungs. A rung that exists with another wait must be emptied and deleted
    first: the broker refuses to change it (the channel is closed with PRECONDITION_FAILED).
    """
    for exchange in EXCHANGES:
        channel.exchange_declare(exchange.name, exchange.kind, durable=True)
    for queue in queues:
        _declare_queue(channel, queue.parking, {})
        channel.queue_bind(queue.parking, DEAD, queue.parking)
        _declare_queue(
            channel, queue.name, {**_dead_letters(DEAD, queue.parking), "x-delivery-limit": queue.delivery_limit}
        )
        for binding in queue.bindings:
            channel.queue_bind(queue.name, binding.exchange, binding.routing_key)
        for number, seconds in enumerate(ladder_seconds, start=1):
            wait = {"x-message-ttl": int(seconds * 1000)}
            _declare_queue(channel, queue.rung(number), {**_dead_letters(DEFAULT_EXCHANGE, queue.name), **wait})
        for former in _FORMER.get(queue.name, ()):
            channel.queue_unbind(queue.name, former.exchange, former.routing_key)


def _declare_queue(channel: Channel, name: str, arguments: dict[str, object]) -> None:
    channel.queue_declare(name, durable=True, arguments={"x-queue-type": "quorum", **arguments})


def _dead_letters(exchange: str, routing_key: str) -> dict[str, object]:
    return {
        "x-dead-letter-exchange": exchange,
        "x-dead-letter-routing-key": routing_key,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",
    }


class Permissions(NamedTuple):
    """Regular expressions of an AMQP user on its virtual host, in the order of `rabbitmqctl set_permissions`."""

    configure: str
    write: str
    read: str


def peer_permissions() -> Permissions:
    """Return the rights of the peer across the border: take from its inbox, give to the border exchange."""
    return Permissions(configure="^$", write=r"^tongbao\.border$", read=r"^directory\.inbox$")
