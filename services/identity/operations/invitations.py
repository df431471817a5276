"""Answering an invitation, and taking it back. Who accepts a principal's place takes it in the same write."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import structlog

from services.identity.errors import ChangedMeanwhile, InvitationOver
from services.identity.model.accounts import Account, AccountAction, AccountState, Password, Person, Unit
from services.identity.model.attempts import Kind, Subject
from services.identity.model.grants import Act, Grant, GrantAction, GrantState
from services.identity.model.invitations import Invitation, InvitationAction, InvitationKind, InvitationState
from services.identity.model.mails import MailDue, MailKind
from services.identity.model.passwords import password_problems
from services.identity.operations.appointments import check_together
from services.identity.operations.colleagues import grants_for, principal_acting, told_all, unit_of, with_grants
from services.identity.ports.deps import Deps
from services.identity.ports.invitations import Change
from services.identity.ports.sign_ins import Visitor
from services.identity.workflow import Asked, invitation_step_for
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Conflict, Invalid, NotFound, Problem, StaleVersion
from shared.history import HistoryEntry, was_done
from shared.identity.actor import Role

log = structlog.get_logger()

_Entry = Callable[[datetime, str, str | None, str | None], HistoryEntry]

CODE_WRONG = Problem("/code", "code_wrong", "邀请码不正确或已失效，请核对，或请对方重新邀请。", "邮件中的 8 位数字")
PASSWORD_WRONG = Problem("/password", "password_wrong", "此邮箱已有账户，请填写该账户的登录密码。", "已有账户的密码")


@dataclass(frozen=True)
class Newcomer:
    """What somebody without an account tells when accepting."""

    display_name: str
    phone: str


@dataclass(frozen=True)
class Received:
    """An invitation to the actor, with the unit that it is for; a code is needed where the address is another."""

    invitation: Invitation
    unit: Unit


def list_received(deps: Deps, call: Call) -> Sequence[Received]:
    """Return the open invitations that were sent to the actor's address or offered to the actor."""
    account = deps.accounts.get(call.actor.account_id)
    now = deps.clock.now()
    found = deps.invitations.list_for(account.id, _addresses(account), now)
    return [Received(each, deps.units.get(each.unit_id)) for each in found]


def accept(deps: Deps, call: Call, invitation_id: str, code: str) -> Unit:
    """Accept with the account that is signed in, and return the unit. From: open. To: accepted.

    The code is needed where the invitation went to another address than the account's. Raises `NotFound`, `Invalid`
    for a wrong code or an office that excludes acting for a unit, `InvitationOver`, `ChangedMeanwhile`.
    """
    invitation = deps.invitations.get(invitation_id)
    if was_done(invitation.history, call.request):
        return deps.units.get(invitation.unit_id)
    account = deps.accounts.get(call.actor.account_id)
    try:
        proved = _proved(deps, invitation, account, code)
        check_together(account, proved.role, local_date(deps.clock.now()))
        return _joined(deps, proved, account, call.entry)
    except StaleVersion:
        raise ChangedMeanwhile from None


def enrol(deps: Deps, visitor: Visitor, invitation_id: str, code: str, newcomer: Newcomer, password: str) -> Account:
    """Accept with the mailed code: with a new account, or with the one that the address has and its password.

    A try is counted before the code is looked at. Raises `NotFound`, `Invalid`, `TooManyAttempts`, `InvitationOver`,
    `ChangedMeanwhile`, `UsernameTaken`.
    """
    invitation = deps.invitations.get(invitation_id)
    try:
        proved = _tried(deps, invitation, code)
        email = proved.invited.email
        known = deps.accounts.find_by_username(email)
        account = known or _new_account(deps, email, newcomer, password)
        if known is not None:
            _check_password(deps, visitor, known, password)
            check_together(known, proved.role, local_date(deps.clock.now()))

        def entry(at: datetime, action: str, before: str | None, after: str | None) -> HistoryEntry:
            return HistoryEntry(at, account.id, action, before, after)

        _joined(deps, proved, account, entry, is_new=known is None)
    except StaleVersion:
        raise ChangedMeanwhile from None
    return account


