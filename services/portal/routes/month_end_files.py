"""Many contracts or executions of a month as one Excel file: out to be filled in, and in again."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.portal.model.answers import Streamed
from services.portal.model.month_end import LISTS, ListRead
from services.portal.policy import PEOPLE_OF_UNITS
from services.portal.presenters.imports import fault_views
from services.portal.presenters.month_end import Shown
from services.portal.routes import guard
from services.portal.routes.bodies import SentFile, sent_file
from services.portal.routes.errors import DRAIN_LIMIT, drain
from services.portal.routes.filing_workbooks import FORM_AROUND_FILE, LARGEST, MARK, SAVE, TRY
from services.portal.routes.guard import FILE_FORM_TYPE, deps, signed_in
from services.portal.routes.month_end import month_page, period_of
from shared.errors import Conflict, Invalid, Malformed, Problem, TooLarge, UnsupportedMedia
from shared.web.problems import status_of

bp = Blueprint("month_end_files", __name__, url_prefix="/month-end")

ONE = "/<any('enterprise-2', 'enterprise-3'):form>"


@bp.get(f"{ONE}/template.xlsx")
@signed_in(PEOPLE_OF_UNITS)
def to_fill(form: str) -> Response:
    """Give out the workbook to fill in."""
    return _passed(deps().month_ends.to_fill(guard.token(), form, period_of(request.args.get("period", ""))))


@bp.get(f"{ONE}/filled.xlsx")
@signed_in(PEOPLE_OF_UNITS)
def as_filed(form: str) -> Response:
    """Give out what is there of a month as a workbook."""
    return _passed(deps().month_ends.as_filed(guard.token(), form, period_of(request.args.get("period", ""))))


@bp.post("/workbook")
@signed_in(PEOPLE_OF_UNITS, takes_file=True)
def send() -> AnyResponse | tuple[str, int]:
    """Take a workbook: try it, read it into drafts, or give it back with what is wrong at its cells."""
    if request.mimetype != FILE_FORM_TYPE:
        raise UnsupportedMedia
    is_too_large = (request.content_length or 0) > LARGEST + FORM_AROUND_FILE
    request.max_content_length = DRAIN_LIMIT if is_too_large else LARGEST + FORM_AROUND_FILE
    sent = sent_file()
    guard.check_token(sent.fields.get(guard.TOKEN_FIELD, ""))
    period, form = period_of(sent.fields.get("period", "")), sent.fields.get("form", "")
    if form not in LISTS:
        raise Malformed
    try:
        if is_too_large:
            raise TooLarge
        if not sent.name:
            raise Invalid([Problem("/file", "no_file", "请先选择文件。")])
        return _taken(form, period, sent)
    except (Invalid, TooLarge, Conflict) as error:
        drain()
        message = "".join(f"{problem.message}" for problem in error.problems[:5]) or error.message
        return month_page(period, Shown(), notice=message), status_of(error)


def _taken(form: str, period: str, sent: SentFile) -> AnyResponse | tuple[str, int]:
    purpose, token = sent.fields.get("purpose", TRY), guard.token()
    if purpose == MARK:
        return _passed(deps().month_ends.mark(token, form, period, sent.name, sent.chunks))
    read = deps().month_ends.take(token, form, period, sent.name, sent.chunks, is_trial=purpose != SAVE)
    if read["is_saved"] and not read["faults"]:
        return redirect(url_for("month_end.show", period=period, done="list_read"), 303)
    answer = deps().survey.form(deps().survey.editions()[-1]["id"], form)
    return month_page(period, Shown(), faults=fault_views(answer, read["faults"]), read=_words(read)), 200


def _words(read: ListRead) -> str:
    counts = f"新建 {read['begun']} 张，更改 {read['changed']} 张，未变 {read['unchanged']} 张"
    blank = f"，未填的 {read['blank']} 行略过" if read["blank"] else ""
    return f"{'已保存' if read['is_saved'] else '只检查，没有保存'}：{counts}{blank}。"


def _passed(streamed: Streamed) -> Response:
    return Response(streamed.chunks, headers=dict(streamed.headers))
