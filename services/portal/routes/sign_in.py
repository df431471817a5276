"""Sign-in, sign-out, and the change of a first password."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.operations import visits
from services.portal.policy import EVERYBODY
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, open_page, signed_in
from shared.errors import Invalid, NotAuthenticated, TongbaoError, TooManyRequests

bp = Blueprint("sign_in", __name__)

WRONG = "用户名或密码不正确，或账号暂时锁定。"


@bp.get("/sign-in")
@open_page("this is where people sign in")
def show() -> str | Response:
    """Show the sign-in form."""
    if guard.find_account() is not None:
        return redirect(url_for("home.show"))
    return render_template("sign_in.html", username="", after=_after(request.args.get("next", "")), errors=())


@bp.post("/sign-in")
@open_page("this is where people sign in")
def enter() -> tuple[str, int] | Response:
    """Sign in."""
    username, after = request.form.get("username", "").strip(), _after(request.form.get("next", ""))
    try:
        password = request.form.get("password", "")
        visit = visits.sign_in(deps(), guard.session(), username, password, guard.address())
    except (NotAuthenticated, Invalid):
        return _again(username, after, WRONG), 401
    except TooManyRequests as error:
        return _again(username, after, error.message), 429
    guard.use(visit)
    if visit.session.account is None:
        return redirect(url_for("sign_in.first_password"), 303)
    return redirect(after or url_for("home.show"), 303)


@bp.post("/sign-out")
@signed_in(EVERYBODY)
def leave() -> Response:
    """Sign out."""
    visits.sign_out(deps(), guard.session())
    guard.forget()
    return redirect(url_for("sign_in.show", done="signed_out"), 303)


@bp.get("/password/first")
@open_page("whoever has signed in with a first password is not signed in until it is changed")
def first_password() -> str:
    """Show the form for the change of a first password."""
    return render_template("first_password.html", errors=())


@bp.post("/password/first")
@open_page("whoever has signed in with a first password is not signed in until it is changed")
def set_first_password() -> tuple[str, int] | Response:
    """Change a first password."""
    password = request.form.get("password", "")
    if password != request.form.get("repeated", ""):
        return _password_again(("repeated", "两次输入的密码不一致。")), 422
    try:
        visits.set_first_password(deps(), guard.session(), password, guard.address())
    except Invalid as error:
        messages = [("password", problem.message) for problem in error.problems] or [("password", error.message)]
        return _password_again(*messages), 422
    return redirect(url_for("sign_in.show", done="password"), 303)


def _again(username: str, after: str, message: str) -> str:
    return render_template("sign_in.html", username=username, after=after, errors=(ErrorLink("username", message),))


def _password_again(*messages: tuple[str, str]) -> str:
    return render_template("first_password.html", errors=tuple(ErrorLink(*message) for message in messages))


def _after(path: str) -> str:
    """Return the page to go to after the sign-in: one of ours, or none."""
    is_ours = path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
    return path if is_ours else ""


def messages_of(error: TongbaoError, labels: Mapping[str, str], fallback: str) -> tuple[ErrorLink, ...]:
    """Return an error's problems as links to the controls of a small form, `labels` by their ids.

    A message that doesn't name its field gets the label; what fits no control goes to `fallback`.
    """
    links = []
    for problem in error.problems:
        name = problem.pointer.strip("/").split("/")[0]
        label = labels.get(name, "")
        message = problem.message if label in problem.message else f"{label}：{problem.message}"
        links.append(ErrorLink(name if label else fallback, message))
    return tuple(links) or (ErrorLink(fallback, error.message),)
