"""From a message to its receipt: opened, known or judged, remembered, signed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import cast

from joserfc.jwk import KeySetSerialization

from services.sandbox.peer import judgement
from services.sandbox.peer.forging import forged_keys
from services.sandbox.peer.store import Answer, Store
from services.sandbox.peer.switches import Changes, Switches
from shared.clock import Clock
from shared.contracts import Contract, statements
from shared.contracts.border import (
    DIRECTORY,
    EXCHANGE,
    KIND_OF_TYPE,
    PING,
    RECEIPT,
    UNIT_CHANGE,
    Head,
    digest_of,
    dump_content,
    load_content,
)
from shared.contracts.directory import INQUIRY
from shared.contracts.statements import STATEMENT
from shared.crypto.errors import BadSignature, CannotDecrypt
from shared.crypto.jose import open_sealed, seal_for
from shared.ids import new_id
from shared.messaging.envelope import Message, decode, encode
from shared.messaging.errors import ContractBroken, Poison
from shared.messaging.topology import DIRECTORY_RECEIPTS
from shared.mongo.aggregates import Event

ACCEPTED, REFUSED = "accepted", "refused"
WITHOUT_EFFECT = {PING.type: "PING", INQUIRY.type: "UNIT_INQUIRY", STATEMENT.type: statements.KIND}
"""What tells nothing of a unit, and so only has a receipt: a test of the way, an inquiry, a statement."""
TAKEN: Mapping[str, Contract] = {
    **{type_: kind.contract for type_, kind in KIND_OF_TYPE.items()},
    PING.type: PING,
    INQUIRY.type: INQUIRY,
    STATEMENT.type: STATEMENT,
}
"""What the stand-in reads."""


@dataclass(frozen=True)
class Keys:
    """The directory's own keys, and the exchange's public ones."""

    private: KeySetSerialization = field(repr=False)
    exchange: KeySetSerialization


@dataclass(frozen=True)
class Reply:
    """A receipt on its way back, or what follows it."""

    id: str
    body: bytes
    queue: str = DIRECTORY_RECEIPTS


@dataclass(frozen=True)
class Desk:
    """Answers messages; the same message twice gets the same receipt, byte by byte."""

    store: Store
    keys: Keys
    switches: Callable[[], Switches]
    clock: Clock

    def answer(self, body: bytes) -> Reply | None:
        """Return the receipt of a message; its effect is stored by then. None for a change that is kept unanswered.

        A message that was refused is judged anew when it is sent again (in a new event), not when it is merely
        delivered again. Raises `Poison` for what can't be trusted: it gets no answer.
        """
        message = decode(body)
        if message.type not in TAKEN:
            raise Poison("type_unknown")
        content = self.open(message)
        head = load_content(Head(), content)
        message_id, digest = cast(str, head["message_id"]), digest_of(content)
        switches = self.switches()
        if message.type == UNIT_CHANGE.type and switches.changes is Changes.PENDING:
            return None
        answer = answered_once(
            self.store, message, message_id, digest, lambda: self._judged(message, head, content, switches)
        )
        if switches.signs_wrongly:
            return self._forged(message, answer)
        return Reply(answer.receipt_id, answer.receipt)

    def open(self, message: Message) -> bytes:
        """Return the content of a message that the exchange signed for us. Raises `Poison`."""
        sealed = TAKEN[message.type].load(message.data)["sealed"]
        try:
            return open_sealed(self.keys.private, sealed, self.keys.exchange, typ=message.type)
        except CannotDecrypt:
            raise Poison("cannot_decrypt") from None
        except BadSignature:
            raise Poison("bad_signature") from None

    def _judged(self, message: Message, head: Mapping[str, object], content: bytes, switches: Switches) -> Answer:
        told = _told(message.type, head, content)
        reason = self._refusal(told, switches) if isinstance(told, judgement.Told) else told
        directory_id, unit_id = "", ""
        if isinstance(told, judgement.Told):
            unit_id = told.unit_id
            if not reason:
                directory_id = self.store.put_unit(unit_id, told.credit_code, told.sequence)
        outcome = REFUSED if reason else ACCEPTED
        message_id, digest = cast(str, head["message_id"]), digest_of(content)
        receipt = {
            "message_id": message_id,
            "digest": digest,
            "outcome": outcome,
            "reason": reason,
            "directory_id": directory_id,
            "received_at": self.clock.now().isoformat(),
            "attempt": TAKEN[message.type].load(message.data)["attempt"],
        }
        reply = self._reply(message, message_id, dump_content(receipt), self.keys.private)
        answer = Answer(message_id, unit_id, digest, outcome, reason, message.id, reply.id, reply.body)
        self.store.put(answer, effects=1 if directory_id else 0)
        region = told.region if isinstance(told, judgement.Told) else ""
        self.store.note_arrival(message_id, message.type, digest, region, self.clock.now().timestamp())
        return answer

    def _refusal(self, told: judgement.Told, switches: Switches) -> str:
        known = self.store.known(told.unit_id, told.credit_code)
        reason = judgement.refusal(told, known, switches.refused_codes)
        is_unwanted = told.is_change and switches.changes is Changes.REFUSE
        return reason or (judgement.CHANGE_REFUSED if is_unwanted else "")

    def _reply(self, message: Message, message_id: str, content: bytes, signer: KeySetSerialization) -> Reply:
        event = Event(
            id=new_id(),
            type=RECEIPT.type,
            time=self.clock.now(),
            subject=message_id,
            data={"sealed": seal_for(self.keys.exchange, content, sign_with=signer, typ=RECEIPT.type)},
            correlation_id=message.correlation_id,
        )
        return Reply(event.id, encode(event, DIRECTORY))

    def _forged(self, message: Message, answer: Answer) -> Reply:
        """Return a receipt under the directory's key id, signed by a key that is not its own; it is not kept."""
        content = dump_content(
            {
                "message_id": answer.message_id,
                "digest": answer.digest,
                "outcome": answer.outcome,
                "reason": answer.reason,
                "directory_id": "",
                "received_at": self.clock.now().isoformat(),
            }
        )
        return self._reply(message, answer.message_id, content, forged_keys(DIRECTORY, self.keys.private))


