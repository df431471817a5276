"""The addresses of the protocol."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import cast

from authlib.oauth2.rfc6749 import OAuth2Error
from flask import Blueprint, Response, jsonify, request

from services.identity.model.attempts import Kind, Subject
from services.identity.operations.accounts import own_account
from services.identity.operations.clients import find_enabled
from services.identity.operations.id_tokens import person_claims
from services.identity.operations.signing_in import Here, Stage, leave
from services.identity.policy import Permission
from services.identity.routes import browser
from services.identity.routes.oauth.provider import TOKEN_PATH, metadata, provider
from services.identity.routes.pages import guarded, page
from services.identity.routes.request import deps, visitor
from shared.errors import Malformed
from shared.web.auth import actor, needs, public
from shared.web.calls import reading_call

KEPT_SECONDS = 300

machines = Blueprint("oauth_machines", __name__)
bp = guarded(Blueprint("oauth", __name__))


@machines.get("/.well-known/openid-configuration")
@public("what the provider can do is for everybody")
def discover() -> Response:
    """Describe the provider (OpenID Connect Discovery 1.0)."""
    answer = jsonify(metadata(provider().issuer))
    answer.headers["Cache-Control"] = f"public, max-age={KEPT_SECONDS}"
    return answer


@machines.post(TOKEN_PATH)
@public("the client proves itself in the request")
def token() -> Response:
    """Give tokens for a code, a refresh token, or to a machine (RFC 6749, section 3.2)."""
    return _by_client(lambda: provider().create_token_response())


@machines.post("/oauth/revoke")
@public("the client proves itself in the request")
def revoke() -> Response:
    """End the session of a refresh token (RFC 7009)."""
    return _by_client(lambda: provider().create_endpoint_response("revocation"))


@machines.get("/oauth/userinfo")
@needs(Permission.ME)
def userinfo() -> Response:
    """Tell who the access token stands for (OpenID Connect Core 1.0, section 5.3)."""
    account, _ = own_account(deps(), reading_call())
    return jsonify(person_claims(deps(), account, actor()))


@bp.get("/oauth/authorize")
@public("whoever comes to sign in has no token yet")
def authorize() -> Response:
    """Send a signed-in person back to the client with a code, anybody else to the sign-in (RFC 6749, section 3.1)."""
    here = browser.here_or_none()
    ready = here if here is not None and here.stage is Stage.COMPLETE else None
    deps().attempts.take((Subject(Kind.AUTHORIZE_ADDRESS, visitor().address),), deps().clock.now())
    try:
        grant = provider().get_consent_grant(end_user=ready if ready and _is_fresh(ready) else None)
    except OAuth2Error as error:
        return _refused(error)
    if grant.prompt == "select_account" and ready is not None:
        return browser.go(browser.with_query("sign_in.show_grants"))
    if grant.prompt == "login" or ready is None:
        is_underway = here is not None and ready is None
        return browser.go(browser.onward(here) if is_underway and here else browser.with_query("sign_in.show"))
    answer = provider().create_authorization_response(request=grant.request, grant_user=ready, grant=grant)
    return cast(Response, answer)


@bp.get("/oauth/end_session")
@public("whoever signs out needs no token for it")
def ask_end() -> Response:
    """Ask before signing out; where nobody is signed in any more, go on at once (RP-Initiated Logout 1.0).

    A client signs the person out with `/oauth/revoke` first, so that people see no question; a link that somebody
    else has made ends nothing.
    """
    onward = _after_sign_out()
    if browser.here_or_none() is None:
        return browser.go(onward)
    return page("sign_out.html")


@bp.post("/oauth/end_session")
@public("whoever signs out needs no token for it")
def end() -> Response:
    """Sign out here and from all clients."""
    here = browser.here_or_none()
    if here is not None:
        leave(deps(), here.sign_in)
    browser.use_cookie("")
    return browser.go(_after_sign_out())


def _by_client(answer: Callable[[], object]) -> Response:
    """Answer a client; who fails to prove to be one too often must wait. Raises `TooManyAttempts`, `Malformed`."""
    if any(len(request.form.getlist(name)) > 1 for name in request.form) or request.args:
        raise Malformed
    subject, now = Subject(Kind.CLIENT_ADDRESS, visitor().address), deps().clock.now()
    deps().attempts.check(subject, now)
    response = cast(Response, answer())
    response.headers["Cache-Control"] = "no-store"
    body = response.get_json(silent=True)
    if isinstance(body, dict) and body.get("error") == "invalid_client":
        response.status_code = 401
        deps().attempts.take((subject,), now)
    return response


def _is_fresh(here: Here) -> bool:
    """Whether the person has signed in as lately as the client asks (`max_age`, in seconds). Raises `Malformed`."""
    asked = request.args.get("max_age", "")
    if not asked:
        return True
    if not asked.isascii() or not asked.isdigit() or len(asked) > 6:
        raise Malformed
    return deps().clock.now() - here.sign_in.authenticated_at <= timedelta(seconds=int(asked))


def _refused(error: OAuth2Error) -> Response:
    """Tell the client where its address is known; else the person, and go nowhere."""
    if error.redirect_uri:
        return cast(Response, provider().handle_error_response(None, error))
    return page("error.html", 400, message="登录请求不正确，请从系统首页重新进入。", reference=str(error.error))


def _after_sign_out() -> str:
    """Return where the browser goes after a sign-out: an address that the client registered, else the portal."""
    client = find_enabled(deps(), request.args.get("client_id", "")[:64])
    address = request.args.get("post_logout_redirect_uri", "")
    return address if client is not None and address in client.sign_out_uris else browser.site().portal_url
