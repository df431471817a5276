"""The work at a month's end (月末填报): executions of all open contracts in one grid, nil report, submitting together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.month_end import EXECUTIONS, LISTS
from services.portal.operations.month_end import new_lines, typed_lines
from services.portal.policy import PEOPLE_OF_UNITS
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.imports import FaultView
from services.portal.presenters.month_end import Shown, month_view, outcome_views
from services.portal.presenters.signing import errors_of, typed_sign_off
from services.portal.presenters.tasks import months_before
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from shared.clock import local_date
from shared.errors import Conflict, Invalid, KeyReused, Malformed
from shared.ids import new_id
from shared.web.problems import status_of

bp = Blueprint("month_end", __name__, url_prefix="/month-end")

PERIOD = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])")
PICK = re.compile(r"([0-9a-f]{32}):([1-9][0-9]{0,8})")
USED = "本页已经保存过一次，请刷新页面后再修改。"
NONE_PICKED = "请先选择要上报的报表。"
NOT_SAVED = "标出的各行有误，没有保存；其他各行已保存。"

Page = str | Response | tuple[str, int]


@bp.get("")
@signed_in(PEOPLE_OF_UNITS)
def show() -> Page:
    """Show the open contracts of a month with a field in each cell."""
    shown = Shown(more=request.args.get("more", ""), all_picked=request.args.get("pick") == "all")
    try:
        return month_page(period_of(request.args.get("period", "")), shown)
    except (Conflict, Invalid) as error:
        return render_template("month_end/closed.html", message=_words(error), **_months()), status_of(error)


@bp.post("")
@signed_in(PEOPLE_OF_UNITS)
def save() -> Page:
    """Save each row that says something new; a faulty one stays in its fields with the reason."""
    period, typed = period_of(request.form.get("period", "")), typed_lines(request.form)
    lines = new_lines(deps().month_ends.read(guard.token(), period), typed)
    try:
        bodies = [each.body() for each in lines]
        saved = deps().month_ends.save(guard.token(), _key(), period, bodies) if lines else []
    except (Invalid, Conflict, KeyReused) as error:
        told = USED if isinstance(error, KeyReused) else _words(error)
        return month_page(period, Shown(typed=typed), notice=told), status_of(error)
    more, is_refused = request.form.get("more", ""), any(not each["is_saved"] for each in saved)
    if not is_refused and not any(each["findings"] for each in saved) and not _is_fetched():
        anchor = f"c-{more}" if more else None
        return redirect(url_for("month_end.show", period=period, more=more or None, done="saved", _anchor=anchor), 303)
    page = month_page(period, Shown(typed=typed, saved=saved, more=more), notice=NOT_SAVED if is_refused else "")
    return page, 422 if is_refused else 200


@bp.post("/nil")
@signed_in(PEOPLE_OF_UNITS)
def nil() -> Page:
    """Begin the nil report of a month; it is submitted with the others."""
    period, reason = period_of(request.form.get("period", "")), request.form.get("reason", "").strip()
    try:
        deps().month_ends.report_nil(guard.token(), _key(), period, reason)
    except (Invalid, Conflict) as error:
        return month_page(period, Shown(), notice=_words(error)), status_of(error)
    return redirect(url_for("month_end.show", period=period, pick="all", done="nil_begun", _anchor="submit"), 303)


@bp.post("/submission")
@signed_in(PEOPLE_OF_UNITS)
def submit() -> Page:
    """Submit what was ticked, signed off once; what becomes of each is said."""
    period, signed = period_of(request.form.get("period", "")), typed_sign_off(request.form)
    is_read = request.form.get("duties_read") == "true"
    picked = [found for text in request.form.getlist("pick") if (found := PICK.fullmatch(text))]
    shown = Shown(picked=frozenset(found[1] for found in picked))
    if not picked:
        return month_page(period, shown, notice=NONE_PICKED, sign_off=signed, is_read=is_read), 422
    body = {
        "items": [{"id": found[1], "version": int(found[2])} for found in picked],
        "sign_off": signed,
        "duties_read": is_read,
    }
    try:
        outcomes = deps().month_ends.submit(guard.token(), _key(), body)
    except (Invalid, KeyReused) as error:
        told = USED if isinstance(error, KeyReused) else ""
        errors = errors_of(error.problems)
        page = month_page(period, shown, notice=told, sign_off=signed, is_read=is_read, errors=errors)
        return page, status_of(error)
    if all(each["is_submitted"] for each in outcomes):
        return redirect(url_for("month_end.show", period=period, done="selected_submitted"), 303)
    return month_page(period, replace(shown, outcomes=outcomes), sign_off=signed, is_read=is_read), 422


def month_page(
    period: str,
    shown: Shown,
    *,
    notice: str = "",
    sign_off: Mapping[str, str] | None = None,
    is_read: bool = False,
    errors: Sequence[ErrorLink] = (),
    faults: Sequence[FaultView] = (),
    read: str = "",
) -> str:
    """Return the page of a month; `faults` and `read` say what became of a workbook."""
    month, today = deps().month_ends.read(guard.token(), period), local_date(deps().clock.now())
    form = deps().survey.form(deps().survey.editions()[-1]["id"], EXECUTIONS)
    known = {"filler": guard.account().display_name, "reported_on": today.isoformat()}
    return render_template(
        "month_end/page.html",
        view=month_view(month, today, shown),
        outcomes=outcome_views(month, shown.outcomes),
        duties=form["duties"],
        sign_off={**known, **(sign_off or {})},
        is_read=is_read,
        errors=errors,
        notice=notice,
        faults=faults,
        read=read,
        lists=LISTS,
        new_key=new_id,
        **_months(),
    )


def period_of(text: str) -> str:
    """Return the month that is asked for, this month where none is. Raises `Malformed`."""
    if not text:
        return months_before(local_date(deps().clock.now()))[0][0]
    if PERIOD.fullmatch(text) is None:
        raise Malformed
    return text


def _months() -> dict[str, object]:
    return {"months": months_before(local_date(deps().clock.now())), "wanted": request.args.get("period", "")}


def _key() -> str:
    return request.form.get("key", "")


def _is_fetched() -> bool:
    return request.headers.get("X-Requested-With") == "fetch"


def _words(error: Invalid | Conflict | KeyReused) -> str:
    return "".join(dict.fromkeys(problem.message for problem in error.problems)) or error.message
