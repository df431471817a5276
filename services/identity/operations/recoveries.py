"""Putting a new principal in the place of one who is gone: asked by a reviewer, confirmed by another, accepted."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog

from services.identity.errors import RecoveryOpen
from services.identity.model.accounts import Unit
from services.identity.model.grants import Act
from services.identity.model.invitations import (
    LIFETIME,
    Invitation,
    InvitationAction,
    InvitationKind,
    InvitationState,
    Invited,
)
from services.identity.model.mails import Due, MailDue, MailKind
from services.identity.operations.colleagues import invitation_mail
from services.identity.operations.telling import recovery_proposed
from services.identity.ports.deps import Deps
from services.identity.workflow import Asked, invitation_step_for
from shared.calls import Call
from shared.errors import Invalid, NotFound, Problem
from shared.history import was_done
from shared.identity.actor import COUNTRY, Role
from shared.paging import Page

log = structlog.get_logger()


@dataclass(frozen=True)
class Recovery:
    """A recovery with the unit that it is for."""

    invitation: Invitation
    unit: Unit
    asked: Asked


def propose_recovery(deps: Deps, call: Call, credit_code: str, invited: Invited) -> Recovery:
    """Propose a new principal for a unit, with the reason and its evidence. To: proposed.

    Actor: a reviewer of the unit's division or of the level above. The principal of now is told by mail, so that nobody
    is replaced behind their back, and the other reviewers find it in their inbox. Raises `Invalid` for a unit that is not in sight, `RecoveryOpen`, `KeyReused`.
    """
    if call.request is not None:
        made = deps.invitations.find_created(call.request)
        if made is not None:
            return _recovery(deps, call, made)
    unit = deps.units.find_by_credit_code(credit_code)
    if unit is None or not _supervises(deps, call, unit.division):
        message = "本区划内没有使用此统一社会信用代码开通账户的单位。"
        raise Invalid([Problem("/credit_code", "unit_unknown", message, "已开通账户的单位")])
    now = deps.clock.now()
    if deps.invitations.find_recovery(unit.id, now) is not None:
        raise RecoveryOpen
    principal = deps.accounts.find_principal(unit.id)
    role = (
        next((g.role for g in principal.grants if g.unit_id == unit.id), Role.OPERATOR) if principal else Role.OPERATOR
    )
    invitation = Invitation(
        id=deps.random.id(),
        version=1,
        kind=InvitationKind.RECOVERY,
        state=InvitationState.PROPOSED,
        unit_id=unit.id,
        division=unit.division,
        role=role,
        invited=invited,
        asked=Act(call.actor.account_id, now),
        expires_at=now + LIFETIME,
    )
    due: list[Due] = [*recovery_proposed(deps, unit.division)]
    if principal is not None and principal.person.email:
        due.append(MailDue(MailKind.RECOVERY_STARTED, principal.person.email, {}, "/colleagues"))
    entry = call.entry(now, InvitationAction.PROPOSE, None, InvitationState.PROPOSED)
    stored = deps.invitations.add(invitation, entry, due)
    log.info("recovery_proposed", invitation_id=stored.id, unit_id=unit.id, by=call.actor.account_id)
    return _recovery(deps, call, stored)


def list_recoveries(deps: Deps, call: Call, cursor: str, limit: int) -> Page[Recovery]:
    """Return a page of the recoveries of the actor's division and those directly below, newest first."""
    divisions = (call.actor.division or "", *deps.divisions.below(call.actor.division or ""))
    page = deps.invitations.list_recoveries(divisions, cursor, limit)
    return Page(tuple(_recovery(deps, call, each) for each in page.items), page.next_cursor)


def get_recovery(deps: Deps, call: Call, invitation_id: str) -> Recovery:
    """Return a recovery. Raises `NotFound` where it is outside the actor's sight."""
    invitation = deps.invitations.get(invitation_id)
    if invitation.kind is not InvitationKind.RECOVERY or not _supervises(deps, call, invitation.division):
        raise NotFound
    return _recovery(deps, call, invitation)


def confirm_recovery(deps: Deps, call: Call, invitation_id: str) -> Recovery:
    """Let the proposed person be asked by mail. From: proposed. To: open.

    Actor: another reviewer of the division or of the level above. The place changes hands when the person accepts.
    Raises `NotFound`, `NotAllowed` for the proposer, `Conflict`, `StaleVersion`.
    """
    code = deps.random.code()
    now = deps.clock.now()

    def opened(invitation: Invitation) -> Invitation:
        invited = replace(invitation.invited, code_hash=deps.hashes.hash(code))
        return replace(invitation, invited=invited, expires_at=now + LIFETIME)

    found = get_recovery(deps, call, invitation_id)
    mails = [invitation_mail(found.invitation, code)]
    return _step(deps, call, found, InvitationAction.CONFIRM, opened(found.invitation), mails)


def refuse_recovery(deps: Deps, call: Call, invitation_id: str) -> Recovery:
    """Refuse a proposed recovery. From: proposed. To: refused. Actor: as for confirming."""
    found = get_recovery(deps, call, invitation_id)
    return _step(deps, call, found, InvitationAction.REFUSE, found.invitation, [])


def withdraw_recovery(deps: Deps, call: Call, invitation_id: str) -> Recovery:
    """Take a recovery back. From: proposed by who proposed it, or open by any reviewer in charge. To: withdrawn."""
    found = get_recovery(deps, call, invitation_id)
    return _step(deps, call, found, InvitationAction.WITHDRAW, found.invitation, [])


def _step(
    deps: Deps, call: Call, found: Recovery, action: InvitationAction, changed: Invitation, mails: list[MailDue]
) -> Recovery:
    before = found.invitation
    if was_done(before.history, call.request):
        return found
    call.check_version(before.version)
    step = invitation_step_for(found.asked, action, call.actor)
    now = deps.clock.now()
    done = replace(changed, state=step.target, decided=Act(call.actor.account_id, now))
    saved = deps.invitations.save(done, call.entry(now, action, before.state, step.target), mails)
    log.info("recovery_changed", invitation_id=saved.id, action=action, by=call.actor.account_id)
    return _recovery(deps, call, saved)


def _recovery(deps: Deps, call: Call, invitation: Invitation) -> Recovery:
    asked = Asked(invitation, supervises=_supervises(deps, call, invitation.division))
    return Recovery(invitation, deps.units.get(invitation.unit_id), asked)


def _supervises(deps: Deps, call: Call, division: str) -> bool:
    """Whether the actor's department has the division, or the one directly above it."""
    own = call.actor.division
    return own is not None and own != COUNTRY and (own == division or division in deps.divisions.below(own))
