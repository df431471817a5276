"""Workbooks and imports, as they come in and go out over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from services.filing.model.imports import Import, ImportState
from services.filing.operations.filing_lists import Imported as ImportedList
from services.filing.operations.workbooks import Imported
from services.filing.workbooks.faults import dump_faults
from services.filing.workbooks.wording import message
from shared.fields import Text

Body = dict[str, object]

SHOWN_FAULTS = 500
"""So many faults of an import are shown in full; the marked copy has all of them."""

IMPORT_LABELS = {
    ImportState.WAITING: "等待读取",
    ImportState.RUNNING: "正在读取",
    ImportState.READ: "已读完，未导入",
    ImportState.DONE: "已导入",
    ImportState.FAILED: "未能读取",
}


class TrialIn(Schema):
    """Query of an import: whether it is only tried."""

    dry_run = fields.String(load_default="", validate=validate.OneOf(["", "true", "false"]))


class WorkbookOut(Schema):
    """A workbook that was read: what is wrong at which cell, and whether it was saved."""

    is_saved = fields.Boolean()
    version = fields.Integer()
    faults = fields.List(fields.Dict())


class MonthIn(Schema):
    """Query of a list of filings: of which month."""

    period = Text(7, min=4, required=True)


class ListTrialIn(MonthIn, TrialIn):
    """Query of an import of a list of filings."""


class ListReadOut(Schema):
    """A list of filings that was read: what is wrong at which cell, and how many drafts it begins and changes.

    `unchanged` lines say what is there already; on `blank` ones nothing was executed.
    """

    is_saved = fields.Boolean()
    begun = fields.Integer()
    changed = fields.Integer()
    unchanged = fields.Integer()
    blank = fields.Integer()
    faults = fields.List(fields.Dict())


class ImportOut(Schema):
    """How far an import is."""

    id = fields.String()
    state = fields.String()
    state_label = fields.String()
    is_trial = fields.Boolean()
    total = fields.Integer(allow_none=True)
    done = fields.Integer()
    counted = fields.Dict()
    faults = fields.List(fields.Dict())
    reason = fields.String()
    reason_label = fields.String()


def imported_body(imported: Imported) -> Body:
    """Return what became of a workbook."""
    return {
        "is_saved": imported.is_saved,
        "version": imported.filing.version,
        "faults": dump_faults(imported.faults),
    }


def list_read_body(imported: ImportedList) -> Body:
    """Return what became of a list of filings."""
    return {
        "is_saved": imported.is_saved,
        "begun": imported.begun,
        "changed": imported.changed,
        "unchanged": imported.unchanged,
        "blank": imported.blank,
        "faults": dump_faults(imported.faults[:SHOWN_FAULTS]),
    }


def import_body(found: Import) -> Body:
    """Return how far an import is."""
    return {
        "id": found.id,
        "state": found.state.value,
        "state_label": IMPORT_LABELS[found.state],
        "is_trial": found.is_trial,
        "total": found.total,
        "done": found.next_row,
        "counted": dict(found.counted),
        "faults": [dict(each) for each in found.faults[:SHOWN_FAULTS]],
        "reason": found.reason,
        "reason_label": _reason(found.reason),
    }


def _reason(code: str) -> str:
    if not code:
        return ""
    try:
        return message(code)
    except KeyError:
        return "导入未能完成，请刷新后重试。"
