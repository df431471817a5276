"""Threads, marks and assignments, as they come in and go out over HTTP."""

from __future__ import annotations

from datetime import date

from marshmallow import Schema, fields, post_load, validate

from services.filing.model.periods import period_of
from services.filing.operations.assignments import Workload
from services.filing.operations.marks import MarkView
from services.filing.operations.threads import FilingThread, ListedThread
from services.filing.ports.casework import WantedMarks, WantedThreads
from services.filing.schemas.chain import department_name
from services.filing.schemas.incoming import FORM_KEY, POINTER
from services.filing.schemas.overview import division_name
from services.filing.workbooks.export import Column
from shared.clock import local_date
from shared.fields import Id, Text
from shared.threads import wire
from shared.threads.model import Side, Thread, ThreadAct, Visibility
from shared.web.paging import PageIn

Body = dict[str, object]

NOTE = 1000
VISIBILITIES = {Visibility.INTERNAL: "仅主管部门可见", Visibility.FILER: "填报单位可见"}
PERIOD = r"(20[0-9]{2}(-[01][0-9])?)?\Z"


class OfFormIn(Schema):
    """Query of what is wanted of a form and a period."""

    form = fields.String(load_default="", validate=validate.Regexp(rf"({FORM_KEY})?\Z"))
    period = fields.String(load_default="", validate=validate.Regexp(PERIOD))


class ThreadsWantedIn(OfFormIn):
    """Query of what threads are wanted: open ones, resolved ones, or both."""

    state = fields.String(load_default="", validate=validate.OneOf(["", "open", "resolved"]))

    @post_load
    def wanted(self, data: dict[str, str], **_: object) -> dict[str, object]:
        """Return what is wanted, as the operation takes it."""
        state = data.pop("state")
        return {"wanted": WantedThreads({"": None, "open": False, "resolved": True}[state], **_only(data)), **data}


class ThreadsIn(PageIn, ThreadsWantedIn):
    """Query of the list of threads over all filings."""


class MarksIn(PageIn, OfFormIn):
    """Query of the list of marks: those to be looked at, those that are done, or both."""

    state = fields.String(load_default="", validate=validate.OneOf(["", "open", "done"]))

    @post_load
    def wanted(self, data: dict[str, str], **_: object) -> dict[str, object]:
        """Return what is wanted, as the operation takes it."""
        state = data.pop("state")
        return {"wanted": WantedMarks({"": None, "open": False, "done": True}[state], **_only(data)), **data}


class MarkIn(Schema):
    """A value to be followed up, and why."""

    pointer = fields.String(required=True, validate=validate.Regexp(POINTER))
    note = Text(NOTE, multiline=True, required=True)


class AssignmentIn(Schema):
    """To whom a filing is given; null takes it back."""

    assignee_id = Id(required=True, allow_none=True)


class ListedThreadOut(Schema):
    """A thread in a list over filings."""

    id = fields.String()
    filing_id = fields.String()
    unit_name = fields.String()
    form = fields.String()
    form_title = fields.String()
    period = fields.String()
    period_label = fields.String()
    place = fields.String()
    pointer = fields.String()
    visibility = fields.String()
    visibility_label = fields.String()
    is_resolved = fields.Boolean()
    opened_at = fields.String()
    opened_by = fields.String()
    updated_at = fields.String()
    is_answered = fields.Boolean()
    last = fields.String()


class ListedThreadsOut(Schema):
    """A page of threads, the last changed first."""

    items = fields.List(fields.Nested(ListedThreadOut))
    next_cursor = fields.String()


class MarkOut(Schema):
    """A mark of the reader's department."""

    id = fields.String()
    filing_id = fields.String()
    unit_name = fields.String()
    form = fields.String()
    form_title = fields.String()
    period = fields.String()
    period_label = fields.String()
    revision = fields.Integer()
    pointer = fields.String()
    place = fields.String()
    value = fields.Raw(allow_none=True)
    now = fields.Raw(allow_none=True)
    is_there = fields.Boolean()
    note = fields.String()
    is_done = fields.Boolean()
    made_at = fields.String()
    made_by = fields.String()


class FilingMarksOut(Schema):
    """The marks of the reader's department on a filing, the oldest first."""

    items = fields.List(fields.Nested(MarkOut))


class MarksOut(FilingMarksOut):
    """A page of the marks of the reader's department, the newest first."""

    next_cursor = fields.String()


