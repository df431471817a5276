"""A receiver of unit messages: takes them from its queue, checks them, remembers them, and answers with receipts."""

from __future__ import annotations

import hashlib
import json
import threading
import uuid
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cloudevents.core.bindings.rabbitmq import RabbitMQMessage, from_structured, to_structured
from cloudevents.core.exceptions import CloudEventValidationError
from cloudevents.core.formats.json import JSONFormat
from cloudevents.core.v1.event import CloudEvent
from kombu import Connection, Producer, Queue
from kombu.message import Message

from tests.foreign.documents import Documents
from tests.foreign.sealing import Seals, Untrusted

Node = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """What was answered: the receipt goes out again as it is."""

    digest: str
    event_id: str
    outcome: str
    receipt: RabbitMQMessage


@dataclass
class Receiver:
    """`contents` is what was accepted, by message id; `turned_away` says why the rest was not."""

    url: str
    side: str
    documents: Documents
    seals: Seals
    contents: dict[str, Node] = field(default_factory=dict)
    turned_away: list[str] = field(default_factory=list)
    receipts: int = 0
    _known: dict[str, Known] = field(default_factory=dict)

    def run(self, stop: threading.Event) -> None:
        """Take messages, one at a time, until `stop` is set."""
        with Connection(self.url, transport_options={"confirm_publish": True}) as connection:
            producer = connection.Producer(auto_declare=False)
            queue = Queue(self.documents.inbox_of(self.side), no_declare=True)
            consumer = connection.Consumer(queue, on_message=lambda message: self._take(message, producer))
            consumer.qos(prefetch_count=1)
            with consumer:
                while not stop.is_set():
                    with suppress(TimeoutError):
                        connection.drain_events(timeout=0.2)

    def _take(self, message: Message, producer: Producer) -> None:
        try:
            type_, receipt = self._answer(message)
        except Untrusted as error:
            self.turned_away.append(str(error))
            message.reject(requeue=False)
            return
        exchange, key = self.documents.way_of(type_)
        producer.publish(
            receipt.body,
            exchange=exchange,
            routing_key=key,
            content_type=receipt.content_type,
            content_encoding="utf-8",
            delivery_mode=2,
            mandatory=True,
        )
        self.receipts += 1
        message.ack()

    def _answer(self, message: Message) -> tuple[str, RabbitMQMessage]:
        event, attributes, data = self._read(message)
        type_ = str(attributes["type"])
        answer = self.documents.answer_to(type_)
        if answer is None:
            raise Untrusted("unknown type")
        if not self.documents.schema_of(type_).is_valid(event):
            raise Untrusted("another envelope")
        content = self.seals.open(data["sealed"], type_)
        told: Node = json.loads(content)
        known, digest = self._known.get(told["message_id"]), hashlib.sha256(content).hexdigest()
        if known is not None and known.digest != digest:
            raise Untrusted("message id reused")
        if known is None or (known.outcome == "refused" and known.event_id != attributes["id"]):
            fits = self.documents.schema_of(type_, ".content").is_valid(told)
            outcome = "accepted" if fits else "refused"
            receipt = self._receipt(answer, told["message_id"], digest, outcome, data["attempt"])
            known = Known(digest, attributes["id"], outcome, receipt)
            self._known[told["message_id"]] = known
            if fits:
                self.contents[told["message_id"]] = told
        return answer, known.receipt

    def _read(self, message: Message) -> tuple[Node, Node, Node]:
        body = message.body if isinstance(message.body, bytes) else str(message.body).encode()
        try:
            event = from_structured(RabbitMQMessage({}, message.content_type, body), JSONFormat(), CloudEvent)
            return json.loads(body), dict(event.get_attributes()), dict(event.get_data())  # type: ignore[arg-type]
        except (CloudEventValidationError, ValueError, TypeError) as error:
            raise Untrusted("no event") from error

    def _receipt(self, type_: str, message_id: str, digest: str, outcome: str, attempt: int) -> RabbitMQMessage:
        content = {
            "message_id": message_id,
            "digest": digest,
            "outcome": outcome,
            "reason": "" if outcome == "accepted" else "malformed",
            "directory_id": f"F{len(self._known) + 1:06d}" if outcome == "accepted" else "",
            "received_at": datetime.now(UTC).isoformat(),
            "attempt": attempt,
        }
        self.documents.schema_of(type_, ".content").validate(content)
        attributes = {
            "id": uuid.uuid4().hex,
            "type": type_,
            "source": self.side,
            "subject": message_id,
            "time": datetime.now(UTC),
            "datacontenttype": "application/json",
        }
        sealed = self.seals.seal(json.dumps(content).encode(), type_)
        return to_structured(CloudEvent(attributes, {"sealed": sealed}), JSONFormat())
