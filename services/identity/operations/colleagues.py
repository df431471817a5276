"""The people of a unit: who acts for it, who is invited, and how the principal ends a colleague's right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from services.identity.errors import TooManyInvitations
from services.identity.model.accounts import Account
from services.identity.model.attempts import Kind, Subject
from services.identity.model.grants import Act, Grant, GrantAction, GrantState, in_force, told
from services.identity.model.invitations import (
    LIFETIME,
    MOST_OPEN,
    Invitation,
    InvitationAction,
    InvitationKind,
    InvitationState,
    Invited,
)
from services.identity.model.mails import MailDue, MailKind
from services.identity.operations.appointments import check_together, with_grant
from services.identity.operations.telling import right_ended
from services.identity.ports.deps import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Invalid, NotAllowed, NotFound, Problem
from shared.history import HistoryEntry, was_done
from shared.identity.actor import Role

log = structlog.get_logger()


@dataclass(frozen=True)
class Colleague:
    """A person with the grant by which they act for the unit: the first, where the unit is several things."""

    account: Account
    grant: Grant


@dataclass(frozen=True)
class People:
    """Everybody who acts for a unit, who is asked to, and in which roles the unit is in the system."""

    colleagues: Sequence[Colleague]
    invitations: Sequence[Invitation]
    roles: Sequence[Role]


def list_people(deps: Deps, call: Call) -> People:
    """Return who acts for the actor's unit today, and its open invitations. Actor: a person of the unit."""
    unit_id = unit_of(call)
    today = local_date(deps.clock.now())
    accounts = list(deps.accounts.list_of_unit(unit_id, today))
    found = (Colleague(account, grant_for(account, unit_id, deps)) for account in accounts)
    held = {grant.role for account in accounts for grant in grants_for(account, unit_id, deps)}
    people = sorted(found, key=lambda each: (not each.grant.is_principal, each.account.id))
    roles = [role for role in Role if role in held]
    return People(people, deps.invitations.list_open(unit_id, deps.clock.now()), roles)


def invite(deps: Deps, call: Call, email: str, display_name: str) -> Invitation:
    """Ask a person by mail to act for the unit, in the role in which its principal acts. Actor: the principal. To: open.

    Answer and work are the same whether or not the address has an account. Raises `NotAllowed`, `Invalid` for somebody
    who acts for the unit already, `TooManyInvitations`, `KeyReused`.
    """
    principal = principal_acting(deps, call)
    return _asked(deps, call, principal, Invited(email, display_name), InvitationKind.COLLEAGUE)


def offer_place(deps: Deps, call: Call, invited: Invited, account_id: str | None, *, keeps_giver: bool) -> Invitation:
    """Offer the principal's place to a colleague (`account_id`) or to somebody by mail. Actor: the principal.

    Nothing changes until the other accepts; a new offer is made only when no other is open. To: open. Raises as
    `invite`, and `NotFound` for one who is no colleague.
    """
    principal = principal_acting(deps, call)
    if account_id is not None:
        colleague = _colleague(deps, principal, account_id)
        person = colleague.account.person
        invited = Invited(person.email or person.username, person.display_name)
    return _asked(
        deps, call, principal, invited, InvitationKind.TRANSFER, account_id=account_id, keeps_giver=keeps_giver
    )


def end_colleague(deps: Deps, call: Call, account_id: str) -> Account:
    """End a colleague's right to act for the unit; `check_right` and the next refresh refuse sessions that use it.

    Actor: the principal, not for themselves: the place is handed over, never left empty. Raises `NotFound`,
    `NotAllowed`, `StaleVersion`.
    """
    principal = principal_acting(deps, call)
    account = deps.accounts.get(account_id)
    if was_done(account.history, call.request):
        return account
    colleague = _colleague(deps, principal, account_id)
    call.check_version(account.version)
    if colleague.grant.is_principal:
        raise NotAllowed("主账户负责人不能终止自己的权限，请先移交。")
    now = deps.clock.now()
    before = grants_for(account, unit_of(call), deps)
    after = [replace(grant, state=GrantState.ENDED, ended=Act(call.actor.account_id, now)) for grant in before]
    entry = call.entry(now, GrantAction.END, told_all(before), told_all(after))
    news = [right_ended(deps, account, grant) for grant in after]
    saved = deps.accounts.save(with_grants(account, after), entry, news)
    log.info("colleague_ended", account_id=account.id, grant_id=after[0].id, unit_id=unit_of(call))
    return saved


def unit_of(call: Call) -> str:
    """Return the unit that the actor acts for. Raises `NotFound`."""
    if call.actor.unit_id is None:
        raise NotFound
    return call.actor.unit_id


