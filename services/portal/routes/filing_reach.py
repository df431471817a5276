"""What a correction changes of what is released: shown before it is begun, before it is submitted, and in its review."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from services.portal.model.filing import FilingAnswer
from services.portal.policy import FILERS
from services.portal.presenters.filing_form import filing_form
from services.portal.presenters.reach import UNKNOWN, ReachView, reach_view
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from shared.errors import TooManyRequests, Unavailable

bp = Blueprint("filing_reach", __name__, url_prefix="/filings")

SETTLED = "final"


@bp.get("/<id:filing_id>/correcting")
@signed_in(FILERS)
def correcting(filing_id: str) -> str | Response:
    """Show which released cells a settled filing stands in, before its correction is begun."""
    filing = deps().filings.get(guard.token(), filing_id)
    if "correct" not in [each["action"] for each in filing["open_actions"]]:
        return redirect(url_for("filings.show", filing_id=filing_id), 303)
    form = deps().survey.form(filing["edition"], filing["form"])
    return render_template("filling/correcting.html", view=filing_form(filing, form), reach=reach_of(filing))


def reach_of_correction(filing: FilingAnswer) -> ReachView | None:
    """Return what a correction reaches, None for a filing that corrects nothing."""
    return reach_of(filing) if filing["revision"] > 1 else None


def reach_while_written(filing: FilingAnswer) -> ReachView | None:
    """Return what the correction that a unit writes reaches, None for what was never submitted before."""
    return reach_of(filing) if filing["revision"] else None


def reach_of(filing: FilingAnswer) -> ReachView:
    """Return what a filing reaches; the page does without it where statistics don't answer."""
    try:
        return reach_view(deps().reaches.of(guard.token(), filing["id"]))
    except (Unavailable, TooManyRequests):
        return UNKNOWN
