"""Filings: what is to be done, begin, list, read, fill in, check, submit, withdraw, correct, give up."""

from __future__ import annotations

from typing import cast

from flask import Response, stream_with_context

from services.filing.forms.reading import dump
from services.filing.model.filings import SignOff
from services.filing.model.states import State
from services.filing.operations import agenda, drafts, exporting, reading, submission, units
from services.filing.operations.due import dues_of_filings
from services.filing.operations.instruments import instrument_for
from services.filing.policy import Permission
from services.filing.ports.filings import Wanted
from services.filing.routes.context import ONE, XLSX, Answer, answer, answer_view, deps
from services.filing.schemas.findings import findings_body
from services.filing.schemas.incoming import BeginIn, ContentIn, EmptyIn, ListIn, NarrowedIn, SubmissionIn
from services.filing.schemas.outgoing import FilingOut, FindingsOut, SavedOut, saved_body
from services.filing.schemas.overview import LIST_COLUMNS, Body, RowsOut, TasksOut, list_row, row_body, task_body
from services.filing.workbooks.export import export
from shared.identity.actor import UNIT_ROLES
from shared.web.auth import actor, needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.files import attachment
from shared.web.limits import costly
from shared.web.openapi import BINARY
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("filings", __name__, description="报表填报")


@bp.get("/tasks")
@needs(Permission.FILE)
@bp.response(200, TasksOut)
def tasks() -> Body:
    """List what the unit has to file: form, period, due day, days left, state."""
    found = agenda.agenda_of(deps(), reading_call())
    names: dict[str, str] = {}
    if found and actor().role in UNIT_ROLES:
        names = {each.id: each.name for each in units.own_unit(deps(), actor()).platforms}
    return {"items": [task_body(each, names) for each in found]}


@bp.post("/filings")
@needs(Permission.FILE)
@creating
@bp.arguments(BeginIn)
@bp.response(201, FilingOut)
def begin(data: dict[str, str]) -> Answer:
    """Begin to fill in a form for a period."""
    return answer(drafts.begin_filing(deps(), creating_call(), data["form"], data["period"], data["item"]), 201)


@bp.get("/filings")
@needs(Permission.READ)
@bp.arguments(ListIn, location="query")
@bp.response(200, RowsOut)
def list_all(query: dict[str, object]) -> Body:
    """List what the reader sees, last changed first."""
    cursor, limit = str(query["cursor"]), int(str(query["limit"]))
    page = reading.list_filings(deps(), reading_call(), _wanted(query), cursor, limit)
    known = reading.units_of(deps(), page.items)
    listed = [(instrument_for(deps(), each).form, each) for each in page.items]
    dues = dues_of_filings(deps(), listed)
    items = [row_body(each, form, known.get(each.unit_id), dues.of_filing(form, each)) for form, each in listed]
    return {"items": items, "next_cursor": page.next_cursor}


@bp.get("/filings/export")
@needs(Permission.READ)
@costly
@bp.arguments(NarrowedIn, location="query")
@bp.response(200, BINARY, content_type=XLSX)
def export_list(query: dict[str, object]) -> Response:
    """Give out what the reader sees as a workbook."""
    found = exporting.all_filings(deps(), reading_call(), _wanted(query))
    rows = (list_row(each.filing, each.form, each.unit, each.due) for each in found)
    return attachment(stream_with_context(export(LIST_COLUMNS, rows)), "filings.xlsx", XLSX)


@bp.get(ONE)
@needs(Permission.READ)
@bp.response(200, FilingOut)
def read(filing_id: str) -> Answer:
    """Read one in full, with every finding while the unit writes."""
    return answer_view(reading.read_filing(deps(), reading_call(), filing_id))


@bp.get(f"{ONE}/findings")
@needs(Permission.FILE)
@costly
@bp.response(200, FindingsOut)
def check(filing_id: str) -> Body:
    """Check the working copy, a long list too."""
    filing, instrument, found = reading.read_findings(deps(), reading_call(), filing_id)
    return {
        "findings": findings_body(instrument, found, filing.working),
        "counted": dict(found.counted),
        "answers": dump(found.answers),
    }


@bp.put(f"{ONE}/content")
@needs(Permission.FILE)
@changing
@bp.arguments(ContentIn)
@bp.response(200, FilingOut)
def save(content: drafts.Content, filing_id: str) -> Answer:
    """Save the working copy as a draft; the answer holds every finding."""
    saved = drafts.save_draft(deps(), changing_call(), filing_id, content)
    return answer_view(reading.view_of(deps(), reading_call(), saved.filing, saved.answers))


@bp.put(f"{ONE}/draft")
@needs(Permission.FILE)
@changing
@bp.arguments(ContentIn)
@bp.response(200, SavedOut)
def autosave(content: drafts.Content, filing_id: str) -> Answer:
    """Save and check like `content`, and answer with the version and every finding, without the form itself."""
    saved = drafts.save_draft(deps(), changing_call(), filing_id, content)
    return (
        saved_body(reading.saved_view(deps(), saved.filing, saved.answers)),
        200,
        {"ETag": etag(saved.filing.version)},
    )


@bp.post(f"{ONE}/submission")
@needs(Permission.FILE)
@changing
@bp.arguments(SubmissionIn)
@bp.response(200, FilingOut)
def submit(data: dict[str, object], filing_id: str) -> Answer:
    """Submit, signed off; the unit gets a signed receipt."""
    sign_off, duties_read = cast(SignOff, data["sign_off"]), bool(data["duties_read"])
    return answer(submission.submit_filing(deps(), changing_call(), filing_id, sign_off, duties_read=duties_read))


@bp.post(f"{ONE}/withdrawal")
@needs(Permission.FILE)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, FilingOut)
def withdraw(_: object, filing_id: str) -> Answer:
    """Take back what was submitted, before the department decides."""
    return answer(submission.withdraw_filing(deps(), changing_call(), filing_id))


@bp.post(f"{ONE}/correction")
@needs(Permission.FILE)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, FilingOut)
def correct(_: object, filing_id: str) -> Answer:
    """Begin a correction of what was approved."""
    return answer(drafts.begin_correction(deps(), changing_call(), filing_id))


@bp.post(f"{ONE}/correction-drop")
@needs(Permission.FILE)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, FilingOut)
def drop_correction(_: object, filing_id: str) -> Answer:
    """Give up a correction; what was approved stays."""
    return answer(drafts.drop_correction(deps(), changing_call(), filing_id))


@bp.post(f"{ONE}/discarding")
@needs(Permission.FILE)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, FilingOut)
def discard(_: object, filing_id: str) -> Answer:
    """Give up a draft that was never submitted."""
    return answer(drafts.discard_filing(deps(), changing_call(), filing_id))


def _wanted(query: dict[str, object]) -> Wanted:
    return Wanted(
        state=cast("State | None", query["state"]),
        form=str(query["form"]),
        period=str(query["period"]),
        unit_id=str(query["unit"]),
        is_waiting=query["waiting"] == "true",
    )
