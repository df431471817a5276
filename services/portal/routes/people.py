"""Keeping accounts: who holds an office below one's own, appointing, confirming as a second person, extending, ending."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.people import AccountAct, GrantAct, HolderAnswer, OpenedAnswer
from services.portal.policy import APPOINTERS
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.offices import holder_views, offered
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from shared.ids import new_id

bp = Blueprint("people", __name__, url_prefix="/people")

Page = str | Response | tuple[str, int]
MEANWHILE = "此账户刚被他人更改，请核对下方最新内容后重试。"
NEW, MORE = "new-", "more-"
"""What the ids of the controls begin with: of the form for a new account, and for a person who has one."""

LABELS = {
    "username": "用户名",
    "display_name": "姓名",
    "email": "邮箱",
    "phone": "电话",
    "role": "角色",
    "division": "行政区划",
    "valid_from": "起始日期",
    "valid_to": "截止日期",
}
STEP_LABELS = {"reason": "原因", "valid_to": "新的截止日期"}
GRANT_ACTS: Mapping[str, str] = {
    "confirm": "confirmed",
    "refuse": "refused",
    "withdraw": "taken_back",
    "extend": "extended",
    "end": "grant_ended",
}
ACCOUNT_ACTS: Mapping[str, str] = {
    "reset_password": "mailed",
    "reset_factor": "factor_reset",
    "end_sign_ins": "sign_ins_ended",
    "disable": "disabled",
    "enable": "enabled",
}
"""What is told after each step."""


@bp.get("")
@signed_in(APPOINTERS)
def show() -> str:
    """Show who holds an office below one's own."""
    return _page()


@bp.post("")
@signed_in(APPOINTERS)
def create() -> Page:
    """Open an account with its first appointment, or appoint a person who has one."""
    typed = {name: request.form.get(name, "").strip() for name in LABELS}
    is_new = request.form.get("act") == "new"
    prefix = NEW if is_new else MORE
    body: dict[str, object] = {name: typed[name] or None for name in ("role", "division", "valid_from", "valid_to")}
    body["username"] = typed["username"]
    key = request.form.get("key", "")
    try:
        if is_new:
            body["display_name"] = typed["display_name"]
            body |= {name: typed[name] for name in ("email", "phone") if typed[name]}
            return _opened(deps().offices.open(guard.token(), key, body))
        made = deps().offices.appoint(guard.token(), key, body)
    except Invalid as error:
        return _page(messages_of(error, LABELS, "username", prefix), typed, prefix), 422
    except (Conflict, NotAllowed) as error:
        return _page(messages_of(error, LABELS, "username", prefix), typed, prefix), 409
    waits = any(grant["state"] == "proposed" for grant in made["grants"])
    return redirect(url_for("people.show", done="nominated" if waits else "appointed"), 303)


@bp.post("/<id:account_id>/grants/<id:grant_id>")
@signed_in(APPOINTERS)
def act_on_grant(account_id: str, grant_id: str) -> Page:
    """Take a step with a grant."""
    act = request.form.get("act", "")
    if act not in GRANT_ACTS:
        raise NotFound
    typed = {name: request.form.get(name, "").strip() for name in STEP_LABELS}
    body: dict[str, object] = {}
    if act == "extend":
        body["valid_to"] = typed["valid_to"] or None
    elif act in ("refuse", "end"):
        body["reason"] = typed["reason"]
    key, version = request.form.get("key", ""), posted_version()
    try:
        deps().offices.act_on_grant(guard.token(), key, account_id, grant_id, version, cast(GrantAct, act), body)
    except Invalid as error:
        prefix = f"{act}-{grant_id}-"
        return _page(messages_of(error, STEP_LABELS, next(iter(body), "reason"), prefix), typed, prefix), 422
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    except StaleVersion:
        return _page(notice=MEANWHILE), 412
    return redirect(url_for("people.show", done=GRANT_ACTS[act]), 303)


@bp.post("/<id:account_id>")
@signed_in(APPOINTERS)
def act_on_account(account_id: str) -> Page:
    """Stop or open an account, end its sign-ins, or give it a new first password."""
    act = request.form.get("act", "")
    if act not in ACCOUNT_ACTS:
        raise NotFound
    key, version = request.form.get("key", ""), posted_version()
    try:
        made = deps().offices.act_on_account(guard.token(), key, account_id, version, cast(AccountAct, act))
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    except StaleVersion:
        return _page(notice=MEANWHILE), 412
    if act == "reset_password":
        return _opened(cast(OpenedAnswer, made))
    return redirect(url_for("people.show", done=ACCOUNT_ACTS[act]), 303)


def _opened(made: OpenedAnswer) -> Page:
    """Show the first password this once; one that was shown before is never shown again."""
    if made["first_password"]:
        return render_template("people/password.html", account=made, password=made["first_password"])
    waits = any(grant["state"] == "proposed" for grant in made["grants"])
    told = ("nominated" if waits else "mailed") if made["is_mailed"] else "shown_once"
    return redirect(url_for("people.show", done=told), 303)


def _page(
    errors: Sequence[ErrorLink] = (), typed: Mapping[str, str] | None = None, prefix: str = "", notice: str = ""
) -> str:
    account = guard.account()
    is_waiting = bool(request.args.get("waiting"))
    holders: list[HolderAnswer]
    holders, next_cursor = deps().offices.list(guard.token(), request.args.get("cursor", ""), is_waiting=is_waiting)
    return render_template(
        "people/list.html",
        holders=holder_views(holders, deps().divisions.name_of),
        next_cursor=next_cursor,
        is_waiting=is_waiting,
        offered=offered(account.role, account.division, deps().divisions.below),
        errors=errors,
        typed=typed or {},
        prefix=prefix,
        notice=notice,
        new_key=new_id,
    )
