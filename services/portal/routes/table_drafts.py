"""Tables before they are released, for the ministry and for provinces: nothing of them is published."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request

from services.portal.policy import READERS_OF_TABLE_DRAFTS
from services.portal.presenters.table_drafts import DraftView, draft_choices, draft_view
from services.portal.routes import guard
from services.portal.routes.filing_versions import passed_on
from services.portal.routes.guard import deps, signed_in
from shared.clock import local_date
from shared.errors import Invalid, NotFound
from shared.web.problems import status_of

bp = Blueprint("table_drafts", __name__, url_prefix="/statistics/drafts")

ONE = "/<id:table>/<any('csv', 'workbook'):file_kind>"
NOT_FOUND = "没有这张表，或这张表不在您的范围内。"


@bp.get("")
@signed_in(READERS_OF_TABLE_DRAFTS)
def show() -> str | tuple[str, int]:
    """Show what can be chosen, and the table that was."""
    tables = deps().table_drafts.tables(guard.token())
    chosen = draft_choices(tables, request.args, local_date(deps().clock.now()))
    view: DraftView | None = None
    fault, status = "", 200
    if "table" in request.args:
        asked = {"period": chosen.period, "layer": chosen.layer}
        try:
            view = draft_view(deps().table_drafts.draw(guard.token(), chosen.table, asked), request.args)
        except (Invalid, NotFound) as error:
            fault = NOT_FOUND if isinstance(error, NotFound) else "；".join(each.message for each in error.problems)
            status = status_of(error)
    page = render_template("statistics/drafts.html", chosen=chosen, view=view, fault=fault)
    return (page, status) if fault else page


@bp.get(ONE)
@signed_in(READERS_OF_TABLE_DRAFTS)
def file(table: str, file_kind: str) -> Response:
    """Give a draft out as a file; each of its lines says that it is not published."""
    asked = {name: request.args.get(name, "") for name in ("period", "layer")}
    return passed_on(deps().table_drafts.file(guard.token(), table, file_kind, asked))
