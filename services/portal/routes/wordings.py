"""The ministry's templates of notices and mails."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.notification import WordingAnswer
from services.portal.policy import WRITERS_OF_TEMPLATES
from services.portal.presenters.wordings import Fault, faults, groups, posted_wording, template_view
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from shared.errors import Conflict, Invalid, StaleVersion

bp = Blueprint("wordings", __name__, url_prefix="/templates")

MEANWHILE = "此模板刚被他人修改。您填写的内容仍在下方；请对照最新版本后重新保存。"

Page = str | Response | tuple[str, int]


@bp.get("")
@signed_in(WRITERS_OF_TEMPLATES)
def show_all() -> str:
    """Show the templates of all occasions."""
    return render_template("wordings/list.html", groups=groups(deps().notifications.templates(guard.token())))


@bp.get("/<occasion:key>")
@signed_in(WRITERS_OF_TEMPLATES)
def show(key: str) -> str:
    """Show a template with its preview and its versions."""
    return _page(key)


@bp.post("/<occasion:key>")
@signed_in(WRITERS_OF_TEMPLATES)
def save(key: str) -> Page:
    """Show what a wording would look like, or keep it as the draft."""
    typed = posted_wording(request.form)
    if request.form.get("act") == "preview":
        return _page(key, typed)
    try:
        deps().notifications.edit(guard.token(), key, posted_version(), typed)
    except Invalid as error:
        return _page(key, typed, faults(error.problems)), 422
    except StaleVersion:
        return _page(key, typed, notice=MEANWHILE), 412
    return redirect(url_for("wordings.show", key=key, done="drafted"), 303)


@bp.post("/<occasion:key>/publication")
@signed_in(WRITERS_OF_TEMPLATES)
def publish(key: str) -> Page:
    """Make the draft the wording in use."""
    return _step(key, "published")


@bp.post("/<occasion:key>/discarding")
@signed_in(WRITERS_OF_TEMPLATES)
def discard(key: str) -> Page:
    """Drop the draft."""
    return _step(key, "discarded")


@bp.post("/<occasion:key>/return/<int:no>")
@signed_in(WRITERS_OF_TEMPLATES)
def return_to(key: str, no: int) -> Page:
    """Make an earlier wording the one in use again."""
    return _step(key, "returned_to", no)


def _step(key: str, done: str, no: int = 0) -> Page:
    token, version, reason = guard.token(), posted_version(), request.form.get("reason", "").strip()
    notifications = deps().notifications
    try:
        if done == "published":
            notifications.publish(token, key, version, reason)
        elif done == "discarded":
            notifications.discard(token, key, version)
        else:
            notifications.return_to(token, key, version, no, reason)
    except Invalid as error:
        return _page(key, found=faults(error.problems)), 422
    except StaleVersion:
        return _page(key, notice=MEANWHILE), 412
    except Conflict as error:
        return _page(key, notice=error.message), 409
    return redirect(url_for("wordings.show", key=key, done=done), 303)


def _page(key: str, typed: WordingAnswer | None = None, found: tuple[Fault, ...] = (), notice: str = "") -> str:
    token = guard.token()
    view = template_view(deps().notifications.template(token, key), typed)
    preview = None
    if not found:
        try:
            preview = deps().notifications.preview(token, key, view.wording)
        except Invalid as error:
            found = faults(error.problems)
    return render_template("wordings/edit.html", view=view, preview=preview, errors=found, notice=notice)
