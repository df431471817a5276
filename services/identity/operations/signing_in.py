"""Signing in at a browser, step by step: password, second factor, forced change, enrolment, choice of a grant.

An attempt is counted before it is looked at, and the count begins anew only when the whole sign-in is complete: whoever
knows the password but not the second factor gets no more guesses by giving the password again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

import structlog

from services.identity.errors import FactorRequired, NothingInForce, SessionOver, WrongCredentials
from services.identity.model.accounts import Account, AccountState
from services.identity.model.attempts import Kind, Subject
from services.identity.model.devices import device_of, place_of
from services.identity.model.grants import Grant, acting, find_in_force, in_force
from services.identity.model.passwords import is_outworn
from services.identity.model.sign_ins import TOUCH_EVERY, Proof, SignIn, digest_of
from services.identity.operations.factors import (
    active_factor,
    check_code,
    confirm_enrolment,
    must_have_factor,
    remove_factor,
)
from services.identity.ports.deps import Deps
from services.identity.ports.sign_ins import Visitor
from shared.clock import local_date
from shared.errors import NotFound, StaleVersion
from shared.identity.actor import Actor

log = structlog.get_logger()


class Stage(StrEnum):
    """What a sign-in still asks for."""

    FACTOR = "factor"
    PASSWORD_CHANGE = "password_change"  # noqa: S105  the name of a stage
    ENROLMENT = "enrolment"
    GRANT = "grant"
    NOTHING_OPEN = "nothing_open"
    COMPLETE = "complete"


@dataclass(frozen=True)
class Here:
    """A person at a browser: the sign-in, whose it is, and what it still asks for.

    `cookie` is the value that opens it from now on; empty where the browser has it already.
    """

    sign_in: SignIn
    account: Account
    stage: Stage
    cookie: str = ""

    def __repr__(self) -> str:
        return f"Here({self.sign_in.id!r}, {self.stage!r})"


def enter(deps: Deps, visitor: Visitor, username: str, password: str) -> Here:
    """Begin a sign-in with user name and password.

    Who was never here, whose password is wrong and who is disabled get the same answer. A person who has been here
    from this device or address keeps a count of their own, so that others' guesses do not lock them out. Raises
    `WrongCredentials`, `TooManyAttempts`.
    """
    now = deps.clock.now()
    subjects = _count(deps, visitor, username, now)
    account = deps.accounts.find_by_username(username)
    is_right = deps.hashes.verify(account.password.hash if account else deps.hashes.nobody, password)
    if account is None or not is_right or not _is_usable(account, now):
        log.info("sign_in_refused", account_id=account.id if account else None)
        raise WrongCredentials
    for subject in subjects:
        deps.attempts.give_back(subject)
    cookie = deps.random.secret()
    sign_in = SignIn(
        id=deps.random.id(),
        version=1,
        cookie=digest_of(cookie),
        account_id=account.id,
        started_at=now,
        seen_at=now,
        authenticated_at=now,
        proofs=frozenset({Proof.PASSWORD}),
        device=device_of(visitor.agent),
        place=place_of(visitor.address),
    )
    deps.sign_ins.add(sign_in)
    return replace(settle(deps, visitor, sign_in, account), cookie=cookie)


def show_factor(deps: Deps, visitor: Visitor, here: Here, code: str) -> Here:
    """Show the second factor; the cookie changes with it. Raises `WrongFactor`, `TooManyAttempts`."""
    now = deps.clock.now()
    subjects = _count(deps, visitor, here.account.person.username, now)
    check_code(deps, here.account, code)
    for subject in subjects:
        deps.attempts.give_back(subject)
    return _proved(deps, visitor, here, Proof.FACTOR)


def enrol(deps: Deps, visitor: Visitor, here: Here, code: str) -> tuple[Here, tuple[str, ...]]:
    """Put a second factor in force with a first code of it; return the recovery codes, shown this once.

    Raises `WrongFactor`, `FactorMissing`, `TooManyAttempts`.
    """
    subjects = _count(deps, visitor, here.account.person.username, deps.clock.now())
    codes = confirm_enrolment(deps, here.account, code)
    for subject in subjects:
        deps.attempts.give_back(subject)
    return _proved(deps, visitor, here, Proof.FACTOR), codes


def give_factor_up(deps: Deps, visitor: Visitor, here: Here, code: str) -> None:
    """Give one's own second factor up, with a last code of it.

    Raises `WrongFactor`, `FactorMissing`, `FactorRequired`, `TooManyAttempts`.
    """
    if must_have_factor(deps, here.account):
        raise FactorRequired
    subjects = _count(deps, visitor, here.account.person.username, deps.clock.now())
    check_code(deps, here.account, code)
    for subject in subjects:
        deps.attempts.give_back(subject)
    remove_factor(deps, here.account)


def find_here(deps: Deps, cookie: str) -> Here | None:
    """Return who is at the browser with this cookie; None where nobody is, or the sign-in is over."""
    sign_in = deps.sign_ins.find_by_cookie(digest_of(cookie))
    if sign_in is None or sign_in.is_over(deps.clock.now()):
        return None
    account = _account_of(deps, sign_in)
    if account is None:
        return None
    now = deps.clock.now()
    if now - sign_in.seen_at >= TOUCH_EVERY:
        deps.sign_ins.touch(sign_in.id, now)
    return Here(sign_in, account, stage_of(deps, sign_in, account))


def live_sign_in(deps: Deps, sign_in_id: str) -> tuple[SignIn, Account, Grant]:
    """Return a complete sign-in that is not over, with the grant it acts with. Raises `SessionOver`."""
    sign_in, account = _complete(deps, sign_in_id)
    grant = find_in_force(account, sign_in.grant_id, local_date(deps.clock.now()))
    if grant is None:
        raise SessionOver
    return sign_in, account, grant


def check_right(deps: Deps, sign_in_id: str, actor: Actor) -> None:
    """Return where the sign-in is not over and its person may still act as `actor`, as a token of it says.

    A token outlives by minutes what it was made of; whoever can't wait so long asks here. Raises `SessionOver`.
    """
    _, account = _complete(deps, sign_in_id)
    today = local_date(deps.clock.now())
    if all(acting(account, grant) != actor for grant in in_force(account, today)):
        raise SessionOver


def choose_grant(deps: Deps, visitor: Visitor, here: Here, grant_id: str) -> Here:
    """Act with this grant from now on. Raises `NotFound` for one that is not in force, `NothingInForce`."""
    today = local_date(deps.clock.now())
    if not in_force(here.account, today):
        raise NothingInForce
    grant = find_in_force(here.account, grant_id, today)
    if grant is None:
        raise NotFound
    return settle(deps, visitor, replace(here.sign_in, grant_id=grant.id), here.account)


def settle(deps: Deps, visitor: Visitor, sign_in: SignIn, account: Account) -> Here:
    """Choose the grant where there is no choice, and note it where the sign-in is complete now."""
    chosen = _with_only_grant(deps, sign_in, account)
    stage = stage_of(deps, chosen, account)
    is_complete = stage is Stage.COMPLETE
    settled = replace(chosen, is_complete=is_complete)
    if is_complete and not sign_in.is_complete:
        _welcome(deps, visitor, account, chosen)
    stored = deps.sign_ins.find(sign_in.id)
    if settled != stored:
        try:
            settled = deps.sign_ins.save(settled)
        except StaleVersion:
            raise SessionOver from None
    return Here(settled, account, stage)


def proved_again(deps: Deps, visitor: Visitor, here: Here, account: Account) -> Here:
    """Go on after a change of the password or the second factor: the sign-in begins anew, all others are over."""
    now = deps.clock.now()
    cookie = deps.random.secret()
    fresh = replace(here.sign_in, started_at=now, seen_at=now, cookie=digest_of(cookie))
    return replace(settle(deps, visitor, fresh, account), cookie=cookie)


def leave(deps: Deps, sign_in: SignIn) -> None:
    """Sign out: every client's session that began from it is over."""
    deps.sign_ins.end(sign_in.id)
    log.info("signed_out", account_id=sign_in.account_id)


