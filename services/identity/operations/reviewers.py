"""Who reviews beside one: the people who hold the same office over the same division."""

from __future__ import annotations

from services.identity.model.accounts import Account
from services.identity.model.contacts import Sought
from services.identity.ports.deps import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.paging import Page


def list_reviewers(deps: Deps, call: Call, cursor: str, limit: int) -> Page[Account]:
    """Return a page of the active accounts with the actor's role over the actor's division, the actor among them.

    Actor: a department or the ministry. Raises `Malformed` for a bad cursor.
    """
    sought = Sought(role=call.actor.role, division=call.actor.division)
    return deps.accounts.list_reachable(sought, local_date(deps.clock.now()), cursor, limit)
