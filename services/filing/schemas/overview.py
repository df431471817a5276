"""Filings and tasks in lists, as they go out over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from marshmallow import Schema, fields

from services.filing.forms.model import Form
from services.filing.model.filings import Filing
from services.filing.model.periods import period_of
from services.filing.model.units import Unit
from services.filing.operations.agenda import Task
from services.filing.operations.due import DueDay, days_late
from services.filing.policy import reviewing_division
from services.filing.schemas.chain import department_name
from services.filing.schemas.words import STATE_LABELS
from services.filing.workbooks.export import Column
from shared.codes import divisions

Body = dict[str, object]


class RowOut(Schema):
    """A filing in a list."""

    id = fields.String()
    version = fields.Integer()
    unit_id = fields.String()
    unit_name = fields.String()
    form = fields.String()
    form_number = fields.String()
    form_title = fields.String()
    edition = fields.String()
    period = fields.String()
    period_label = fields.String()
    item = fields.String()
    item_name = fields.String()
    state = fields.String()
    state_label = fields.String()
    division = fields.String()
    division_name = fields.String()
    revision = fields.Integer()
    in_force = fields.Integer()
    filed_on = fields.String(allow_none=True)
    due = fields.String()
    statutory_due = fields.String()
    days_late = fields.Integer()
    is_late = fields.Boolean()
    submitted_at = fields.String(allow_none=True)
    updated_at = fields.String()
    queries = fields.Integer()
    reviewer = fields.String()
    reviewer_name = fields.String()
    waiting_since = fields.String(allow_none=True)


class RowsOut(Schema):
    """A page of filings."""

    items = fields.List(fields.Nested(RowOut))
    next_cursor = fields.String()


class TaskOut(Schema):
    """Something to be filed."""

    form = fields.String()
    form_number = fields.String()
    form_title = fields.String()
    period = fields.String()
    period_label = fields.String()
    item = fields.String()
    item_name = fields.String()
    due = fields.String()
    statutory_due = fields.String()
    due_explanation = fields.String()
    latest_due = fields.String()
    is_exempt = fields.Boolean()
    is_expected = fields.Boolean()
    is_asked = fields.Boolean()
    days_left = fields.Integer()
    blocked = fields.String()
    is_done = fields.Boolean()
    filing_id = fields.String(allow_none=True)
    state = fields.String(allow_none=True)
    state_label = fields.String()


class TasksOut(Schema):
    """All that a unit has to file."""

    items = fields.List(fields.Nested(TaskOut))


def row_body(filing: Filing, form: Form, unit: Unit | None, due: DueDay) -> Body:
    """Return a filing as a list shows it; `unit` is the one that filed, None for a demonstration city."""
    platform = unit.platform(filing.item) if unit else None
    return {
        "id": filing.id,
        "version": filing.version,
        "unit_id": filing.unit_id,
        "unit_name": unit.basic("name") if unit else division_name(filing.division),
        "form": filing.form,
        "form_number": form.number,
        "form_title": form.title,
        "edition": filing.edition,
        "period": filing.period,
        "period_label": period_of(filing.period).label,
        "item": filing.item,
        "item_name": platform.name if platform else "",
        "state": filing.state.value,
        "state_label": STATE_LABELS[filing.state],
        "division": filing.division,
        "division_name": division_name(filing.division),
        "revision": filing.revision,
        "in_force": filing.in_force,
        "filed_on": _day(filing.filed_on),
        "due": due.on.isoformat(),
        "statutory_due": due.statutory.on.isoformat(),
        "days_late": days_late(due, filing),
        "is_late": days_late(due, filing) > 0,
        "submitted_at": _moment(filing.submitted_at),
        "updated_at": filing.updated_at.isoformat(),
        "queries": sum(each.severity == "query" for each in filing.last.noted) if filing.last else 0,
        "reviewer": reviewing_division(filing),
        "reviewer_name": department_name(reviewing_division(filing)),
        "waiting_since": _moment(filing.waiting_since),
    }


LIST_COLUMNS = (
    Column("表号", 22),
    Column("表名", 36),
    Column("报告期", 12),
    Column("单位", 36),
    Column("平台", 28),
    Column("行政区划", 16),
    Column("状态", 14),
    Column("报送版本", 10),
    Column("首次报送日期", 14),
    Column("报送时限", 14),
    Column("逾期", 8),
    Column("需说明项数", 12),
)
"""The columns of the list as a workbook."""


def list_row(filing: Filing, form: Form, unit: Unit | None, due: DueDay) -> tuple[str | int | date | None, ...]:
    """Return a filing as a line of the list as a workbook."""
    row = row_body(filing, form, unit, due)
    names = ("form_number", "form_title", "period_label", "unit_name", "item_name", "division_name", "state_label")
    late = "逾期" if row["is_late"] else ""
    return (
        *(str(row[name]) for name in names),
        filing.revision,
        filing.filed_on,
        due.on,
        late,
        int(str(row["queries"])),
    )


def task_body(task: Task, names: Mapping[str, str]) -> Body:
    """Return something to be filed; `names` are those of the unit's platforms by id."""
    filing = task.filing
    return {
        "form": task.form.key,
        "form_number": task.form.number,
        "form_title": task.form.title,
        "period": str(task.period),
        "period_label": task.period.label,
        "item": task.item,
        "item_name": names.get(task.item, ""),
        "due": task.due.isoformat(),
        "statutory_due": task.day.statutory.on.isoformat(),
        "due_explanation": task.day.explanation,
        "latest_due": task.latest.isoformat(),
        "is_exempt": task.day.is_exempt,
        "is_expected": task.is_expected,
        "is_asked": task.is_asked,
        "days_left": task.days_left,
        "blocked": task.blocked,
        "is_done": task.is_done,
        "filing_id": filing.id if filing else None,
        "state": filing.state.value if filing else None,
        "state_label": STATE_LABELS[filing.state] if filing else "免报" if task.day.is_exempt else "未填",
    }


def division_name(code: str) -> str:
    """Return the name of a division, its code where it has none."""
    found = divisions.find_current(code)
    return found.name if found else code


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
