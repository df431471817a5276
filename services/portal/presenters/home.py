"""View-models of the operator's first page: what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from services.portal.model.answers import RegistrationRow
from services.portal.model.standing import STANDING_TONES, WARN_DAYS
from services.portal.model.words import DIRECTORY_TONES, STATE_TONES
from services.portal.presenters.registration import UNNAMED
from services.portal.presenters.words import Badge, moment

NEXT_STEPS = {
    "draft": ("继续填报", "填写完毕后提交审核。", "form"),
    "returned": ("按审核意见修改", "只开放需要修改的部分，改好后重新提交。", "form"),
    "submitted": ("查看进度", "等待商务主管部门审核，审核前可以撤回。", "page"),
    "under_review": ("查看进度", "商务主管部门正在审核。", "page"),
    "withdrawn": ("查看或重新填报", "已撤回，可以重新填报。", "page"),
    "approved": ("查看注册结果", "注册已通过。", "page"),
    "rejected": ("查看原因", "不予注册，请查看理由。", "page"),
    "discarded": ("查看", "草稿已作废。", "page"),
}
"""For each state: the words of the link, what to expect, and which page it leads to."""

URGENT = ("returned", "draft")

ON_THE_WAY = {
    "pending": "单位信息待送名录库。",
    "sent": "单位信息已送名录库，等待回执。",
    "accepted": "名录库已接收单位信息。",
    "refused": "名录库未接收单位信息，请查看原因。",
    "unanswered": "单位信息已送名录库，尚未收到回执。",
}
"""How far the unit is on its way to the 名录库, for people."""

OPEN_STATES = ("submitted", "under_review", "returned", "draft")


@dataclass(frozen=True)
class RowView:
    """A registration in a list. `to_form` says that the link leads to the wizard."""

    id: str
    name: str
    operator: str
    division: str
    badge: Badge
    directory: Badge | None
    submitted_at: str
    updated_at: str
    revision: int
    link: str
    expectation: str
    to_form: bool
    is_urgent: bool
    standing: Badge
    application: Badge | None
    valid_until: str
    review_due: str
    is_late: bool


@dataclass(frozen=True)
class HomeView:
    """The operator's first page."""

    todo: tuple[RowView, ...]
    rows: tuple[RowView, ...]


def home_view(rows: Iterable[RegistrationRow], today: date) -> HomeView:
    """Return the operator's registrations, those first that wait for the operator."""
    views = row_views(rows, today)
    return HomeView(todo=tuple(row for row in views if row.is_urgent), rows=views)


def row_views(rows: Iterable[RegistrationRow], today: date | None = None) -> tuple[RowView, ...]:
    """Return the rows of a list; `today` where what is to be done by the operator is wanted."""
    return tuple(_row(row, today) for row in rows)


def _row(row: RegistrationRow, today: date | None) -> RowView:
    link, expectation, page = NEXT_STEPS.get(row["state"], ("查看", "", "page"))
    asked = _asked_by_the_life(row, today) if row["state"] not in URGENT else None
    if asked is not None:
        link, expectation = asked
        page = "page"
    directory = row["directory_state"]
    if row["state"] == "approved" and asked is None and directory:
        expectation += ON_THE_WAY.get(directory, "")
    has_standing = row["standing"] != "none"
    is_open = row["state"] in OPEN_STATES
    state = Badge(row["state_label"], STATE_TONES.get(row["state"], "secondary"))
    standing = Badge(row["standing_label"], STANDING_TONES.get(row["standing"], "secondary"))
    return RowView(
        id=row["id"],
        name=row["platform_name"] or UNNAMED,
        operator=row["operator_name"],
        division=row["division_name"],
        badge=state if is_open or not has_standing else standing,
        directory=Badge(row["directory_label"], DIRECTORY_TONES.get(directory, "secondary")) if directory else None,
        submitted_at=moment(row["submitted_at"]),
        updated_at=moment(row["updated_at"]),
        revision=row["revision"],
        link=link,
        expectation=expectation,
        to_form=page == "form",
        is_urgent=row["state"] in URGENT or asked is not None,
        standing=standing,
        application=Badge(f"{row['purpose_label']}：{row['state_label']}", state.tone)
        if has_standing and is_open
        else None,
        valid_until=row["valid_until"] or "",
        review_due=row["review_due"] or "",
        is_late=row["is_late"],
    )


def _asked_by_the_life(row: RegistrationRow, today: date | None) -> tuple[str, str] | None:
    """Return what the standing asks the operator for: the words of the link, and why."""
    if today is None:
        return None
    if row["closing_kind"] == "announced":
        return "陈述意见", "主管部门拟注销该平台的注册，请在期限内陈述意见。"
    if row["standing"] == "expired":
        return "重新注册", "注册已过期。如继续运营，请重新注册。"
    if row["standing"] == "suspended":
        return "查看暂停理由", "注册已被暂停，请查看理由。"
    until = row["valid_until"]
    if row["standing"] == "registered" and until and (date.fromisoformat(until) - today).days <= WARN_DAYS:
        return "办理变更", f"注册证照有效期至 {until}，请办理变更并提交新的证照。"
    return None
