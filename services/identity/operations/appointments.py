"""Appointing people to offices, each by the level above; powerful ones need a second person."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import structlog

from services.identity.errors import ChangedMeanwhile
from services.identity.model.accounts import Account, AccountAction, AccountState, Password, Person
from services.identity.model.grants import Act, Grant, GrantAction, GrantState, find_grant, live, told
from services.identity.model.mails import Due, MailDue, MailKind
from services.identity.model.places import APPOINTS, FOUR_EYES, LEVEL_OF_ROLE, Place, excluding, place_of
from services.identity.operations.sight import account_in_sight, places_of
from services.identity.operations.telling import office_proposed, right_ended, right_given
from services.identity.policy import Held, division_fits
from services.identity.ports.deps import Deps
from services.identity.workflow import grant_step_for
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Problem, StaleVersion
from shared.history import HistoryEntry, was_done
from shared.idempotency import RequestKey
from shared.identity.actor import UNIT_ROLES, Role

FIRST_PASSWORD_LIFETIME = timedelta(days=7)
SYSTEM = "system"
LONGEST_TERM = timedelta(days=5 * 366)

log = structlog.get_logger()

_Make = Callable[[Account, Grant], Grant]


@dataclass(frozen=True)
class Appointment:
    """What somebody is appointed to; without a first day from today on, without a last one until it is ended."""

    role: Role
    division: str | None
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True)
class WithPassword:
    """An account, and its first password where it was made just now and may be shown; never a second time."""

    account: Account
    first_password: str | None
    is_mailed: bool = False

    def __repr__(self) -> str:
        return f"WithPassword({self.account.id!r}, …)"


def appoint_new(deps: Deps, call: Call, person: Person, wanted: Appointment) -> WithPassword:
    """Open an account for a person and appoint them, with a first password that must be changed within a week.

    Actor: who fills the place. The same request makes one account only, and shows its password the first time only.
    For a powerful role the grant is proposed only, and the password goes to the person's address alone: else whoever
    opens the account could act as a second person. Raises `NotAllowed` for a role that the actor doesn't give,
    `Invalid`, `UsernameTaken`, `KeyReused`.
    """
    if call.request is not None:
        made = deps.accounts.find_created(call.request)
        if made is not None:
            return WithPassword(made, None, wanted.role in FOUR_EYES)
    _check_right(deps, call, wanted)
    is_powerful = wanted.role in FOUR_EYES
    if is_powerful and not person.email:
        raise Invalid([Problem("/email", "email_needed", "此岗位的首次密码只发到本人邮箱，请填写邮箱。", "邮箱地址")])
    now = deps.clock.now()
    state = GrantState.PROPOSED if is_powerful else GrantState.IN_FORCE
    made_now = open_account(deps, person, [_grant(deps, call.actor.account_id, wanted, state)], FIRST_PASSWORD_LIFETIME)
    entry = call.entry(now, AccountAction.CREATE, None, AccountState.ACTIVE)
    due: list[Due] = []
    if is_powerful:
        due = [first_password_mail(made_now), office_proposed(made_now.account.grants[0])]
    stored = deps.accounts.add(made_now.account, entry, due)
    log.info("account_created", account_id=stored.id, role=wanted.role, state=state, by=call.actor.account_id)
    return WithPassword(stored, None if is_powerful else made_now.first_password, is_powerful)


def add_staff(
    deps: Deps, person: Person, wanted: Appointment, lifetime: timedelta | None, key: str = ""
) -> WithPassword:
    """Store an account in force without being asked by anybody: for the command line alone.

    Without a `lifetime` the password need not be changed (demo only); `key` names what is done once. Raises `Invalid`,
    `UsernameTaken`, `BootstrapDone`.
    """
    _check_place(deps, wanted)
    now = deps.clock.now()
    made = open_account(deps, person, [_grant(deps, SYSTEM, wanted, GrantState.IN_FORCE)], lifetime)
    request = RequestKey(key, "") if key else None
    entry = HistoryEntry(
        now,
        SYSTEM,
        AccountAction.CREATE,
        None,
        AccountState.ACTIVE,
        key=request.key if request else None,
        digest=request.digest if request else None,
    )
    stored = deps.accounts.add(made.account, entry)
    log.info("account_created", account_id=stored.id, role=wanted.role, by=SYSTEM)
    return WithPassword(stored, made.first_password)


def appoint(deps: Deps, call: Call, username: str, wanted: Appointment) -> Account:
    """Give a person who has an account another grant; a powerful one is proposed only.

    Actor: who fills the place, not for themselves. Raises `NotAllowed`, `Invalid` for a user name that nobody has, a
    place that can't be given, and offices that nobody may hold together, `ChangedMeanwhile`, `KeyReused`.
    """
    _check_right(deps, call, wanted)  # first, so that nobody tries out user names who gives no such role
    account = deps.accounts.find_by_username(username)
    if account is None or account.state is not AccountState.ACTIVE:
        raise Invalid([Problem("/username", "username_unknown", "没有这个用户名的可用账户。", "已有账户的用户名")])
    if was_done(account.history, call.request):
        return account
    if account.id == call.actor.account_id:
        raise NotAllowed("不能给自己授权。")
    now = deps.clock.now()
    check_together(account, wanted.role, local_date(now))
    state = GrantState.PROPOSED if wanted.role in FOUR_EYES else GrantState.IN_FORCE
    grant = _grant(deps, call.actor.account_id, wanted, state)
    _check_new(account, grant, local_date(now))
    waits = state is GrantState.PROPOSED
    entry = call.entry(now, GrantAction.PROPOSE if waits else GrantAction.GIVE, None, told(grant))
    news = office_proposed(grant) if waits else right_given(deps, account, grant)
    try:
        saved = deps.accounts.save(with_grant(account, grant), entry, [news])
    except StaleVersion:
        raise ChangedMeanwhile from None
    log.info(
        "grant_given", account_id=account.id, grant_id=grant.id, role=grant.role, state=state, by=call.actor.account_id
    )
    return saved


def confirm_grant(deps: Deps, call: Call, account_id: str, grant_id: str) -> Account:
    """Bring a proposed grant into force. From: proposed. Actor: a second person with the proposer's right.

    Raises `NotFound`, `NotAllowed` for the proposer and the person concerned, `Conflict`, `StaleVersion`, `Invalid`
    where the person has come to hold what nobody may hold together with it.
    """
    now = deps.clock.now()

    def make(account: Account, grant: Grant) -> Grant:
        others = [each.role for each in live(account, local_date(now)) if each.id != grant.id]
        if excluding(grant.role, others):
            raise Conflict("此人已有与之不能兼任的权限。", code="roles_excluded")
        return replace(grant, state=GrantState.IN_FORCE, decided=Act(call.actor.account_id, now))

    return _step(deps, call, account_id, grant_id, GrantAction.CONFIRM, make)


def refuse_grant(deps: Deps, call: Call, account_id: str, grant_id: str, reason: str) -> Account:
    """Refuse a proposed grant and say why. From: proposed. Actor: as for confirming."""
    act = Act(call.actor.account_id, deps.clock.now())
    return _step(
        deps,
        call,
        account_id,
        grant_id,
        GrantAction.REFUSE,
        lambda _, grant: replace(grant, state=GrantState.REFUSED, decided=act, reason=reason),
    )


def withdraw_grant(deps: Deps, call: Call, account_id: str, grant_id: str) -> Account:
    """Take a proposal back. From: proposed. Actor: the proposer."""
    act = Act(call.actor.account_id, deps.clock.now())
    return _step(
        deps,
        call,
        account_id,
        grant_id,
        GrantAction.WITHDRAW,
        lambda _, grant: replace(grant, state=GrantState.ENDED, ended=act),
    )


def extend_grant(deps: Deps, call: Call, account_id: str, grant_id: str, valid_to: date | None) -> Account:
    """Set another last day. From: in force. Actor: who fills the place, not for themselves.

    A powerful grant is not extended, since one person would do what needs two: a new one is proposed. Raises `Invalid`
    for a day that lies behind.
    """
    today = local_date(deps.clock.now())

    def make(account: Account, grant: Grant) -> Grant:
        if valid_to is not None and valid_to < max(today, grant.valid_from):
            raise Invalid([Problem("/valid_to", "day_past", "截止日期不能早于今天和起始日期。", "今天或以后")])
        return replace(grant, valid_to=valid_to)

    return _step(deps, call, account_id, grant_id, GrantAction.EXTEND, make)


def end_grant(deps: Deps, call: Call, account_id: str, grant_id: str, reason: str) -> Account:
    """End a grant at once; `check_right` and the next refresh refuse sessions that act with it. From: in force.

    Actor: who fills the place, not for themselves. Raises `LastAdministrator`.
    """
    act = Act(call.actor.account_id, deps.clock.now())
    return _step(
        deps,
        call,
        account_id,
        grant_id,
        GrantAction.END,
        lambda _, grant: replace(grant, state=GrantState.ENDED, ended=act, reason=reason),
    )


def open_account(deps: Deps, person: Person, grants: Sequence[Grant], lifetime: timedelta | None) -> WithPassword:
    """Return a new account, not stored yet, with its made password."""
    now = deps.clock.now()
    password = deps.random.password()
    hashed = Password(
        deps.hashes.hash(password),
        set_at=now,
        must_change=lifetime is not None,
        expires_at=now + lifetime if lifetime is not None else None,
    )
    account = Account(
        id=deps.random.id(),
        version=1,
        state=AccountState.ACTIVE,
        person=person,
        password=hashed,
        valid_since=now,
        created_at=now,
        grants=tuple(grants),
    )
    return WithPassword(account, password)


def first_password_mail(made: WithPassword) -> MailDue:
    """Return the mail that brings a first password to the person alone."""
    person = made.account.person
    facts = {"username": person.username, "password": made.first_password or ""}
    return MailDue(MailKind.FIRST_PASSWORD, person.email, facts)


def with_grant(account: Account, grant: Grant) -> Account:
    """Return the account with this grant, in the place of the one of the same id or as its last."""
    if find_grant(account, grant.id) is None:
        return replace(account, grants=(*account.grants, grant))
    return replace(account, grants=tuple(grant if each.id == grant.id else each for each in account.grants))


def check_together(account: Account, role: Role, today: date) -> None:
    """Refuse a role that the person may not hold with what they have. Raises `Invalid`."""
    if excluding(role, [grant.role for grant in live(account, today)]) is not None:
        message = "此人现有的权限与该角色不能由同一人兼任（填报与审核、系统管理与审核、审计与其他岗位须分离）。"
        raise Invalid([Problem("/role", "roles_excluded", message, "不相容的岗位由不同人员担任")])


def _step(deps: Deps, call: Call, account_id: str, grant_id: str, action: GrantAction, make: _Make) -> Account:
    """Take one step with a grant in the actor's sight, save it with its act, and return the account."""
    account = account_in_sight(deps, call, account_id)
    places = places_of(deps, call)
    grant = find_grant(account, grant_id)
    if grant is None or place_of(grant) not in places:
        raise NotFound
    if was_done(account.history, call.request):
        return account
    call.check_version(account.version)
    grant_step_for(Held(account, grant, places), action, call.actor)
    changed = make(account, grant)
    entry = call.entry(deps.clock.now(), action, told(grant), told(changed))
    must_stay = action is GrantAction.END and grant.role is Role.ADMINISTRATOR
    tell = {GrantAction.CONFIRM: right_given, GrantAction.END: right_ended}.get(action)
    news = [tell(deps, account, changed)] if tell else []
    saved = deps.accounts.save(with_grant(account, changed), entry, news, keep_administrator=must_stay)
    log.info("grant_changed", account_id=account.id, grant_id=grant_id, action=action, by=call.actor.account_id)
    return saved