def principal_acting(deps: Deps, call: Call) -> Colleague:
    """Return the actor with the grant by which they answer for the unit, in the role in which they act.

    Raises `NotAllowed` for anybody else.
    """
    account = deps.accounts.get(call.actor.account_id)
    held = [grant for grant in grants_for(account, unit_of(call), deps) if grant.is_principal]
    if not held:
        raise NotAllowed("只有本单位主账户负责人可以进行此项操作。")
    return Colleague(account, next((grant for grant in held if grant.role is call.actor.role), held[0]))


def grants_for(account: Account, unit_id: str, deps: Deps) -> tuple[Grant, ...]:
    """Return all grants by which a person acts for a unit today."""
    return tuple(grant for grant in in_force(account, local_date(deps.clock.now())) if grant.unit_id == unit_id)


def grant_for(account: Account, unit_id: str, deps: Deps) -> Grant:
    """Return the first grant by which a person acts for a unit today. Raises `NotFound`."""
    held = grants_for(account, unit_id, deps)
    if not held:
        raise NotFound
    return held[0]


def with_grants(account: Account, grants: Sequence[Grant]) -> Account:
    """Return the account with these grants, as `with_grant` does it with one."""
    for grant in grants:
        account = with_grant(account, grant)
    return account


def told_all(grants: Sequence[Grant]) -> str:
    """Return grants and their states as the history of their person keeps them."""
    return " ".join(told(grant) for grant in grants)


def invitation_mail(invitation: Invitation, code: str) -> MailDue:
    """Return the mail that asks somebody: with the code, and without the unit's name, which is not for mails."""
    kinds = {
        InvitationKind.COLLEAGUE: MailKind.INVITATION,
        InvitationKind.TRANSFER: MailKind.PLACE_OFFERED,
        InvitationKind.RECOVERY: MailKind.PLACE_RECOVERED,
    }
    link = f"/invitations/{invitation.id}"
    return MailDue(kinds[invitation.kind], invitation.invited.email, {"code": code}, link)


def _asked(
    deps: Deps,
    call: Call,
    principal: Colleague,
    invited: Invited,
    kind: InvitationKind,
    *,
    account_id: str | None = None,
    keeps_giver: bool = False,
) -> Invitation:
    if call.request is not None:
        made = deps.invitations.find_created(call.request)
        if made is not None:
            return made
    grant = principal.grant
    now = deps.clock.now()
    unit_id = unit_of(call)
    open_ones = deps.invitations.list_open(unit_id, now)
    if len(open_ones) >= MOST_OPEN:
        raise TooManyInvitations
    if kind is InvitationKind.TRANSFER and any(each.kind is kind for each in open_ones):
        raise Invalid([Problem("/email", "transfer_open", "已有一份移交邀请尚未答复，可先撤回。", "一次一份")])
    if account_id is None:
        check_new_colleague(deps, unit_id, invited.email, open_ones)
    deps.attempts.take((Subject(Kind.SIGN_UP_EMAIL, invited.email),), now)
    code = deps.random.code()
    invitation = Invitation(
        id=deps.random.id(),
        version=1,
        kind=kind,
        state=InvitationState.OPEN,
        unit_id=unit_id,
        division=str(grant.division),
        role=grant.role,
        invited=replace(invited, code_hash=deps.hashes.hash(code)),
        asked=Act(call.actor.account_id, now),
        expires_at=now + LIFETIME,
        keeps_giver=keeps_giver,
        account_id=account_id,
    )
    entry: HistoryEntry = call.entry(now, InvitationAction.INVITE, None, InvitationState.OPEN)
    stored = deps.invitations.add(invitation, entry, [invitation_mail(invitation, code)])
    log.info("invited", invitation_id=stored.id, kind=kind, unit_id=unit_id, by=call.actor.account_id)
    return stored


def check_new_colleague(deps: Deps, unit_id: str, email: str, open_ones: Sequence[Invitation]) -> None:
    """Refuse to ask somebody who acts for the unit, or is asked already. Raises `Invalid`."""
    today = local_date(deps.clock.now())
    people = deps.accounts.list_of_unit(unit_id, today)
    known = {text.casefold() for account in people for text in (account.person.email, account.person.username)}
    if email.casefold() in known:
        raise Invalid(
            [Problem("/email", "colleague_already", "此人已可代表本单位，请在同事列表中办理。", "其他人的邮箱")]
        )
    if any(each.invited.email.casefold() == email.casefold() for each in open_ones):
        raise Invalid([Problem("/email", "invited_already", "已向此邮箱发出邀请，尚未答复。", "其他人的邮箱")])


def _colleague(deps: Deps, principal: Colleague, account_id: str) -> Colleague:
    """Return a person of the same unit. Raises `NotFound`."""
    account = deps.accounts.get(account_id)
    return Colleague(account, grant_for(account, str(principal.grant.unit_id), deps))


def check_may_join(account: Account, invitation: Invitation, deps: Deps) -> None:
    """Refuse somebody whose office excludes acting for a unit. Raises `Invalid`."""
    check_together(account, invitation.role, local_date(deps.clock.now()))
