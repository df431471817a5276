"""Changing one's password. Every session that began before is over then."""

from __future__ import annotations

from dataclasses import replace

import structlog

from services.identity.errors import ChangedMeanwhile, SessionOver
from services.identity.model.accounts import Account, AccountAction, AccountState, Password
from services.identity.model.attempts import Kind, Subject
from services.identity.model.passwords import password_problems
from services.identity.model.sessions import Purpose
from services.identity.operations.sessions import end_session, is_valid_for, open_session
from services.identity.ports import (
    Deps,
    Visitor,
)
from shared.calls import Call
from shared.errors import Conflict, Invalid, Problem, StaleVersion
from shared.history import HistoryEntry

log = structlog.get_logger()


def change_password(deps: Deps, call: Call, visitor: Visitor, current: str, new: str) -> None:
    """Replace the password of the actor's own account.

    Raises `Invalid` for a wrong present password and for a new one against the policy, `TooManyAttempts`,
    `ChangedMeanwhile`.
    """
    change_password_here(deps, visitor, deps.accounts.get(call.actor.account_id), current, new)


def change_password_here(deps: Deps, visitor: Visitor, account: Account, current: str, new: str) -> Account:
    """Replace the password of the person at the browser, who gives the present one once more; return the account.

    Raises as `change_password`.
    """
    subject = Subject(Kind.ACCOUNT_AT_ADDRESS, f"{account.id}\n{visitor.address}")
    deps.attempts.take((subject,), deps.clock.now())
    if not deps.hashes.verify(account.password.hash, current):
        raise Invalid([Problem("/current_password", "password_wrong", "当前密码不正确。")])
    deps.attempts.forget(subject)
    return _change(deps, account, new)


def change_forced_password(deps: Deps, account: Account, new: str) -> Account:
    """Replace a first or outworn password, which the person at the browser has just given; return the account.

    Raises `Invalid` for a new one against the policy, `ChangedMeanwhile`.
    """
    return _change(deps, account, new)


def change_first_password(deps: Deps, token: str, new: str) -> None:
    """Replace a first or outworn password, with the token that sign-in gave for this alone.

    Raises `SessionOver`, `Invalid` for a new one against the policy, `ChangedMeanwhile`.
    """
    session = open_session(deps, token, Purpose.PASSWORD_CHANGE, deps.clock.now())
    account = deps.accounts.get(session.account_id)
    if not is_valid_for(session, account):
        raise SessionOver
    _change(deps, account, new)
    end_session(deps, token)


def _change(deps: Deps, account: Account, new: str) -> Account:
    problems = password_problems(deps.policy, new, account.person.username, "/new_password")
    if deps.hashes.verify(account.password.hash, new):
        same = Problem("/new_password", "password_unchanged", "新密码不能与当前密码相同。", "与当前密码不同")
        problems = (*problems, same)
    if problems:
        raise Invalid(problems)
    if account.state is not AccountState.ACTIVE:
        raise Conflict
    now = deps.clock.now()
    entry = HistoryEntry(now, account.id, AccountAction.CHANGE_PASSWORD, account.state, account.state)
    changed = replace(account, password=Password(deps.hashes.hash(new), set_at=now), valid_since=now)
    try:
        saved = deps.accounts.save(changed, entry)
    except StaleVersion:
        raise ChangedMeanwhile from None
    log.info("password_changed", account_id=account.id)
    return saved
