"""Keeping the accounts of staff. Units sign themselves up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from services.identity.errors import BootstrapDone
from services.identity.model.accounts import Account, AccountAction, Password, Person, Unit
from services.identity.model.grants import GrantState, live
from services.identity.model.mails import MailDue
from services.identity.model.places import FOUR_EYES, Place
from services.identity.operations.appointments import (
    FIRST_PASSWORD_LIFETIME,
    Appointment,
    WithPassword,
    add_staff,
    first_password_mail,
)
from services.identity.operations.factors import active_factor, reset_factor
from services.identity.operations.sight import account_in_sight, places_of
from services.identity.policy import Kept
from services.identity.ports.deps import Deps
from services.identity.workflow import step_for
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Conflict
from shared.history import was_done
from shared.idempotency import RequestKey
from shared.identity.actor import Role
from shared.paging import Page

BOOTSTRAP_LIFETIME = timedelta(hours=24)
FIRST_ADMINISTRATORS = 2
"""So many are made from the command line: from then on one proposes and the other confirms."""

log = structlog.get_logger()


@dataclass(frozen=True)
class Filter:
    """Which of the places that the actor fills, and whether only what waits for a second person."""

    role: Role | None = None
    division: str | None = None
    is_waiting: bool = False

    def takes(self, place: Place) -> bool:
        """Whether the place is asked for."""
        return self.role in (None, place.role) and self.division in (None, place.division)


def own_account(deps: Deps, call: Call) -> tuple[Account, Unit | None]:
    """Return the actor's account, and unit where there is one. Raises `NotFound`."""
    account = deps.accounts.get(call.actor.account_id)
    return account, deps.units.get(call.actor.unit_id) if call.actor.unit_id else None


def get_account(deps: Deps, call: Call, account_id: str) -> Account:
    """Return an account. Raises `NotFound` where it is outside the actor's sight."""
    return account_in_sight(deps, call, account_id)


def list_accounts(deps: Deps, call: Call, wanted: Filter, cursor: str, limit: int) -> Page[Account]:
    """Return a page of those who hold or held a place that the actor fills, newest first."""
    places = frozenset(place for place in places_of(deps, call) if wanted.takes(place))
    state = GrantState.PROPOSED if wanted.is_waiting else None
    return deps.accounts.list_in_places(places, state, cursor, limit) if places else Page(())


def create_administrator(deps: Deps, person: Person) -> WithPassword:
    """Open the account of one of the first two administrators, from the command line.

    The password must be changed within a day; where that was missed, another account can be opened. Raises
    `BootstrapDone` while two administrators can act, `UsernameTaken`.
    """
    now = deps.clock.now()
    if deps.accounts.count_administrators(local_date(now), now) >= FIRST_ADMINISTRATORS:
        raise BootstrapDone
    number = 1
    while deps.accounts.find_created(RequestKey(_bootstrap_key(number), "")) is not None:
        number += 1
    return add_staff(deps, person, Appointment(Role.ADMINISTRATOR, None), BOOTSTRAP_LIFETIME, _bootstrap_key(number))


def _bootstrap_key(number: int) -> str:
    return f"bootstrap-administrator-{number}"


def reset_password(deps: Deps, call: Call, account_id: str) -> WithPassword:
    """Give a new first password. Every session of the account is over.

    Actor: who fills all places of the person, not for themselves. Who holds a powerful role gets it by mail alone, so
    that nobody else comes to act in that name. Raises `Conflict` where there is no address for that.
    """
    now = deps.clock.now()
    password = deps.random.password()
    before = account_in_sight(deps, call, account_id)
    is_powerful = any(grant.role in FOUR_EYES for grant in live(before, local_date(now)))
    mails = [first_password_mail(WithPassword(before, password))] if is_powerful else []

    def make(account: Account) -> Account:
        if is_powerful and not account.person.email:
            raise Conflict("该账户没有邮箱，不能重置密码。", code="email_missing")
        fresh = Password(deps.hashes.hash(password), now, must_change=True, expires_at=now + FIRST_PASSWORD_LIFETIME)
        return replace(account, password=fresh, valid_since=now)

    changed, is_repeated = _changed(deps, call, account_id, AccountAction.RESET_PASSWORD, make, mails)
    return WithPassword(changed, None if is_repeated or is_powerful else password, is_powerful)


def end_sign_ins(deps: Deps, call: Call, account_id: str) -> Account:
    """End every session of an account. Actor: who fills all places of the person, not for themselves."""
    now = deps.clock.now()
    return _changed(deps, call, account_id, AccountAction.END_SIGN_INS, lambda a: replace(a, valid_since=now))[0]


def reset_account_factor(deps: Deps, call: Call, account_id: str) -> Account:
    """Take the second factor from somebody who lost the device, and end every session of the account.

    Actor: who fills all places of the person, not for themselves. Who must have one sets another up at the next sign-in.
    """
    now = deps.clock.now()
    changed, _ = _changed(deps, call, account_id, AccountAction.RESET_FACTOR, lambda a: replace(a, valid_since=now))
    if active_factor(deps, account_id) is not None:  # also where an earlier try of this request broke off here
        reset_factor(deps, call.actor.account_id, account_id)
    return changed


def disable_account(deps: Deps, call: Call, account_id: str) -> Account:
    """Stop an account from signing in. Every session of the account is over. From: active.

    Actor: who fills all places of the person. Raises `LastAdministrator`.
    """
    now = deps.clock.now()
    return _changed(deps, call, account_id, AccountAction.DISABLE, lambda a: replace(a, valid_since=now))[0]


def enable_account(deps: Deps, call: Call, account_id: str) -> Account:
    """Let an account sign in again. From: disabled. Actor: as for disabling."""
    return _changed(deps, call, account_id, AccountAction.ENABLE, lambda a: a)[0]


def _changed(
    deps: Deps,
    call: Call,
    account_id: str,
    action: AccountAction,
    make: Callable[[Account], Account],
    mails: Sequence[MailDue] = (),
) -> tuple[Account, bool]:
    """Take one step with an account; return it, and whether this very request had taken it before."""
    account = account_in_sight(deps, call, account_id)
    if was_done(account.history, call.request):
        return account, True
    call.check_version(account.version)
    kept = Kept(account, places_of(deps, call), local_date(deps.clock.now()))
    step = step_for(kept, action, call.actor)
    entry = call.entry(deps.clock.now(), action, account.state, step.target)
    changed = replace(make(account), state=step.target)
    must_stay = action is AccountAction.DISABLE and any(grant.role is Role.ADMINISTRATOR for grant in account.grants)
    saved = deps.accounts.save(changed, entry, mails, keep_administrator=must_stay)
    log.info("account_changed", account_id=account.id, action=action, by=call.actor.account_id)
    return saved, False
