"""View-models of deliveries of statistics, of requests and of objections."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.portal.model.deliveries import (
    DELIVERY_TONES,
    OBJECTION_TONES,
    REFUSALS,
    REQUEST_TONES,
    DeliveryAnswer,
    DeliveryRow,
    ObjectionAnswer,
    RequestAnswer,
)
from services.portal.presenters.words import Badge, moment, size

EXCHANGE_ITSELF = "exchange"

NEXT = {
    "prepared": "请服贸司统计负责人核对数据和控制合计后签发。",
    "signed_off": "已签发，系统即将送出。",
    "held": "已签发。到期后系统自动送出，到期前不能送出。",
    "queued": "已签发，尚未送出。系统按顺序发送，前一版答复之后才发后一版；不需要办理。",
    "going": "已送出，等待对方签名回执。",
    "accepted": "对方已接收，无须办理。",
    "refused": "对方拒收。请按原因处理后重新准备。",
    "unanswered": "多次发送未收到回执。请与对方联系，或在交换台账重发。",
    "declined": "未予签发。处理后可以重新准备。",
    "superseded": "已被更正版替代，无须办理。",
}
"""What is to be done next, by state."""

HELD_UP = {
    "stopped": "已签发，尚未送出：该通道已停发，恢复后自动送出。",
    "maintenance": "已签发，尚未送出：对方正在维护，结束后自动送出。",
}
"""Why one that is queued does not leave now, and what then."""


@dataclass(frozen=True)
class DeliveryView:
    """A delivery as its page shows it."""

    answer: DeliveryAnswer
    badge: Badge
    next_step: str
    size: str
    prepared_by: str
    created_at: str
    signed_at: str
    left_at: str
    answered_at: str
    refusal: str


@dataclass(frozen=True)
class RowView:
    """A delivery in the list."""

    answer: DeliveryRow
    badge: Badge
    left_at: str


@dataclass(frozen=True)
class RequestView:
    """A request with what is to be said of its clock."""

    answer: RequestAnswer
    badge: Badge
    clock: str
    is_late: bool


@dataclass(frozen=True)
class ObjectionView:
    """An objection with what is to be said of its clock."""

    answer: ObjectionAnswer
    badge: Badge
    place: str
    clock: str
    is_late: bool


def delivery_view(answer: DeliveryAnswer) -> DeliveryView:
    """Return a delivery for its page."""
    by = "系统自动准备" if answer["prepared_by"] == EXCHANGE_ITSELF else "共享数据库交换岗准备"
    return DeliveryView(
        answer=answer,
        badge=_badge(answer["state"], answer["state_label"], DELIVERY_TONES),
        next_step=HELD_UP.get(answer["hold"]) or NEXT.get(answer["state"], ""),
        size=size(answer["size"]),
        prepared_by=by,
        created_at=moment(answer["created_at"]),
        signed_at=moment(answer["signed_at"]),
        left_at=moment(answer["left_at"]),
        answered_at=moment(answer["answered_at"]),
        refusal=REFUSALS.get(answer["reason_code"], answer["reason_code"]),
    )


def row_view(row: DeliveryRow) -> RowView:
    """Return a delivery for the list."""
    return RowView(row, _badge(row["state"], row["state_label"], DELIVERY_TONES), moment(row["left_at"]))


def request_view(answer: RequestAnswer, today: date) -> RequestView:
    """Return a request, with how its clock stands."""
    is_open = answer["state"] == "requested"
    clock, is_late = _clock(is_open, answer["due_on"], today)
    return RequestView(answer, _badge(answer["state"], answer["state_label"], REQUEST_TONES), clock, is_late)


def objection_view(answer: ObjectionAnswer, today: date) -> ObjectionView:
    """Return an objection, with how its clock stands."""
    clock, is_late = _clock(answer["state"] == "open", answer["due_on"], today)
    badge = _badge(answer["state"], answer["state_label"], OBJECTION_TONES)
    return ObjectionView(answer, badge, answer["place"], clock, is_late)


def _badge(state: str, label: str, tones: dict[str, str]) -> Badge:
    return Badge(label, tones.get(state, "secondary"))


def _clock(is_open: bool, due_on: str, today: date) -> tuple[str, bool]:
    if not is_open:
        return "已答复", False
    is_late = today > date.fromisoformat(due_on)
    return (f"应于 {due_on} 前答复，已逾期" if is_late else f"应于 {due_on} 前答复"), is_late
