"""Events as the operations think of them, and the maker that turns them into entries of an outbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from joserfc.jwk import KeySetSerialization

from shared.crypto.jose import seal_for
from shared.crypto.payload import dump_payload
from shared.mongo.aggregates import Event


@dataclass(frozen=True)
class Outgoing:
    """An event to leave with a change: `data` is clear (ids and codes), `secret` is sealed for `reader`."""

    type: str
    data: Mapping[str, object]
    reader: str = ""
    secret: Mapping[str, object] | None = None


@dataclass(frozen=True)
class EventMaker:
    """Seals what is confidential for its reader; knows the public keys of the readers by name."""

    readers: Mapping[str, KeySetSerialization]
    new_id: Callable[[], str]

    def event(self, outgoing: Outgoing, subject: str, time: datetime, correlation_id: str) -> Event:
        """Return the event about a thing, with its secret sealed for the one who reads it."""
        data = dict(outgoing.data)
        if outgoing.secret is not None:
            payload = dump_payload(dict(outgoing.secret))
            data["reader"] = outgoing.reader
            data["sealed"] = seal_for(self.readers[outgoing.reader], payload, typ=outgoing.type)
        return Event(
            id=self.new_id(), type=outgoing.type, time=time, subject=subject, data=data, correlation_id=correlation_id
        )
