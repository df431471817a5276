"""View-models of the exchange ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from services.portal.model.answers import MessageAnswer, MessageRow
from services.portal.model.exchange_desk import ContentAnswer
from services.portal.model.form import REGISTRATION_TYPES
from services.portal.model.words import (
    MESSAGE_PARTNERS,
    MESSAGE_ROUTES,
    MESSAGE_STATES,
    MESSAGE_TONES,
    UNIT_LABELS,
)
from services.portal.presenters.words import EMPTY, Badge, moment, plain, refusal

KINDS = {
    "UNIT_NEW": "新增单位（UNIT_NEW）",
    "UNIT_CHANGE": "单位变更（UNIT_CHANGE）",
    "UNIT_CLOSE": "单位注销（UNIT_CLOSE）",
    "UNIT_INQUIRY": "单位查询（UNIT_INQUIRY）",
    "STATISTICS": "统计资料（STATISTICS）",
    "PING": "连通测试（PING）",
}

FILTERS: Mapping[str, Mapping[str, str]] = {
    "message_id": {},
    "unit": {},
    "period": {},
    "partner": dict(MESSAGE_PARTNERS),
    "route": dict(MESSAGE_ROUTES),
    "state": dict(MESSAGE_STATES),
    "begins": {},
    "ends": {},
}
"""By what the ledger is narrowed, with the choices where there are some."""

RESENDABLE = frozenset({"refused", "unanswered"})


@dataclass(frozen=True)
class MessageView:
    """A message in a list."""

    id: str
    kind: str
    badge: Badge
    attempts: int
    created_at: str
    sent_at: str
    answered_at: str
    registration_id: str
    filing_id: str
    division: str
    reason: str
    route: str
    period: str
    can_resend: bool


@dataclass(frozen=True)
class LedgerView:
    """The list of messages, and what it is narrowed to."""

    rows: tuple[MessageView, ...]
    wanted: Mapping[str, str]
    filters: Mapping[str, Mapping[str, str]]
    next_cursor: str
    is_first: bool


@dataclass(frozen=True)
class ContentView:
    """What a message says: the unit's record in words where there is one, and the rest as it is signed."""

    id: str
    kind: str
    digest: str
    unit: tuple[tuple[str, str], ...]
    rest: str


@dataclass(frozen=True)
class ReceiptView:
    """The directory's receipt."""

    outcome: str
    reason: str
    directory_id: str
    received_at: str
    digest: str
    is_verified: bool


@dataclass(frozen=True)
class MessageDetail:
    """A message without what it says."""

    message: MessageView
    version: int
    digest: str
    receipt: ReceiptView | None
    log: tuple[tuple[str, str, str], ...]
    """When, what, and why where there is something to say."""
    may_read_body: bool
    can_resend: bool


def ledger_view(rows: Iterable[MessageRow], wanted: Mapping[str, str], cursor: str, next_cursor: str) -> LedgerView:
    """Return the list of messages."""
    return LedgerView(tuple(message_view(row) for row in rows), wanted, FILTERS, next_cursor, not cursor)


def content_view(answer: ContentAnswer) -> ContentView:
    """Return what a message says."""
    content = dict(answer["content"])
    unit = content.pop("unit", None)
    known = unit if isinstance(unit, Mapping) else {}
    return ContentView(
        id=answer["id"],
        kind=KINDS.get(answer["kind"], answer["kind"]),
        digest=answer["digest"],
        unit=tuple((label, _unit_text(name, known[name])) for name, label in UNIT_LABELS.items() if name in known),
        rest=json.dumps(content, ensure_ascii=False, indent=2, sort_keys=True),
    )


def message_view(row: MessageRow) -> MessageView:
    """Return one message of the list."""
    return MessageView(
        id=row["id"],
        kind=KINDS.get(row["kind"], row["kind"]),
        badge=Badge("等待发送" if row["waits"] else row["state_label"], MESSAGE_TONES.get(row["state"], "secondary")),
        attempts=row["attempts"],
        created_at=moment(row["created_at"]),
        sent_at=moment(row["sent_at"]),
        answered_at=moment(row["answered_at"]),
        registration_id=row["registration_id"],
        filing_id=row["filing_id"],
        division=row["division"],
        reason=refusal(row["reason_code"]) or EMPTY,
        route=row["route_label"],
        period=row["period"] or EMPTY,
        can_resend=row["state"] in RESENDABLE,
    )


def message_detail(message: MessageAnswer) -> MessageDetail:
    """Return a message with receipt and log."""
    receipt = message["receipt"]
    return MessageDetail(
        message=message_view(message),
        version=message["version"],
        digest=message["digest"] or EMPTY,
        receipt=ReceiptView(
            outcome={"accepted": "接收", "refused": "拒收"}.get(receipt["outcome"], receipt["outcome"]),
            reason=refusal(receipt["reason"]) or EMPTY,
            directory_id=receipt["directory_id"] or EMPTY,
            received_at=moment(receipt["received_at"]),
            digest=receipt["digest"],
            is_verified=receipt["verified"],
        )
        if receipt
        else None,
        log=_course(message),
        may_read_body=message["may_read_body"],
        can_resend="resend" in message["open_actions"],
    )


def _course(message: MessageAnswer) -> tuple[tuple[str, str, str], ...]:
    """Return what happened, in its order; the reason of a resending stands with it."""
    entries = [(entry["at"], entry["event_label"], refusal(entry["code"])) for entry in message["attempts_log"]]
    entries += [(each["at"], "重新发送的理由", each["reason"]) for each in message.get("resendings", ())]
    ordered = sorted(entries, key=lambda entry: datetime.fromisoformat(entry[0]))
    return tuple((moment(at), what, why) for at, what, why in ordered)


def _unit_text(name: str, value: object) -> str:
    types = dict(REGISTRATION_TYPES)
    return types.get(str(value), plain(value)) if name == "registration_type" else plain(value)
