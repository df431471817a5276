"""View-models of units' invitations and of new principals that departments put in."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.portal.model.people import InvitationAnswer, ReceivedAnswer, RecoveryAnswer
from services.portal.presenters.words import Badge, moment

KINDS = {"colleague": "共同填报", "transfer": "接任主账户负责人", "recovery": "接任主账户负责人"}
_STATES = {
    "proposed": Badge("待确认", "warning"),
    "open": Badge("待本人答复", "primary"),
    "accepted": Badge("已接受", "success"),
    "declined": Badge("已谢绝", "secondary"),
    "withdrawn": Badge("已撤回", "secondary"),
    "refused": Badge("未通过", "danger"),
}
_OVER = Badge("已过期", "secondary")
_UNANSWERED = ("proposed", "open")


@dataclass(frozen=True)
class InvitationView:
    """An invitation of the unit that nobody has answered yet."""

    id: str
    version: int
    name: str
    email: str
    kind: str
    until: str


@dataclass(frozen=True)
class ReceivedView:
    """An invitation to oneself."""

    id: str
    kind: str
    unit: str
    until: str


@dataclass(frozen=True)
class RecoveryView:
    """A new principal for a unit whose own is gone."""

    id: str
    version: int
    unit: str
    badge: Badge
    facts: tuple[tuple[str, str], ...]
    acts: tuple[str, ...]


def invitation_views(invitations: Iterable[InvitationAnswer]) -> tuple[InvitationView, ...]:
    """Return the open invitations of a unit."""
    return tuple(
        InvitationView(
            id=each["id"],
            version=each["version"],
            name=each["display_name"] or each["email"],
            email=each["email"],
            kind=KINDS[each["kind"]],
            until=moment(each["expires_at"]),
        )
        for each in invitations
    )


def received_views(invitations: Iterable[ReceivedAnswer]) -> tuple[ReceivedView, ...]:
    """Return the open invitations to oneself."""
    return tuple(
        ReceivedView(each["id"], KINDS[each["kind"]], each["unit"]["name"], moment(each["expires_at"]))
        for each in invitations
    )


def recovery_views(recoveries: Iterable[RecoveryAnswer], now: datetime) -> tuple[RecoveryView, ...]:
    """Return the recoveries of a list."""
    return tuple(_recovery_view(each, now) for each in recoveries)


def _recovery_view(recovery: RecoveryAnswer, now: datetime) -> RecoveryView:
    is_over = recovery["state"] in _UNANSWERED and datetime.fromisoformat(recovery["expires_at"]) <= now
    by_me = "（本人提出）" if recovery["is_proposed_by_me"] else ""
    return RecoveryView(
        id=recovery["id"],
        version=recovery["version"],
        unit=recovery["unit"]["name"],
        badge=_OVER if is_over else _STATES[recovery["state"]],
        facts=(
            ("统一社会信用代码", recovery["unit"]["credit_code"]),
            ("行政区划", recovery["division_name"]),
            ("新负责人", f"{recovery['display_name']}（{recovery['email']}）"),
            ("理由和依据", recovery["reason"]),
            ("提出时间", f"{moment(recovery['asked_at'])}{by_me}"),
        ),
        acts=() if is_over else tuple(recovery["open_actions"]),
    )
