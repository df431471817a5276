"""The ministry's final approval of periods (最终审定), and units that follow changes to the divisions."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import CLOSERS, READERS_OF_QUEUES
from services.portal.presenters.closings import LEVELS, closing_view, form_label, preview_view, recent_periods
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.clock import local_date
from shared.errors import Conflict, Invalid, NotFound, StaleVersion
from shared.ids import new_id

bp = Blueprint("closings", __name__)

Page = str | Response | tuple[str, int]
ROOT, ONE = "/closings", "/closings/<id:closing_id>"
PERIOD = re.compile(r"20[0-9]{2}(-(0[1-9]|1[0-2]))?")
FIELDS = {"statement": "审定意见", "signatory": "审定人", "left_out_reason": "不含未审核通过报表的理由"}
NO_PERIOD = "请填写报告期，如 2025 或 2025-11。"
NOT_SURE = "请确认已知悉最终审定不能撤销。"
STATES = {"open": "待确定", "done": "已转办"}
MEANWHILE = "此项刚有变化，请核对后再办理。"


@bp.get(ROOT)
@signed_in(CLOSERS)
def show() -> str:
    """Show the periods that are closed, and those that may stand to be closed."""
    return _list()


@bp.get(f"{ROOT}/preview")
@signed_in(CLOSERS)
def preview() -> Page:
    """Show what closing a period would settle and leave out, with the form to close it."""
    period = request.args.get("period", "").strip()
    if not PERIOD.fullmatch(period):
        return _list((ErrorLink("period", NO_PERIOD),)), 422
    return _preview(period, {})


@bp.post(ROOT)
@signed_in(CLOSERS)
def close() -> Page:
    """Close a period; what can't be sent is shown again as it was typed."""
    typed = {
        name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in (*FIELDS, "period", "seen", "key")
    }
    if not PERIOD.fullmatch(typed["period"]):
        return _list((ErrorLink("period", NO_PERIOD),)), 422
    faults = [ErrorLink(name, f"请填写{FIELDS[name]}。") for name in ("statement", "signatory") if not typed[name]]
    if request.form.get("sure") != "yes":
        faults.append(ErrorLink("sure", NOT_SURE))
    if faults:
        return _preview(typed["period"], typed, faults), 422
    body = {name: text for name, text in typed.items() if name != "key"}
    try:
        made = deps().closings.close(guard.token(), typed["key"], body)
    except Invalid as error:
        return _preview(typed["period"], typed, messages_of(error, FIELDS, "left_out_reason")), 422
    except Conflict as error:
        return _preview(typed["period"], typed, notice=error.message), 409
    return redirect(url_for("closings.read", closing_id=made["id"], done="period_closing"), 303)


@bp.get(ONE)
@signed_in(CLOSERS)
def read(closing_id: str) -> str:
    """Show a closing with how far it is, its snapshot's digest and what it left out."""
    return _one(closing_id)


@bp.post(f"{ONE}/verification")
@signed_in(CLOSERS)
def verify(closing_id: str) -> Page:
    """Have the snapshot looked at again."""
    try:
        deps().closings.verify(guard.token(), request.form.get("key", ""), closing_id)
    except Conflict as error:
        return _one(closing_id, error.message), 409
    return redirect(url_for("closings.read", closing_id=closing_id, done="snapshot_looked_at"), 303)


@bp.get("/relocations")
@signed_in(READERS_OF_QUEUES)
def relocations() -> str:
    """Show the units of the person's area that follow a change to the divisions; those to be placed first."""
    return _relocations()


@bp.post("/relocations/<id:relocation_id>")
@signed_in(READERS_OF_QUEUES)
def place(relocation_id: str) -> Page:
    """Say where a unit belongs."""
    division = request.form.get("division", "")
    if not division:
        return _relocations("请先选择单位现属的区划。"), 422
    try:
        deps().closings.place(guard.token(), relocation_id, posted_version(), division)
    except (StaleVersion, NotFound):
        return _relocations(MEANWHILE), 412
    except (Invalid, Conflict) as error:
        return _relocations(error.message), 409
    return redirect(url_for("closings.relocations", done="unit_placed"), 303)


def _list(errors: Sequence[ErrorLink] = ()) -> str:
    found = deps().closings.list_all(guard.token())
    today = local_date(deps().clock.now())
    return render_template(
        "closings/list.html",
        closings=[closing_view(each) for each in found],
        periods=recent_periods(today, (each["period"] for each in found)),
        period=request.args.get("period", ""),
        errors=errors,
    )


def _preview(period: str, typed: Mapping[str, str], errors: Sequence[ErrorLink] = (), notice: str = "") -> str:
    narrowed = {name: request.args.get(name, "") for name in ("form", "province", "state")}
    answer = deps().closings.preview(guard.token(), period)
    left, after = deps().closings.not_approved(guard.token(), period, narrowed, request.args.get("after", ""))
    return render_template(
        "closings/preview.html",
        view=preview_view(answer),
        left=left,
        after=after,
        narrowed=narrowed,
        levels=LEVELS,
        form_label=form_label,
        typed=typed,
        errors=errors,
        notice=notice,
        key=new_id(),
    )


def _one(closing_id: str, notice: str = "") -> str:
    answer = deps().closings.get(guard.token(), closing_id)
    left, after = deps().closings.left_out(guard.token(), closing_id, request.args.get("after", ""))
    return render_template(
        "closings/one.html",
        view=closing_view(answer),
        left=left,
        after=after,
        form_label=form_label,
        notice=notice,
        key=new_id(),
    )


def _relocations(notice: str = "") -> str:
    state = request.args.get("state", "open")
    state = state if state in STATES else ""
    found, following = deps().closings.relocations(guard.token(), state, request.args.get("cursor", ""))
    return render_template(
        "closings/relocations.html", found=found, next_cursor=following, state=state, states=STATES, notice=notice
    )
