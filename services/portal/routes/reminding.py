"""Scheduled jobs with their status, and urging units to file what is missing."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.reminding import ToUrge
from services.portal.policy import READERS_OF_JOBS, READERS_OF_QUEUES, RUNNERS_OF_JOBS
from services.portal.presenters.reminding import UrgedView, job_views, read_wanted, urged_views
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from shared.errors import Invalid

bp = Blueprint("reminding", __name__)

NOTHING_CHOSEN = "请至少选择一个尚未报送的单位。"


@bp.get("/jobs")
@signed_in(READERS_OF_JOBS)
def jobs() -> str:
    """Show what runs by the clock, and what became of it."""
    found = job_views(deps().reminding.jobs(guard.token()))
    return render_template("jobs/list.html", jobs=found, runs=guard.account().role in RUNNERS_OF_JOBS)


@bp.post("/jobs/<occasion:name>/runs")
@signed_in(RUNNERS_OF_JOBS)
def run_now(name: str) -> Response:
    """Have a job run now."""
    deps().reminding.run_now(guard.token(), name)
    return redirect(url_for("reminding.jobs", done="job_asked"), 303)


@bp.post("/reminders")
@signed_in(READERS_OF_QUEUES)
def urge() -> str | tuple[str, int]:
    """Urge the units that were ticked in a list of those missing, and show what became of each."""
    wanted, names = read_wanted(request.form.getlist("missing"))
    if not wanted:
        return _urged(NOTHING_CHOSEN), 422
    try:
        answer = deps().reminding.urge(guard.token(), wanted)
    except Invalid as error:
        return _urged(error.message, wanted), 422
    return _urged("", wanted, urged_views(answer, names), answer["sent"])


def _urged(notice: str, wanted: Sequence[ToUrge] = (), results: Sequence[UrgedView] = (), sent: int = 0) -> str:
    """Return the page with what became of each, and the way back to the list."""
    back = {"form": wanted[0]["form"], "period": wanted[0]["period"]} if wanted else {}
    return render_template("jobs/urged.html", notice=notice, results=results, sent=sent, back=back)
