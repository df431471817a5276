"""Sign-in at the provider, and sign-out."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.operations import visits
from services.portal.policy import EVERYBODY
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, open_page, signed_in
from shared.errors import NotAuthenticated, TongbaoError

bp = Blueprint("sign_in", __name__)

LONGEST_ANSWER = 512
NOT_DONE = "登录未完成或已超时，请重新登录。"


@bp.get("/sign-in")
@open_page("this is where people sign in")
def show() -> str | Response:
    """Send people to the provider; after a sign-out, or where the sign-in was ended, say so first."""
    if guard.find_account() is not None:
        return redirect(url_for("home.show"))
    after = after_of(request.args.get("next", ""))
    if request.args.get("over"):
        return render_template("sign_in.html", fault=visits.SignInOver.message, after=after)
    if request.args.get("done"):
        return render_template("sign_in.html", fault="", after="")
    return _to_provider(after)


@bp.get("/sign-in/callback")
@open_page("the provider sends people back here")
def finish() -> tuple[str, int] | Response:
    """Take the provider's answer."""
    state, code, issuer = (request.args.get(name, "") for name in ("state", "code", "iss"))
    if not state or not code or max(len(state), len(code), len(issuer)) > LONGEST_ANSWER:
        return _not_done()
    try:
        visit, after = visits.finish_sign_in(deps(), guard.session(), state, code, issuer)
    except NotAuthenticated:
        return _not_done()
    guard.use(visit)
    return redirect(after or url_for("home.show"), 303)


@bp.post("/sign-out")
@signed_in(EVERYBODY)
def leave() -> Response:
    """Sign out here and at the provider."""
    onward = visits.sign_out(deps(), guard.session())
    guard.forget()
    return redirect(onward or url_for("sign_in.show", done="signed_out"), 303)


def _to_provider(after: str) -> Response:
    session, address = visits.begin_sign_in(deps(), guard.session(), after)
    guard.use(visits.Visit(session))
    return redirect(address, 303)


def _not_done() -> tuple[str, int] | Response:
    if guard.find_account() is not None:  # a page of before, asked for again by "back"
        return redirect(url_for("home.show"), 303)
    return render_template("sign_in.html", fault=NOT_DONE, after=""), 400


def after_of(path: str) -> str:
    """Return the page to go to after the sign-in: one of ours, or none."""
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours and len(path) <= LONGEST_ANSWER else ""


def messages_of(
    error: TongbaoError, labels: Mapping[str, str], fallback: str, prefix: str = ""
) -> tuple[ErrorLink, ...]:
    """Return an error's problems as links to the controls of a small form, `labels` by their names.

    A message that doesn't name its field gets the label; what fits no control goes to `fallback`. The ids of the
    controls are their names, after a `prefix` where a page has several forms.
    """
    links = []
    for problem in error.problems:
        name = problem.pointer.strip("/").split("/")[0]
        label = labels.get(name, "")
        message = problem.message if label in problem.message else f"{label}：{problem.message}"
        links.append(ErrorLink(prefix + (name if label else fallback), message))
    return tuple(links) or (ErrorLink(prefix + fallback, error.message),)
