"""Likely duplicates: the list, one of them with what its sides filed, the ministry's decision."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import READERS_OF_QUEUES, SETTLERS_OF_DUPLICATES
from services.portal.presenters.duplicates import STATES, alarm_view, alarm_views
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid, StaleVersion

bp = Blueprint("duplicates", __name__, url_prefix="/duplicates")

Page = str | Response | tuple[str, int]
ONE = "/<id:alarm_id>"
VERDICTS = {"duplicate": "重复填报，保留所选的一方，其余各方应更正", "distinct": "不重复，各方都保留"}
FIELDS = {"verdict": "认定结果", "stands": "保留的报表", "reason": "认定理由"}
MEANWHILE = "此项疑似重复刚有变化，下面是您刚填写的内容，尚未提交。请核对后再提交。"


@bp.get("")
@signed_in(READERS_OF_QUEUES)
def show() -> str:
    """Show the alarms that the person sees, the last opened first."""
    state = request.args.get("state", "")
    state = state if state in STATES else ""
    found, next_cursor = deps().duplicates.list(guard.token(), state, request.args.get("cursor", ""))
    return render_template(
        "duplicates/list.html", alarms=alarm_views(found), next_cursor=next_cursor, state=state, states=STATES
    )


@bp.get(ONE)
@signed_in(READERS_OF_QUEUES)
def read(alarm_id: str) -> str:
    """Show one, with what the sides filed that the person sees."""
    return _page(alarm_id, {})


@bp.post(ONE)
@signed_in(SETTLERS_OF_DUPLICATES)
def settle(alarm_id: str) -> Page:
    """Record the ministry's decision; what can't be sent is shown again as it was typed."""
    verdict, stands = request.form.get("verdict", ""), request.form.getlist("stands")
    typed = {"verdict": verdict, "reason": request.form.get("reason", "").replace("\r\n", "\n").strip()}
    faults = [ErrorLink(name, text) for name, text in _missing(typed)]
    if faults:
        return _page(alarm_id, typed, stands, faults), 422
    body = {**typed, "stands": stands if verdict == "duplicate" else []}
    try:
        deps().duplicates.settle(guard.token(), alarm_id, posted_version(), body)
    except Invalid as error:
        return _page(alarm_id, typed, stands, messages_of(error, FIELDS, "stands")), 422
    except StaleVersion:
        return _page(alarm_id, typed, stands, notice=MEANWHILE), 412
    except Conflict as error:
        return _page(alarm_id, typed, stands, notice=error.message), 409
    return redirect(url_for("duplicates.read", alarm_id=alarm_id, done="duplicate_settled"), 303)


def _missing(typed: Mapping[str, str]) -> list[tuple[str, str]]:
    faults = []
    if typed["verdict"] not in VERDICTS:
        faults.append(("verdict", "请选择认定结果。"))
    if not typed["reason"]:
        faults.append(("reason", "请填写认定理由。"))
    return faults


def _page(
    alarm_id: str,
    typed: Mapping[str, str],
    stands: Sequence[str] = (),
    errors: Sequence[ErrorLink] = (),
    notice: str = "",
) -> str:
    return render_template(
        "duplicates/one.html",
        alarm=alarm_view(deps().duplicates.get(guard.token(), alarm_id), stands),
        verdicts=VERDICTS,
        typed=typed,
        errors=errors,
        notice=notice,
    )
