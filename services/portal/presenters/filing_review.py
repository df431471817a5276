"""The reviewer's page of a filing: what to look at, and what was marked on the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from services.portal.model.filing import FilingAnswer, NotedAnswer, VersionAnswer
from services.portal.model.filing_words import RETURN_REASONS, SEVERITIES, SEVERITY_TONES
from services.portal.model.survey import FormAnswer
from services.portal.presenters.converted import ConvertedView, converted_views
from services.portal.presenters.duplicates import AlarmView, alarm_views
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.filed import VerdictView, undone_views, verdict_views
from services.portal.presenters.review_casework import ChainLink, chain_links
from services.portal.presenters.sheet_of_form import (
    EvidenceView,
    Said,
    SheetView,
    anchor_of,
    evidence_views,
    place_label,
    sheet_view,
)
from services.portal.presenters.words import Badge
from shared.errors import Problem

APPROVE, RETURN = "approve", "return"


@dataclass(frozen=True)
class NotedView:
    """A query or note of a version; a query is to be ticked once it was looked at."""

    id: str
    key: str
    badge: Badge
    title: str
    expected: str
    explanation: str
    places: tuple[tuple[str, str], ...]
    """Anchor and name of each place."""

    is_query: bool
    is_seen: bool


@dataclass(frozen=True)
class Marks:
    """What a reviewer typed and ticked; `seen` are keys of findings."""

    opinion: str = ""
    reason_code: str = ""
    reason: str = ""
    signatory: str = ""
    pointers: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()


@dataclass(frozen=True)
class FilingReviewView:
    """The page of a review."""

    sheet: SheetView
    noted: tuple[NotedView, ...]
    converted: tuple[ConvertedView, ...]
    evidence: tuple[EvidenceView, ...]
    alarms: tuple[AlarmView, ...]
    verdicts: tuple[VerdictView, ...]
    earlier: tuple[tuple[int, tuple[VerdictView, ...]], ...]
    """What was decided on earlier versions, by their number, the newest first."""

    chain: tuple[ChainLink, ...]
    undone: tuple[VerdictView, ...]
    marks: Marks
    reasons: Mapping[str, str]
    has_queries: bool
    can_decide: bool
    can_undo: bool
    can_settle: bool
    can_name: bool
    """Whether single fields can be named: long lists are returned as a whole."""


@dataclass(frozen=True)
class Neighbours:
    """The filings before and after one in the queue, and where it stands; '' where there is none."""

    before: str = ""
    after: str = ""
    place: int = 0
    count: str = ""
    ids: tuple[str, ...] = field(default=(), repr=False)


def review_view(
    filing: FilingAnswer, version: VersionAnswer, form: FormAnswer, typed: Marks | None, signatory: str
) -> FilingReviewView:
    """Return the page on which a version is judged; `typed` is what was marked and could not be sent yet."""
    marks = typed or Marks(opinion="同意上报。", signatory=signatory, seen=tuple(filing["seen"]))
    actions = {each["action"] for each in filing["open_actions"]}
    decided, can_decide = version["decision"], bool(actions & {APPROVE, RETURN})
    seen = decided["seen"] if decided and not can_decide else marks.seen
    return FilingReviewView(
        sheet=sheet_view(form, said_of(filing, version)),
        noted=tuple(_noted(form, each, number, seen) for number, each in enumerate(version["noted"])),
        converted=converted_views(form, version["converted"]),
        evidence=evidence_views(version["evidence"]),
        alarms=alarm_views(filing["duplicates"]),
        verdicts=verdict_views(form, version["decisions"]),
        earlier=tuple(
            (each["no"], verdict_views(form, each["decisions"]))
            for each in reversed(filing["versions"])
            if each["no"] < version["no"] and each["decisions"]
        ),
        chain=chain_links(filing["chain"]),
        undone=undone_views(form, version["undone"]),
        marks=marks,
        reasons=RETURN_REASONS,
        has_queries=any(each["severity"] == "query" for each in version["noted"]),
        can_decide=can_decide,
        can_undo="undo" in actions,
        can_settle="finalise" in actions,
        can_name=form["layout"] != "rows",
    )


def said_of(filing: FilingAnswer, version: VersionAnswer) -> Said:
    """Return what a version of a filing says."""
    return Said(
        answers=version["answers"],
        shown=version["shown"],
        head=filing["head"],
        period=filing["period_label"],
        sign_off=version["sign_off"],
        nil_reason=version["nil_reason"],
    )


def missing(go: str, marks: Marks, noted: Sequence[NotedAnswer]) -> tuple[ErrorLink, ...]:
    """Return what a decision lacks, at the controls."""
    faults: list[ErrorLink] = []
    if go == APPROVE:
        unseen = [
            number for number, each in enumerate(noted) if each["severity"] == "query" and each["key"] not in marks.seen
        ]
        if unseen:
            faults.append(ErrorLink(f"seen-{unseen[0]}", f"还有 {len(unseen)} 处疑问及说明未核对。"))
        if not marks.opinion:
            faults.append(ErrorLink("opinion", "请填写审核意见。"))
    else:
        if not marks.reason_code:
            faults.append(ErrorLink("reason_code", "请选择退回理由类别。"))
        if not marks.reason:
            faults.append(ErrorLink("reason", "请填写具体理由。"))
    if not marks.signatory:
        faults.append(ErrorLink("signatory", "请填写签字人。"))
    return tuple(faults)


def refused(problems: Sequence[Problem], message: str, go: str) -> tuple[ErrorLink, ...]:
    """Return what the service refused, at the controls."""
    known = {"opinion", "reason", "reason_code", "signatory"}
    fallback = "opinion" if go == APPROVE else "reason"
    links = []
    for problem in problems:
        name = problem.pointer.strip("/").split("/")[0]
        links.append(ErrorLink(name if name in known else fallback, problem.message))
    return tuple(links) or (ErrorLink(fallback, message),)


def _noted(form: FormAnswer, noted: NotedAnswer, number: int, seen: Sequence[str]) -> NotedView:
    severity = noted["severity"]
    return NotedView(
        id=str(number),
        key=noted["key"],
        badge=Badge(SEVERITIES.get(severity, severity), SEVERITY_TONES.get(severity, "secondary")),
        title=noted["title"],
        expected=noted["expected"],
        explanation=noted["explanation"],
        places=tuple((anchor_of(each), place_label(form, each)) for each in noted["pointers"]),
        is_query=severity == "query",
        is_seen=noted["key"] in seen,
    )
