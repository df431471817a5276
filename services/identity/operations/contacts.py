"""Whom a machine may write to: the addresses of those who act for a unit, in a role, or under an account."""

from __future__ import annotations

from services.identity.model.accounts import Account
from services.identity.model.contacts import Sought
from services.identity.ports.deps import Deps
from shared.clock import local_date
from shared.errors import Invalid, Problem
from shared.paging import Page


def list_contacts(deps: Deps, sought: Sought, cursor: str, limit: int) -> Page[Account]:
    """Return a page of the active accounts that have a fitting grant today. Actor: a machine.

    An account that is named itself is found without one: who lost the last right has to be told of it.

    Raises `Invalid` where not exactly one kind of recipient is named, `Malformed` for a bad cursor.
    """
    named = [value for value in (sought.unit_id, sought.account_id, sought.role) if value]
    if len(named) != 1 or (sought.division and not sought.role):
        raise Invalid([Problem("", "one_recipient", "应指定单位、账户、角色（及区划）之一。", "其中之一")])
    return deps.accounts.list_reachable(sought, local_date(deps.clock.now()), cursor, limit)
