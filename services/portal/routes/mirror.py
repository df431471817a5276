"""The mirror of the 名录库: how it stands, loading it, and looking a credit code up."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import DEPARTMENTS, LOADERS, LOOK_UP, READERS_OF_MIRROR
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.mirror import LookUpView, look_up_view, mirror_view
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.clock import local_date
from shared.codes import uscc
from shared.errors import Conflict, Invalid, StaleVersion, TooManyRequests
from shared.ids import new_id

bp = Blueprint("mirror", __name__, url_prefix="/directory")

Page = str | Response | tuple[str, int]
FIELDS = {"credit_code": "统一社会信用代码"}
NOT_A_CODE = "请填写营业执照上的 18 位统一社会信用代码，并核对校验位。"
TOO_OFTEN = "查询过于频繁，请 {seconds} 秒后再试。"


@bp.get("")
@signed_in(READERS_OF_MIRROR)
def show() -> str:
    """Show the mirror in numbers, what waits, what was put aside, and the load."""
    return _page()


@bp.post("/loads")
@signed_in(LOADERS)
def start() -> Page:
    """Begin to load all units."""
    try:
        deps().mirror.start_load(guard.token(), request.form.get("key", ""))
    except Conflict as error:
        return _page(error.message), 409
    return redirect(url_for("mirror.show", done="load_started"), 303)


@bp.post("/loads/<id:load_id>/stopping")
@signed_in(LOADERS)
def stop(load_id: str) -> Page:
    """Stop a load behind the page that is under way."""
    try:
        deps().mirror.stop_load(guard.token(), load_id, posted_version())
    except (Conflict, StaleVersion) as error:
        return _page(error.message), 409
    return redirect(url_for("mirror.show", done="load_stopped"), 303)


@bp.post("/loads/<id:load_id>/going-on")
@signed_in(LOADERS)
def go_on(load_id: str) -> Page:
    """Go on with a load that was stopped."""
    try:
        deps().mirror.go_on(guard.token(), load_id, posted_version())
    except (Conflict, StaleVersion) as error:
        return _page(error.message), 409
    return redirect(url_for("mirror.show", done="load_started"), 303)


@bp.get("/look-up")
@signed_in(LOOK_UP)
def ask() -> str:
    """Show where a credit code is typed in."""
    return _looked_up()


@bp.post("/look-up")
@signed_in(LOOK_UP)
def look_up() -> Page:
    """Look a credit code up; it stands in no address, and what was found in no history of the browser."""
    code = request.form.get("credit_code", "").strip()
    if uscc.faults(code):
        return _looked_up(code, faults=(ErrorLink("credit_code", NOT_A_CODE),)), 422
    try:
        answer = deps().mirror.look_up(guard.token(), request.form.get("key", ""), code)
    except Invalid as error:
        return _looked_up(code, faults=messages_of(error, FIELDS, "credit_code")), 422
    except TooManyRequests as error:
        text = TOO_OFTEN.format(seconds=error.retry_after)
        return _looked_up(code, faults=(ErrorLink("credit_code", text),)), 429
    if answer["state"] == "asked":
        return redirect(url_for("mirror.answer", inquiry_id=answer["inquiry_id"]), 303)
    return _looked_up(code, look_up_view(answer))


@bp.post("/checks/<id:registration_id>")
@signed_in(DEPARTMENTS)
def check(registration_id: str) -> Page:
    """Show what a registration says of its operator beside what the 名录库 has under the credit code."""
    form = deps().registrations.get(guard.token(), registration_id)["form"]
    try:
        answer = deps().mirror.look_up(guard.token(), new_id(), str(form.get("credit_code") or ""))
    except Invalid as error:
        return _looked_up(faults=messages_of(error, FIELDS, "credit_code")), 422
    except TooManyRequests as error:
        text = TOO_OFTEN.format(seconds=error.retry_after)
        return _looked_up(faults=(ErrorLink("credit_code", text),)), 429
    if answer["state"] == "asked":
        url = url_for("mirror.answer", inquiry_id=answer["inquiry_id"], registration=registration_id)
        return redirect(url, 303)
    return _looked_up(view=look_up_view(answer, form, local_date(deps().clock.now())), registration_id=registration_id)


@bp.get("/look-up/<id:inquiry_id>")
@signed_in(LOOK_UP)
def answer(inquiry_id: str) -> str:
    """Show what the 名录库 has answered to a look-up, beside the registration from which it was asked."""
    registration_id = request.args.get("registration", "")
    form = deps().registrations.get(guard.token(), registration_id)["form"] if registration_id else None
    found = deps().mirror.read_look_up(guard.token(), inquiry_id)
    view = look_up_view(found, form, local_date(deps().clock.now()))
    return _looked_up(view=view, registration_id=registration_id)


def _page(notice: str = "") -> str:
    view = mirror_view(
        deps().mirror.read(guard.token()), request.args.get("province", ""), local_date(deps().clock.now())
    )
    may_load = guard.account().role in LOADERS
    return render_template("exchange/mirror.html", view=view, notice=notice, may_load=may_load, key=new_id())


def _looked_up(
    code: str = "", view: LookUpView | None = None, faults: tuple[ErrorLink, ...] = (), registration_id: str = ""
) -> str:
    return render_template(
        "exchange/look_up.html", code=code, view=view, errors=faults, key=new_id(), registration_id=registration_id
    )
