"""Deliveries of statistics to the bureau and the sharing database: list, preview, sign off, send."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from services.portal.model.deliveries import DELIVERY_TONES, RECEIVERS
from services.portal.policy import PREPARERS, READERS_OF_DELIVERIES, SIGNERS
from services.portal.presenters.deliveries import delivery_view, row_view
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.filing_versions import passed_on
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid, NotAllowed, StaleVersion
from shared.ids import new_id

bp = Blueprint("deliveries", __name__, url_prefix="/deliveries")

Page = str | Answer | tuple[str, int]
ONE = "/<id:delivery_id>"
STATES = {
    "prepared": "待签发",
    "held": "已签发，未到期",
    "queued": "已签发，等待发送",
    "going": "已送出，待回执",
    "accepted": "对方已接收",
    "refused": "对方拒收",
    "unanswered": "超时未回执",
    "declined": "不予签发",
    "superseded": "已被更正版替代",
}
NOT_SURE = "请确认已核对数据、控制合计和到期日。"
NO_REASON = "请填写不予签发的理由。"


@bp.get("")
@signed_in(READERS_OF_DELIVERIES)
def show() -> str:
    """Show the deliveries, those that wait for a signature at a click."""
    receiver, state = request.args.get("receiver", ""), request.args.get("state", "")
    receiver = receiver if receiver in RECEIVERS else ""
    state = state if state in DELIVERY_TONES else ""
    rows, following = deps().deliveries.page(guard.token(), receiver, state, request.args.get("cursor", ""))
    return render_template(
        "exchange/deliveries.html",
        rows=[row_view(row) for row in rows],
        next_cursor=following,
        receiver=receiver,
        state=state,
        receivers=RECEIVERS,
        states=STATES,
    )


@bp.get(ONE)
@signed_in(READERS_OF_DELIVERIES)
def read(delivery_id: str) -> str:
    """Show where a delivery stands, what is in it, and how its day was found."""
    return _one(delivery_id)


@bp.get(f"{ONE}/package")
@signed_in(READERS_OF_DELIVERIES)
def package(delivery_id: str) -> Response:
    """Give the package as it leaves."""
    return passed_on(deps().deliveries.package(guard.token(), delivery_id))


@bp.post(f"{ONE}/signature")
@signed_in(SIGNERS)
def sign_off(delivery_id: str) -> Page:
    """Sign a delivery off."""
    if request.form.get("sure") != "yes":
        return _one(delivery_id, [ErrorLink("sure", NOT_SURE)]), 422
    return _acted(delivery_id, "signature", "delivery_signed")


@bp.post(f"{ONE}/refusal")
@signed_in(SIGNERS)
def decline(delivery_id: str) -> Page:
    """Decline to sign, or take the signature back."""
    reason = request.form.get("reason", "").strip()
    if not reason:
        return _one(delivery_id, [ErrorLink("reason", NO_REASON)]), 422
    return _acted(delivery_id, "refusal", "delivery_declined", {"reason": reason})


@bp.post(f"{ONE}/sending")
@signed_in(PREPARERS)
def send(delivery_id: str) -> Page:
    """Send by hand what was signed off; before its day it is refused with the day."""
    return _acted(delivery_id, "sending", "delivery_sent")


@bp.post(f"{ONE}/preparation")
@signed_in(PREPARERS)
def prepare(delivery_id: str) -> Page:
    """Prepare the set of a delivery once more for the same receiver."""
    before = deps().deliveries.get(guard.token(), delivery_id)
    try:
        made = deps().deliveries.prepare(
            guard.token(), request.form.get("key", ""), before["set_id"], before["receiver"]
        )
    except Conflict as error:
        return _one(delivery_id, notice=error.message), 409
    return redirect(url_for("deliveries.read", delivery_id=made["id"], done="delivery_prepared"), 303)


def _acted(delivery_id: str, act: str, done: str, body: dict[str, object] | None = None) -> Page:
    try:
        deps().deliveries.act(guard.token(), delivery_id, act, posted_version(), body)
    except StaleVersion as error:
        return _one(delivery_id, notice=error.message), 412
    except NotAllowed as error:
        return _one(delivery_id, notice=f"{error.message}准备人不能签发自己准备的资料。"), 403
    except Conflict as error:
        return _one(delivery_id, notice=error.message), 409
    except Invalid as error:
        return _one(delivery_id, messages_of(error, {"reason": "理由"}, "reason")), 422
    return redirect(url_for("deliveries.read", delivery_id=delivery_id, done=done), 303)


def _one(delivery_id: str, errors: Sequence[ErrorLink] = (), notice: str = "") -> str:
    answer = deps().deliveries.get(guard.token(), delivery_id)
    role = guard.account().role
    return render_template(
        "exchange/delivery.html",
        view=delivery_view(answer),
        package=deps().deliveries.preview(guard.token(), delivery_id),
        errors=errors,
        notice=notice,
        may_prepare=role in PREPARERS and answer["state"] in ("refused", "declined"),
        may_object=role in PREPARERS and answer["left_at"] is not None,
        typed=request.form,
        key=new_id(),
    )
