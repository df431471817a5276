"""View-models of the life of a registration: standing, papers, what is closing, the change in progress, open acts."""

from __future__ import annotations

from dataclasses import dataclass

from services.portal.model.answers import ClosingAnswer, RegistrationAnswer, RegistrationRow
from services.portal.model.form import FULL_LABELS
from services.portal.model.pointers import field_key
from services.portal.model.standing import ACTS, ENDS_WITHIN, IN_FORCE, STANDING_TONES, STANDINGS, WARN_DAYS, Act
from services.portal.presenters.home import RowView, row_views
from services.portal.presenters.words import Badge

OPEN_STATES = frozenset({"draft", "submitted", "under_review", "returned"})


@dataclass(frozen=True)
class PaperView:
    """A paper with its end: `left` in words, `is_near` where the operator should act."""

    label: str
    until: str
    left: str
    is_near: bool


@dataclass(frozen=True)
class StandingView:
    """The life of a registration as its page shows it; `lines` are labels with their texts."""

    badge: Badge
    lines: tuple[tuple[str, str], ...]
    papers: tuple[PaperView, ...]
    expires_on: str
    closing_title: str
    closing_lines: tuple[tuple[str, str], ...]
    application: str
    changed: tuple[str, ...]
    asked: tuple[str, ...]
    due: str
    due_terms: str
    is_late: bool
    explanation: str
    acts: tuple[Act, ...]


@dataclass(frozen=True)
class RegistryView:
    """The list of platforms that are registered or were, with its filters."""

    rows: tuple[RowView, ...]
    standings: tuple[tuple[str, str], ...]
    standing: str
    within: str
    ends_within: tuple[tuple[str, str], ...]
    next_cursor: str
    is_first: bool


def registry_view(
    rows: list[RegistrationRow], standing: str, within: str, cursor: str, next_cursor: str
) -> RegistryView:
    """Return the list as the page shows it."""
    return RegistryView(row_views(rows), STANDINGS, standing, within, ENDS_WITHIN, next_cursor, not cursor)


def standing_view(registration: RegistrationAnswer) -> StandingView:
    """Return the life of a registration."""
    life = registration["life"]
    closing = life["closing"]
    expires = life["expires_on"] if registration["standing"] in IN_FORCE else None
    return StandingView(
        badge=Badge(registration["standing_label"], STANDING_TONES.get(registration["standing"], "secondary")),
        lines=tuple(_lines(registration)),
        papers=tuple(
            PaperView(paper["label"], paper["until"], _left(paper["left"]), paper["left"] <= WARN_DAYS)
            for paper in life["papers"]
            if registration["standing"] in IN_FORCE
        ),
        expires_on=expires or "",
        closing_title=("注销申请" if closing["kind"] == "requested" else "拟注销的告知") if closing else "",
        closing_lines=tuple(_closing(closing)) if closing else (),
        application=_application(registration),
        changed=tuple(
            dict.fromkeys(FULL_LABELS.get(field_key(change["pointer"]), change["label"]) for change in life["changes"])
        ),
        asked=tuple(life["asked_materials"]),
        due=registration["review_due"] or "",
        due_terms=life["review_terms"],
        is_late=registration["is_late"],
        explanation=life["explanation"],
        acts=tuple(act for act in ACTS if act.action in registration["open_actions"]),
    )


def _lines(registration: RegistrationAnswer) -> list[tuple[str, str]]:
    life = registration["life"]
    lines: list[tuple[str, str]] = []
    if life["since"]:
        times = registration["round"]
        lines.append(("注册日期", life["since"] + (f"（第{times}次注册）" if times > 1 else "")))
    suspension = life["suspension"]
    if suspension:
        until = suspension["until"] or "另行通知"
        lines.append(("暂停期间", f"{suspension['since']} 起，恢复日期：{until}"))
        lines.append(("暂停理由", f"{suspension['ground_label']}：{suspension['reason']}"))
    ending = life["ending"]
    if ending and registration["standing"] not in IN_FORCE:
        lines.append(("失效日期", ending["on"]))
        reason = f"：{ending['reason']}" if ending["reason"] else ""
        lines.append(("失效理由", f"{ending['ground_label']}{reason}"))
    if life["explanation"]:
        lines.append(("再次提交的情况说明", life["explanation"]))
    return lines


def _closing(closing: ClosingAnswer) -> list[tuple[str, str]]:
    lines = [("理由", f"{closing['ground_label']}：{closing['reason']}")]
    if closing["statement_until"]:
        lines.append(("陈述意见期限", f"至 {closing['statement_until']}（含当日）"))
        lines.append(("陈述的意见", closing["statement"] or "尚未陈述"))
    return lines


def _application(registration: RegistrationAnswer) -> str:
    """Return which application is open beside what is registered, '' where there is none."""
    if not registration["in_force"] or registration["state"] not in OPEN_STATES:
        return ""
    return f"{registration['purpose_label']}申请：{registration['state_label']}"


def _left(days: int) -> str:
    if days > 0:
        return f"还有 {days} 天"
    return "今天到期" if days == 0 else f"已过期 {-days} 天"
