"""The pages of a sign-in: password, second factor, choice of a grant."""

from __future__ import annotations

from flask import Blueprint, Response, request

from services.identity.errors import NothingInForce, TooManyAttempts, WrongCredentials, WrongFactor
from services.identity.model.grants import in_force
from services.identity.operations.signing_in import Stage, choose_grant, enter, leave
from services.identity.operations.signing_in import show_factor as check_factor
from services.identity.presenters import grant_choices
from services.identity.routes import browser
from services.identity.routes.pages import Fault, guarded, page, wait_message
from services.identity.routes.request import deps
from shared.clock import local_date
from shared.errors import Malformed
from shared.web.auth import public

LONGEST_FIELD = 256

bp = guarded(Blueprint("sign_in", __name__))
people = public("whoever signs in has no token yet; the pages have a guard of their own")


@bp.get("/sign-in")
@people
def show() -> Response:
    """Ask for user name and password."""
    return page("sign_in.html", username="", faults=())


@bp.post("/sign-in")
@people
def enter_here() -> Response:
    """Take user name and password."""
    username, password = field("username").strip(), field("password")
    before = browser.here_or_none()
    try:
        found = enter(deps(), browser.new_device(), username, password)
    except WrongCredentials as error:
        return page("sign_in.html", 401, username=username, faults=(Fault("username", error.message),))
    except TooManyAttempts as error:
        faults = (Fault("username", wait_message(error)),)
        return page("sign_in.html", 429, error.retry_after, username=username, faults=faults)
    if before is not None:
        leave(deps(), before.sign_in)
    browser.use(found)
    return browser.go(browser.onward(found))


@bp.get("/sign-in/factor")
@people
def show_factor() -> Response:
    """Ask for the second factor."""
    browser.here(Stage.FACTOR)
    return page("factor.html", faults=())


@bp.post("/sign-in/factor")
@people
def enter_factor() -> Response:
    """Take the second factor."""
    here = browser.here(Stage.FACTOR)
    try:
        found = check_factor(deps(), browser.new_device(), here, field("code"))
    except WrongFactor as error:
        return page("factor.html", 401, faults=(Fault("code", error.message),))
    except TooManyAttempts as error:
        return page("factor.html", 429, error.retry_after, faults=(Fault("code", wait_message(error)),))
    browser.use(found)
    return browser.go(browser.onward(found))


@bp.get("/sign-in/grant")
@people
def show_grants() -> Response:
    """Ask in which of several roles the person acts."""
    here = browser.here(Stage.GRANT, Stage.COMPLETE)
    grants = in_force(here.account, local_date(deps().clock.now()))
    return page("grant.html", choices=grant_choices(grants, here.sign_in.grant_id, deps()))


@bp.post("/sign-in/grant")
@people
def enter_grant() -> Response:
    """Act in this role from now on."""
    here = browser.here(Stage.GRANT, Stage.COMPLETE)
    try:
        found = choose_grant(deps(), browser.new_device(), here, field("grant"))
    except NothingInForce:
        raise browser.Elsewhere(browser.with_query("sign_in.show_nothing")) from None
    browser.use(found)
    return browser.go(browser.onward(found))


@bp.get("/sign-in/nothing-open")
@people
def show_nothing() -> Response:
    """Say that nothing is open to the person today."""
    here = browser.here(Stage.NOTHING_OPEN)
    return page("nothing_open.html", name=here.account.person.display_name)


@bp.post("/sign-out")
@people
def sign_out() -> Response:
    """Sign out here and from all clients."""
    here = browser.here_or_none()
    if here is not None:
        leave(deps(), here.sign_in)
    browser.use_cookie("")
    return browser.go(browser.site().portal_url)


def field(name: str) -> str:
    """Return a field of the form. Raises `Malformed` for one that comes twice or is far too long."""
    values = request.form.getlist(name)
    if len(values) > 1 or any(len(value) > LONGEST_FIELD for value in values):
        raise Malformed
    return values[0] if values else ""
