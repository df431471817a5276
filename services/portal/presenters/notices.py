"""View-models of the inbox and of the choices about mails."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.portal.model.notification import NoticeAnswer, PreferencesAnswer
from services.portal.presenters.words import moment

CHOICES = (("at_once", "立即发送邮件"), ("digest", "每日汇总一封"), ("none", "不发邮件"))

USUAL = "按系统默认"


@dataclass(frozen=True)
class NoticeView:
    """A notice."""

    id: str
    at: str
    category: str
    title: str
    text: str
    leads_on: bool
    is_read: bool
    is_settled: bool


@dataclass(frozen=True)
class ChoiceView:
    """The choices of one category; `chosen` is empty where nothing was chosen."""

    category: str
    label: str
    chosen: str
    mandatory: str
    optional: str


@dataclass(frozen=True)
class PreferencesView:
    """All choices."""

    version: int
    digest_hour: int
    rows: tuple[ChoiceView, ...]


def notice_views(notices: Iterable[NoticeAnswer]) -> tuple[NoticeView, ...]:
    """Return the notices of a list."""
    return tuple(
        NoticeView(
            id=notice["id"],
            at=moment(notice["at"]),
            category=notice["category_label"],
            title=notice["title"],
            text=notice["text"],
            leads_on=bool(notice["link"]),
            is_read=notice["read_at"] is not None,
            is_settled=notice["settled_at"] is not None,
        )
        for notice in notices
    )


def preferences_view(answer: PreferencesAnswer) -> PreferencesView:
    """Return the choices as the form shows them."""
    rows = tuple(
        ChoiceView(
            category=row["category"],
            label=row["label"],
            chosen=row["mail"] or "",
            mandatory="、".join(row["mandatory"]),
            optional="、".join(row["optional"]),
        )
        for row in answer["choices"]
    )
    return PreferencesView(answer["version"], answer["digest_hour"], rows)
