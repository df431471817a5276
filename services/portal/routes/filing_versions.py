"""The versions of a filing: each as the form on paper, what differs, what a field held before, its papers."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, render_template, request

from services.portal.model.answers import Streamed
from services.portal.model.filing import CellChange, FilingAnswer
from services.portal.model.survey import FormAnswer
from services.portal.policy import READERS_OF_FILINGS
from services.portal.presenters.converted import converted_views
from services.portal.presenters.filed import filed_view, undone_views, verdict_views
from services.portal.presenters.filing_changes import Side, change_lines, earlier_views, pair_lines
from services.portal.presenters.filing_review import said_of
from services.portal.presenters.printing import print_sections
from services.portal.presenters.sheet_of_form import (
    RowsView,
    evidence_views,
    part_at,
    place_label,
    rows_view,
    sheet_view,
)
from services.portal.presenters.survey import validity_view
from services.portal.presenters.words import moment
from services.portal.routes import guard
from services.portal.routes.filing_comparing import PERIOD, last_period, side_of
from services.portal.routes.guard import deps, signed_in
from shared.errors import NotFound

bp = Blueprint("filing_versions", __name__, url_prefix="/filings/<id:filing_id>")

ONE = "/versions/<int:no>"
ROWS = 100
LONGEST_POINTER = 250


@bp.get("/versions")
@signed_in(READERS_OF_FILINGS)
def show(filing_id: str) -> str:
    """Show all versions with what was decided on each, and the course of the filing."""
    filing, form = filing_and_form(filing_id)
    return render_template("filed/versions.html", view=filed_view(filing, form), is_list=form["layout"] == "rows")


@bp.get(ONE)
@signed_in(READERS_OF_FILINGS)
def read(filing_id: str, no: int) -> str:
    """Show a version as the form on paper."""
    filing, form = filing_and_form(filing_id)
    version = deps().filings.version(guard.token(), filing_id, no)
    edition = deps().survey.edition(filing["edition"])
    decisions = deps().filings.decisions(guard.token()) if edition["is_expired"] else None
    return render_template(
        "filed/version.html",
        view=filed_view(filing, form),
        no=no,
        submitted_at=moment(version["submitted_at"]),
        is_in_force=version["is_in_force"],
        digest=version["digest"],
        sheet=sheet_view(form, said_of(filing, version)),
        rows=rows_of(filing, form, no, version["rows"]),
        sections=print_sections(form, version["rows"]),
        evidence=evidence_views(version["evidence"]),
        noted=version["noted"],
        converted=converted_views(form, version["converted"]),
        verdicts=verdict_views(form, version["decisions"]),
        undone=undone_views(form, version["undone"]),
        validity=validity_view(edition, decisions, filing["period"]),
    )


@bp.get(f"{ONE}/changes")
@signed_in(READERS_OF_FILINGS)
def changes(filing_id: str, no: int) -> str:
    """Show what differs from another version: as a list, and the whole form side by side."""
    filing, form = filing_and_form(filing_id)
    old, found = _compared_with(filing, no)
    new = side_of(filing, no)
    return render_template(
        "filed/changes.html",
        view=filed_view(filing, form),
        old=old,
        new=new,
        is_period=bool(old.name),
        has_period=not form["is_many"],
        changes=change_lines(form, found, old, new),
        pairs=pair_lines(form, old, new),
    )


@bp.get("/fields")
@signed_in(READERS_OF_FILINGS)
def field(filing_id: str) -> str:
    """Show what a field held in the approved filings of the last periods."""
    filing, form = filing_and_form(filing_id)
    pointer = request.args.get("pointer", "")[:LONGEST_POINTER]
    if part_at(form, pointer) is None:
        raise NotFound
    earlier = deps().filings.field_history(guard.token(), filing_id, pointer)
    return render_template(
        "filed/field.html",
        view=filed_view(filing, form),
        label=place_label(form, pointer),
        now=filing["shown"].get(pointer, ""),
        earlier=earlier_views(form, pointer, earlier),
    )


@bp.get(f"{ONE}/print")
@signed_in(READERS_OF_FILINGS)
def print_version(filing_id: str, no: int) -> Response:
    """Give out a version as PDF, 0 the unit's draft; of a long list, one section."""
    return passed_on(deps().filings.print(guard.token(), filing_id, no, whole_number("section", 1)))


@bp.get(f"{ONE}/receipt.json")
@signed_in(READERS_OF_FILINGS)
def receipt(filing_id: str, no: int) -> Response:
    """Give out the signed receipt of a version."""
    return passed_on(deps().filings.receipt(guard.token(), filing_id, no))


@bp.get(f"{ONE}/receipt.pdf")
@signed_in(READERS_OF_FILINGS)
def receipt_pdf(filing_id: str, no: int) -> Response:
    """Give out the signed receipt of a version as PDF."""
    return passed_on(deps().filings.receipt_pdf(guard.token(), filing_id, no))


@bp.get(f"{ONE}/filing.json")
@signed_in(READERS_OF_FILINGS)
def content(filing_id: str, no: int) -> Response:
    """Give out what the digest of a version is made over."""
    return passed_on(deps().filings.content(guard.token(), filing_id, no))


@bp.get("/evidence/<id:file_id>")
@signed_in(READERS_OF_FILINGS)
def evidence(filing_id: str, file_id: str) -> Response:
    """Give out a piece of evidence, to be kept."""
    return passed_on(deps().filings.file(guard.token(), filing_id, file_id))


def filing_and_form(filing_id: str) -> tuple[FilingAnswer, FormAnswer]:
    """Return a filing with the form that it is of. Raises `NotFound`."""
    filing = deps().filings.get(guard.token(), filing_id)
    return filing, deps().survey.form(filing["edition"], filing["form"])


def rows_of(filing: FilingAnswer, form: FormAnswer, no: int, count: int | None) -> RowsView | None:
    """Return the page of a long list that the address asks for, None for a form that is none."""
    if count is None:
        return None
    first = min(whole_number("first", 0), count)
    page = deps().filings.rows(guard.token(), filing["id"], no, first, ROWS)
    return rows_view(form, page["rows"], page["first"], page["count"], ROWS)


def _compared_with(filing: FilingAnswer, no: int) -> tuple[Side, Sequence[CellChange]]:
    """Return what a version is compared with: another one, or what was approved for the last period."""
    if no and request.args.get("against") == PERIOD and (before := last_period(filing, no)) is not None:
        return before
    against = whole_number("against", max(no - 1, 1))
    return side_of(filing, against), deps().filings.changes(guard.token(), filing["id"], no, against)


def whole_number(name: str, otherwise: int) -> int:
    """Return a number of the address; what is none counts as `otherwise`."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 7 else otherwise


def passed_on(streamed: Streamed) -> Response:
    """Return a file as the service gives it out."""
    return Response(streamed.chunks, headers=dict(streamed.headers))
