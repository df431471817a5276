"""A form as an Excel file: template out, filled file in, tried first or read into the draft, with what is wrong at each cell."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.portal.model.answers import Streamed
from services.portal.model.filing import FilingAnswer
from services.portal.model.survey import FormAnswer
from services.portal.model.workbooks import CellFault
from services.portal.policy import FILERS
from services.portal.presenters.filing_form import filing_form
from services.portal.presenters.imports import fault_views, import_view
from services.portal.routes import guard
from services.portal.routes.bodies import SentFile, sent_file
from services.portal.routes.errors import DRAIN_LIMIT, drain
from services.portal.routes.filings import filing_and_form
from services.portal.routes.guard import FILE_FORM_TYPE, deps, signed_in
from shared.errors import Conflict, Invalid, Malformed, Problem, StaleVersion, TooLarge, UnsupportedMedia
from shared.web.problems import status_of

bp = Blueprint("filing_workbooks", __name__, url_prefix="/filings/<id:filing_id>")

LARGEST = 50 * 1024 * 1024
FORM_AROUND_FILE = 16 * 1024
TRY, SAVE, MARK = "try", "save", "mark"


@bp.get("/workbook")
@signed_in(FILERS)
def show(filing_id: str) -> str:
    """Show how to fill the form in as an Excel file."""
    filing, form = filing_and_form(filing_id)
    return _page(filing, form)


@bp.get("/workbook/template.xlsx")
@signed_in(FILERS)
def template(filing_id: str) -> Response:
    """Give out the empty template of the form."""
    filing = deps().filings.get(guard.token(), filing_id)
    return _passed(deps().workbooks.template(filing["edition"], filing["form"], guard.address()))


@bp.get("/workbook/filled.xlsx")
@signed_in(FILERS)
def filled(filing_id: str) -> Response:
    """Give out what is filled in so far as a workbook."""
    return _passed(deps().workbooks.filled(guard.token(), filing_id, 0))


@bp.post("/workbook")
@signed_in(FILERS, takes_file=True)
def send(filing_id: str) -> AnyResponse | tuple[str, int]:
    """Take a filled workbook: try it, read it into the draft, or give it back with what is wrong at its cells."""
    if request.mimetype != FILE_FORM_TYPE:
        raise UnsupportedMedia
    is_too_large = (request.content_length or 0) > LARGEST + FORM_AROUND_FILE
    request.max_content_length = DRAIN_LIMIT if is_too_large else LARGEST + FORM_AROUND_FILE
    sent = sent_file()
    guard.check_token(sent.fields.get(guard.TOKEN_FIELD, ""))
    filing, form = filing_and_form(filing_id)
    try:
        if is_too_large:
            raise TooLarge
        if not sent.name:
            raise Invalid([Problem("/file", "no_file", "请先选择文件。")])
        return _take(filing, form, sent)
    except (Invalid, TooLarge, Conflict, StaleVersion) as error:
        drain()
        messages = [problem.message for problem in error.problems] or [error.message]
        return _page(filing, form, refusals=messages), status_of(error)


@bp.get("/imports/<id:import_id>")
@signed_in(FILERS)
def progress(filing_id: str, import_id: str) -> Response:
    """Show how far an import is; the page loads itself again until the file is read."""
    filing, form = filing_and_form(filing_id)
    view = import_view(form, deps().workbooks.progress(guard.token(), filing_id, import_id))
    page = render_template("filling/import.html", view=filing_form(filing, form), read=view)
    answer = Response(page)
    if view.is_under_way:
        answer.headers["Refresh"] = "2"
    return answer


@bp.get("/imports/<id:import_id>/marked.xlsx")
@signed_in(FILERS)
def marked(filing_id: str, import_id: str) -> Response:
    """Give the imported workbook back with what is wrong at its cells."""
    return _passed(deps().workbooks.marked(guard.token(), filing_id, import_id))


def _take(filing: FilingAnswer, form: FormAnswer, sent: SentFile) -> AnyResponse | tuple[str, int]:
    purpose, filing_id, token = sent.fields.get("purpose", TRY), filing["id"], guard.token()
    if form["layout"] == "rows":
        begun = deps().workbooks.begin_import(token, filing_id, sent.name, sent.chunks, is_trial=purpose != SAVE)
        return redirect(url_for("filing_workbooks.progress", filing_id=filing_id, import_id=begun["id"]), 303)
    if purpose == MARK:
        return _passed(deps().workbooks.mark(token, filing_id, sent.name, sent.chunks))
    version = _version(sent.fields.get("version", ""))
    read = deps().workbooks.read(token, filing_id, version, sent.name, sent.chunks, is_trial=purpose != SAVE)
    if read["is_saved"]:
        return redirect(url_for("filings.show", filing_id=filing_id, done="workbook_read"), 303)
    return _page(filing, form, read["faults"], was_tried=True), 200 if purpose == TRY else 422


def _version(text: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise Malformed
    return int(text)


def _passed(streamed: Streamed) -> Response:
    return Response(streamed.chunks, headers=dict(streamed.headers))


def _page(
    filing: FilingAnswer,
    form: FormAnswer,
    faults: Iterable[CellFault] = (),
    refusals: Iterable[str] = (),
    *,
    was_tried: bool = False,
) -> str:
    return render_template(
        "filling/workbook.html",
        view=filing_form(filing, form),
        faults=fault_views(form, faults),
        refusals=tuple(refusals),
        was_tried=was_tried,
        is_long=form["layout"] == "rows",
        is_list=form["is_many"],
    )
