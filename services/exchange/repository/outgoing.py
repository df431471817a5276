"""What leaves with a write, as entries of an outbox; and what a store raises where its server does not answer."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime

from pymongo.client_session import ClientSession

from services.exchange.ports.messages import Outgoing
from shared.calls import Call
from shared.ids import new_id
from shared.mongo.aggregates import Event
from shared.mongo.client import unavailable_when_down


def news(subject: str, at: datetime, call: Call, outgoing: Iterable[Outgoing]) -> Sequence[Event]:
    """Return the events of what is told to our own services about a thing."""
    return [Event(new_id(), each.type, at, subject, each.data, call.correlation_id) for each in outgoing]


def guarded(session: ClientSession | None) -> AbstractContextManager[None]:
    """Return what turns a silent server into `Unavailable`; in a transaction the driver must see its own errors."""
    return unavailable_when_down() if session is None else nullcontext()
