"""The people of a unit: sharing, handing over, ending a right."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import PEOPLE_OF_UNITS
from services.portal.presenters.colleagues import invitation_views, received_views
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from shared.identity.actor import ROLE_LABELS, UNIT_ROLES, Role
from shared.ids import new_id

bp = Blueprint("colleagues", __name__, url_prefix="/colleagues")

Page = str | Response | tuple[str, int]
MEANWHILE = "内容刚被他人更改，请核对下方最新内容后重试。"
GONE = "此人或此邀请已不在列表中，请核对下方最新内容。"
INVITE, TRANSFER, ROLE = "invite-", "transfer-", "unit-"
"""What the ids of the controls of the forms begin with."""

ROLE_LABEL = {"role": "单位类型"}

INVITE_LABELS = {"display_name": "姓名", "email": "邮箱"}
TRANSFER_LABELS = {"account_id": "移交给", **INVITE_LABELS}


@bp.get("")
@signed_in(PEOPLE_OF_UNITS)
def show() -> str:
    """Show who acts for one's unit, and who is asked to."""
    return _page()


@bp.post("/invitations")
@signed_in(PEOPLE_OF_UNITS)
def invite() -> Page:
    """Ask a person by mail to act for one's unit."""
    typed = {name: request.form.get(name, "").strip() for name in INVITE_LABELS}
    return _asked(deps().colleagues.invite, typed, typed, INVITE_LABELS, "invited", INVITE)


@bp.post("/roles")
@signed_in(PEOPLE_OF_UNITS)
def add_role() -> Page:
    """Let one's unit be something more."""
    typed = {"role": request.form.get("role", "")}
    if not typed["role"]:
        return _page((ErrorLink(f"{ROLE}role", "请选择要增加的单位类型。"),), typed, ROLE), 422
    return _asked(deps().colleagues.add_role, typed, typed, ROLE_LABEL, "role_added", ROLE)


@bp.post("/transfer")
@signed_in(PEOPLE_OF_UNITS)
def transfer() -> Page:
    """Offer the principal's place to a colleague, or to somebody by mail."""
    typed = {name: request.form.get(name, "").strip() for name in (*TRANSFER_LABELS, "stays")}
    body: dict[str, object] = {"stays": typed["stays"] == "yes"}
    names = ("account_id",) if typed["account_id"] else tuple(INVITE_LABELS)
    body |= {name: typed[name] for name in names}
    return _asked(deps().colleagues.offer, body, typed, TRANSFER_LABELS, "offered", TRANSFER)


@bp.post("/<id:account_id>/end")
@signed_in(PEOPLE_OF_UNITS)
def end(account_id: str) -> Page:
    """End a colleague's right."""
    return _step(deps().colleagues.end, account_id, "grant_ended")


@bp.post("/invitations/<id:invitation_id>/withdrawal")
@signed_in(PEOPLE_OF_UNITS)
def withdraw(invitation_id: str) -> Page:
    """Take an invitation back."""
    return _step(deps().colleagues.take_back, invitation_id, "taken_back")


def _asked(
    ask: Callable[[str, str, Mapping[str, object]], None],
    body: Mapping[str, object],
    typed: Mapping[str, str],
    labels: Mapping[str, str],
    done: str,
    prefix: str,
) -> Page:
    try:
        ask(guard.token(), request.form.get("key", ""), body)
    except Invalid as error:
        return _page(messages_of(error, labels, "email", prefix), typed, prefix), 422
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    except NotFound:
        return _page(notice=GONE), 404
    return redirect(url_for("colleagues.show", done=done), 303)


def _step(take: Callable[[str, str, str, int], None], identifier: str, done: str) -> Page:
    try:
        take(guard.token(), request.form.get("key", ""), identifier, posted_version())
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    except NotFound:
        return _page(notice=GONE), 404
    except StaleVersion:
        return _page(notice=MEANWHILE), 412
    return redirect(url_for("colleagues.show", done=done), 303)


def _page(
    errors: Sequence[ErrorLink] = (), typed: Mapping[str, str] | None = None, prefix: str = "", notice: str = ""
) -> str:
    people = deps().colleagues.people(guard.token())
    return render_template(
        "people/colleagues.html",
        people=people,
        invitations=invitation_views(people["invitations"]),
        kinds=[(role.value, ROLE_LABELS[role]) for role in Role if role in UNIT_ROLES],
        received=received_views(deps().colleagues.received(guard.token())),
        errors=errors,
        typed=typed or {},
        prefix=prefix,
        notice=notice,
        new_key=new_id,
    )
