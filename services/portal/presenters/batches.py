"""Decisions on many filings as they are shown: what was chosen, how far it is, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from services.portal.model.filing_words import RETURN_REASONS
from services.portal.model.queue import BatchAnswer, ItemAnswer
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.words import Badge, moment
from shared.errors import Problem

TONES = {"waiting": "secondary", "running": "info", "done": "success", "refused": "danger"}
TITLES = {"approve": "批量审核通过", "return": "批量退回"}


@dataclass(frozen=True)
class Typed:
    """What a reviewer typed for a batch: the filings as `id:version`, or all that are narrowed so."""

    action: str
    items: tuple[str, ...] = ()
    is_all: bool = False
    narrowed: Mapping[str, str] | None = None
    as_of: str = ""
    count: str = ""
    text: str = ""
    signatory: str = ""
    reason_code: str = ""
    with_queries: bool = False

    @property
    def title(self) -> str:
        """What is about to be done."""
        return TITLES.get(self.action, "")

    @property
    def number(self) -> str:
        """How many filings it is about, in words."""
        return self.count if self.is_all else str(len(self.items))

    @property
    def reasons(self) -> Mapping[str, str]:
        """The coded reasons of a return."""
        return RETURN_REASONS

    @property
    def body(self) -> dict[str, object]:
        """What is sent to the service."""
        chosen = [each.partition(":") for each in self.items]
        body: dict[str, object] = {
            "action": self.action,
            "text": self.text,
            "signatory": self.signatory,
            "with_queries": self.with_queries,
            "reason_code": self.reason_code or None,
        }
        if self.is_all:
            narrowed = {name: value for name, value in (self.narrowed or {}).items() if name != "order"}
            return {**body, "queue": narrowed, "as_of": self.as_of or None}
        return {**body, "items": [{"id": id_, "version": int(version)} for id_, _, version in chosen]}


@dataclass(frozen=True)
class BatchView:
    """A batch with how far it is."""

    id: str
    title: str
    badge: Badge
    is_under_way: bool
    text: str
    signatory: str
    reason: str
    begun_at: str
    count: int
    decided: int
    done: int
    refused: int


@dataclass(frozen=True)
class ItemView:
    """What became of one filing."""

    no: int
    filing_id: str
    title: str
    unit: str
    division: str
    badge: Badge
    why: str
    at: str


def missing(typed: Typed) -> tuple[ErrorLink, ...]:
    """Return what a batch lacks, at the controls."""
    faults: list[ErrorLink] = []
    if not (typed.items or typed.is_all):
        faults.append(ErrorLink("chosen", "没有选中报表。请回到审核列表勾选。"))
    if typed.action == "return" and typed.reason_code not in RETURN_REASONS:
        faults.append(ErrorLink("reason_code", "请选择退回理由类别。"))
    if not typed.text:
        faults.append(ErrorLink("text", "请填写具体理由。" if typed.action == "return" else "请填写审核意见。"))
    if not typed.signatory:
        faults.append(ErrorLink("signatory", "请填写签字人。"))
    return tuple(faults)


def refused(problems: Sequence[Problem], message: str) -> tuple[ErrorLink, ...]:
    """Return what the service refused, at the controls."""
    known = {"text", "signatory", "reason_code"}
    names = [(each.pointer.strip("/").split("/")[0], each.message) for each in problems]
    return tuple(ErrorLink(name if name in known else "chosen", text) for name, text in names) or (
        ErrorLink("chosen", message),
    )


def batch_view(batch: BatchAnswer) -> BatchView:
    """Return a batch with how far it is."""
    return BatchView(
        id=batch["id"],
        title=batch["action_label"],
        badge=Badge(batch["state_label"], TONES.get(batch["state"], "secondary")),
        is_under_way=batch["state"] != "done",
        text=batch["text"],
        signatory=batch["signatory"],
        reason=batch["reason_label"],
        begun_at=moment(batch["created_at"]),
        count=batch["count"],
        decided=batch["done"] + batch["refused"],
        done=batch["done"],
        refused=batch["refused"],
    )


def item_views(items: Sequence[ItemAnswer]) -> tuple[ItemView, ...]:
    """Return what became of items."""
    return tuple(
        ItemView(
            no=each["no"],
            filing_id=each["filing_id"],
            title=f"{each['form_title']}　{each['period_label']}".strip(),
            unit=each["unit_name"],
            division=each["division_name"],
            badge=Badge(each["outcome_label"], TONES.get(each["outcome"], "secondary")),
            why=each["refusal_label"],
            at=moment(each["decided_at"]),
        )
        for each in items
    )
