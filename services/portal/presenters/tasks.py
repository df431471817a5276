"""What a unit has to file: what is overdue first, how long there is, and what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from services.portal.model.filing import TaskAnswer
from services.portal.model.filing_words import STATE_TONES
from services.portal.model.survey import FormAnswer
from services.portal.presenters.words import Badge, chinese_date

SOON_DAYS = 7
ASK_DAYS = 31
"""So many days before it is due a later day can be asked for from the list."""

MONTHS_BACK = 12
"""How many months back a form of an event can be begun from the list."""

NEXT_STEPS = {
    "draft": ("继续填报", "尚未报送。"),
    "returned": ("按退回意见修改", "主管部门已退回，请修改后重新报送。"),
    "submitted": ("查看", "已报送，等待主管部门审核；审核前可以撤回。"),
    "approved": ("查看", "已审核通过。"),
}
"""For each state: the words of the link, and what to expect."""


VOLUNTARY = ("自愿补报，不计入应报", "secondary")
"""What stands in the place of the days left where a unit came after the period."""


@dataclass(frozen=True)
class TaskView:
    """A form to be filed. `filing_id` is empty before it is begun; `is_open` where the link leads to the form itself."""

    key: str
    form: str
    title: str
    number: str
    period: str
    period_label: str
    item: str
    item_name: str
    due: str
    why: str
    moved_from: str
    may_ask: bool
    is_asked: bool
    left: str
    left_tone: str
    badge: Badge
    link: str
    expectation: str
    blocked: str
    filing_id: str
    is_open: bool


@dataclass(frozen=True)
class TasksView:
    """What is left to do, and what is done."""

    waiting: tuple[TaskView, ...]
    done: tuple[TaskView, ...]
    overdue: int


@dataclass(frozen=True)
class EventForm:
    """A form that is filed whenever there is something to file."""

    key: str
    label: str
    note: str


def tasks_view(tasks: Iterable[TaskAnswer]) -> TasksView:
    """Return the to-do list."""
    listed = [(task, _view(task)) for task in tasks]
    waiting = [(task, view) for task, view in listed if not task["is_done"]]
    return TasksView(
        waiting=tuple(view for _, view in waiting),
        done=tuple(view for task, view in listed if task["is_done"]),
        overdue=sum(task["days_left"] < 0 and task["is_expected"] for task, _ in waiting),
    )


def event_forms(forms: Iterable[FormAnswer], types: Sequence[str]) -> tuple[EventForm, ...]:
    """Return the forms that a unit of these types files whenever there is something to file."""
    return tuple(
        EventForm(form["key"], f"{form['number']}　{form['title']}", form["note"])
        for form in forms
        if form["is_many"] and form["filer"] in types
    )


def months_before(today: date) -> tuple[tuple[str, str], ...]:
    """Return this month and those before it, as they are sent and as they are called."""
    months = []
    year, month = today.year, today.month
    for _ in range(MONTHS_BACK + 1):
        months.append((f"{year}-{month:02}", f"{year}年{month}月"))
        year, month = (year, month - 1) if month > 1 else (year - 1, 12)
    return tuple(months)


def _view(task: TaskAnswer) -> TaskView:
    state = task["state"]
    link, expectation = NEXT_STEPS.get(state or "", ("开始填报", ""))
    left, tone = _left(task["days_left"]) if task["is_expected"] else VOLUNTARY
    return TaskView(
        key="-".join(filter(None, (task["form"], task["period"], task["item"]))),
        form=task["form"],
        title=task["form_title"],
        number=task["form_number"],
        period=task["period"],
        period_label=task["period_label"],
        item=task["item"],
        item_name=task["item_name"],
        due=chinese_date(date.fromisoformat(task["due"])),
        why=task["due_explanation"],
        moved_from=""
        if task["due"] == task["statutory_due"]
        else chinese_date(date.fromisoformat(task["statutory_due"])),
        may_ask=_may_ask(task),
        is_asked=task["is_asked"],
        left="" if task["is_done"] else left,
        left_tone=tone,
        badge=Badge(task["state_label"], STATE_TONES.get(state or "", "secondary")),
        link=link,
        expectation="" if task["blocked"] else expectation,
        blocked=task["blocked"],
        filing_id=task["filing_id"] or "",
        is_open=state in ("draft", "returned"),
    )


def _may_ask(task: TaskAnswer) -> bool:
    """Whether a later day may be asked for now: of what is overdue or soon due, and can still be put off."""
    is_open = not task["is_done"] and not task["is_asked"] and not task["blocked"]
    return is_open and task["days_left"] <= ASK_DAYS and task["due"] < task["latest_due"]


def _left(days: int) -> tuple[str, str]:
    """Return how long there is in words, with a tone."""
    if days < 0:
        return f"已逾期 {-days} 天", "danger"
    if days == 0:
        return "今天截止", "danger"
    return f"还有 {days} 天", "warning" if days <= SOON_DAYS else "secondary"
