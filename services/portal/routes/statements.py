"""The daily statements (对账单): the list, the sheet of a day with its lines and differences, our signature."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import KEEPERS_OF_ROUTES, READERS_OF_JOURNAL, READERS_OF_RERUNS
from services.portal.presenters import proof as views
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.filing_versions import passed_on
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid, StaleVersion

bp = Blueprint("statements", __name__, url_prefix="/statements")

Page = str | Response | tuple[str, int]
ONE = "/<id:statement_id>"
MEANWHILE = "对账单刚有变化（对方已回复，或他人已签核），请核对后再签核。"
FIELDS = {"name": "签核人姓名", "remark": "说明"}


@bp.get("")
@signed_in(READERS_OF_JOURNAL)
def show() -> str:
    """Show the statements, the newest day first."""
    partner = request.args.get("partner", "")
    partner = partner if partner in views.PARTNERS else ""
    rows, next_cursor = deps().proof.statements(guard.token(), partner, request.args.get("cursor", ""))
    return render_template(
        "exchange/statements.html",
        rows=views.statement_views(rows),
        partner=partner,
        partners=views.PARTNERS,
        next_cursor=next_cursor,
    )


@bp.get(ONE)
@signed_in(READERS_OF_JOURNAL)
def read(statement_id: str) -> str:
    """Show the sheet of a day, what differs, and its lines."""
    return _page(statement_id)


@bp.get(f"{ONE}/workbook")
@signed_in(READERS_OF_JOURNAL)
def workbook(statement_id: str) -> Response:
    """Give out a statement as a workbook."""
    return passed_on(deps().proof.workbook(guard.token(), statement_id))


@bp.post(f"{ONE}/sign-off")
@signed_in(KEEPERS_OF_ROUTES)
def sign(statement_id: str) -> Page:
    """Sign the statement; what can't be signed is shown again as it was typed."""
    typed = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}
    if not typed["name"]:
        return _page(statement_id, typed, [ErrorLink("name", "请填写签核人姓名。")]), 422
    try:
        deps().proof.sign(guard.token(), statement_id, posted_version(), typed["name"], typed["remark"])
    except Invalid as error:
        return _page(statement_id, typed, messages_of(error, FIELDS, "remark")), 422
    except (StaleVersion, Conflict):
        return _page(statement_id, typed, notice=MEANWHILE), 409
    return redirect(url_for("statements.read", statement_id=statement_id, done="statement_signed"), 303)


def _page(
    statement_id: str, typed: dict[str, str] | None = None, errors: Sequence[ErrorLink] = (), notice: str = ""
) -> str:
    found = deps().proof.statement(guard.token(), statement_id)
    standing = request.args.get("standing", "")
    standing = standing if standing in views.STANDINGS else ""
    page = deps().proof.lines(guard.token(), statement_id, standing, request.args.get("cursor", ""))
    differences = deps().proof.differences(guard.token(), statement_id) if found["differences"] else []
    return render_template(
        "exchange/statement.html",
        sheet=views.sheet_view(found),
        lines=views.line_views(page["items"]),
        next_cursor=page["next_cursor"],
        standing=standing,
        standings=views.STANDINGS,
        differences=[(each, views.is_message(each)) for each in differences],
        typed=typed or {},
        errors=errors,
        notice=notice,
        may_open=guard.account().role in READERS_OF_RERUNS,
    )
