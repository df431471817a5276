"""The states and actions of an account as a table: what is not in it is forbidden."""

from __future__ import annotations

from dataclasses import dataclass

from services.identity.model.accounts import Account, AccountAction, AccountState
from services.identity.policy import Predicate, administrator_of_another, own_account
from shared.errors import Conflict, NotAllowed
from shared.identity.actor import Actor


@dataclass(frozen=True)
class Step:
    """From this state, this action leads to that state, for whom the predicate holds."""

    source: AccountState
    action: AccountAction
    target: AccountState
    allowed: Predicate


STEPS = (
    Step(AccountState.ACTIVE, AccountAction.CHANGE_PASSWORD, AccountState.ACTIVE, own_account),
    Step(AccountState.ACTIVE, AccountAction.RESET_PASSWORD, AccountState.ACTIVE, administrator_of_another),
    Step(AccountState.ACTIVE, AccountAction.DISABLE, AccountState.DISABLED, administrator_of_another),
    Step(AccountState.DISABLED, AccountAction.ENABLE, AccountState.ACTIVE, administrator_of_another),
)


def step_for(account: Account, action: AccountAction, actor: Actor) -> Step:
    """Return the step that `actor` takes with `action`.

    Raises `Conflict` where the state does not know the action, `NotAllowed` where the actor may not take it.
    """
    for step in STEPS:
        if step.source is account.state and step.action is action:
            if not step.allowed(actor, account):
                raise NotAllowed
            return step
    raise Conflict


def open_actions(account: Account, actor: Actor) -> tuple[AccountAction, ...]:
    """Return what `actor` can do now, in the order of the table."""
    return tuple(step.action for step in STEPS if step.source is account.state and step.allowed(actor, account))