def answered_once(store: Store, message: Message, message_id: str, digest: str, judge: Callable[[], Answer]) -> Answer:
    """Return the answer that is known of a message, else the one that `judge` makes and stores, in one transaction.

    What was accepted stays so; what was refused is judged anew in a new event alone. Raises `Poison` for another content.
    """
    with store.transaction():
        known = store.find(message_id)
        if known is not None and known.digest != digest:
            raise Poison("message_id_reused")
        if known is not None and (known.outcome == ACCEPTED or known.event_id == message.id):
            store.count_delivery(message_id)
            return known
        return judge()


def keys_of(private: KeySetSerialization, peers: Mapping[str, KeySetSerialization]) -> Keys:
    """Return the keys of the desk. Raises `KeyError` where the exchange's are missing."""
    return Keys(private, peers[EXCHANGE])


def _told(type_: str, head: Mapping[str, object], content: bytes) -> judgement.Told | str:
    """Return what the message tells of a unit, or why it is refused unread: its kind is that of its type.

    Empty for what tells nothing.
    """
    kind = KIND_OF_TYPE.get(type_)
    if kind is None:
        return "" if head["kind"] == WITHOUT_EFFECT[type_] else judgement.KIND_UNKNOWN
    if head["kind"] != kind.name:
        return judgement.KIND_UNKNOWN
    try:
        message = load_content(kind.content, content)
    except ContractBroken:
        return judgement.MALFORMED
    unit = cast(Mapping[str, str], message["unit"])
    return judgement.Told(
        unit["unit_id"],
        unit["credit_code"],
        cast(int, message["sequence"]),
        is_new=kind.name == "UNIT_NEW",
        is_change=kind.name == "UNIT_CHANGE",
        region=f"{unit['division'][:2]}0000",
    )
