"""Pages of one's own account: a new password, and setting up or giving up the second factor.

They come up by themselves where a sign-in asks for them, and at any time from the portal.
"""

from __future__ import annotations

from flask import Blueprint, Response

from services.identity.errors import FactorExists, TooManyAttempts, WrongFactor
from services.identity.model.factors import RECOVERY_CODES
from services.identity.operations import factors, signing_in
from services.identity.operations.passwords import change_forced_password, change_password_here
from services.identity.operations.signing_in import Here, Stage
from services.identity.presenters import qr_picture
from services.identity.routes import browser
from services.identity.routes.pages import Fault, faults_of, guarded, page, wait_message
from services.identity.routes.request import deps
from services.identity.routes.sign_in import field, people
from shared.errors import Invalid

bp = guarded(Blueprint("account_pages", __name__))

_ANCHORS = {"current_password": "current", "new_password": "password"}


@bp.get("/account/password")
@people
def show_password() -> Response:
    """Ask for a new password."""
    return _password_page(browser.here(Stage.PASSWORD_CHANGE, Stage.COMPLETE))


@bp.post("/account/password")
@people
def change_password() -> Response:
    """Take a new password; every other sign-in of the account is over then."""
    here = browser.here(Stage.PASSWORD_CHANGE, Stage.COMPLETE)
    if field("password") != field("repeated"):
        return _password_page(here, 422, Fault("repeated", "两次输入的密码不一致。"))
    try:
        if here.stage is Stage.PASSWORD_CHANGE:
            account = change_forced_password(deps(), here.account, field("password"))
        else:
            current = field("current")
            account = change_password_here(deps(), browser.visitor(), here.account, current, field("password"))
    except Invalid as error:
        return _password_page(here, 422, *faults_of(error, _ANCHORS, "password"))
    except TooManyAttempts as error:
        return _password_page(here, 429, Fault("current", wait_message(error)), retry_after=error.retry_after)
    found = signing_in.proved_again(deps(), browser.new_device(), here, account)
    browser.use(found)
    return browser.go(browser.onward(found))


@bp.get("/account/factor")
@people
def show_factor() -> Response:
    """Show the second factor: in force, being set up, or none."""
    return _factor_page(browser.here(Stage.ENROLMENT, Stage.COMPLETE))


@bp.post("/account/factor/start")
@people
def start_factor() -> Response:
    """Make a secret for a new second factor."""
    here = browser.here(Stage.ENROLMENT, Stage.COMPLETE)
    try:
        factors.begin_enrolment(deps(), here.account)
    except FactorExists as error:
        return _factor_page(here, 409, Fault("code", error.message))
    return browser.go(browser.with_query("account_pages.show_factor"))


@bp.post("/account/factor")
@people
def confirm_factor() -> Response:
    """Take the first code of a new second factor; show the recovery codes, this once."""
    here = browser.here(Stage.ENROLMENT, Stage.COMPLETE)
    try:
        found, codes = signing_in.enrol(deps(), browser.new_device(), here, field("code"))
    except WrongFactor as error:
        return _factor_page(here, 401, Fault("code", error.message))
    except TooManyAttempts as error:
        return _factor_page(here, 429, Fault("code", wait_message(error)), retry_after=error.retry_after)
    browser.use(found)
    return page("recovery_codes.html", codes=codes, onward=browser.onward(found))


@bp.post("/account/factor/removal")
@people
def remove_factor() -> Response:
    """Give the second factor up, with a last code of it."""
    here = browser.here(Stage.COMPLETE)
    try:
        signing_in.give_factor_up(deps(), browser.new_device(), here, field("code"))
    except WrongFactor as error:
        return _factor_page(here, 401, Fault("code", error.message))
    except TooManyAttempts as error:
        return _factor_page(here, 429, Fault("code", wait_message(error)), retry_after=error.retry_after)
    return browser.go(browser.with_query("account_pages.show_factor"))


def _password_page(here: Here, status: int = 200, *faults: Fault, retry_after: int | None = None) -> Response:
    is_forced = here.stage is Stage.PASSWORD_CHANGE
    policy = deps().policy
    return page("password.html", status, retry_after, is_forced=is_forced, policy=policy, faults=faults)


def _factor_page(here: Here, status: int = 200, *faults: Fault, retry_after: int | None = None) -> Response:
    enrolment = factors.pending_enrolment(deps(), here.account)
    active = factors.active_factor(deps(), here.account.id)
    return page(
        "enrolment.html",
        status,
        retry_after,
        is_forced=here.stage is Stage.ENROLMENT,
        is_needed=factors.must_have_factor(deps(), here.account),
        active=active,
        codes_left=len(active.recovery) if active else 0,
        codes_given=RECOVERY_CODES,
        enrolment=enrolment,
        picture=qr_picture(enrolment.address) if enrolment else "",
        faults=faults,
    )
