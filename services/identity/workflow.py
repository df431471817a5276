"""The states and actions of accounts, grants and clients as tables: what is not in them is forbidden."""

from __future__ import annotations

from dataclasses import dataclass

from services.identity.model.accounts import AccountAction, AccountState
from services.identity.model.change_sets import ChangeSet, ChangeSetAction, ChangeSetState
from services.identity.model.clients import Client, ClientAction, ClientState
from services.identity.model.grants import GrantAction, GrantState
from services.identity.model.invitations import Invitation, InvitationAction, InvitationState
from services.identity.policy import (
    Held,
    Kept,
    extends,
    fills,
    is_proposer,
    is_second_person,
    keeps,
    keeps_clients,
)
from shared.identity.actor import Actor
from shared.workflow import Step, Workflow

STEPS = (
    Step(AccountState.ACTIVE, AccountAction.RESET_PASSWORD, AccountState.ACTIVE, keeps),
    Step(AccountState.ACTIVE, AccountAction.END_SIGN_INS, AccountState.ACTIVE, keeps),
    Step(AccountState.ACTIVE, AccountAction.RESET_FACTOR, AccountState.ACTIVE, keeps),
    Step(AccountState.ACTIVE, AccountAction.DISABLE, AccountState.DISABLED, keeps),
    Step(AccountState.DISABLED, AccountAction.ENABLE, AccountState.ACTIVE, keeps),
)

WORKFLOW: Workflow[AccountState, AccountAction, Kept] = Workflow(STEPS, lambda kept: kept.account.state)

step_for = WORKFLOW.step_for
open_actions = WORKFLOW.open_actions


@dataclass(frozen=True)
class Asked:
    """An invitation as somebody finds it, with what they are to it."""

    invitation: Invitation
    is_invited: bool = False
    is_principal: bool = False
    supervises: bool = False


def _is_invited(_: Actor, asked: Asked) -> bool:
    return asked.is_invited


def _is_second_reviewer(actor: Actor, asked: Asked) -> bool:
    return asked.supervises and actor.account_id != asked.invitation.asked.by


def _proposed_it(actor: Actor, asked: Asked) -> bool:
    return asked.supervises and actor.account_id == asked.invitation.asked.by


def _takes_back(_: Actor, asked: Asked) -> bool:
    return asked.is_principal or asked.supervises


INVITATION_STEPS = (
    Step(InvitationState.PROPOSED, InvitationAction.CONFIRM, InvitationState.OPEN, _is_second_reviewer),
    Step(InvitationState.PROPOSED, InvitationAction.REFUSE, InvitationState.REFUSED, _is_second_reviewer),
    Step(InvitationState.PROPOSED, InvitationAction.WITHDRAW, InvitationState.WITHDRAWN, _proposed_it),
    Step(InvitationState.OPEN, InvitationAction.ACCEPT, InvitationState.ACCEPTED, _is_invited),
    Step(InvitationState.OPEN, InvitationAction.DECLINE, InvitationState.DECLINED, _is_invited),
    Step(InvitationState.OPEN, InvitationAction.WITHDRAW, InvitationState.WITHDRAWN, _takes_back),
)

INVITATION_WORKFLOW: Workflow[InvitationState, InvitationAction, Asked] = Workflow(
    INVITATION_STEPS, lambda asked: asked.invitation.state
)

invitation_step_for = INVITATION_WORKFLOW.step_for
open_invitation_actions = INVITATION_WORKFLOW.open_actions


def _is_second_keeper(actor: Actor, change_set: ChangeSet) -> bool:
    return actor.account_id != change_set.proposed.by


def _proposed_changes(actor: Actor, change_set: ChangeSet) -> bool:
    return actor.account_id == change_set.proposed.by


CHANGE_SET_STEPS = (
    Step(ChangeSetState.PROPOSED, ChangeSetAction.CONFIRM, ChangeSetState.CONFIRMED, _is_second_keeper),
    Step(ChangeSetState.PROPOSED, ChangeSetAction.REFUSE, ChangeSetState.REFUSED, _is_second_keeper),
    Step(ChangeSetState.PROPOSED, ChangeSetAction.WITHDRAW, ChangeSetState.WITHDRAWN, _proposed_changes),
)

CHANGE_SET_WORKFLOW: Workflow[ChangeSetState, ChangeSetAction, ChangeSet] = Workflow(
    CHANGE_SET_STEPS, lambda change_set: change_set.state
)

change_set_step_for = CHANGE_SET_WORKFLOW.step_for
open_change_set_actions = CHANGE_SET_WORKFLOW.open_actions

GRANT_STEPS = (
    Step(GrantState.PROPOSED, GrantAction.CONFIRM, GrantState.IN_FORCE, is_second_person),
    Step(GrantState.PROPOSED, GrantAction.REFUSE, GrantState.REFUSED, is_second_person),
    Step(GrantState.PROPOSED, GrantAction.WITHDRAW, GrantState.ENDED, is_proposer),
    Step(GrantState.IN_FORCE, GrantAction.EXTEND, GrantState.IN_FORCE, extends),
    Step(GrantState.IN_FORCE, GrantAction.END, GrantState.ENDED, fills),
)

GRANT_WORKFLOW: Workflow[GrantState, GrantAction, Held] = Workflow(GRANT_STEPS, lambda held: held.grant.state)

grant_step_for = GRANT_WORKFLOW.step_for
open_grant_actions = GRANT_WORKFLOW.open_actions

CLIENT_STEPS = (
    Step(ClientState.ENABLED, ClientAction.CHANGE_KEYS, ClientState.ENABLED, keeps_clients),
    Step(ClientState.ENABLED, ClientAction.DISABLE, ClientState.DISABLED, keeps_clients),
    Step(ClientState.DISABLED, ClientAction.CHANGE_KEYS, ClientState.DISABLED, keeps_clients),
    Step(ClientState.DISABLED, ClientAction.ENABLE, ClientState.ENABLED, keeps_clients),
)

CLIENT_WORKFLOW: Workflow[ClientState, ClientAction, Client] = Workflow(CLIENT_STEPS, lambda client: client.state)

client_step_for = CLIENT_WORKFLOW.step_for
open_client_actions = CLIENT_WORKFLOW.open_actions
