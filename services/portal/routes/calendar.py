"""The calendar of the survey: a year's dates with their grounds, its working days, and a reckoner of the sharing clock."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from services.portal.policy import READERS_OF_FILINGS, READERS_OF_QUEUES
from services.portal.presenters.calendar import FIRST_YEAR, LAST_YEAR, WEEKDAYS, reckoned, year_view
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from shared.clock import local_date
from shared.errors import NotFound

bp = Blueprint("calendar", __name__, url_prefix="/calendar")


@bp.get("")
@signed_in(READERS_OF_FILINGS)
def show() -> str | tuple[str, int]:
    """Show a year, the present one where none is named."""
    today = local_date(deps().clock.now())
    text = request.args.get("year", str(today.year))
    if not text.isascii() or not text.isdigit() or not FIRST_YEAR <= int(text) <= LAST_YEAR:
        raise NotFound
    approved = request.args.get("approved", "")
    found = reckoned(approved) if approved else None
    faults = [ErrorLink("approved", "请填写 2022 年至 2035 年的日期。")] if approved and found is None else []
    page = render_template(
        "calendar/page.html",
        view=year_view(deps().reliefs.timetable(guard.token(), int(text)), today),
        weekdays=WEEKDAYS,
        shares=guard.account().role in READERS_OF_QUEUES,
        approved=approved,
        found=found,
        errors=faults,
    )
    return (page, 422) if faults else page
