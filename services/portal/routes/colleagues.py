"""The people of a unit, sharing and handing over, and the page that the link in an invitation opens."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import EVERYBODY, PEOPLE_OF_UNITS
from services.portal.presenters.people import INVITATIONS, Fault, faults, moment
from services.portal.routes import guard
from services.portal.routes.guard import deps, open_page, posted_version, signed_in
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion, TooManyRequests
from shared.ids import new_id

bp = Blueprint("colleagues", __name__)

Page = str | Response | tuple[str, int]
MEANWHILE = "内容刚被他人更改，请核对下方最新内容后重试。"


@bp.get("/colleagues")
@signed_in(PEOPLE_OF_UNITS)
def show() -> str:
    """Show who acts for one's unit, and who is asked to."""
    return _page()


@bp.post("/colleagues/invitations")
@signed_in(PEOPLE_OF_UNITS)
def invite() -> Page:
    """Ask a person by mail to act for one's unit."""
    body = {name: request.form.get(name, "").strip() for name in ("email", "display_name")}
    return _create("/invitations", body, "invited", "invite-")


@bp.post("/colleagues/transfer")
@signed_in(PEOPLE_OF_UNITS)
def transfer() -> Page:
    """Offer the principal's place to a colleague, or to somebody by mail."""
    to = request.form.get("account_id", "")
    body: dict[str, object] = {"stays": request.form.get("stays") == "yes"}
    if to:
        body |= {"account_id": to}
    else:
        body |= {name: request.form.get(name, "").strip() for name in ("email", "display_name")}
    return _create("/transfers", body, "offered", "transfer-")


@bp.post("/colleagues/<id:account_id>/end")
@signed_in(PEOPLE_OF_UNITS)
def end(account_id: str) -> Page:
    """End a colleague's right."""
    return _change(f"/colleagues/{account_id}/end", "grant_ended")


@bp.post("/colleagues/invitations/<id:invitation_id>/withdrawal")
@signed_in(PEOPLE_OF_UNITS)
def withdraw(invitation_id: str) -> Page:
    """Take an invitation back."""
    return _change(f"/invitations/{invitation_id}/withdrawal", "taken_back")


@bp.get("/invitations/<id:invitation_id>")
@open_page("the code from the mail proves the right")
def answer(invitation_id: str) -> str:
    """Show the page on which an invitation is answered."""
    return _answer_page(invitation_id)


@bp.post("/invitations/<id:invitation_id>")
@open_page("the code from the mail proves the right")
def send_answer(invitation_id: str) -> Page:
    """Accept or decline: with one's own account where somebody is signed in, else with the code."""
    form = {name: request.form.get(name, "").strip() for name in ("code", "display_name", "phone")}
    declines = request.form.get("act") == "decline"
    try:
        done = _declined(invitation_id, form) if declines else _accepted(invitation_id, form)
    except Invalid as error:
        return _answer_page(invitation_id, faults(error.problems), form), 422
    except NotFound:
        return _answer_page(invitation_id, (Fault("code", "没有找到这份邀请，或它是发给他人的。"),), form), 404
    except (Conflict, NotAllowed, TooManyRequests) as error:
        return _answer_page(invitation_id, (Fault("code", error.message),), form), 409
    if guard.find_account() is None:
        return redirect(url_for("sign_in.show", done=done), 303)
    return redirect(url_for("account.show", done=done), 303)


def _accepted(invitation_id: str, form: dict[str, str]) -> str:
    if guard.find_account() is not None:
        body = {"code": form["code"]} if form["code"] else {}
        deps().people.create(f"/me/invitations/{invitation_id}/acceptance", guard.token(), body, request.form["key"])
        return "accepted"
    body = {name: value for name, value in form.items() if value or name == "code"}
    body["password"] = request.form.get("password", "")
    deps().people.create(f"/invitations/{invitation_id}/enrolment", "", body, "", guard.address())
    return "activated"


def _declined(invitation_id: str, form: dict[str, str]) -> str:
    if guard.find_account() is not None and not form["code"]:
        deps().people.create(f"/me/invitations/{invitation_id}/declining", guard.token(), {}, request.form["key"])
    else:
        body = {"code": form["code"]}
        deps().people.create(f"/invitations/{invitation_id}/declining", "", body, "", guard.address())
    return "declined"


def _create(url: str, body: object, done: str, prefix: str) -> Page:
    try:
        deps().people.create(url, guard.token(), body, request.form.get("key", ""))
    except Invalid as error:
        return _page(faults(error.problems, prefix), prefix), 422
    except (Conflict, NotAllowed, TooManyRequests) as error:
        return _page(notice=error.message), 409
    return redirect(url_for("colleagues.show", done=done), 303)


def _change(url: str, done: str) -> Page:
    try:
        deps().people.change(url, guard.token(), {}, posted_version(), request.form.get("key", ""))
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    except StaleVersion:
        return _page(notice=MEANWHILE), 412
    return redirect(url_for("colleagues.show", done=done), 303)


def _page(errors: Sequence[Fault] = (), prefix: str = "", notice: str = "") -> str:
    people = deps().people.read("/colleagues", guard.token())
    received = deps().people.read("/me/invitations", guard.token())["items"]
    return render_template(
        "people/colleagues.html",
        people=people,
        received=received,
        kinds=INVITATIONS,
        errors=errors,
        typed=request.form,
        prefix=prefix,
        notice=notice,
        moment=moment,
        new_key=new_id,
    )


def _answer_page(invitation_id: str, errors: Sequence[Fault] = (), typed: object = None) -> str:
    account = guard.find_account()
    found = None
    if account is not None and account.role in EVERYBODY:
        items = deps().people.read("/me/invitations", guard.token())["items"]
        found = next((each for each in items if each["id"] == invitation_id), None)
    return render_template(
        "people/answer.html",
        id=invitation_id,
        found=found,
        kinds=INVITATIONS,
        errors=errors,
        typed=typed or {},
        moment=moment,
        new_key=new_id,
    )
