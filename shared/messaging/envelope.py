"""The envelope of every message: CloudEvents 1.0, structured mode, JSON (CloudEvents JSON format 1.0.2)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson

from shared.messaging.errors import ContractBroken
from shared.mongo.aggregates import Event

SPEC_VERSION = "1.0"
CONTENT_TYPE = "application/cloudevents+json"
MAX_BYTES = 1 << 20
MAX_ATTRIBUTE = 200


@dataclass(frozen=True)
class Message:
    """A received event; `data` is a JSON object whose shape its contract tells."""

    id: str
    type: str
    source: str
    subject: str
    time: datetime
    correlation_id: str
    data: Mapping[str, Any]


def encode(event: Event, source: str) -> bytes:
    """Return the event as JSON, the same bytes each time: a consumer tells a redelivery from a forgery by them.

    `source` is the name of the publishing service. Raises `TypeError` when `data` holds what JSON can't.
    """
    return orjson.dumps(
        {
            "specversion": SPEC_VERSION,
            "id": event.id,
            "type": event.type,
            "source": source,
            "subject": event.subject,
            "time": event.time,
            "datacontenttype": "application/json",
            "correlationid": event.correlation_id,
            "data": event.data if isinstance(event.data, dict) else dict(event.data),
        },
        option=orjson.OPT_SORT_KEYS | orjson.OPT_UTC_Z,
    )


def decode(body: bytes, most: int = MAX_BYTES) -> Message:
    """Read a message of at most so many bytes; unknown attributes are ignored.

    Raises `ContractBroken` that names the faulty attribute.
    """
    if len(body) > most:
        raise ContractBroken("body")
    try:
        envelope = orjson.loads(body)
    except orjson.JSONDecodeError:
        # Not chained: the parser's error carries the document.
        raise ContractBroken("body") from None
    if not isinstance(envelope, dict):
        raise ContractBroken("body")
    if envelope.get("specversion") != SPEC_VERSION:
        raise ContractBroken("specversion")
    data = envelope.get("data")
    if not isinstance(data, dict):
        raise ContractBroken("data")
    return Message(
        id=_text(envelope, "id"),
        type=_text(envelope, "type"),
        source=_text(envelope, "source"),
        subject=_text(envelope, "subject"),
        time=_time(envelope),
        correlation_id=_text(envelope, "correlationid", required=False),
        data=data,
    )


def _text(envelope: Mapping[str, object], name: str, *, required: bool = True) -> str:
    value = envelope.get(name, None if required else "")
    if not isinstance(value, str) or len(value) > MAX_ATTRIBUTE or (required and not value):
        raise ContractBroken(name)
    return value


def _time(envelope: Mapping[str, object]) -> datetime:
    try:
        moment = datetime.fromisoformat(_text(envelope, "time"))
    except ValueError:
        raise ContractBroken("time") from None
    if moment.tzinfo is None:
        raise ContractBroken("time")
    return moment
