"""Evidence of a filing on its way through the portal: never held whole in memory, never on disk here."""

from __future__ import annotations

from flask import Blueprint, redirect, request, url_for
from werkzeug.wrappers import Response

from services.portal.operations import filings
from services.portal.policy import FILERS
from services.portal.presenters.filing_form import filing_form
from services.portal.routes import guard
from services.portal.routes.bodies import sent_file
from services.portal.routes.errors import DRAIN_LIMIT, drain
from services.portal.routes.filings import filing_and_form, form_page
from services.portal.routes.guard import FILE_FORM_TYPE, deps, signed_in
from shared.errors import Conflict, Invalid, Problem, TooLarge, UnsupportedMedia
from shared.web.problems import status_of

bp = Blueprint("filing_evidence", __name__, url_prefix="/filings/<id:filing_id>/evidence")

LARGEST = 50 * 1024 * 1024
"""Bytes of one file, as filing takes it."""

FORM_AROUND_FILE = 16 * 1024


@bp.post("")
@signed_in(FILERS, takes_file=True)
def add(filing_id: str) -> Response | tuple[str, int]:
    """Pass a file on as it comes in; what is wrong with it is shown at the evidence."""
    if request.mimetype != FILE_FORM_TYPE:
        raise UnsupportedMedia
    is_too_large = (request.content_length or 0) > LARGEST + FORM_AROUND_FILE
    request.max_content_length = DRAIN_LIMIT if is_too_large else LARGEST + FORM_AROUND_FILE
    sent = sent_file()
    guard.check_token(sent.fields.get(guard.TOKEN_FIELD, ""))
    try:
        if is_too_large:
            raise TooLarge
        if not sent.name:
            raise Invalid([Problem("/file", "no_file", "请先选择文件。")])
        filings.add_evidence(deps(), guard.token(), filing_id, sent.name, None, sent.chunks)
    except (Invalid, TooLarge, Conflict) as error:
        drain()
        filing, form = filing_and_form(filing_id)
        faults = [problem.message for problem in error.problems] or [error.message]
        return form_page(filing, form, filing_form(filing, form), faults=faults), status_of(error)
    return _to_evidence(filing_id, "stored")


@bp.post("/<id:file_id>/removal")
@signed_in(FILERS)
def remove(filing_id: str, file_id: str) -> Response:
    """Take a file out of the filing."""
    filings.remove_evidence(deps(), guard.token(), filing_id, file_id)
    return _to_evidence(filing_id, "removed")


def _to_evidence(filing_id: str, done: str) -> Response:
    return redirect(url_for("filings.show", filing_id=filing_id, done=done, _anchor="evidence"), 303)
