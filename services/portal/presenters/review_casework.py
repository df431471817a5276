"""What goes with a review: how far a filing is in its chain, until when to decide, marks, and to whom it is given."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from services.portal.model.filing import FilingAnswer, FilingRow, LinkAnswer
from services.portal.model.filing_casework import LoadAnswer, MarkAnswer, ReviewerAnswer, WorkloadAnswer
from services.portal.model.survey import FormAnswer
from services.portal.presenters.sheet_of_form import DASH, anchor_of, part_at, printed_code, text_of
from services.portal.presenters.threads import ThreadView
from services.portal.presenters.words import Badge, chinese_date, moment
from shared.calendar.statutory import review_due
from shared.calendar.working_days import working_days_between
from shared.clock import local_date
from shared.identity.reviewers import reviewing_role

WHOLE = ("", "整张表")
STANDINGS: Mapping[str, Badge] = {
    "passed": Badge("已通过", "success"),
    "acting": Badge("正在审核", "primary"),
    "returned": Badge("已退回", "warning"),
    "waiting": Badge("尚未到达", "secondary"),
}
SOON = 1
"""Working days before a review day from which it is coloured."""


@dataclass(frozen=True)
class ChainLink:
    """One department of the chain: what it is called, how far the filing is with it, who signed when."""

    level: str
    name: str
    badge: Badge
    detail: str
    is_acting: bool


@dataclass(frozen=True)
class Deadline:
    """Until when the department that acts next should decide, and how that was counted."""

    text: str
    tone: str
    explanation: str


@dataclass(frozen=True)
class ValueMark:
    """A value that the department marked for follow-up."""

    id: str
    filing_id: str
    place: str
    pointer: str
    anchor: str
    then: str
    now: str
    is_changed: bool
    is_there: bool
    note: str
    is_done: bool
    made_at: str
    title: str
    period: str
    unit: str


@dataclass(frozen=True)
class Assigned:
    """To whom a filing is given, and who could have it: account and name."""

    account_id: str
    name: str
    is_me: bool
    people: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class LoadView:
    """What one reviewer has."""

    name: str
    assigned: int
    oldest: str
    overdue: int


@dataclass(frozen=True)
class WorkloadView:
    """What lies with the department."""

    waiting: str
    unassigned: str
    people: tuple[LoadView, ...]


@dataclass(frozen=True)
class Beside:
    """What stands beside the fields of a form: threads and marks by pointer, and where to write a new one."""

    filing_id: str
    threads: Mapping[str, Sequence[ThreadView]]
    marks: Mapping[str, Sequence[ValueMark]]
    can_write: bool

    def threads_at(self, pointers: Iterable[str]) -> list[ThreadView]:
        """Return the threads about any of these places."""
        return [each for pointer in dict.fromkeys(pointers) for each in self.threads.get(pointer, ())]

    def pointers_within(self, stem: str) -> list[str]:
        """Return the places at or below a pointer about which something was said."""
        known = dict.fromkeys((*self.threads, *self.marks))
        return [each for each in known if each == stem or each.startswith(f"{stem}/")]

    def pointers_at(self, anchor: str) -> list[str]:
        """Return the places at or below an anchor of a page about which something was said."""
        known = {each: anchor_of(each) for each in (*self.threads, *self.marks) if each}
        return [each for each, own in known.items() if own == anchor or own.startswith(f"{anchor}-")]

    def marks_at(self, pointers: Iterable[str]) -> list[ValueMark]:
        """Return the marks of any of these places."""
        return [each for pointer in dict.fromkeys(pointers) for each in self.marks.get(pointer, ())]


def chain_links(chain: Iterable[LinkAnswer]) -> tuple[ChainLink, ...]:
    """Return the departments of the chain in their order."""
    return tuple(
        ChainLink(
            level=each["level_label"],
            name=each["division_name"] if each["division_name"] != each["level_label"] else "",
            badge=STANDINGS[each["standing"]],
            detail=f"{each['signatory']}　{moment(each['decided_at'])}" if each["decided_at"] else "",
            is_acting=each["standing"] == "acting",
        )
        for each in chain
    )


def deadline_of(row: FilingRow, today: date) -> Deadline | None:
    """Return until when to decide on what waits, with the working days left or over; None where nothing waits."""
    since = row["waiting_since"]
    if row["state"] != "submitted" or not since:
        return None
    due = review_due(reviewing_role(row["reviewer"]), local_date(datetime.fromisoformat(since)))
    until = f"审核时限 {chinese_date(due.on)}"
    if due.on < today:
        over = working_days_between(due.on, today).days
        return Deadline(f"{until}，已超过 {over} 个工作日", "danger", due.explanation)
    left = working_days_between(today, due.on).days
    text = f"{until}，还有 {left} 个工作日" if left else f"{until}，今天到期" if due.on == today else until
    return Deadline(text, "warning" if left <= SOON else "secondary", due.explanation)


def mark_views(marks: Iterable[MarkAnswer], form: FormAnswer | None = None) -> tuple[ValueMark, ...]:
    """Return the marks, those that are to be looked at first; values are as the form shows them where it is given."""
    views = [_mark(each, form) for each in marks]
    return tuple(sorted(views, key=lambda view: view.is_done))


def marks_by_place(marks: Iterable[ValueMark]) -> Mapping[str, list[ValueMark]]:
    """Return the marks by their pointer."""
    found: dict[str, list[ValueMark]] = {}
    for mark in marks:
        found.setdefault(mark.pointer, []).append(mark)
    return found


def assigned_view(assignee: str | None, people: Iterable[ReviewerAnswer], own_id: str) -> Assigned:
    """Return to whom a filing is given; somebody who has left the department is named as such."""
    names = _names(people)
    name = names.get(assignee, "已离开本部门的人员") if assignee else ""
    return Assigned(assignee or "", name, assignee == own_id, tuple(names.items()))


def workload_view(workload: WorkloadAnswer, people: Iterable[ReviewerAnswer]) -> WorkloadView:
    """Return who has how much, everybody of the department among them."""
    names, more = _names(people), "以上" if workload["is_more"] else ""
    loads = [_load(each, names) for each in workload["colleagues"]]
    busy = {each["account_id"] for each in workload["colleagues"]}
    idle = [LoadView(name, 0, "", 0) for account_id, name in names.items() if account_id not in busy]
    return WorkloadView(f"{workload['waiting']}{more}", f"{workload['unassigned']}{more}", (*loads, *idle))


def places_of(form: FormAnswer) -> tuple[tuple[str, str], ...]:
    """Return pointer and name of each place of a form that something can be said about."""
    found = [WHOLE]
    for indicator in form["indicators"]:
        stem, name = f"/{indicator['code']}", f"{printed_code(indicator['code'])} {indicator['full_name']}".strip()
        parts = [each for each in indicator["parts"] if not each["is_dash"]]
        if indicator["is_rows"] or len(parts) != 1 or parts[0]["key"]:
            found.append((stem, name))
        if indicator["is_rows"]:
            continue
        for part in parts:
            pointer = f"{stem}/{part['key']}" if part["key"] else stem
            label = f"{name}　{part['label']}" if part["key"] and part["label"] != indicator["full_name"] else name
            found.append((pointer, label))
    return tuple(found)


def beside(
    filing: FilingAnswer, threads: Iterable[ThreadView], marks: Iterable[ValueMark], *, can_write: bool
) -> Beside:
    """Return what stands beside the fields."""
    by_place: dict[str, list[ThreadView]] = {}
    for thread in threads:
        by_place.setdefault(thread.pointer, []).append(thread)
    return Beside(filing["id"], by_place, marks_by_place(marks), can_write)


def _mark(mark: MarkAnswer, form: FormAnswer | None) -> ValueMark:
    return ValueMark(
        id=mark["id"],
        filing_id=mark["filing_id"],
        place=mark["place"],
        pointer=mark["pointer"],
        anchor=anchor_of(mark["pointer"]),
        then=_text(form, mark["pointer"], mark["value"]),
        now=_text(form, mark["pointer"], mark["now"]),
        is_changed=mark["value"] != mark["now"],
        is_there=mark["is_there"],
        note=mark["note"],
        is_done=mark["is_done"],
        made_at=moment(mark["made_at"]),
        title=mark["form_title"],
        period=mark["period_label"],
        unit=mark["unit_name"],
    )


def _text(form: FormAnswer | None, pointer: str, value: object) -> str:
    found = part_at(form, pointer) if form is not None else None
    part = found[1] if found else None
    if part is not None and not isinstance(value, Mapping):
        return text_of(part, value) or DASH
    return DASH if value in (None, "", [], {}) else "多项内容" if isinstance(value, Mapping | list) else str(value)


def _names(people: Iterable[ReviewerAnswer]) -> dict[str, str]:
    return {each["account_id"]: each["display_name"] for each in people}


def _load(load: LoadAnswer, names: Mapping[str, str]) -> LoadView:
    name = names.get(load["account_id"], "已离开本部门的人员")
    return LoadView(name, load["assigned"], moment(load["oldest"]), load["overdue"])
