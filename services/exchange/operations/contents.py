"""The content of a message: from the unit's record, as registration sealed it, to what crosses the border."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal

from services.exchange.errors import Unreadable
from services.exchange.model.messages import Kind, Message
from shared.contracts import Contract
from shared.contracts.border import KIND_BY_NAME, KINDS, PING, dump_content, load_content
from shared.contracts.deliveries import STATISTICS
from shared.contracts.directory import INQUIRY
from shared.contracts.statements import STATEMENT
from shared.messaging.errors import ContractBroken

CONTRACT_OF: Mapping[Kind, Contract] = {
    **{Kind(kind.name): kind.contract for kind in KINDS},
    Kind.STATISTICS: STATISTICS,
    Kind.PING: PING,
    Kind.STATEMENT: STATEMENT,
    Kind.UNIT_INQUIRY: INQUIRY,
}
"""The contract of each kind of message on the border, with what its sealed content holds."""

PARTS = ("unit", "platform", "effective_date", "evidence")

MORE_PARTS: Mapping[Kind, tuple[str, ...]] = {
    Kind.UNIT_NEW: (),
    Kind.UNIT_CHANGE: ("changes",),
    Kind.UNIT_CLOSE: ("ground",),
}
"""What a kind of message has besides."""


def content_of(message: Message, sequence: int, record: Mapping[str, object]) -> bytes:
    """Return the signed content of a message (单位变动情况反馈).

    Raises `Unreadable` where the record is not that of the message's unit and registration or filing, or lacks what
    the contract asks for.
    """
    content = {part: _wire(record.get(part)) for part in (*PARTS, *MORE_PARTS[message.kind])}
    content |= {"kind": message.kind.value, "message_id": message.id, "sequence": sequence}
    data = dump_content(content)
    try:
        checked = load_content(KIND_BY_NAME[message.kind].content, data)
    except ContractBroken:
        raise Unreadable("record_unfit", message.id) from None
    grounds = tuple(_id(checked["evidence"], name) for name in ("registration_id", "filing_id"))
    told = (_id(checked["unit"], "unit_id"), *grounds)
    if told != (message.unit_id, message.registration_id, message.filing_id):
        raise Unreadable("record_of_another", message.id)
    return data


def found_by(record: Mapping[str, object]) -> tuple[str, str]:
    """Return the unit's credit code and name, by which its messages are found; empty where the record has none."""
    unit = record.get("unit")
    code, name = (unit.get("credit_code"), unit.get("name")) if isinstance(unit, Mapping) else ("", "")
    return str(code or ""), str(name or "")


def _id(part: object, name: str) -> object:
    return part.get(name) if isinstance(part, Mapping) else None


def _wire(value: object) -> object:
    """Return a value as plain JSON: dates and moments in ISO 8601, amounts as decimal texts."""
    if isinstance(value, Mapping):
        return {str(name): _wire(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_wire(item) for item in value]
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Decimal) else value
