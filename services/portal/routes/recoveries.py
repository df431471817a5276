"""Departments put a new principal in the place of one who is gone: one proposes, another confirms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.people import SecondAct
from services.portal.policy import DEPARTMENTS
from services.portal.presenters.colleagues import recovery_views
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from shared.ids import new_id

bp = Blueprint("recoveries", __name__, url_prefix="/recoveries")

Page = str | Response | tuple[str, int]
MEANWHILE = "此件刚被他人办理，请核对下方最新内容。"
ACTS: Mapping[str, str] = {"confirm": "recovery_confirmed", "refuse": "refused", "withdraw": "taken_back"}
"""What is told after each step."""

LABELS = {
    "credit_code": "单位的统一社会信用代码",
    "display_name": "新负责人姓名",
    "email": "新负责人邮箱",
    "reason": "理由和依据",
}


@bp.get("")
@signed_in(DEPARTMENTS)
def show() -> str:
    """Show the recoveries of one's division and those directly below."""
    return _page()


@bp.post("")
@signed_in(DEPARTMENTS)
def propose() -> Page:
    """Propose a new principal for a unit."""
    typed = {name: request.form.get(name, "").strip() for name in LABELS}
    try:
        deps().colleagues.propose_recovery(guard.token(), request.form.get("key", ""), typed)
    except Invalid as error:
        return _page(messages_of(error, LABELS, "credit_code"), typed), 422
    except (Conflict, NotAllowed) as error:
        return _page(typed=typed, notice=error.message), 409
    return redirect(url_for("recoveries.show", done="recovery_proposed"), 303)


@bp.post("/<id:recovery_id>")
@signed_in(DEPARTMENTS)
def act(recovery_id: str) -> Page:
    """Take a step with a recovery."""
    wanted = request.form.get("act", "")
    if wanted not in ACTS:
        raise NotFound
    key, version = request.form.get("key", ""), posted_version()
    try:
        deps().colleagues.act_on_recovery(guard.token(), key, recovery_id, version, cast(SecondAct, wanted))
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    except StaleVersion:
        return _page(notice=MEANWHILE), 412
    return redirect(url_for("recoveries.show", done=ACTS[wanted]), 303)


def _page(errors: Sequence[ErrorLink] = (), typed: Mapping[str, str] | None = None, notice: str = "") -> str:
    found, next_cursor = deps().colleagues.recoveries(guard.token(), request.args.get("cursor", ""))
    return render_template(
        "people/recoveries.html",
        recoveries=recovery_views(found, deps().clock.now()),
        next_cursor=next_cursor,
        labels=LABELS,
        errors=errors,
        typed=typed or {},
        notice=notice,
        new_key=new_id,
    )
