"""The work at a month's end: open contracts and their executions, many at once, the nil report, submitting together."""

from __future__ import annotations

from typing import cast

from services.filing.model.filings import SignOff
from services.filing.operations import executions, month_end, selection
from services.filing.operations.due import days_late, dues_of_filings
from services.filing.operations.executions import Line
from services.filing.operations.instruments import instrument_for
from services.filing.operations.selection import Selected
from services.filing.policy import Permission
from services.filing.routes.context import Answer, answer, deps
from services.filing.schemas.month_end import (
    Body,
    ExecutionsIn,
    MonthEndOut,
    NilIn,
    OutcomesOut,
    PeriodIn,
    SavedLinesOut,
    SelectionIn,
    month_end_body,
    outcomes_body,
    saved_lines_body,
)
from services.filing.schemas.outgoing import FilingOut
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import creating_call, reading_call
from shared.web.limits import costly
from shared.web.preconditions import creating

bp = Blueprint("month_end", __name__, description="月末填报")


@bp.get("/month-end")
@needs(Permission.UNIT)
@bp.arguments(PeriodIn, location="query")
@bp.response(200, MonthEndOut)
def read(query: dict[str, str]) -> Body:
    """List the open contracts with what was executed on each in a month, the nil report, and until when it is due."""
    return month_end_body(month_end.month_end(deps(), reading_call(), query["period"]))


@bp.post("/executions")
@needs(Permission.UNIT)
@creating
@costly
@bp.arguments(ExecutionsIn)
@bp.response(200, SavedLinesOut)
def save(data: dict[str, object]) -> Body:
    """Begin or change a draft of 企业3表 for each line; a faulty line stores nothing and holds up no other."""
    lines = cast("list[Line]", data["lines"])
    return saved_lines_body(executions.save_executions(deps(), creating_call(), str(data["period"]), lines))


@bp.post("/nil-reports")
@needs(Permission.UNIT)
@creating
@bp.arguments(NilIn)
@bp.response(201, FilingOut)
def nil(data: dict[str, str]) -> Answer:
    """Begin the nil report of a month without executions."""
    return answer(month_end.file_nil(deps(), creating_call(), data["period"], data["reason"]), 201)


@bp.post("/submissions")
@needs(Permission.FILE)
@creating
@costly
@bp.arguments(SelectionIn)
@bp.response(200, OutcomesOut)
def submit(data: dict[str, object]) -> Body:
    """Submit the selected filings of any form, signed off once; the answer says of each what became of it."""
    selected, sign_off = cast("list[Selected]", data["items"]), cast(SignOff, data["sign_off"])
    found = selection.submit_selected(
        deps(), creating_call(), selected, sign_off, duties_read=bool(data["duties_read"])
    )
    filed = [(instrument_for(deps(), each.filing).form, each.filing) for each in found if each.filing]
    dues = dues_of_filings(deps(), filed)
    late = {filing.id: days_late(dues.of_filing(form, filing), filing) > 0 for form, filing in filed}
    return outcomes_body(found, late)
