"""Keeping the accounts of staff. Units sign themselves up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from services.identity import policy
from services.identity.model.accounts import (
    STAFF_ROLES,
    Account,
    AccountAction,
    AccountState,
    Password,
    Person,
    Unit,
)
from services.identity.model.grants import Act, Grant
from services.identity.ports import Deps
from services.identity.workflow import step_for
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Invalid, NotFound, Problem
from shared.history import HistoryEntry, was_done
from shared.idempotency import RequestKey
from shared.identity.actor import Role
from shared.paging import Page

FIRST_PASSWORD_LIFETIME = timedelta(days=7)
BOOTSTRAP_LIFETIME = timedelta(hours=24)
BOOTSTRAP = RequestKey(key="bootstrap-administrator", digest="")
SYSTEM = "system"

log = structlog.get_logger()


@dataclass(frozen=True)
class Position:
    """What an account is for."""

    person: Person
    role: Role
    division: str | None


@dataclass(frozen=True)
class WithPassword:
    """An account, and its first password where it was made just now; it can't be shown a second time."""

    account: Account
    first_password: str | None

    def __repr__(self) -> str:
        return f"WithPassword({self.account.id!r}, …)"


def own_account(deps: Deps, call: Call) -> tuple[Account, Unit | None]:
    """Return the actor's account, and unit where there is one. Raises `NotFound`."""
    account = deps.accounts.get(call.actor.account_id)
    return account, deps.units.get(call.actor.unit_id) if call.actor.unit_id else None


def get_account(deps: Deps, call: Call, account_id: str) -> Account:
    """Return an account. Raises `NotFound` where it is outside the actor's sight."""
    account = deps.accounts.get(account_id)
    if not policy.is_in_sight(call.actor, account):
        raise NotFound
    return account


def list_accounts(deps: Deps, cursor: str, limit: int) -> Page[Account]:
    """Return a page of staff's accounts, newest first. Actor: administrator."""
    return deps.accounts.list_of_roles(STAFF_ROLES, cursor, limit)


def create_account(deps: Deps, call: Call, position: Position) -> WithPassword:
    """Open an account for staff, with a first password that must be changed within a week.

    Actor: administrator. The same request makes one account only, and shows its password the first time only.
    Raises `Invalid` for a unit's role or a division that does not fit, `UsernameTaken`, `KeyReused`.
    """
    if call.request is not None:
        made = deps.accounts.find_created(call.request)
        if made is not None:
            return WithPassword(made, None)
    return add_staff(deps, position, call.actor.account_id, call.request, FIRST_PASSWORD_LIFETIME)


def create_administrator(deps: Deps, username: str, display_name: str) -> WithPassword:
    """Open the very first account, from the command line; its password must be changed within a day.

    Raises `BootstrapDone` where it was done before.
    """
    position = Position(Person(username, display_name), Role.ADMINISTRATOR, None)
    return add_staff(deps, position, SYSTEM, BOOTSTRAP, BOOTSTRAP_LIFETIME)


def add_staff(
    deps: Deps, position: Position, by: str, request: RequestKey | None, lifetime: timedelta | None
) -> WithPassword:
    """Store an account for staff with a fresh password; without a `lifetime` it need not be changed (demo only).

    Raises `Invalid`, `UsernameTaken`, `BootstrapDone`.
    """
    _check(deps, position)
    now = deps.clock.now()
    password = deps.random.password()
    grant = Grant(
        id=deps.random.id(),
        role=position.role,
        valid_from=local_date(now),
        proposed=Act(by, now),
        division=position.division,
    )
    account = Account(
        id=deps.random.id(),
        version=1,
        state=AccountState.ACTIVE,
        person=position.person,
        password=Password(
            deps.hashes.hash(password),
            set_at=now,
            must_change=lifetime is not None,
            expires_at=now + lifetime if lifetime is not None else None,
        ),
        valid_since=now,
        created_at=now,
        grants=(grant,),
    )
    entry = HistoryEntry(
        at=now,
        actor_id=by,
        action=AccountAction.CREATE,
        from_state=None,
        to_state=AccountState.ACTIVE,
        key=request.key if request else None,
        digest=request.digest if request else None,
    )
    stored = deps.accounts.add(account, entry)
    log.info("account_created", account_id=stored.id, role=position.role, by=by)
    return WithPassword(stored, password)


def reset_password(deps: Deps, call: Call, account_id: str) -> WithPassword:
    """Give a new first password. Actor: administrator, not for themselves. Every session of the account is over."""
    now = deps.clock.now()
    password = deps.random.password()

    def make(account: Account) -> Account:
        fresh = Password(deps.hashes.hash(password), now, must_change=True, expires_at=now + FIRST_PASSWORD_LIFETIME)
        return replace(account, password=fresh, valid_since=now)

    changed, was_done = _changed(deps, call, account_id, AccountAction.RESET_PASSWORD, make)
    return WithPassword(changed, None if was_done else password)


def disable_account(deps: Deps, call: Call, account_id: str) -> Account:
    """Stop an account from signing in. Actor: administrator. From: active. Every session of the account is over."""
    now = deps.clock.now()
    return _changed(deps, call, account_id, AccountAction.DISABLE, lambda a: replace(a, valid_since=now))[0]


def enable_account(deps: Deps, call: Call, account_id: str) -> Account:
    """Let an account sign in again. Actor: administrator. From: disabled."""
    return _changed(deps, call, account_id, AccountAction.ENABLE, lambda a: a)[0]


def _changed(
    deps: Deps, call: Call, account_id: str, action: AccountAction, make: Callable[[Account], Account]
) -> tuple[Account, bool]:
    """Take one step with an account; return it, and whether this very request had taken it before."""
    account = get_account(deps, call, account_id)
    if was_done(account.history, call.request):
        return account, True
    call.check_version(account.version)
    step = step_for(account, action, call.actor)
    entry = call.entry(deps.clock.now(), action, account.state, step.target)
    saved = deps.accounts.save(replace(make(account), state=step.target), entry)
    log.info("account_changed", account_id=account.id, action=action, by=call.actor.account_id)
    return saved, False


def _check(deps: Deps, position: Position) -> None:
    problems = []
    if position.role not in STAFF_ROLES:
        problems.append(Problem("/role", "role_of_unit", "单位账户由单位自行注册开通。", "主管部门或系统岗位"))
    elif not policy.division_fits(position.role, position.division):
        problems.append(Problem("/division", "division_level", "行政区划的级别与角色不符。", "与角色同级的区划"))
    elif position.division is not None and deps.divisions.name_of(position.division) is None:
        problems.append(Problem("/division", "division_unknown", "没有这个行政区划代码。", "现行行政区划代码"))
    if problems:
        raise Invalid(problems)
