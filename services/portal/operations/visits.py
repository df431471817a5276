"""A visit from the first page to the sign-out: sessions, sign-in, renewal of tokens and sign-up."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

import structlog

from services.portal.model.session import (
    REFRESH_AHEAD,
    TOUCH_EVERY,
    Account,
    Session,
    Tokens,
    session_id,
)
from services.portal.model.sign_in import Flow, Identified, flow_of, with_flow
from services.portal.ports import Deps
from shared.errors import NotAuthenticated, StaleVersion, TongbaoError, Unavailable

SIGNUP = "signup_id"
SIGNUP_EMAIL = "email"

REFRESH_CLAIM = timedelta(seconds=15)
REFRESH_LOOKS = 40
REFRESH_PAUSE_SECONDS = 0.1


log = structlog.get_logger()


class SignInOver(NotAuthenticated):
    """A sign-in has ended while its session was in use, or the right that it acted with."""

    code = "sign_in_over"
    message = "登录已结束，或者您的权限已有变动。请重新登录。"


@dataclass(frozen=True)
class Visit:
    """A session and the cookie value that opens it; `cookie` is empty where the browser has it already."""

    session: Session
    cookie: str = ""


def begin_visit(deps: Deps) -> Visit:
    """Open a session for a browser that has none yet. Nobody is signed in."""
    return _open(deps, account=None, tokens=None)


def find_session(deps: Deps, cookie: str) -> Session | None:
    """Return the session that the cookie opens, None where it is unknown or over; note that it was used."""
    session = deps.sessions.find(session_id(cookie))
    if session is None:
        return None
    now = deps.clock.now()
    if session.is_over(now):
        deps.sessions.remove(session.id)
        return None
    if now - session.seen_at >= TOUCH_EVERY:
        session = dataclasses.replace(session, seen_at=now)
        deps.sessions.touch(session)
    return session


def begin_sign_in(deps: Deps, session: Session, after: str, prompt: str = "") -> tuple[Session, str]:
    """Send a browser to the provider; return the session, which remembers why, and the address to go to.

    `after` is the page of ours that is shown in the end; `prompt` is `select_account` to choose another role. Raises `Unavailable`.
    """
    flow = Flow(deps.secrets.new(), deps.secrets.new(), deps.secrets.new(), after)
    address = deps.provider.sign_in_url(flow, prompt)
    return deps.sessions.replace(dataclasses.replace(session, pending=with_flow(session.pending, flow))), address


def finish_sign_in(deps: Deps, session: Session, state: str, code: str, issuer: str) -> tuple[Visit, str]:
    """Sign the person in whom the provider has sent back: the old session ends, one with another cookie begins.

    Returns it with the page to go to. Raises `NotAuthenticated` for an answer to nothing that this browser has asked,
    and for a code that does not hold; `Unavailable`.
    """
    flow = flow_of(session.pending, state)
    if flow is None:
        raise NotAuthenticated
    identified = deps.provider.redeem(code, issuer, flow)
    visit = _open(deps, identified.account, _tokens(deps, identified))
    deps.sessions.remove(session.id)
    return visit, flow.after


def with_live_token(deps: Deps, session: Session) -> Session:
    """Return the session with an access token that is good for a while.

    A refresh token can be used once, and a page asks for many things at once: one request renews, the others wait.
    Raises `NotAuthenticated` where the sign-in can't be renewed; the session is then over.
    """
    for _ in range(REFRESH_LOOKS):
        now = deps.clock.now()
        if session.tokens is None:
            raise NotAuthenticated
        if session.tokens.expires_at - now > REFRESH_AHEAD:
            return session
        if deps.sessions.claim_refresh(session, now, now + REFRESH_CLAIM):
            return _renew(deps, session)
        time.sleep(REFRESH_PAUSE_SECONDS)
        current = deps.sessions.find(session.id)
        if current is None:
            raise NotAuthenticated
        session = current
    raise Unavailable


def still_signed_in(deps: Deps, session: Session) -> Session:
    """Return the session with a live access token where identity says that its sign-in and right go on.

    The token alone would be good for minutes after a right was ended. Just renewed, it is proof enough; and where
    identity does not answer, the page goes on with what the token is still good for. Raises `SignInOver`; the session
    is then over.
    """
    try:
        fresh = with_live_token(deps, session)
        is_proved = fresh.tokens != session.tokens
        if fresh.tokens is not None and not is_proved and deps.provider.account_url():
            deps.identity.check_sign_in(fresh.tokens.access)
    except NotAuthenticated:
        deps.sessions.remove(session.id)
        raise SignInOver from None
    except TongbaoError as error:
        log.warning("sign_in_not_checked", error=error.code)
        return session
    return fresh


def _renew(deps: Deps, session: Session) -> Session:
    if session.tokens is None or session.account is None:
        raise NotAuthenticated
    try:
        identified = deps.provider.refresh(session.tokens.refresh, session.account)
    except NotAuthenticated:
        deps.sessions.remove(session.id)
        raise
    try:
        return deps.sessions.replace(dataclasses.replace(session, tokens=_tokens(deps, identified)))
    except StaleVersion as error:
        raise Unavailable from error


def sign_out(deps: Deps, session: Session) -> str:
    """End the session here, and the sign-in at the provider; return where the browser goes then, empty for nowhere."""
    deps.sessions.remove(session.id)
    if session.tokens is None:
        return ""
    try:
        deps.provider.sign_out(session.tokens.refresh)
        return deps.provider.sign_out_url()
    except TongbaoError:
        return ""  # the refresh token is forgotten here and runs out by itself


def start_signup(deps: Deps, session: Session, details: Mapping[str, str], address: str) -> Session:
    """Ask for an activation code by mail. Raises `Invalid`, `TooManyRequests`."""
    signup_id = deps.identity.start_signup(details, address)
    pending = {SIGNUP: signup_id, SIGNUP_EMAIL: details["email"]}
    return deps.sessions.replace(dataclasses.replace(session, pending=pending))


def resume_signup(deps: Deps, session: Session, signup_id: str) -> Session:
    """Go on with a sign-up in another browser, by the link in its mail; the code is still asked for."""
    pending = {**session.pending, SIGNUP: signup_id}
    return deps.sessions.replace(dataclasses.replace(session, pending=pending))


def activate(deps: Deps, session: Session, code: str, password: str, address: str) -> str:
    """Open the account with the code that came by mail; return its user name.

    Raises `NotAuthenticated` where no sign-up is under way, and what the identity service raises.
    """
    signup_id = session.pending.get(SIGNUP)
    if not signup_id:
        raise NotAuthenticated
    username = deps.identity.activate(signup_id, code, password, address)
    deps.sessions.replace(dataclasses.replace(session, pending={}))
    return username


def _open(deps: Deps, account: Account | None, tokens: Tokens | None) -> Visit:
    cookie, now = deps.secrets.new(), deps.clock.now()
    session = Session(
        id=session_id(cookie),
        csrf=deps.secrets.new(),
        created_at=now,
        seen_at=now,
        account=account,
        tokens=tokens,
    )
    deps.sessions.add(session)
    return Visit(session, cookie)


def _tokens(deps: Deps, identified: Identified) -> Tokens:
    expires_at = deps.clock.now() + timedelta(seconds=identified.lifetime)
    return Tokens(access=identified.access, refresh=identified.refresh, expires_at=expires_at)