def decline(deps: Deps, call: Call, invitation_id: str) -> None:
    """Decline an invitation that was sent or offered to the actor. From: open. Raises `NotFound`, `Conflict`."""
    invitation = deps.invitations.get(invitation_id)
    if was_done(invitation.history, call.request):
        return
    account = deps.accounts.get(call.actor.account_id)
    if not _is_for(invitation, account):
        raise NotFound
    _ended(deps, call, invitation, InvitationAction.DECLINE, Asked(invitation, is_invited=True))


def decline_by_code(deps: Deps, invitation_id: str, code: str) -> None:
    """Decline with the mailed code. From: open. Raises `NotFound`, `Invalid`, `InvitationOver`, `ChangedMeanwhile`."""
    try:
        proved = _tried(deps, deps.invitations.get(invitation_id), code)
        declined = replace(proved, state=InvitationState.DECLINED)
        entry = HistoryEntry(
            deps.clock.now(), proved.id, InvitationAction.DECLINE, InvitationState.OPEN, InvitationState.DECLINED
        )
        deps.invitations.save(declined, entry)
    except StaleVersion:
        raise ChangedMeanwhile from None


def withdraw(deps: Deps, call: Call, invitation_id: str) -> Invitation:
    """Take an invitation of one's unit back. From: open. Actor: the unit's principal.

    Raises `NotFound` for another unit's or a department's, `NotAllowed`, `Conflict`, `StaleVersion`.
    """
    invitation = deps.invitations.get(invitation_id)
    if invitation.unit_id != unit_of(call) or invitation.kind is InvitationKind.RECOVERY:
        raise NotFound
    principal_acting(deps, call)
    if was_done(invitation.history, call.request):
        return invitation
    call.check_version(invitation.version)
    return _ended(deps, call, invitation, InvitationAction.WITHDRAW, Asked(invitation, is_principal=True))


def _ended(deps: Deps, call: Call, invitation: Invitation, action: InvitationAction, asked: Asked) -> Invitation:
    step = invitation_step_for(asked, action, call.actor)
    now = deps.clock.now()
    done = replace(invitation, state=step.target, decided=Act(call.actor.account_id, now))
    saved = deps.invitations.save(done, call.entry(now, action, invitation.state, step.target))
    log.info("invitation_ended", invitation_id=invitation.id, action=action, by=call.actor.account_id)
    return saved


def _addresses(account: Account) -> tuple[str, ...]:
    """Return the addresses that the person has proved: who came by a unit did, an office's account was typed for them."""
    if not any(grant.unit_id for grant in account.grants):
        return ()
    return tuple({text.casefold(): text for text in (account.person.email, account.person.username) if text}.values())


def _is_for(invitation: Invitation, account: Account) -> bool:
    """Whether the invitation was offered to this account, or sent to an address that the account has proved."""
    if invitation.account_id is not None:
        return invitation.account_id == account.id
    return invitation.invited.email.casefold() in {text.casefold() for text in _addresses(account)}


def _proved(deps: Deps, invitation: Invitation, account: Account, code: str) -> Invitation:
    """Return an open invitation that the person may accept. Raises `NotFound`, `Invalid`, `InvitationOver`."""
    if _is_for(invitation, account):
        if not invitation.is_open(deps.clock.now()):
            raise InvitationOver
        return invitation
    if invitation.account_id is not None:
        raise NotFound  # offered to one person
    return _tried(deps, invitation, code)


def _tried(deps: Deps, invitation: Invitation, code: str) -> Invitation:
    """Count a try, then look at the code. Raises `Invalid`, `StaleVersion`."""
    now = deps.clock.now()
    if not invitation.is_open(now) or invitation.account_id is not None:
        raise Invalid([CODE_WRONG])
    entry = HistoryEntry(now, invitation.id, InvitationAction.TRY, invitation.state, invitation.state)
    tried = deps.invitations.save(replace(invitation, tries=invitation.tries + 1), entry)
    if not deps.hashes.verify(tried.invited.code_hash, code):
        raise Invalid([CODE_WRONG])
    return tried


def _check_password(deps: Deps, visitor: Visitor, account: Account, password: str) -> None:
    subject = Subject(Kind.ACCOUNT_AT_ADDRESS, f"{account.id}\n{visitor.address}")
    deps.attempts.take((subject,), deps.clock.now())
    if account.state is not AccountState.ACTIVE or not deps.hashes.verify(account.password.hash, password):
        raise Invalid([PASSWORD_WRONG])
    deps.attempts.forget(subject)