class AssignmentOut(Schema):
    """To whom a filing is assigned now; null for nobody."""

    assignee_id = fields.String(allow_none=True)


class LoadOut(Schema):
    """What one reviewer has."""

    account_id = fields.String()
    assigned = fields.Integer()
    oldest = fields.String()
    overdue = fields.Integer()


class WorkloadOut(Schema):
    """What lies with the reader's department."""

    waiting = fields.Integer()
    unassigned = fields.Integer()
    is_more = fields.Boolean()
    colleagues = fields.List(fields.Nested(LoadOut))


def thread_body(found: FilingThread) -> Body:
    """Return a thread of a filing with its messages, and which departments wrote them."""
    pointer = found.seen.thread.pointer
    anchor = f"at{pointer.replace('/', '-')}" if pointer else "threads"
    return wire.thread_body(found.seen, found.place, anchor, department_name)


def listed_thread_body(listed: ListedThread) -> Body:
    """Return a thread as a list over filings shows it."""
    thread = listed.thread
    first, last = thread.messages[0], thread.messages[-1]
    return {
        "id": thread.id,
        "filing_id": thread.about_id,
        "unit_name": _unit_name(listed),
        "form": thread.labels["form"],
        "form_title": listed.instrument.form.title,
        "period": thread.labels["period"],
        "period_label": period_of(str(thread.labels["period"])).label,
        "place": listed.place,
        "pointer": thread.pointer,
        "visibility": thread.visibility.value,
        "visibility_label": VISIBILITIES[thread.visibility],
        "is_resolved": thread.is_resolved,
        "opened_at": first.at.isoformat(),
        "opened_by": department_name(first.division),
        "updated_at": thread.updated_at.isoformat(),
        "is_answered": last.side is Side.UNIT,
        "last": last.text,
    }


def mark_body(view: MarkView) -> Body:
    """Return a mark with what stood there, and what stands there now."""
    mark = view.mark
    return {
        "id": mark.id,
        "filing_id": mark.filing_id,
        "unit_name": view.unit.basic("name") if view.unit else division_name(mark.of_division),
        "form": mark.form,
        "form_title": view.form_title,
        "period": mark.period,
        "period_label": period_of(mark.period).label,
        "revision": mark.revision,
        "pointer": mark.pointer,
        "place": view.place,
        "value": mark.value,
        "now": view.now,
        "is_there": view.is_there,
        "note": mark.note,
        "is_done": mark.is_done,
        "made_at": mark.made_at.isoformat(),
        "made_by": mark.made_by,
    }


def workload_body(found: Workload) -> Body:
    """Return what lies with a department, and who has how much."""
    return {
        "waiting": found.waiting,
        "unassigned": found.unassigned,
        "is_more": found.is_more,
        "colleagues": [
            {
                "account_id": each.account_id,
                "assigned": each.assigned,
                "oldest": each.oldest.isoformat(),
                "overdue": each.overdue,
            }
            for each in found.loads
        ],
    }


THREAD_COLUMNS = (
    Column("表名", 36),
    Column("报告期", 12),
    Column("单位", 36),
    Column("项目", 36),
    Column("可见范围", 16),
    Column("状态", 10),
    Column("提出部门", 16),
    Column("提出日期", 14),
    Column("意见", 60),
    Column("条数", 8),
    Column("最后一条", 60),
    Column("解决日期", 14),
)
"""The columns of the list of threads as a workbook."""


def thread_row(listed: ListedThread) -> tuple[str | int | date | None, ...]:
    """Return a thread as a line of the list as a workbook."""
    thread, body = listed.thread, listed_thread_body(listed)
    names = ("form_title", "period_label", "unit_name", "place", "visibility_label")
    return (
        *(str(body[name]) for name in names),
        "已解决" if thread.is_resolved else "未解决",
        str(body["opened_by"]),
        local_date(thread.opened_at),
        thread.messages[0].text,
        len(thread.messages),
        thread.messages[-1].text if len(thread.messages) > 1 else "",
        _resolved_on(thread),
    )


def _resolved_on(thread: Thread) -> date | None:
    if not thread.is_resolved:
        return None
    return next(local_date(act.at) for act in reversed(thread.history) if act.action == ThreadAct.RESOLVE)


def _unit_name(listed: ListedThread) -> str:
    return listed.unit.basic("name") if listed.unit else division_name(str(listed.thread.labels["division"]))


def _only(data: dict[str, str]) -> dict[str, str]:
    return {"form": data.pop("form"), "period": data.pop("period")}
