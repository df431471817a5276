"""Signing in, renewing a session and ending it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from services.identity.errors import AlreadyRefreshed, NothingInForce, SessionOver, WrongCredentials
from services.identity.model.accounts import Account, AccountState
from services.identity.model.attempts import Kind, Subject
from services.identity.model.grants import Grant, acting, find_in_force, in_force
from services.identity.model.passwords import is_outworn
from services.identity.model.sessions import (
    CHANGE_LIFETIME,
    LONGEST,
    Purpose,
    Session,
    Verdict,
    digest_of,
    session_of,
)
from services.identity.ports import Deps, Visitor
from shared.clock import local_date
from shared.errors import StaleVersion

log = structlog.get_logger()


@dataclass(frozen=True)
class SignedIn:
    """A sign-in with one grant.

    `access` is empty where the password must be changed first; `secret` is good for that only then.
    """

    account: Account
    secret: str
    access: str = ""
    grant: Grant | None = None
    scope: str = ""

    def __repr__(self) -> str:
        return "SignedIn(…)"


def sign_in(deps: Deps, visitor: Visitor, username: str, password: str) -> SignedIn:
    """Begin a session. Who was never here, whose password is wrong and who is disabled get the same answer.

    The attempt is counted before the password is looked at. A person who has been here from this address keeps a
    count of their own, so that others' guesses do not lock them out. The session acts with the first grant in force.
    Raises `WrongCredentials`, `TooManyAttempts`, `NothingInForce`.
    """
    now = deps.clock.now()
    personal = _personal_subject(deps, visitor, username)
    address = Subject(Kind.ADDRESS, visitor.address)
    deps.attempts.take((address, personal), now)  # an address that must wait can't lock others out
    account = deps.accounts.find_by_username(username)
    is_right = deps.hashes.verify(account.password.hash if account else deps.hashes.nobody, password)
    if account is None or not is_right or not _is_usable(account, now):
        log.info("sign_in_refused", account_id=account.id if account else None)
        raise WrongCredentials
    deps.attempts.forget(personal)
    deps.attempts.give_back(address)
    deps.attempts.make_familiar(username, visitor.address, now)
    log.info("signed_in", account_id=account.id)
    return _begun(deps, account, now)


def refresh_session(deps: Deps, token: str, client_id: str = "") -> SignedIn:
    """Exchange a refresh token for a new one and an access token; the sign-in that it came from counts as used.

    A token that was exchanged before ends the session, and so does a grant that ran out. Raises `SessionOver`, also for
    another client's token, and `AlreadyRefreshed`.
    """
    now = deps.clock.now()
    session = open_session(deps, token, Purpose.ACCESS, now, client_id)
    account = deps.accounts.get(session.account_id)
    if session.sign_in_id:
        sign_in = deps.sign_ins.find(session.sign_in_id)
        if sign_in is None or sign_in.ended:
            raise SessionOver
    grant = find_in_force(account, session.grant_id, local_date(now))
    if grant is None or not is_valid_for(session, account):
        raise SessionOver
    secret = new_token(deps, session.id)
    try:
        deps.sessions.save(session.renewed(secret, now))
    except StaleVersion:
        raise AlreadyRefreshed from None
    if session.sign_in_id:
        deps.sign_ins.touch(session.sign_in_id, now)
    return signed_in_with(deps, account, grant, secret, session)


def signed_in_with(deps: Deps, account: Account, grant: Grant, secret: str, session: Session) -> SignedIn:
    """Return a session's newest refresh token with a fresh access token."""
    access = deps.tokens.issue(acting(account, grant), deps.random.id(), session.client_id, session.sign_in_id)
    return SignedIn(account, secret, access, grant, session.scope)


def end_session(deps: Deps, token: str, client_id: str = "") -> None:
    """End the session of a refresh token, and the sign-in that it came from; one that is over or unknown is none."""
    session_id = session_of(token)
    session = deps.sessions.find(session_id) if session_id else None
    if session is None or session.client_id != client_id or session.ended:
        return
    if session.judge(token, deps.clock.now()) is Verdict.UNKNOWN:
        return
    _end(deps, session)
    if session.sign_in_id:
        deps.sign_ins.end(session.sign_in_id)


def end_by_id(deps: Deps, session_id: str) -> None:
    """End a session whose tokens were seen in wrong hands; one that is not there is none."""
    session = deps.sessions.find(session_id)
    if session is not None:
        _end(deps, session)


def open_session(deps: Deps, token: str, purpose: Purpose, now: datetime, client_id: str = "") -> Session:
    """Return the session whose newest token this is. Raises `SessionOver`, `AlreadyRefreshed`."""
    session_id = session_of(token)
    session = deps.sessions.find(session_id) if session_id else None
    if session is None or session.purpose is not purpose or session.client_id != client_id:
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


def is_valid_for(session: Session, account: Account) -> bool:
    """Whether the account still is what it was when the session began."""
    return account.state is AccountState.ACTIVE and session.started_at >= account.valid_since


def _personal_subject(deps: Deps, visitor: Visitor, username: str) -> Subject:
    if deps.attempts.is_familiar(username, visitor.address):
        return Subject(Kind.ACCOUNT_AT_ADDRESS, f"{username}\n{visitor.address}")
    return Subject(Kind.ACCOUNT, username)


def _is_usable(account: Account, now: datetime) -> bool:
    expires_at = account.password.expires_at
    return account.state is AccountState.ACTIVE and (expires_at is None or now < expires_at)


def _begun(deps: Deps, account: Account, now: datetime) -> SignedIn:
    must_change = account.password.must_change or is_outworn(deps.policy, account.password.set_at, now)
    grants = in_force(account, local_date(now))
    if not must_change and not grants:
        raise NothingInForce
    session_id = deps.random.id()
    secret = new_token(deps, session_id)
    session = Session(
        id=session_id,
        version=1,
        account_id=account.id,
        purpose=Purpose.PASSWORD_CHANGE if must_change else Purpose.ACCESS,
        started_at=now,
        renewed_at=now,
        expires_at=now + (CHANGE_LIFETIME if must_change else LONGEST),
        digest=digest_of(secret),
        grant_id=None if must_change else grants[0].id,
    )
    deps.sessions.add(session)
    if must_change:
        return SignedIn(account, secret)
    return SignedIn(account, secret, deps.tokens.issue(acting(account, grants[0]), deps.random.id()), grants[0])


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
