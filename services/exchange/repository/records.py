"""Between a message and its document: what stays in clear for routing, what goes into the sealed blob."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

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

    def fields(self, message: Message) -> Document:
        """Return the fields of a message in clear: ids, codes, states, moments."""
        optional = {} if message.sequence is None else {"sequence": message.sequence}
        return {
            "unit": message.unit_id,
            "registration": message.registration_id,
            "filing": message.filing_id,
            "division": message.division,
            "revision": message.revision,
            "kind": message.kind.value,
            "state": message.state.value,
            "digest": message.digest,
            "attempts": message.attempts,
            "created_at": message.created_at,
            "updated_at": message.updated_at,
            "sent_at": message.sent_at,
            "answered_at": message.answered_at,
            "reason_code": message.reason_code,
            "receipt": _receipt_document(message.receipt),
            "log": [_log_document(entry) for entry in message.log],
            **optional,
        }

    def sealed(self, message: Message, secret: Secret, version: int) -> Document:
        """Return the confidential part, sealed for the version that it is written with."""
        payload = CONVERTER.unstructure(secret)
        return {
            "sealed": self.sealer.seal(payload, message.unit_id, self._place(message.id, version)),
            "sealed_at": version,
        }

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
            unit_id=document["unit"],
            registration_id=document["registration"],
            division=document["division"],
            revision=document["revision"],
            state=State(document["state"]),
            created_at=document["created_at"],
            updated_at=document["updated_at"],
            kind=Kind(document["kind"]),
            sequence=document.get("sequence"),
            digest=document["digest"],
            attempts=document["attempts"],
            sent_at=document["sent_at"],
            answered_at=document["answered_at"],
            reason_code=document["reason_code"],
            receipt=_receipt(document["receipt"]),
            log=tuple(_log_entry(entry) for entry in document["log"]),
            history=history_of(document),
            filing_id=document.get("filing", ""),
        )

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
