"""Urging units to file what is missing, and the scheduled jobs."""

from __future__ import annotations

from services.filing.operations import reminders
from services.filing.operations.reminders import ToUrge
from services.filing.policy import Permission
from services.filing.routes.context import deps
from services.filing.schemas.reminders import Body, RemindersIn, RemindersOut, reminders_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.jobs import jobs_blueprint

bp = Blueprint("reminders", __name__, url_prefix="/reminders", description="催报")

jobs_bp = jobs_blueprint(Permission.READ_JOBS, Permission.RUN_JOBS, lambda: deps().jobs)


@bp.post("")
@needs(Permission.REVIEW)
@bp.arguments(RemindersIn)
@bp.response(200, RemindersOut)
def urge(data: dict[str, list[ToUrge]]) -> Body:
    """Urge units of one's area to file what is missing, each form at most once a day; twice does no harm."""
    wanted = data["items"]
    return reminders_body(wanted, reminders.urge_units(deps(), reading_call(), wanted))
