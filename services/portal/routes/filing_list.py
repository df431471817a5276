"""The list of filings in sight, narrowed by form, period and state."""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Blueprint, render_template, request

from services.portal.model.filing_words import STATES
from services.portal.policy import CITY_UNIT, DEPARTMENTS, FILERS
from services.portal.presenters.filed import FiledFilter, filed_rows, form_choices
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in

bp = Blueprint("filing_list", __name__, url_prefix="/filings")

ROWS = 20
PERIOD = re.compile(r"(20[0-9]{2})(?:-(0[1-9]|1[0-2]))?")


@bp.get("")
@signed_in(FILERS)
def show() -> str:
    """Show one's own filings, the last changed first; of a department those of its demonstration city."""
    chosen = filter_of(STATES)
    cursor = request.args.get("cursor", "")
    rows, next_cursor = deps().filings.list(guard.token(), {**chosen.query, **_own()}, cursor, ROWS)
    return render_template(
        "filed/list.html",
        rows=filed_rows(rows),
        filter=chosen,
        next_cursor=next_cursor,
        is_first=not cursor,
        is_city=guard.account().role in DEPARTMENTS,
    )


def _own() -> dict[str, str]:
    """Return what leaves a department with what it filed itself; a unit sees nothing else anyway."""
    account = guard.account()
    return {"unit": f"{CITY_UNIT}{account.division}"} if account.role in DEPARTMENTS else {}


def filter_of(states: Mapping[str, str]) -> FiledFilter:
    """Return the filter of the page's address; what it does not know narrows nothing."""
    forms = form_choices(deps().survey.editions())
    form, state = request.args.get("form", ""), request.args.get("state", "")
    period = request.args.get("period", "").strip()
    return FiledFilter(
        forms=forms,
        states=tuple(states.items()),
        form=form if form in dict(forms) else "",
        period=period if PERIOD.fullmatch(period) else "",
        state=state if state in states else "",
    )
