"""The to-do list of a unit: begin a form, go on with it, see why one can't be begun yet."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.operations.agenda import Agenda, agenda_of
from services.portal.policy import FILERS, REGISTER_THEMSELVES
from services.portal.presenters.tasks import event_forms, months_before, tasks_view
from services.portal.presenters.units import unit_view
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from shared.clock import local_date
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import new_id

bp = Blueprint("tasks", __name__, url_prefix="/tasks")


@bp.get("")
@signed_in(FILERS)
def show() -> str:
    """Show what is to be filed, what is overdue first."""
    return _page()


@bp.post("")
@signed_in(FILERS)
def begin() -> tuple[str, int] | Response:
    """Begin a form for a period; the same button begins it once."""
    form, period, item = (request.form.get(name, "") for name in ("form", "period", "item"))
    try:
        filing = deps().filings.begin(guard.token(), request.form.get("key", ""), form, period, item)
    except (Conflict, Invalid) as error:
        messages = "".join(dict.fromkeys(problem.message for problem in error.problems))
        return _page(messages or error.message), 409 if isinstance(error, Conflict) else 422
    except NotFound:
        return _page("没有这种报表，请从下面的清单中选择。"), 404
    return redirect(url_for("filings.show", filing_id=filing["id"]), 303)


def agenda_values(agenda: Agenda) -> dict[str, object]:
    """Return what the to-do list shows of an agenda, for pages that hold one."""
    unit = agenda.unit
    types = [each["type"] for each in unit["types"]] if unit else []
    return {
        "agenda": agenda,
        "tasks": tasks_view(agenda.tasks),
        "unit": unit_view(unit) if unit else None,
        "events": event_forms(agenda.forms, types),
        "months": months_before(local_date(deps().clock.now())),
        "registers_itself": guard.account().role in REGISTER_THEMSELVES,
        "new_key": new_id,
    }


def _page(notice: str = "") -> str:
    agenda = agenda_of(deps(), guard.token(), guard.account())
    return render_template("tasks/page.html", notice=notice, **agenda_values(agenda))
