"""The survey as anybody may read it: its rules, its blank forms."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.portal.presenters.survey import rules_view
from services.portal.routes.guard import deps, open_page
from shared.errors import NotFound

bp = Blueprint("survey", __name__, url_prefix="/editions")

anybody = open_page("the forms and rules of the survey are public")


@bp.get("")
@anybody
def newest() -> AnyResponse:
    """Lead to the rules of the newest edition."""
    edition = max(deps().survey.editions(), key=lambda each: each["valid_from"], default=None)
    if edition is None:
        raise NotFound
    return redirect(url_for("survey.rules", edition_id=edition["id"]))


@bp.get("/<id:edition_id>/rules")
@anybody
def rules(edition_id: str) -> str:
    """Show every rule of an edition, narrowed by form and severity, and its blank forms."""
    edition = deps().survey.edition(edition_id)
    found = deps().survey.rules(edition_id)
    form, severity = request.args.get("form", ""), request.args.get("severity", "")
    return render_template("survey/rules.html", view=rules_view(edition, found, form, severity))


@bp.get("/<id:edition_id>/forms/<id:form_key>/print")
@anybody
def print_blank(edition_id: str, form_key: str) -> Response:
    """Give out a blank form as PDF."""
    streamed = deps().survey.print_blank(edition_id, form_key)
    return Response(streamed.chunks, headers=dict(streamed.headers))
