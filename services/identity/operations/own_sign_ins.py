"""Where somebody is signed in, and ending it."""

from __future__ import annotations

from collections.abc import Sequence

import structlog

from services.identity.model.sign_ins import IDLE, SignIn
from services.identity.ports.deps import Deps
from shared.errors import NotFound

log = structlog.get_logger()


def list_own(deps: Deps, account_id: str) -> Sequence[SignIn]:
    """Return the sign-ins of an account that are not over, newest first."""
    now = deps.clock.now()
    account = deps.accounts.get(account_id)
    found = deps.sign_ins.list_of_account(account_id, now - IDLE)
    return [each for each in found if not each.is_over(now) and each.started_at >= account.valid_since]


def end_own(deps: Deps, account_id: str, sign_in_id: str) -> None:
    """End one's own sign-in with all clients' sessions that came from it. Raises `NotFound` for another's."""
    found = deps.sign_ins.find(sign_in_id)
    if found is None or found.account_id != account_id or found.ended:
        raise NotFound
    deps.sign_ins.end(sign_in_id)
    log.info("sign_in_ended", account_id=account_id, sign_in_id=sign_in_id)


def end_others(deps: Deps, account_id: str, kept: str) -> None:
    """End all of one's own sign-ins but the one that is kept."""
    for each in list_own(deps, account_id):
        if each.id != kept:
            deps.sign_ins.end(each.id)
    log.info("other_sign_ins_ended", account_id=account_id)