def _grant(deps: Deps, by: str, wanted: Appointment, state: GrantState) -> Grant:
    now = deps.clock.now()
    return Grant(
        id=deps.random.id(),
        role=wanted.role,
        valid_from=wanted.valid_from or local_date(now),
        proposed=Act(by, now),
        state=state,
        division=wanted.division,
        valid_to=wanted.valid_to,
    )


def _check_right(deps: Deps, call: Call, wanted: Appointment) -> None:
    """Refuse what the actor doesn't give. Raises `NotAllowed`, `Invalid`."""
    if wanted.role in UNIT_ROLES:
        raise Invalid([Problem("/role", "role_of_unit", "单位账户由单位自行注册开通。", "主管部门或系统岗位")])
    if wanted.role not in APPOINTS.get(call.actor.role, frozenset()):
        raise NotAllowed
    _check_place(deps, wanted)
    if Place(wanted.role, wanted.division) not in places_of(deps, call):
        message = "只能任用直接下级区划的人员。"
        raise Invalid([Problem("/division", "division_not_below", message, "直接下级的区划")])


def _check_place(deps: Deps, wanted: Appointment) -> None:
    problems = []
    today = local_date(deps.clock.now())
    first = max(wanted.valid_from or today, today)
    if wanted.role not in LEVEL_OF_ROLE:
        if wanted.division is not None:
            problems.append(Problem("/division", "division_level", "此角色没有行政区划。", "不填"))
    elif not division_fits(wanted.role, wanted.division, lambda code: deps.divisions.level_of(code, first)):
        problems.append(
            Problem("/division", "division_level", "行政区划不存在，或其级别与角色不符。", "与角色同级的现行区划")
        )
    if wanted.valid_from is not None and wanted.valid_from < today:
        problems.append(Problem("/valid_from", "day_past", "起始日期不能早于今天。", "今天或以后"))
    if wanted.valid_to is not None and not first <= wanted.valid_to <= first + LONGEST_TERM:
        problems.append(Problem("/valid_to", "term", "截止日期应在起始日期之后、五年之内。", "五年以内"))
    if problems:
        raise Invalid(problems)


def _check_new(account: Account, wanted: Grant, today: date) -> None:
    """Refuse a second grant of the same place while one is live. Raises `Invalid`."""
    if any(place_of(grant) == place_of(wanted) for grant in live(account, today)):
        raise Invalid([Problem("/role", "grant_exists", "此人已有这项权限，可延长原有权限的期限。", "没有的权限")])
