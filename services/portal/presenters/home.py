"""View-models of the operator's first page: what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.portal.model.answers import RegistrationRow
from services.portal.model.words import DIRECTORY_TONES, STATE_TONES
from services.portal.presenters.registration import UNNAMED
from services.portal.presenters.words import Badge, moment

NEXT_STEPS = {
    "draft": ("继续填报", "填写完毕后提交审核。", "form"),
    "returned": ("按审核意见修改", "只开放需要修改的部分，改好后重新提交。", "form"),
    "submitted": ("查看进度", "等待商务主管部门审核，审核前可以撤回。", "page"),
    "under_review": ("查看进度", "商务主管部门正在审核。", "page"),
    "withdrawn": ("查看或重新填报", "已撤回，可以重新填报。", "page"),
    "approved": ("查看注册结果", "注册已通过，单位信息已送名录库。", "page"),
    "rejected": ("查看原因", "不予注册，请查看理由。", "page"),
}
"""For each state: the words of the link, what to expect, and which page it leads to."""

URGENT = ("returned", "draft")


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


@dataclass(frozen=True)
class HomeView:
    """The operator's first page."""

    todo: tuple[RowView, ...]
    rows: tuple[RowView, ...]


def home_view(rows: Iterable[RegistrationRow]) -> HomeView:
    """Return the operator's registrations, those first that wait for the operator."""
    views = row_views(rows)
    return HomeView(todo=tuple(row for row in views if row.is_urgent), rows=views)


def row_views(rows: Iterable[RegistrationRow]) -> tuple[RowView, ...]:
    """Return the rows of a list of registrations."""
    return tuple(_row(row) for row in rows)


def _row(row: RegistrationRow) -> RowView:
    link, expectation, page = NEXT_STEPS.get(row["state"], ("查看", "", "page"))
    directory = row["directory_state"]
    return RowView(
        id=row["id"],
        name=row["platform_name"] or UNNAMED,
        operator=row["operator_name"],
        division=row["division_name"],
        badge=Badge(row["state_label"], STATE_TONES.get(row["state"], "secondary")),
        directory=Badge(row["directory_label"], DIRECTORY_TONES.get(directory, "secondary")) if directory else None,
        submitted_at=moment(row["submitted_at"]),
        updated_at=moment(row["updated_at"]),
        revision=row["revision"],
        link=link,
        expectation=expectation,
        to_form=page == "form",
        is_urgent=row["state"] in URGENT,
    )
