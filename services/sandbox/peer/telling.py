"""What the stand-in sends beyond receipts: answers to inquiries, and its announcements, also badly made ones."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from joserfc.jwk import KeySetSerialization

from services.sandbox.peer.answering import Desk, Reply
from services.sandbox.peer.bureau import Bureau, How
from services.sandbox.peer.stating import answer_to
from shared.contracts.border import DIRECTORY, digest_of, dump_content, load_content
from shared.contracts.directory import INQUIRY, RECORDS, UNIT_ANNOUNCED, Inquiry
from shared.contracts.statements import STATEMENT, STATEMENT_ANSWERED, Statement
from shared.crypto.jose import create_jose_keys, seal_for
from shared.ids import new_id
from shared.messaging.envelope import Message, decode, encode
from shared.messaging.errors import ContractBroken
from shared.messaging.topology import DIRECTORY_ANNOUNCED, DIRECTORY_ANSWERS, DIRECTORY_RECEIPTS
from shared.mongo.aggregates import Event

UNKNOWN_TYPE = UNIT_ANNOUNCED.type.removesuffix("1") + "9"
"""A version that nobody reads."""


@dataclass(frozen=True)
class Teller:
    """Makes what follows a receipt, and what leaves unasked."""

    desk: Desk
    bureau: Bureau

    def follow(self, body: bytes) -> tuple[Reply, ...]:
        """Return the answer to an inquiry or a statement, besides its receipt; nothing for other messages."""
        message = decode(body)
        if message.type == STATEMENT.type:
            return self._state(message)
        if message.type != INQUIRY.type:
            return ()
        content = self.desk.open(message)
        try:
            asked = load_content(Inquiry(), content)
        except ContractBroken:
            return ()  # refused by its receipt
        head = {"message_id": asked["message_id"], "digest": digest_of(content)}
        answered = {**head, **self._answer(asked), "answered_at": self.desk.clock.now().isoformat()}
        keys = self.desk.keys.private
        return (self._sent(RECORDS.type, dump_content(answered), keys, DIRECTORY_ANSWERS, message.correlation_id),)

    def _state(self, message: Message) -> tuple[Reply, ...]:
        try:
            stated = load_content(Statement(), self.desk.open(message))
        except ContractBroken:
            return ()  # refused by its receipt
        answer = answer_to(self.desk.store, stated, self.desk.clock.now())
        keys = self.desk.keys.private
        return (
            self._sent(STATEMENT_ANSWERED.type, dump_content(answer), keys, DIRECTORY_RECEIPTS, message.correlation_id),
        )

    def announcement(self, content: bytes, how: How) -> Reply:
        """Return an announcement as it leaves, in the way that was asked for."""
        signer = create_jose_keys("stranger") if how is How.STRANGER else self.desk.keys.private
        type_ = UNKNOWN_TYPE if how is How.UNKNOWN else UNIT_ANNOUNCED.type
        sent = self._sent(type_, content, signer, DIRECTORY_ANNOUNCED)
        return Reply(sent.id, sent.body[: len(sent.body) // 2], sent.queue) if how is How.TRUNCATED else sent

    def _answer(self, asked: Mapping[str, object]) -> Mapping[str, object]:
        match asked["asks"]:
            case "code":
                found = self.bureau.find_code(cast(str, asked["credit_code"]))
                return {"entries": [found.entry] if found else []}
            case "missing":
                return self._missing(cast(str, asked["unit"]), cast(int, asked["first"]), cast(int, asked["last"]))
            case _:
                page, after = self.bureau.page(cast(str, asked["after"]), cast(int, asked["size"]))
                return {"entries": [each.entry for each in page], "next": after, "total": self.bureau.count()}

    def _missing(self, unit: str, first: int, last: int) -> Mapping[str, object]:
        """Return the announcements as they were; where some were never made, the record as it is now."""
        contents = self.bureau.announced(unit, first, last)
        found = self.bureau.find(unit)
        whole = len(contents) == last - first + 1
        return {"announcements": contents, "entries": [] if whole or found is None else [found.entry]}

    def _sent(
        self, type_: str, content: bytes, signer: KeySetSerialization, queue: str, correlation_id: str = ""
    ) -> Reply:
        token = seal_for(self.desk.keys.exchange, content, sign_with=signer, typ=type_)
        id = new_id()
        event = Event(id, type_, self.desk.clock.now(), id, {"sealed": token}, correlation_id)
        return Reply(event.id, encode(event, DIRECTORY), queue)
