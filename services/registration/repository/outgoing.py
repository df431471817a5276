"""Makes the events that leave with a change: what is confidential is sealed for its reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from joserfc.jwk import KeySetSerialization

from services.registration.ports import NewId, Outgoing
from shared.crypto.jose import seal_for
from shared.crypto.payload import dump_payload
from shared.mongo.aggregates import Event


@dataclass(frozen=True)
class EventMaker:
    """Knows the public keys of the readers by name."""

    readers: Mapping[str, KeySetSerialization]
    new_id: NewId

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
