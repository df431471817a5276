"""Extensions and exceptions of units, and the dates of a year: ask, decide, give, end, list, read."""

from __future__ import annotations

from datetime import date
from typing import cast

from services.filing.operations import reliefs, timetable
from services.filing.operations.reliefs import Asked, Given, ReliefView
from services.filing.policy import Permission
from services.filing.ports.reliefs import WantedReliefs
from services.filing.routes.context import Answer, deps
from services.filing.schemas.incoming import EmptyIn
from services.filing.schemas.reliefs import (
    AnswerIn,
    Body,
    ExceptionIn,
    ExtensionIn,
    GrantIn,
    ReliefOut,
    ReliefsIn,
    ReliefsOut,
    TimetableOut,
    YearIn,
    relief_body,
    timetable_body,
)
from shared.calendar.statutory import review_terms
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("reliefs", __name__, description="填报日历、延期与例外")
ONE_RELIEF = "/reliefs/<string:relief_id>"


@bp.get("/timetable")
@needs(Permission.READ)
@bp.arguments(YearIn, location="query")
@bp.response(200, TimetableOut)
def timetable_of(query: dict[str, int]) -> Body:
    """List the dates of a year that concern the reader, each with its explanation."""
    year = query["year"]
    return timetable_body(year, timetable.timetable_of(deps(), reading_call(), year), review_terms())


@bp.get("/reliefs")
@needs(Permission.READ)
@bp.arguments(ReliefsIn, location="query")
@bp.response(200, ReliefsOut)
def list_all(query: tuple[WantedReliefs, str, int]) -> Body:
    """List the extensions and exceptions that the reader sees, last asked for first."""
    page = reliefs.list_reliefs(deps(), reading_call(), *query)
    return {"items": [relief_body(each) for each in page.items], "next_cursor": page.next_cursor}


@bp.get(ONE_RELIEF)
@needs(Permission.READ)
@bp.response(200, ReliefOut)
def read(relief_id: str) -> Answer:
    """Read an extension or exception."""
    return _answer(reliefs.read_relief(deps(), reading_call(), relief_id))


@bp.post("/extensions")
@needs(Permission.FILE)
@creating
@bp.arguments(ExtensionIn)
@bp.response(201, ReliefOut)
def ask(asked: Asked) -> Answer:
    """Ask for a later due day."""
    return _answer(reliefs.ask_extension(deps(), creating_call(), asked), 201)


@bp.post("/exceptions")
@needs(Permission.REVIEW)
@creating
@bp.arguments(ExceptionIn)
@bp.response(201, ReliefOut)
def give(given: Given) -> Answer:
    """Give a unit an exception that ends by itself."""
    return _answer(reliefs.give_exception(deps(), creating_call(), given), 201)


@bp.post(f"{ONE_RELIEF}/grant")
@needs(Permission.REVIEW)
@changing
@bp.arguments(GrantIn)
@bp.response(200, ReliefOut)
def grant(data: dict[str, object], relief_id: str) -> Answer:
    """Grant an extension."""
    until, words = cast(date, data["until"]), str(data["answer"])
    return _answer(reliefs.grant_extension(deps(), changing_call(), relief_id, until, words))


@bp.post(f"{ONE_RELIEF}/refusal")
@needs(Permission.REVIEW)
@changing
@bp.arguments(AnswerIn)
@bp.response(200, ReliefOut)
def refuse(data: dict[str, str], relief_id: str) -> Answer:
    """Refuse an extension."""
    return _answer(reliefs.refuse_extension(deps(), changing_call(), relief_id, data["answer"]))


@bp.post(f"{ONE_RELIEF}/withdrawal")
@needs(Permission.FILE)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, ReliefOut)
def withdraw(_: object, relief_id: str) -> Answer:
    """Take an extension back that was asked for."""
    return _answer(reliefs.withdraw_extension(deps(), changing_call(), relief_id))


@bp.post(f"{ONE_RELIEF}/ending")
@needs(Permission.REVIEW)
@changing
@bp.arguments(AnswerIn)
@bp.response(200, ReliefOut)
def end(data: dict[str, str], relief_id: str) -> Answer:
    """End an exception before its day."""
    return _answer(reliefs.end_exception(deps(), changing_call(), relief_id, data["answer"]))


def _answer(view: ReliefView, status: int = 200) -> Answer:
    return relief_body(view), status, {"ETag": etag(view.relief.version)}