def stage_of(deps: Deps, sign_in: SignIn, account: Account) -> Stage:
    """Return what the sign-in still asks for."""
    now = deps.clock.now()
    has_factor = active_factor(deps, account.id) is not None
    grants = in_force(account, local_date(now))
    checks = (
        (Stage.FACTOR, has_factor and Proof.FACTOR not in sign_in.proofs),
        (Stage.PASSWORD_CHANGE, must_change_password(deps, account)),
        (Stage.ENROLMENT, not has_factor and must_have_factor(deps, account)),
        (Stage.NOTHING_OPEN, not grants),
        (Stage.GRANT, all(grant.id != sign_in.grant_id for grant in grants)),
    )
    return next((stage for stage, is_open in checks if is_open), Stage.COMPLETE)


def must_change_password(deps: Deps, account: Account) -> bool:
    """Whether the password is a first or an outworn one."""
    password = account.password
    return password.must_change or is_outworn(deps.policy, password.set_at, deps.clock.now())


def _complete(deps: Deps, sign_in_id: str) -> tuple[SignIn, Account]:
    """Return a complete sign-in that is not over, and whose it is. Raises `SessionOver`."""
    sign_in = deps.sign_ins.find(sign_in_id)
    if sign_in is None or sign_in.is_over(deps.clock.now()) or not sign_in.is_complete:
        raise SessionOver
    account = _account_of(deps, sign_in)
    if account is None:
        raise SessionOver
    return sign_in, account


