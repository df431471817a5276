"""Clients' sessions: renewing and ending them. They begin with a code (`operations.codes`)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from services.identity.errors import AlreadyRefreshed, SessionOver
from services.identity.model.accounts import Account, AccountState
from services.identity.model.grants import Grant, acting, find_in_force
from services.identity.model.sessions import (
    Session,
    Verdict,
    session_of,
)
from services.identity.ports.deps import Deps
from shared.clock import local_date
from shared.errors import StaleVersion

log = structlog.get_logger()


@dataclass(frozen=True)
class SignedIn:
    """A client's session acting with one grant: its newest refresh token, and an access token."""

    account: Account
    grant: Grant
    secret: str
    access: str
    scope: str

    def __repr__(self) -> str:
        return "SignedIn(…)"


def refresh_session(deps: Deps, token: str, client_id: str) -> SignedIn:
    """Exchange a refresh token for a new one and an access token; the sign-in that it came from counts as used.

    A token that was exchanged before ends the session, and so does a grant that ran out. Raises `SessionOver`, also for
    another client's token, and `AlreadyRefreshed`.
    """
    now = deps.clock.now()
    session = _open_session(deps, token, client_id, now)
    account = deps.accounts.get(session.account_id)
    sign_in = deps.sign_ins.find(session.sign_in_id)
    if sign_in is None or sign_in.ended:
        raise SessionOver
    grant = find_in_force(account, session.grant_id, local_date(now))
    if grant is None or not _is_valid_for(session, account):
        raise SessionOver
    secret = new_token(deps, session.id)
    try:
        deps.sessions.save(session.renewed(secret, now))
    except StaleVersion:
        raise AlreadyRefreshed from None
    deps.sign_ins.touch(session.sign_in_id, now)
    return signed_in_with(deps, account, grant, secret, session)


def signed_in_with(deps: Deps, account: Account, grant: Grant, secret: str, session: Session) -> SignedIn:
    """Return a session's newest refresh token with a fresh access token."""
    access = deps.tokens.issue(acting(account, grant), deps.random.id(), session.client_id, session.sign_in_id)
    return SignedIn(account, grant, secret, access, session.scope)


def end_session(deps: Deps, token: str, client_id: str) -> None:
    """End the session of a refresh token, and the sign-in that it came from; one that is over or unknown is none."""
    session_id = session_of(token)
    session = deps.sessions.find(session_id) if session_id else None
    if session is None or session.client_id != client_id or session.ended:
        return
    if session.judge(token, deps.clock.now()) is Verdict.UNKNOWN:
        return
    _end(deps, session)
    deps.sign_ins.end(session.sign_in_id)


def end_by_id(deps: Deps, session_id: str) -> None:
    """End a session whose tokens were seen in wrong hands; one that is not there is none."""
    session = deps.sessions.find(session_id)
    if session is not None:
        _end(deps, session)


def _open_session(deps: Deps, token: str, client_id: str, now: datetime) -> Session:
    """Return the session whose newest token this is. Raises `SessionOver`, `AlreadyRefreshed`."""
    session_id = session_of(token)
    session = deps.sessions.find(session_id) if session_id else None
    if session is None or session.client_id != client_id:
        raise SessionOver
    verdict = session.judge(token, now)
    if verdict is Verdict.REUSED and not session.ended:
        log.warning("refresh_token_reused", account_id=session.account_id, session_id=session.id)
        _end(deps, session)
    if session.is_over(now) or verdict in (Verdict.REUSED, Verdict.UNKNOWN):
        raise SessionOver
    if verdict is Verdict.OVERLAPPING:
        raise AlreadyRefreshed
    return session


def _is_valid_for(session: Session, account: Account) -> bool:
    """Whether the account still is what it was when the session began."""
    return account.state is AccountState.ACTIVE and session.started_at >= account.valid_since


def new_token(deps: Deps, session_id: str) -> str:
    """Return a fresh refresh token of a session."""
    return f"{session_id}.{deps.random.secret()}"


def _end(deps: Deps, session: Session) -> None:
    """End a session, whoever else works on it: what another request stored meanwhile is ended as well."""
    found: Session | None = session
    while found is not None and not found.ended:
        try:
            deps.sessions.save(replace(found, ended=True))
            return
        except StaleVersion:
            found = deps.sessions.find(session.id)
