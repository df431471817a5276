"""What goes out over HTTP. The `…_body` functions say what a reader may see; the `XOut` schemas describe it."""

from __future__ import annotations

from datetime import datetime

import orjson
from marshmallow import Schema, fields

from services.exchange.model.messages import Action, Entry, LogEntry, Message, Receipt, Secret, State
from services.exchange.model.partners import PARTNER_NAMES, Partner
from services.exchange.operations.reading import View

Body = dict[str, object]

STATE_LABELS = {
    State.PENDING: "待发送",
    State.SENT: "已发送待回执",
    State.ACCEPTED: "{}已接收",
    State.REFUSED: "{}拒收",
    State.UNANSWERED: "超时未回执",
    State.FAILED: "发送失败",
}

ENTRY_LABELS = {
    Entry.CREATED: "生成报文",
    Entry.QUEUED: "进入发送队列",
    Entry.RESENT: "重新发送",
    Entry.SENT: "已发出，等待回执",
    Entry.ACCEPTED: "收到回执：{}已接收",
    Entry.REFUSED: "收到回执：{}拒收",
    Entry.UNANSWERED: "多次发送均未收到回执",
    Entry.FAILED: "无法生成报文，原消息已搁置",
    Entry.RECEIPT_REJECTED: "回执未通过核验，已搁置",
    Entry.BODY_REMOVED: "保存期满，内容已删除",
}

ACTION_NAMES = {Action.RESEND_BY_HAND: "resend"}
"""What a person can do, as the interface names it."""


class RowOut(Schema):
    """A message in the ledger; one that `waits` is not with its transport yet."""

    id = fields.String()
    version = fields.Integer()
    partner = fields.String()
    route = fields.String()
    route_label = fields.String()
    period = fields.String()
    waits = fields.Boolean()
    kind = fields.String()
    state = fields.String()
    state_label = fields.String()
    attempts = fields.Integer()
    sequence = fields.Integer(allow_none=True)
    created_at = fields.String()
    sent_at = fields.String(allow_none=True)
    answered_at = fields.String(allow_none=True)
    unit_id = fields.String()
    registration_id = fields.String()
    filing_id = fields.String()
    revision = fields.Integer()
    division = fields.String()
    outcome = fields.String()
    reason_code = fields.String()


class RowsOut(Schema):
    """A page of the ledger."""

    items = fields.List(fields.Nested(RowOut))
    next_cursor = fields.String()


class ReceiptOut(Schema):
    """A verified receipt of the 名录库; `directory_id` is for the desk only."""

    outcome = fields.String()
    reason = fields.String()
    directory_id = fields.String(allow_none=True)
    received_at = fields.String()
    digest = fields.String()
    verified = fields.Boolean()


class LogOut(Schema):
    """A step on the message's way; `code` says why, where there is something to say."""

    at = fields.String()
    event = fields.String()
    event_label = fields.String()
    attempt = fields.Integer()
    code = fields.String()


class ResendingOut(Schema):
    """Why a person sent the message again."""

    at = fields.String()
    by = fields.String()
    reason = fields.String()


class MessageOut(RowOut):
    """A message without its content; `resendings` for the desk only. `may_read_body` says that the content is there to
    be read by whoever asks."""

    digest = fields.String()
    receipt = fields.Nested(ReceiptOut, allow_none=True)
    attempts_log = fields.List(fields.Nested(LogOut))
    open_actions = fields.List(fields.String())
    may_read_body = fields.Boolean()
    resendings = fields.List(fields.Nested(ResendingOut))


class MarkOut(Schema):
    """By what the ledger finds the messages on a unit."""

    unit = fields.String()


class ContentOut(Schema):
    """What a message says, as it is signed."""

    id = fields.String()
    kind = fields.String()
    digest = fields.String()
    content = fields.Dict(keys=fields.String())


def content_body(message: Message, secret: Secret) -> Body:
    """Return what a message says."""
    return {
        "id": message.id,
        "kind": message.kind.value,
        "digest": message.digest,
        "content": orjson.loads(secret.content),
    }


def row_body(message: Message) -> Body:
    """Return a message of the list: ids, codes and states."""
    return {
        "id": message.id,
        "version": message.version,
        "partner": message.partner.value,
        "route": message.route.value,
        "route_label": message.line.title,
        "period": message.period,
        "waits": message.waits,
        "kind": message.kind.value,
        "state": message.state.value,
        "state_label": STATE_LABELS[message.state].format(PARTNER_NAMES[message.partner]),
        "attempts": message.attempts,
        "sequence": message.sequence,
        "created_at": message.created_at.isoformat(),
        "sent_at": _moment(message.sent_at),
        "answered_at": _moment(message.answered_at),
        "unit_id": message.unit_id,
        "registration_id": message.registration_id,
        "filing_id": message.filing_id,
        "revision": message.revision,
        "division": message.division,
        "outcome": message.receipt.outcome.value if message.receipt else "",
        "reason_code": message.reason_code,
    }


def message_body(view: View) -> Body:
    """Return a message in full, as far as its reader may see it."""
    message, secret = view.message, view.secret
    for_desk: Body = {}
    if secret is not None:
        for_desk = {
            "resendings": [
                {"at": each.at.isoformat(), "by": each.by, "reason": each.reason} for each in secret.resendings
            ],
        }
    return {
        **row_body(message),
        "digest": message.digest,
        "receipt": _receipt_body(message.receipt, secret) if message.receipt else None,
        "attempts_log": [_log_body(entry, message.partner) for entry in message.log],
        "may_read_body": secret is not None and bool(secret.content),
        "open_actions": [ACTION_NAMES[action] for action in view.open_actions if action in ACTION_NAMES],
        **for_desk,
    }


def _receipt_body(receipt: Receipt, secret: Secret | None) -> Body:
    return {
        "outcome": receipt.outcome.value,
        "reason": receipt.reason_code,
        "directory_id": secret.directory_id if secret else None,
        "received_at": receipt.received_at.isoformat(),
        "digest": receipt.digest,
        "verified": True,  # no other receipt is ever kept
    }


def _log_body(entry: LogEntry, partner: Partner) -> Body:
    return {
        "at": entry.at.isoformat(),
        "event": entry.event.value,
        "event_label": ENTRY_LABELS[entry.event].format(PARTNER_NAMES[partner]),
        "attempt": entry.attempt,
        "code": entry.code,
    }


def _moment(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
