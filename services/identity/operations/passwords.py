"""Changing one's password. Every session that began before is over then."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import structlog

from services.identity.errors import ChangedMeanwhile
from services.identity.model.accounts import Account, AccountAction, AccountState, Password
from services.identity.model.attempts import Kind, Subject
from services.identity.model.passwords import password_problems
from services.identity.ports.deps import Deps
from services.identity.ports.sign_ins import Visitor
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


def _change(deps: Deps, account: Account, new: str) -> Account:
    problems = password_problems(deps.policy, new, account.person.username, "/new_password")
    if _was_used(deps, account.password, new):
        used = Problem(
            "/new_password", "password_used_before", "新密码不能与当前或最近用过的密码相同。", "没有用过的密码"
        )
        problems = (*problems, used)
    if problems:
        raise Invalid(problems)
    if account.state is not AccountState.ACTIVE:
        raise Conflict
    now = deps.clock.now()
    entry = HistoryEntry(now, account.id, AccountAction.CHANGE_PASSWORD, account.state, account.state)
    changed = replace(account, password=_following(deps, account.password, new, now), valid_since=now)
    try:
        saved = deps.accounts.save(changed, entry)
    except StaleVersion:
        raise ChangedMeanwhile from None
    log.info("password_changed", account_id=account.id)
    return saved


def _was_used(deps: Deps, password: Password, new: str) -> bool:
    """Whether a password is the present one or one that the policy remembers; each comparison costs a slow hash."""
    remembered = (password.hash, *password.earlier[: deps.policy.remembered])
    return any(deps.hashes.verify(each, new) for each in remembered)


def _following(deps: Deps, password: Password, new: str, now: datetime) -> Password:
    """Return the new password, which knows those before it as far as the policy remembers them."""
    earlier = (password.hash, *password.earlier)[: deps.policy.remembered]
    return Password(deps.hashes.hash(new), set_at=now, earlier=earlier)
