"""The second factor: setting it up, showing it, giving it up, and getting in without the device."""

from __future__ import annotations

import hmac
from dataclasses import dataclass, replace
from datetime import datetime

import pyotp
import structlog

from services.identity.errors import ChangedMeanwhile, FactorExists, FactorMissing, FactorRequired, WrongFactor
from services.identity.model.accounts import Account
from services.identity.model.factors import (
    RECOVERY_CODES,
    STEP_SECONDS,
    Factor,
    FactorAction,
    FactorState,
    is_needed,
    is_recovery_code,
    plain_code,
    recovery_digest,
    steps_around,
)
from services.identity.model.grants import in_force
from services.identity.ports.deps import Deps
from shared.clock import local_date
from shared.errors import NotFound, StaleVersion
from shared.history import HistoryEntry

ISSUER = "统报"

log = structlog.get_logger()


@dataclass(frozen=True)
class Enrolment:
    """What a person needs to set up a device: the secret, and the address that its QR code holds."""

    secret: str
    address: str

    def __repr__(self) -> str:
        return "Enrolment(…)"


def active_factor(deps: Deps, account_id: str) -> Factor | None:
    """Return the second factor that is asked for at sign-in; None where there is none."""
    found = deps.factors.find(account_id)
    return found if found is not None and found.is_active else None


def must_have_factor(deps: Deps, account: Account) -> bool:
    """Whether one of the roles that the person may act in today can't do without a second factor."""
    today = local_date(deps.clock.now())
    return any(is_needed(deps.factor_rule, grant.role) for grant in in_force(account, today))


def begin_enrolment(deps: Deps, account: Account) -> Enrolment:
    """Make a secret for the account, which counts once a code of it was shown. Raises `FactorExists`."""
    now, found = deps.clock.now(), deps.factors.find(account.id)
    if found is not None and found.is_active:
        raise FactorExists
    secret = deps.random.totp_secret()
    fresh = Factor(account.id, found.version if found else 1, FactorState.PENDING, secret)
    entry = HistoryEntry(now, account.id, FactorAction.BEGIN, found.state if found else None, FactorState.PENDING)
    _store(deps, fresh, entry, is_new=found is None)
    return _enrolment(account, secret)


def pending_enrolment(deps: Deps, account: Account) -> Enrolment | None:
    """Return the enrolment that was begun and not confirmed yet."""
    found = deps.factors.find(account.id)
    return _enrolment(account, found.secret) if found is not None and found.state is FactorState.PENDING else None


def confirm_enrolment(deps: Deps, account: Account, code: str) -> tuple[str, ...]:
    """Put the second factor in force with a first code of it; return the recovery codes, shown this once.

    Raises `FactorMissing` where none was begun, `WrongFactor`.
    """
    now, found = deps.clock.now(), deps.factors.find(account.id)
    if found is None or found.state is not FactorState.PENDING:
        raise FactorMissing
    step = _matching_step(found, code, now)
    if step is None:
        raise WrongFactor
    codes = tuple(deps.random.recovery_code() for _ in range(RECOVERY_CODES))
    confirmed = replace(
        found,
        state=FactorState.ACTIVE,
        last_step=step,
        recovery=frozenset(recovery_digest(account.id, each) for each in codes),
        confirmed_at=now,
    )
    entry = HistoryEntry(now, account.id, FactorAction.CONFIRM, FactorState.PENDING, FactorState.ACTIVE)
    _store(deps, confirmed, entry)
    log.info("factor_confirmed", account_id=account.id)
    return codes


def check_code(deps: Deps, account: Account, code: str) -> None:
    """Take a one-time password or a recovery code; each is good once. Raises `WrongFactor`, `FactorMissing`."""
    now, found = deps.clock.now(), active_factor(deps, account.id)
    if found is None:
        raise FactorMissing
    used: Factor | None
    entry: HistoryEntry | None = None
    if is_recovery_code(code):
        used = found.without(code)
        entry = HistoryEntry(now, account.id, FactorAction.RECOVER, found.state, found.state)
    else:
        step = _matching_step(found, code, now)
        used = replace(found, last_step=step) if step is not None else None
    if used is None:
        raise WrongFactor
    try:
        deps.factors.save(used, entry)
    except StaleVersion:
        raise WrongFactor from None  # another request has just used a code: perhaps this one
    if entry is not None:
        log.warning("recovery_code_used", account_id=account.id, left=len(used.recovery))


def remove_factor(deps: Deps, account: Account) -> None:
    """Give one's own second factor up. Raises `FactorMissing`, `FactorRequired`."""
    if must_have_factor(deps, account):
        raise FactorRequired
    _remove(deps, account.id, account.id, FactorAction.REMOVE)


def reset_factor(deps: Deps, by: str, account_id: str) -> None:
    """Take the second factor from somebody who lost the device; the next sign-in sets up another. Raises `NotFound`."""
    try:
        _remove(deps, account_id, by, FactorAction.RESET)
    except FactorMissing:
        raise NotFound from None


def _remove(deps: Deps, account_id: str, by: str, action: FactorAction) -> None:
    found = active_factor(deps, account_id)
    if found is None:
        raise FactorMissing
    gone = replace(found, state=FactorState.REMOVED, secret="", recovery=frozenset(), confirmed_at=None)
    _store(deps, gone, HistoryEntry(deps.clock.now(), by, action, found.state, gone.state))
    log.info("factor_removed", account_id=account_id, by=by, action=action)


def _store(deps: Deps, factor: Factor, entry: HistoryEntry, *, is_new: bool = False) -> None:
    try:
        if is_new:
            deps.factors.add(factor, entry)
        else:
            deps.factors.save(factor, entry)
    except (StaleVersion, FactorExists):
        raise ChangedMeanwhile from None


def _matching_step(factor: Factor, code: str, now: datetime) -> int | None:
    """Return the time step that the code belongs to: a near one, and newer than any whose code was used."""
    given = plain_code(code)
    totp = pyotp.TOTP(factor.secret, interval=STEP_SECONDS)
    matching = [step for step in steps_around(now) if hmac.compare_digest(_code_at(totp, step), given.encode())]
    return next((step for step in matching if step > factor.last_step), None)


def _code_at(totp: pyotp.TOTP, step: int) -> bytes:
    return totp.generate_otp(step).encode()


def _enrolment(account: Account, secret: str) -> Enrolment:
    totp = pyotp.TOTP(secret, interval=STEP_SECONDS)
    return Enrolment(secret, totp.provisioning_uri(name=account.person.username, issuer_name=ISSUER))
