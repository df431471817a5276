"""The states and actions of an account as a table: what is not in it is forbidden."""

from __future__ import annotations

from services.identity.model.accounts import Account, AccountAction, AccountState
from services.identity.policy import administrator_of_another, own_account
from shared.workflow import Step, Workflow

STEPS = (
    Step(AccountState.ACTIVE, AccountAction.CHANGE_PASSWORD, AccountState.ACTIVE, own_account),
    Step(AccountState.ACTIVE, AccountAction.RESET_PASSWORD, AccountState.ACTIVE, administrator_of_another),
    Step(AccountState.ACTIVE, AccountAction.DISABLE, AccountState.DISABLED, administrator_of_another),
    Step(AccountState.DISABLED, AccountAction.ENABLE, AccountState.ACTIVE, administrator_of_another),
)

WORKFLOW: Workflow[AccountState, AccountAction, Account] = Workflow(STEPS, lambda account: account.state)

step_for = WORKFLOW.step_for
open_actions = WORKFLOW.open_actions
