"""What of the accounts an actor sees: those who hold or held a place that the actor fills."""

from __future__ import annotations

from services.identity.model.accounts import Account
from services.identity.model.places import Place, places_below
from services.identity.policy import is_in_sight
from services.identity.ports.deps import Deps
from shared.calls import Call
from shared.errors import NotFound


def places_of(deps: Deps, call: Call) -> frozenset[Place]:
    """Return the places that the actor fills today."""
    return places_below(call.actor, deps.divisions.below, deps.divisions.level_of)


def account_in_sight(deps: Deps, call: Call, account_id: str) -> Account:
    """Return an account. Raises `NotFound` where it is outside the actor's sight."""
    account = deps.accounts.get(account_id)
    if not is_in_sight(call.actor, account, places_of(deps, call)):
        raise NotFound
    return account
