"""View-models of the ministry's templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from services.portal.model.notification import (
    MailWording,
    PortalWording,
    TemplateAnswer,
    TemplateRow,
    VersionAnswer,
    WordingAnswer,
)
from services.portal.presenters.words import moment
from shared.errors import Problem

ANCHORS = {
    "/in_app/title": "title",
    "/in_app/text": "text",
    "/email/subject": "subject",
    "/email/text": "mail",
    "/reason": "reason",
}
"""Field of the form by the place that a fault names."""


@dataclass(frozen=True)
class GroupView:
    """The templates of one category."""

    label: str
    rows: tuple[TemplateRow, ...]


@dataclass(frozen=True)
class VersionView:
    """An earlier wording; `can_return` unless it is the one in use."""

    no: int
    label: str
    at: str
    by: str
    reason: str
    returned_to: int | None
    wording: WordingAnswer
    can_return: bool


@dataclass(frozen=True)
class Fault:
    """What is wrong with a field of the form."""

    anchor: str
    message: str


@dataclass(frozen=True)
class TemplateView:
    """A template on the page where it is edited: `wording` is what the form shows."""

    template: TemplateAnswer
    wording: WordingAnswer
    versions: tuple[VersionView, ...]
    draft_at: str


def groups(rows: Iterable[TemplateRow]) -> tuple[GroupView, ...]:
    """Return the list by category, in the order of the answer."""
    found: dict[str, list[TemplateRow]] = {}
    for row in rows:
        found.setdefault(row["category_label"], []).append(row)
    return tuple(GroupView(label, tuple(each)) for label, each in found.items())


def template_view(template: TemplateAnswer, typed: WordingAnswer | None = None) -> TemplateView:
    """Return the page's template; what was typed stays, else the draft is shown, else what is in use."""
    return TemplateView(
        template=template,
        wording=typed or template["draft"] or template["current"],
        versions=tuple(_version(version, template["published"]) for version in template["versions"]),
        draft_at=moment(template["draft_at"]),
    )


def posted_wording(form: Mapping[str, str]) -> WordingAnswer:
    """Return the wording that a form holds, with the line breaks of browsers made plain."""
    values = {name: form.get(name, "").replace("\r\n", "\n") for name in ("title", "text", "subject", "mail")}
    return WordingAnswer(
        in_app=PortalWording(title=values["title"], text=values["text"]),
        email=MailWording(subject=values["subject"], text=values["mail"]),
    )


def faults(problems: Iterable[Problem]) -> tuple[Fault, ...]:
    """Return the faults at their fields; what has no field of its own stands at the first."""
    return tuple(
        Fault(
            ANCHORS.get(each.pointer, "title"),
            f"{each.message}可用：{each.expected}" if each.expected else each.message,
        )
        for each in problems
    )


def _version(version: VersionAnswer, published: int) -> VersionView:
    return VersionView(
        no=version["no"],
        label=f"第 {version['no']} 版" if version["no"] else "系统原文",
        at=moment(version["at"]),
        by=version["by"] or "",
        reason=version["reason"],
        returned_to=version["returned_to"],
        wording=version["wording"],
        can_return=version["no"] != published,
    )