def _new_account(deps: Deps, email: str, newcomer: Newcomer, password: str) -> Account:
    problems = password_problems(deps.policy, password, email, "/password")
    if not newcomer.display_name:
        problems = (Problem("/display_name", "required", "请填写姓名。"), *problems)
    if problems:
        raise Invalid(problems)
    now = deps.clock.now()
    return Account(
        id=deps.random.id(),
        version=1,
        state=AccountState.ACTIVE,
        person=Person(email, newcomer.display_name, email, newcomer.phone),
        password=Password(deps.hashes.hash(password), set_at=now),
        valid_since=now,
        created_at=now,
    )


def _joined(deps: Deps, invitation: Invitation, account: Account, entry: _Entry, *, is_new: bool = False) -> Unit:
    """Give the person the grant, take the place from who had it, and close the invitation: all or none."""
    now = deps.clock.now()
    giver = _giver(deps, invitation)
    held = grants_for(account, invitation.unit_id, deps)
    if giver is not None and giver.account.id == account.id:
        raise Conflict("您已是主账户负责人。", code="principal_already")
    roles = [invitation.role] if giver is None else [grant.role for grant in giver.grants]
    grants = [_grant(deps, invitation, account, role, held) for role in roles]
    changes = []
    if giver is not None:
        left = [_left(invitation, grant, account.id, now) for grant in giver.grants]
        mail = MailDue(MailKind.PLACE_TAKEN, giver.account.person.email, {}, "/colleagues")
        told_giver = entry(now, GrantAction.HAND_OVER, told_all(giver.grants), told_all(left))
        changes.append(Change(with_grants(giver.account, left), told_giver, [mail] if mail.to else []))
    action = AccountAction.CREATE if is_new else GrantAction.JOIN
    joined = entry(now, action, told_all(held) or None, told_all(grants))
    changes.append(Change(with_grants(account, grants), joined, [], is_new=is_new))
    done = replace(
        invitation,
        state=InvitationState.ACCEPTED,
        account_id=account.id,
        decided=Act(account.id, now),
        invited=replace(invitation.invited, code_hash=""),
    )
    closed = entry(now, InvitationAction.ACCEPT, invitation.state, InvitationState.ACCEPTED)
    deps.invitations.accept(done, closed, changes)
    log.info("invitation_accepted", invitation_id=invitation.id, unit_id=invitation.unit_id, account_id=account.id)
    return deps.units.get(invitation.unit_id)


@dataclass(frozen=True)
class _Giver:
    """Who has the principal's place, with the grants of it: one for each thing that the unit is."""

    account: Account
    grants: tuple[Grant, ...]


def _giver(deps: Deps, invitation: Invitation) -> _Giver | None:
    """Return whose place is taken: that of who offered it, or of whoever has it when a department recovers it.

    Raises `InvitationOver` where who offered the place has it no longer.
    """
    if invitation.kind is InvitationKind.COLLEAGUE:
        return None
    account = deps.accounts.find_principal(invitation.unit_id)
    if account is None or (invitation.kind is InvitationKind.TRANSFER and account.id != invitation.asked.by):
        raise InvitationOver
    held = (g for g in account.grants if g.is_principal and g.unit_id == invitation.unit_id)
    return _Giver(account, tuple(g for g in held if g.state is GrantState.IN_FORCE))


def _left(invitation: Invitation, grant: Grant, by: str, now: datetime) -> Grant:
    """Return what the giver keeps: an ordinary grant, or one that ended."""
    if invitation.kind is InvitationKind.TRANSFER and invitation.keeps_giver:
        return replace(grant, is_principal=False)
    return replace(grant, is_principal=False, state=GrantState.ENDED, ended=Act(by, now))


def _grant(deps: Deps, invitation: Invitation, account: Account, role: Role, held: Sequence[Grant]) -> Grant:
    is_principal = invitation.kind is not InvitationKind.COLLEAGUE
    if held and not is_principal:
        raise Conflict("您已可代表该单位。", code="colleague_already")
    same = next((grant for grant in held if grant.role is role), None)
    if same is not None:
        return replace(same, is_principal=True, valid_to=None)
    now = deps.clock.now()
    return Grant(
        id=deps.random.id(),
        role=role,
        valid_from=local_date(now),
        proposed=invitation.asked,
        unit_id=invitation.unit_id,
        division=invitation.division,
        is_principal=is_principal,
        decided=Act(account.id, now),
    )
