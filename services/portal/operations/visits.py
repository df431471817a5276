"""A visit from the first page to the sign-out: sessions, sign-in, renewal of tokens, sign-up and passwords."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from services.portal.model.answers import AccountAnswer, SignInAnswer
from services.portal.model.session import (
    REFRESH_AHEAD,
    TOUCH_EVERY,
    Account,
    Session,
    Tokens,
    session_id,
)
from services.portal.ports import Deps
from shared.errors import NotAuthenticated, StaleVersion, TongbaoError, Unavailable
from shared.identity.actor import Role

CHANGE_TOKEN = "password_change_token"  # noqa: S105  # the name of an entry, not a secret
SIGNUP = "signup_id"
SIGNUP_EMAIL = "email"

REFRESH_CLAIM = timedelta(seconds=15)
REFRESH_LOOKS = 40
REFRESH_PAUSE_SECONDS = 0.1


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


def sign_in(deps: Deps, session: Session, username: str, password: str, address: str) -> Visit:
    """Sign a person in: the old session ends, a new one with another cookie begins.

    Where the first password must be changed, nobody is signed in yet: the session only remembers the change's token.
    Raises `NotAuthenticated`, `TooManyRequests`, `Unavailable`.
    """
    answer = deps.identity.sign_in(username, password, address)
    change_token = answer.get("password_change_token")
    if change_token:
        return Visit(deps.sessions.replace(dataclasses.replace(session, pending={CHANGE_TOKEN: change_token})))
    visit = _open(deps, _account(answer["account"]), _tokens(deps, answer))
    deps.sessions.remove(session.id)
    return visit


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
            return _renew(deps, session, session.tokens.refresh)
        time.sleep(REFRESH_PAUSE_SECONDS)
        current = deps.sessions.find(session.id)
        if current is None:
            raise NotAuthenticated
        session = current
    raise Unavailable


def _renew(deps: Deps, session: Session, refresh_token: str) -> Session:
    try:
        answer = deps.identity.refresh(refresh_token)
    except NotAuthenticated:
        deps.sessions.remove(session.id)
        raise
    tokens = _tokens(deps, answer)
    try:
        return deps.sessions.replace(dataclasses.replace(session, tokens=tokens))
    except StaleVersion as error:
        raise Unavailable from error


def sign_out(deps: Deps, session: Session) -> None:
    """End the session here, and the sign-in at the identity service as far as it can be reached."""
    deps.sessions.remove(session.id)
    if session.tokens is not None:
        try:
            deps.identity.sign_out(session.tokens.refresh)
        except TongbaoError:
            return  # the refresh token is forgotten here and runs out by itself


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


def set_first_password(deps: Deps, session: Session, password: str, address: str) -> None:
    """Replace the first password that somebody else gave out. Raises `NotAuthenticated`, `Invalid`."""
    change_token = session.pending.get(CHANGE_TOKEN)
    if not change_token:
        raise NotAuthenticated
    deps.identity.set_first_password(change_token, password, address)
    deps.sessions.replace(dataclasses.replace(session, pending={}))


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


def _tokens(deps: Deps, answer: SignInAnswer) -> Tokens:
    expires_at = deps.clock.now() + timedelta(seconds=answer["expires_in"])
    return Tokens(access=answer["access_token"], refresh=answer["refresh_token"], expires_at=expires_at)


def _account(answer: AccountAnswer) -> Account:
    return Account(
        id=answer["id"],
        role=Role(answer["role"]),
        role_label=answer["role_label"],
        display_name=answer["display_name"],
        unit_id=answer["unit_id"] or "",
        division=answer["division"] or "",
        division_name=answer["division_name"] or "",
    )
