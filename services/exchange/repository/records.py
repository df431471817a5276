"""Between a message and its document: what stays in clear for routing, what goes into the sealed blob."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

import orjson

from services.exchange.model.messages import (
    Entry,
    Kind,
    LogEntry,
    Message,
    Outcome,
    Receipt,
    Secret,
    State,
)
from services.exchange.model.partners import ROUTES, RouteName
from shared.crypto.blind_index import BlindIndex
from shared.crypto.sealing import Place, Sealer
from shared.crypto.structured import CONVERTER
from shared.errors import NotFound
from shared.mongo.aggregates import history_of
from shared.mongo.client import Document

COLLECTION = "messages"


@dataclass(frozen=True)
class Records:
    """Makes documents of messages, and messages of documents."""

    database: str
    sealer: Sealer
    index: BlindIndex

    def fields(self, message: Message) -> Document:
        """Return the fields of a message in clear: ids, codes, states, periods, moments."""
        optional = {} if message.sequence is None else {"sequence": message.sequence}
        return {
            "route": message.route.value,
            "partner": message.partner.value,
            "party": message.party,
            "unit": message.unit_id,
            "registration": message.registration_id,
            "filing": message.filing_id,
            "division": message.division,
            "period": message.period,
            "final_on": message.final_on.isoformat() if message.final_on else "",
            "revision": message.revision,
            "kind": message.kind.value,
            "state": message.state.value,
            "digest": message.digest,
            "attempts": message.attempts,
            "waits": message.waits,
            "created_at": message.created_at,
            "updated_at": message.updated_at,
            "sent_at": message.sent_at,
            "answered_at": message.answered_at,
            "body_removed_at": message.body_removed_at,
            "reason_code": message.reason_code,
            "receipt": _receipt_document(message.receipt),
            "log": [_log_document(entry) for entry in message.log],
            **optional,
        }

    def sealed(self, message: Message, secret: Secret, version: int) -> Document:
        """Return the confidential part, sealed for the version that it is written with."""
        payload = CONVERTER.unstructure(secret)
        return {
            "sealed": self.sealer.seal(payload, message.holder, self._place(message.id, version)),
            "sealed_at": version,
            "marks": self._marks(message, secret),
        }

    def mark(self, value: str) -> bytes:
        """Return the blind index of what a message is found by: a unit's credit code, name or id."""
        return self.index.of("exchange_unit", value)

    def secret(self, document: Document) -> Secret:
        """Return the confidential part. Raises `NotFound` where there is none, `SealBroken` that names the place."""
        if "sealed" not in document:
            raise NotFound
        place = self._place(document["_id"], document["sealed_at"])
        return CONVERTER.structure(self.sealer.open(document["sealed"], place), Secret)

    def message(self, document: Document) -> Message:
        """Return the message of a document."""
        return Message(
            id=document["_id"],
            version=document["v"],
            party=document["party"],
            state=State(document["state"]),
            created_at=document["created_at"],
            updated_at=document["updated_at"],
            route=RouteName(document["route"]),
            kind=Kind(document["kind"]),
            unit_id=document["unit"],
            registration_id=document["registration"],
            filing_id=document["filing"],
            division=document["division"],
            period=document["period"],
            final_on=date.fromisoformat(document["final_on"]) if document.get("final_on") else None,
            revision=document["revision"],
            sequence=document.get("sequence"),
            digest=document["digest"],
            attempts=document["attempts"],
            waits=document["waits"],
            sent_at=document["sent_at"],
            answered_at=document["answered_at"],
            body_removed_at=document.get("body_removed_at"),
            reason_code=document["reason_code"],
            receipt=_receipt(document["receipt"]),
            log=tuple(_log_entry(entry) for entry in document["log"]),
            history=history_of(document),
        )

    def filled_in(self, document: Document) -> Document:
        """Return the fields that a document of the time lacks when there were only messages on units to the 名录库.

        Raises `SealBroken`, `KeyDestroyed`.
        """
        route = RouteName.DIRECTORY_CHANGES
        lacking = {
            "route": route.value,
            "partner": ROUTES[route].partner.value,
            "party": document["unit"],
            "filing": document.get("filing", ""),
            "period": "",
            "waits": document["state"] == State.PENDING.value and document["attempts"] == 0,
            "marks": [],
        }
        if "sealed" not in document:
            return lacking
        content = orjson.loads(self.secret(document).content)
        secret = Secret(b"", credit_code=content["unit"]["credit_code"], name=content["unit"]["name"])
        message = self.message(document | lacking)
        return lacking | {"period": content["effective_date"][:7], "marks": self._marks(message, secret)}

    def _marks(self, message: Message, secret: Secret) -> list[bytes]:
        values = (message.unit_id, secret.credit_code, secret.name)
        return [self.mark(value) for value in values if value]

    def _place(self, message_id: str, version: int) -> Place:
        # The version of the blob's own writing: most changes of a message leave the blob as it is.
        return Place(self.database, COLLECTION, message_id, version)


def _receipt_document(receipt: Receipt | None) -> Document | None:
    if receipt is None:
        return None
    return {
        "outcome": receipt.outcome.value,
        "reason_code": receipt.reason_code,
        "received_at": receipt.received_at,
        "digest": receipt.digest,
    }


def _receipt(document: Mapping[str, Any] | None) -> Receipt | None:
    if document is None:
        return None
    return Receipt(
        outcome=Outcome(document["outcome"]),
        reason_code=document["reason_code"],
        received_at=document["received_at"],
        digest=document["digest"],
    )


def _log_document(entry: LogEntry) -> Document:
    return {
        "at": entry.at,
        "event": entry.event.value,
        "attempt": entry.attempt,
        "code": entry.code,
        "source": entry.source,
    }


def _log_entry(document: Mapping[str, Any]) -> LogEntry:
    return LogEntry(
        at=document["at"],
        event=Entry(document["event"]),
        attempt=document["attempt"],
        code=document["code"],
        source=document["source"],
    )