def _proved(deps: Deps, visitor: Visitor, here: Here, proof: Proof) -> Here:
    cookie = deps.random.secret()
    sign_in = here.sign_in.with_proof(proof, cookie, deps.clock.now())
    return replace(settle(deps, visitor, sign_in, here.account), cookie=cookie)


def _with_only_grant(deps: Deps, sign_in: SignIn, account: Account) -> SignIn:
    grants = in_force(account, local_date(deps.clock.now()))
    return replace(sign_in, grant_id=grants[0].id) if len(grants) == 1 else sign_in


def _welcome(deps: Deps, visitor: Visitor, account: Account, sign_in: SignIn) -> None:
    """Forget the failed attempts, and remember device and address."""
    now, username = deps.clock.now(), account.person.username
    deps.attempts.forget(_personal_subject(deps, visitor, username))
    for place in _places(visitor):
        deps.attempts.make_familiar(username, place, now)
    log.info("signed_in", account_id=account.id, sign_in_id=sign_in.id)


def _count(deps: Deps, visitor: Visitor, username: str, now: datetime) -> tuple[Subject, ...]:
    """Count an attempt: on the person's own device by the person alone, elsewhere by the address as well."""
    personal = _personal_subject(deps, visitor, username)
    is_own_device = visitor.device and personal.value == _own(username, _places(visitor)[0])
    address = Subject(Kind.ADDRESS, visitor.address)
    # The address first: one that must wait can't lock others out.
    subjects = (personal,) if is_own_device else (address, personal)
    deps.attempts.take(subjects, now)
    return subjects


def _personal_subject(deps: Deps, visitor: Visitor, username: str) -> Subject:
    for place in _places(visitor):
        if deps.attempts.is_familiar(username, place):
            return Subject(Kind.ACCOUNT_AT_ADDRESS, _own(username, place))
    return Subject(Kind.ACCOUNT, username)


def _places(visitor: Visitor) -> tuple[str, ...]:
    """Return what a person is known again by: the device by its cookie, then the address."""
    device = (f"device:{digest_of(visitor.device)}",) if visitor.device else ()
    return (*device, visitor.address)


def _own(username: str, place: str) -> str:
    return f"{username}\n{place}"


def _account_of(deps: Deps, sign_in: SignIn) -> Account | None:
    """Return whose sign-in it is, as long as the account still is what it was when it began."""
    try:
        account = deps.accounts.get(sign_in.account_id)
    except NotFound:
        return None
    is_same = account.state is AccountState.ACTIVE and sign_in.started_at >= account.valid_since
    return account if is_same else None


def _is_usable(account: Account, now: datetime) -> bool:
    expires_at = account.password.expires_at
    return account.state is AccountState.ACTIVE and (expires_at is None or now < expires_at)
