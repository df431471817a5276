"""From a file to its receipt: opened, known or judged, remembered, signed. The same message twice gets the same receipt."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from joserfc.jwk import KeySetSerialization

from services.sandbox.peer.answering import ACCEPTED, REFUSED, Keys, Reply, answered_once
from services.sandbox.peer.forging import forged_keys
from services.sandbox.peer.stating import TOTALS, answer_to
from services.sandbox.peer.store import Answer, Store
from services.sandbox.receiver import examining
from services.sandbox.receiver.examining import Had
from services.sandbox.receiver.switches import Switches
from shared.clock import Clock
from shared.contracts.border import PING, RECEIPT, Head, digest_of, dump_content, load_content
from shared.contracts.deliveries import OBJECTION, STATISTICS, Statistics
from shared.contracts.statements import STATEMENT, STATEMENT_ANSWERED, Statement
from shared.crypto.errors import BadSignature, CannotDecrypt
from shared.crypto.jose import open_sealed, seal_for, verify
from shared.ids import new_id
from shared.messaging.drops import MAX_BYTES
from shared.messaging.envelope import Message, decode, encode
from shared.messaging.errors import ContractBroken, Poison
from shared.mongo.aggregates import Event

TAKEN = {STATISTICS.type: STATISTICS, PING.type: PING, STATEMENT.type: STATEMENT}
KIND_UNKNOWN, MALFORMED = "kind_unknown", "malformed"


@dataclass(frozen=True)
class Doubt:
    """Which number of a delivery is doubted, and why."""

    delivery_id: str
    table: str
    at: tuple[str, ...]
    measure: str
    reason: str


@dataclass(frozen=True)
class ReceiverDesk:
    """Answers what comes for a receiver; `name` is its name among the peers' keys."""

    name: str
    store: Store
    keys: Keys
    switches: Callable[[], Switches]
    clock: Clock

    def answer(self, body: bytes) -> Reply:
        """Return the receipt of a message; its effect is stored by then. Raises `Poison` for what can't be trusted."""
        message = decode(body, MAX_BYTES)
        if message.type not in TAKEN:
            raise Poison("type_unknown")
        content = self._open(message)
        message_id, digest = str(load_content(Head(), content)["message_id"]), digest_of(content)
        switches = self.switches()
        answer = answered_once(
            self.store, message, message_id, digest, lambda: self._judged(message, message_id, content, switches)
        )
        if switches.signs_wrongly:
            return self._receipt(
                message, message_id, digest, answer.outcome, answer.reason, forged_keys(self.name, self.keys.private)
            )
        return Reply(answer.receipt_id, answer.receipt)

    def follow(self, body: bytes) -> Reply | None:
        """Return our own statement of the day that a statement is of, besides its receipt; None for other messages."""
        message = decode(body, MAX_BYTES)
        if message.type != STATEMENT.type:
            return None
        try:
            stated = load_content(Statement(), self._open(message))
        except ContractBroken:
            return None
        answer = answer_to(self.store, stated, self.clock.now())
        content, id = dump_content(answer), str(answer["message_id"])
        return self._sent(STATEMENT_ANSWERED.type, id, message.correlation_id, content, self.keys.private)

    def objection(self, doubt: Doubt) -> Reply:
        """Return a signed objection to a number."""
        id = new_id()
        content = {
            "kind": "OBJECTION",
            "message_id": id,
            "delivery_id": doubt.delivery_id,
            "table": doubt.table,
            "at": list(doubt.at),
            "measure": doubt.measure,
            "reason": doubt.reason,
            "raised_at": self.clock.now().isoformat(),
        }
        return self._sent(OBJECTION.type, id, "", dump_content(content), self.keys.private)

    def _open(self, message: Message) -> bytes:
        sealed = TAKEN[message.type].load(message.data)["sealed"]
        try:
            return open_sealed(self.keys.private, sealed, self.keys.exchange, typ=message.type)
        except CannotDecrypt:
            raise Poison("cannot_decrypt") from None
        except BadSignature:
            raise Poison("bad_signature") from None

    def _judged(self, message: Message, message_id: str, content: bytes, switches: Switches) -> Answer:
        told = self._told(message, content)
        reason = told if isinstance(told, str) else self._refusal(told, switches)
        effects = 0
        if not isinstance(told, str) and not reason:
            self.store.put_setting(_series(told), json.dumps([told["version"], told["delivery_id"]]))
            effects = 1
        outcome, digest = (REFUSED if reason else ACCEPTED), digest_of(content)
        reply = self._receipt(message, message_id, digest, outcome, reason, self.keys.private)
        unit_id = "" if isinstance(told, str) else str(told["delivery_id"])
        answer = Answer(message_id, unit_id, digest, outcome, reason, message.id, reply.id, reply.body)
        self.store.put(answer, effects)
        self.store.note_arrival(message_id, message.type, digest, "", self.clock.now().timestamp())
        if effects and not isinstance(told, str):
            self.store.put_setting(f"{TOTALS}/{message_id}", json.dumps(examining.reckoned(told)))
        return answer

    def _told(self, message: Message, content: bytes) -> Mapping[str, Any] | str:
        """Return the delivery that a message tells, or why it is refused unread; empty for a test of the way, or a statement."""
        if message.type != STATISTICS.type:
            return ""
        try:
            told = load_content(Statistics(), content)
        except ContractBroken:
            return MALFORMED
        return told if told["kind"] == "STATISTICS" else KIND_UNKNOWN

    def _refusal(self, told: Mapping[str, Any], switches: Switches) -> str:
        had = Had(*json.loads(self.store.setting(_series(told), '[0, ""]')))
        return switches.refuses_with or examining.refusal(told, self.name, had, self._verified)

    def _verified(self, token: str) -> bytes | None:
        try:
            return verify(self.keys.exchange, token, typ=examining.TYP)
        except BadSignature:
            return None

    def _receipt(
        self, message: Message, message_id: str, digest: str, outcome: str, reason: str, signer: KeySetSerialization
    ) -> Reply:
        receipt = {
            "message_id": message_id,
            "digest": digest,
            "outcome": outcome,
            "reason": reason,
            "directory_id": "",
            "received_at": self.clock.now().isoformat(),
            "attempt": TAKEN[message.type].load(message.data)["attempt"],
        }
        return self._sent(RECEIPT.type, message_id, message.correlation_id, dump_content(receipt), signer)

    def _sent(
        self, type_: str, subject: str, correlation_id: str, content: bytes, signer: KeySetSerialization
    ) -> Reply:
        event = Event(
            id=new_id(),
            type=type_,
            time=self.clock.now(),
            subject=subject,
            data={"sealed": seal_for(self.keys.exchange, content, sign_with=signer, typ=type_)},
            correlation_id=correlation_id,
        )
        return Reply(event.id, encode(event, self.name))


def _series(told: Mapping[str, Any]) -> str:
    return f"version/{told['period_kind']}/{told['period']}"
