"""The three-way desk: list cases by age, read one, decide its fields."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import chain
from typing import cast

from flask import Response

from services.exchange.comparing.proposals import Proposal
from services.exchange.model.cases import State
from services.exchange.operations import ageing, deciding
from services.exchange.operations.ageing import Age
from services.exchange.operations.deciding import CaseView, Chosen
from services.exchange.packaging.listing import listing
from services.exchange.policy import Permission
from services.exchange.ports.cases import Wanted
from services.exchange.routes.messages import Answer, deps
from services.exchange.schemas.cases import (
    LIST_HEADS,
    CaseCountsOut,
    CaseOut,
    CaseRowsOut,
    CasesIn,
    DecisionsIn,
    WantedIn,
    case_body,
    counts_body,
    list_row,
    row_body,
)
from services.exchange.schemas.outgoing import Body
from shared.clock import local_date
from shared.documents.kinds import MEDIA_TYPES, Kind
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, reading_call
from shared.web.files import attachment
from shared.web.limits import costly
from shared.web.openapi import BINARY
from shared.web.preconditions import changing, etag

bp = Blueprint("cases", __name__, url_prefix="/cases", description="名录库差异处理")
ONE_CASE = "/<string:case_id>"
XLSX = MEDIA_TYPES[Kind.XLSX]


@bp.get("")
@needs(Permission.CASES)
@bp.arguments(CasesIn, location="query")
@bp.response(200, CaseRowsOut)
def list_all(query: dict[str, object]) -> Body:
    """List the cases that the reader sees, the oldest first."""
    cursor, limit = str(query["cursor"]), int(str(query["limit"]))
    page = deciding.list_cases(deps(), reading_call(), wanted_of(query), cursor, limit)
    on = _today()
    return {"items": [row_body(each, on) for each in page.items], "next_cursor": page.next_cursor}


@bp.get("/counts")
@needs(Permission.CASES)
@bp.arguments(WantedIn, location="query")
@bp.response(200, CaseCountsOut)
def count_all(query: dict[str, object]) -> Body:
    """Count the cases that the reader sees, by age and by state."""
    return counts_body(ageing.count_cases(deps(), reading_call(), wanted_of(query)))


@bp.get("/export")
@needs(Permission.CASES)
@costly
@bp.arguments(WantedIn, location="query")
@bp.response(200, BINARY, content_type=XLSX)
def export_list(query: dict[str, object]) -> Response:
    """Give out the list as a workbook."""
    found, on = deciding.all_cases(deps(), reading_call(), wanted_of(query)), _today()
    first = next(found, None)  # what is refused is refused before the file begins
    rows = (list_row(each, on) for each in chain([first] if first else [], found))
    lines = listing(f"名录库差异处理（{on.isoformat()}）", LIST_HEADS, rows)
    return attachment(lines, "directory-cases.xlsx", XLSX)


@bp.get(ONE_CASE)
@needs(Permission.CASES)
@bp.response(200, CaseOut)
def read(case_id: str) -> Answer:
    """Read a case with both values of each field, on what ours rests, and what was decided."""
    return _answer(deciding.read_case(deps(), reading_call(), case_id))


@bp.post(f"{ONE_CASE}/decisions")
@needs(Permission.DECIDE)
@changing
@bp.arguments(DecisionsIn)
@bp.response(200, CaseOut)
def decide(data: dict[str, object], case_id: str) -> Answer:
    """Decide on fields of a case."""
    chosen = cast(Sequence[Chosen], data["decisions"])
    return _answer(deciding.decide(deps(), changing_call(), case_id, chosen))


def wanted_of(query: dict[str, object]) -> Wanted:
    """Return which cases a query asks for."""
    state, proposal = cast("State | None", query["state"]), cast("Proposal | None", query["proposal"])
    wanted = Wanted(str(query["division"]), state, proposal)
    age = cast("Age | None", query["age"])
    return wanted if age is None else ageing.of_age(wanted, age, _today())


def _answer(view: CaseView) -> Answer:
    return case_body(view, _today()), 200, {"ETag": etag(view.case.version)}


def _today() -> date:
    return local_date(deps().clock.now())
