"""Keeping accounts: who holds an office below one's own, appointing, confirming as a second person, extending, ending."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import APPOINTERS
from services.portal.presenters.people import GRANT_STATES, Fault, faults, roles_given
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from shared.errors import Conflict, Invalid, NotAllowed, StaleVersion
from shared.ids import new_id

bp = Blueprint("people", __name__, url_prefix="/people")

Page = str | Response | tuple[str, int]
MEANWHILE = "此账户刚被他人更改，请核对下方最新内容后重试。"
GRANT_ACTS = {
    "confirm": ("confirmation", "confirmed"),
    "refuse": ("refusal", "refused"),
    "withdraw": ("withdrawal", "taken_back"),
    "extend": ("extension", "extended"),
    "end": ("end", "grant_ended"),
}
ACCOUNT_ACTS = {"disable": ("disabling", "disabled"), "enable": ("enabling", "enabled")}


@bp.get("")
@signed_in(APPOINTERS)
def show() -> str:
    """Show who holds an office below one's own."""
    return _page()


@bp.post("")
@signed_in(APPOINTERS)
def create() -> Page:
    """Open an account with its first appointment, or appoint a person who has one."""
    form = {
        name: request.form.get(name, "").strip() for name in request.form if name not in ("csrf_token", "key", "act")
    }
    wanted = {name: form.get(name) or None for name in ("role", "division", "valid_from", "valid_to")}
    is_new = request.form.get("act") == "new"
    body: dict[str, object] = {**wanted, "username": form.get("username", "")}
    if is_new:
        body |= {"display_name": form.get("display_name", "")}
        body |= {name: form[name] for name in ("email", "phone") if form.get(name)}
    prefix = "new-" if is_new else "more-"
    try:
        url = "/accounts" if is_new else "/appointments"
        made = deps().people.create(url, guard.token(), body, request.form.get("key", ""))
    except Invalid as error:
        return _page(faults(error.problems, prefix), form, prefix), 422
    except (Conflict, NotAllowed) as error:
        return _page((Fault(f"{prefix}username", error.message),), form, prefix), 409
    if made.get("first_password"):
        return render_template("people/password.html", account=made, password=made["first_password"])
    waits = any(grant["state"] == "proposed" for grant in made["grants"])
    return redirect(url_for("people.show", done="proposed" if waits else "appointed"), 303)


@bp.post("/<id:account_id>/grants/<id:grant_id>")
@signed_in(APPOINTERS)
def act_on_grant(account_id: str, grant_id: str) -> Page:
    """Take a step with a grant."""
    act = request.form.get("act", "")
    if act not in GRANT_ACTS:
        return _page(notice="没有这项操作。"), 422
    path, done = GRANT_ACTS[act]
    bodies: dict[str, dict[str, object]] = {
        "extend": {"valid_to": request.form.get("valid_to") or None},
        "refuse": {"reason": request.form.get("reason", "").strip()},
        "end": {"reason": request.form.get("reason", "").strip()},
    }
    return _step(f"/accounts/{account_id}/grants/{grant_id}/{path}", bodies.get(act, {}), done, f"{act}-{grant_id}-")


@bp.post("/<id:account_id>")
@signed_in(APPOINTERS)
def act_on_account(account_id: str) -> Page:
    """Stop or open an account, or give it a new first password."""
    act = request.form.get("act", "")
    if act == "reset_password":
        return _reset(account_id)
    if act not in ACCOUNT_ACTS:
        return _page(notice="没有这项操作。"), 422
    path, done = ACCOUNT_ACTS[act]
    return _step(f"/accounts/{account_id}/{path}", {}, done, "")


def _reset(account_id: str) -> Page:
    url = f"/accounts/{account_id}/password-reset"
    try:
        made = deps().people.change(url, guard.token(), {}, posted_version(), request.form.get("key", ""))
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    except StaleVersion:
        return _page(notice=MEANWHILE), 412
    if made.get("first_password"):
        return render_template("people/password.html", account=made, password=made["first_password"])
    return redirect(url_for("people.show", done="mailed"), 303)


def _step(url: str, body: object, done: str, prefix: str) -> Page:
    try:
        deps().people.change(url, guard.token(), body, posted_version(), request.form.get("key", ""))
    except Invalid as error:
        return _page(faults(error.problems, prefix)), 422
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    except StaleVersion:
        return _page(notice=MEANWHILE), 412
    return redirect(url_for("people.show", done=done), 303)


def _page(errors: Sequence[Fault] = (), typed: object = None, prefix: str = "", notice: str = "") -> str:
    query: dict[str, str | int] = {"limit": 50, "cursor": request.args.get("cursor", "")}
    if request.args.get("waiting"):
        query["waiting"] = "true"
    found = deps().people.read("/accounts", guard.token(), query)
    role = guard.account().role
    return render_template(
        "people/list.html",
        accounts=found["items"],
        next_cursor=found["next_cursor"],
        waiting=bool(request.args.get("waiting")),
        roles=roles_given(role),
        states=GRANT_STATES,
        errors=errors,
        typed=typed or {},
        prefix=prefix,
        notice=notice,
        new_key=new_id,
    )
