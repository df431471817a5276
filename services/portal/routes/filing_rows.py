"""Rows of a long list (城市1–3表): filled in by pages, one saved at a time; assembled by a demonstration city."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.filing import FilingAnswer
from services.portal.model.survey import FormAnswer
from services.portal.operations import filings
from services.portal.operations.filings import Typed
from services.portal.policy import CITY_UNIT, FILERS
from services.portal.presenters.filing_form import filing_form
from services.portal.presenters.filing_rows import Refused, grid_view
from services.portal.presenters.printing import print_sections
from services.portal.presenters.survey import validity_view
from services.portal.presenters.typed_answers import typed_explanations, typed_row
from services.portal.routes import guard
from services.portal.routes.filing_casework import questions_beside
from services.portal.routes.filings import CONFLICT, ROWS, filing_and_form, first_row
from services.portal.routes.guard import deps, posted_version, signed_in
from shared.errors import Conflict, Invalid, StaleVersion, TongbaoError
from shared.web.problems import status_of

bp = Blueprint("filing_rows", __name__, url_prefix="/filings/<id:filing_id>/rows")


@bp.get("")
@signed_in(FILERS)
def show(filing_id: str) -> str | Response:
    """Show a page of the list with a field in each cell, and a blank row."""
    filing, form = filing_and_form(filing_id)
    if form["layout"] != "rows" or "save" not in [each["action"] for each in filing["open_actions"]]:
        return redirect(url_for("filings.show", filing_id=filing_id), 303)
    return _page(filing, form, first_row())


@bp.post("")
@signed_in(FILERS)
def add(filing_id: str) -> Response | tuple[str, int]:
    """Put a row behind the others, and go to where it stands."""
    _, form = filing_and_form(filing_id)
    row = typed_row(form, request.form)
    try:
        saved = deps().filings.add_rows(guard.token(), filing_id, posted_version(), [row])
    except (Invalid, Conflict, StaleVersion) as error:
        return _refusal(filing_id, Refused(None, row, error.problems), error)
    last = max(0, ((saved["rows"] or 1) - 1) // ROWS * ROWS)
    return redirect(url_for("filing_rows.show", filing_id=filing_id, first=last, _anchor="row-new"), 303)


@bp.post("/<int:number>")
@signed_in(FILERS)
def put(filing_id: str, number: int) -> Response | tuple[str, int]:
    """Put what was typed in the place of a row, or take the row out."""
    _, form = filing_and_form(filing_id)
    is_dropped = request.form.get("go") == "drop"
    row = None if is_dropped else typed_row(form, request.form)
    try:
        deps().filings.put_row(guard.token(), filing_id, posted_version(), number, row)
    except (Invalid, Conflict, StaleVersion) as error:
        return _refusal(filing_id, Refused(number, row or {}, error.problems), error)
    first, done = number // ROWS * ROWS, "removed_row" if is_dropped else "saved"
    return redirect(
        url_for("filing_rows.show", filing_id=filing_id, first=first, done=done, _anchor=f"at-rows-{number}"), 303
    )


@bp.post("/explanations")
@signed_in(FILERS)
def explain(filing_id: str) -> Response | tuple[str, int]:
    """Keep what the unit says to a rule, for all rows at once."""
    filing, form = filing_and_form(filing_id)
    try:
        said = Typed({}, typed_explanations(request.form), filings.stored_extras(filing))
        filings.save_typed(deps(), guard.token(), filing, form, posted_version(), said)
    except (Invalid, Conflict, StaleVersion) as error:
        return _refusal(filing_id, None, error)
    return redirect(url_for("filing_rows.show", filing_id=filing_id, done="saved", _anchor="rules"), 303)


@bp.post("/assembly")
@signed_in(FILERS)
def assemble(filing_id: str) -> Response | tuple[str, int]:
    """Take the rows of all approved filings of the city's units (汇总)."""
    try:
        deps().filings.act(guard.token(), filing_id, posted_version(), "assemble", {})
    except (Invalid, Conflict, StaleVersion) as error:
        return _refusal(filing_id, None, error)
    return redirect(url_for("filing_rows.show", filing_id=filing_id, done="assembled"), 303)


def _refusal(filing_id: str, refused: Refused | None, error: TongbaoError) -> tuple[str, int]:
    """Return the page with what was typed and why it was not kept."""
    filing, form = filing_and_form(filing_id)
    first = refused.number // ROWS * ROWS if refused is not None and refused.number is not None else _last(filing)
    notice = CONFLICT if isinstance(error, StaleVersion) else "" if error.problems else error.message
    return _page(filing, form, first, refused, notice), status_of(error)


def _last(filing: FilingAnswer) -> int:
    return max(0, ((filing["rows"] or 1) - 1) // ROWS * ROWS)


def _page(filing: FilingAnswer, form: FormAnswer, first: int, refused: Refused | None = None, notice: str = "") -> str:
    page = deps().filings.rows(guard.token(), filing["id"], 0, first, ROWS)
    edition = deps().survey.edition(filing["edition"])
    decisions = deps().filings.decisions(guard.token()) if edition["is_expired"] else ()
    values: Mapping[str, object] = {
        "view": filing_form(filing, form),
        "grid": grid_view(filing, form, page, ROWS, refused),
        "sections": print_sections(form, filing["rows"]),
        "notice": notice,
        "can_assemble": filing["unit_id"].startswith(CITY_UNIT) and form["reporter"] == "city",
        "validity": validity_view(edition, decisions, filing["period"]),
    }
    threads, beside = questions_beside(filing)
    return render_template("filling/rows.html", threads=threads, beside=beside, **values)
