"""The page that the link in an invitation opens: accepting or declining, signed in or with the code from the mail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.presenters.colleagues import received_views
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, open_page
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, TooManyRequests
from shared.ids import new_id

bp = Blueprint("invitations", __name__)

Page = str | Response | tuple[str, int]
LABELS = {"code": "邀请码", "display_name": "姓名", "phone": "电话", "password": "密码"}
NOT_FOUND = "没有找到这份邀请，或它是发给他人的。"
NOT_ALIKE = "两次输入的密码不一致。"


@bp.get("/invitations/<id:invitation_id>")
@open_page("the code from the mail proves the right")
def show(invitation_id: str) -> str:
    """Show the page on which an invitation is answered."""
    return _page(invitation_id)


@bp.post("/invitations/<id:invitation_id>")
@open_page("the code from the mail proves the right")
def answer(invitation_id: str) -> Page:
    """Accept or decline: with one's own account where somebody is signed in, else with the code."""
    typed = {name: request.form.get(name, "").strip() for name in ("code", "display_name", "phone")}
    typed["code"] = "".join(typed["code"].split())
    password = request.form.get("password", "")
    declines = request.form.get("act") == "decline"
    if not declines and typed["display_name"] and password != request.form.get("repeated", ""):
        return _page(invitation_id, (ErrorLink("repeated", NOT_ALIKE),), typed), 422
    try:
        done = _declined(invitation_id, typed["code"]) if declines else _accepted(invitation_id, typed, password)
    except (Invalid, TooManyRequests) as error:
        return _page(invitation_id, messages_of(error, LABELS, "code"), typed), 422
    except NotFound:
        return _page(invitation_id, (ErrorLink("code", NOT_FOUND),), typed), 404
    except (Conflict, NotAllowed) as error:
        return _page(invitation_id, notice=error.message), 409
    endpoint = "sign_in.show" if guard.find_account() is None else "account.show"
    return redirect(url_for(endpoint, done=done), 303)


def _accepted(invitation_id: str, typed: Mapping[str, str], password: str) -> str:
    if guard.find_account() is not None:
        deps().colleagues.accept(guard.token(), request.form.get("key", ""), invitation_id, typed["code"])
        return "accepted"
    body = {name: value for name, value in typed.items() if value or name == "code"}
    deps().colleagues.enrol(invitation_id, body | {"password": password}, guard.address())
    return "enrolled"


def _declined(invitation_id: str, code: str) -> str:
    if guard.find_account() is not None and not code:
        deps().colleagues.decline(guard.token(), request.form.get("key", ""), invitation_id)
    else:
        deps().colleagues.decline_by_code(invitation_id, code, guard.address())
    return "declined"


def _page(
    invitation_id: str,
    errors: Sequence[ErrorLink] = (),
    typed: Mapping[str, str] | None = None,
    notice: str = "",
) -> str:
    found = None
    if guard.find_account() is not None:
        mine = received_views(deps().colleagues.received(guard.token()))
        found = next((each for each in mine if each.id == invitation_id), None)
    return render_template(
        "people/answer.html",
        id=invitation_id,
        found=found,
        errors=errors,
        typed=typed or {},
        notice=notice,
        new_key=new_id,
    )
