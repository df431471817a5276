"""Accounts and mails in words for people."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypedDict

import segno

from services.identity.model.accounts import Account, Unit
from services.identity.model.change_sets import ChangeSet
from services.identity.model.clients import Client
from services.identity.model.grants import Grant
from services.identity.model.invitations import Invitation
from services.identity.model.places import Place, place_of
from services.identity.model.sign_ins import SignIn
from services.identity.operations.colleagues import People
from services.identity.operations.divisions import MESSAGES, Preview
from services.identity.operations.invitations import Received
from services.identity.operations.recoveries import Recovery
from services.identity.policy import Held, Kept
from services.identity.ports.deps import Deps
from services.identity.ports.divisions import Divisions
from services.identity.workflow import (
    open_actions,
    open_change_set_actions,
    open_client_actions,
    open_grant_actions,
    open_invitation_actions,
)
from shared.clock import local_date
from shared.codes.division_changes import Change
from shared.contracts.identity import change_data
from shared.identity.actor import ROLE_LABELS, Actor


class AccountView(TypedDict):
    """An account as its owner sees it."""

    id: str
    role: str
    role_label: str
    display_name: str
    unit_id: str | None
    division: str | None
    division_name: str | None


def account_view(account: Account, actor: Actor, divisions: Divisions) -> AccountView:
    """Return the account with the role and division that it acts with, in words."""
    return {
        "id": account.id,
        "role": actor.role.value,
        "role_label": ROLE_LABELS[actor.role],
        "display_name": account.person.display_name,
        "unit_id": actor.unit_id,
        "division": actor.division,
        "division_name": divisions.name_of(actor.division) if actor.division else None,
    }


def own_view(account: Account, actor: Actor, unit: Unit | None, divisions: Divisions) -> dict[str, object]:
    """Return the account with what a form is filled with beforehand."""
    return {
        **account_view(account, actor, divisions),
        "username": account.person.username,
        "email": account.person.email,
        "phone": account.person.phone,
        "unit": unit_view(unit) if unit else None,
    }


def unit_view(unit: Unit) -> dict[str, str]:
    """Return the unit."""
    return {"credit_code": unit.credit_code, "name": unit.name}


def people_view(people: People, unit: Unit, actor: Actor) -> dict[str, object]:
    """Return everybody who acts for the unit, and who is asked to."""
    mine = [each.grant.is_principal for each in people.colleagues if each.account.id == actor.account_id]
    return {
        "unit": unit_view(unit),
        "roles": [role.value for role in people.roles],
        "is_principal": any(mine),
        "colleagues": [
            {
                "account_id": each.account.id,
                "display_name": each.account.person.display_name,
                "email": each.account.person.email,
                "version": each.account.version,
                "since": each.grant.valid_from,
                "is_principal": each.grant.is_principal,
                "is_me": each.account.id == actor.account_id,
            }
            for each in people.colleagues
        ],
        "invitations": [invitation_view(each) for each in people.invitations],
    }


def invitation_view(invitation: Invitation) -> dict[str, object]:
    """Return an invitation as the unit sees it."""
    return {
        "id": invitation.id,
        "version": invitation.version,
        "kind": invitation.kind.value,
        "state": invitation.state.value,
        "email": invitation.invited.email,
        "display_name": invitation.invited.display_name,
        "stays": invitation.keeps_giver,
        "asked_at": invitation.asked.at,
        "expires_at": invitation.expires_at,
    }


def received_view(received: Received) -> dict[str, object]:
    """Return an invitation as the invited person sees it."""
    invitation = received.invitation
    return {
        "id": invitation.id,
        "kind": invitation.kind.value,
        "unit": unit_view(received.unit),
        "expires_at": invitation.expires_at,
    }


def recovery_view(recovery: Recovery, actor: Actor, divisions: Divisions) -> dict[str, object]:
    """Return a recovery as the departments in charge see it."""
    invitation = recovery.invitation
    return {
        **invitation_view(invitation),
        "unit": unit_view(recovery.unit),
        "division": invitation.division,
        "division_name": divisions.last_name_of(invitation.division),
        "reason": invitation.invited.reason,
        "is_proposed_by_me": invitation.asked.by == actor.account_id,
        "open_actions": [action.value for action in open_invitation_actions(recovery.asked, actor)],
    }


@dataclass(frozen=True)
class Onlooker:
    """Who looks at the accounts of others: the places that they fill, today."""

    actor: Actor
    places: frozenset[Place]
    today: date
    divisions: Divisions


def row_view(account: Account, by: Onlooker) -> dict[str, object]:
    """Return the account as who fills its places sees it: with those grants alone."""
    kept = Kept(account, by.places, by.today)
    return {
        "id": account.id,
        "display_name": account.person.display_name,
        "username": account.person.username,
        "email": account.person.email,
        "version": account.version,
        "state": account.state.value,
        "created_at": account.created_at,
        "must_change_password": account.password.must_change,
        "open_actions": [action.value for action in open_actions(kept, by.actor)],
        "grants": [_grant_view(account, grant, by) for grant in account.grants if place_of(grant) in by.places],
    }


def _grant_view(account: Account, grant: Grant, by: Onlooker) -> dict[str, object]:
    held = Held(account, grant, by.places)
    name = by.divisions.last_name_of(grant.division) if grant.division else None
    return {
        "id": grant.id,
        "role": grant.role.value,
        "role_label": ROLE_LABELS[grant.role],
        "division": grant.division,
        "division_name": name,
        "state": grant.state.value,
        "is_past": grant.is_past(by.today),
        "successors": list(by.divisions.successors(grant.division))
        if grant.division and grant.is_live(by.today)
        else [],
        "valid_from": grant.valid_from,
        "valid_to": grant.valid_to,
        "proposed_at": grant.proposed.at,
        "is_proposed_by_me": grant.proposed.by == by.actor.account_id,
        "reason": grant.reason,
        "open_actions": [action.value for action in open_grant_actions(held, by.actor)],
    }


def change_view(change: Change) -> dict[str, object]:
    """Return a change to the divisions."""
    return {**change_data(change), "on": change.on}


def change_set_view(change_set: ChangeSet, actor: Actor) -> dict[str, object]:
    """Return a set of changes as who keeps the divisions sees it."""
    return {
        "id": change_set.id,
        "version": change_set.version,
        "state": change_set.state.value,
        "document": change_set.document,
        "changes": [change_view(change) for change in change_set.changes],
        "proposed_at": change_set.proposed.at,
        "is_proposed_by_me": change_set.proposed.by == actor.account_id,
        "open_actions": [action.value for action in open_change_set_actions(change_set, actor)],
    }


def preview_view(
    seen: Preview, lines: Sequence[int], unread: Sequence[tuple[int, str, str]], divisions: Divisions
) -> dict[str, object]:
    """Return what changes would do; `lines` are those of a table, `unread` what it has that can't be read."""
    faults = [
        {
            "line": lines[fault.number] if lines else fault.number + 1,
            "field": fault.field,
            "code": fault.code.value,
            "message": MESSAGES[fault.code],
        }
        for fault in seen.faults
    ]
    faults += [{"line": line, "field": column, "code": "unreadable", "message": text} for line, column, text in unread]
    return {
        "changes": [change_view(change) for change in seen.changes],
        "faults": sorted(faults, key=lambda fault: int(str(fault["line"]))),
        "impacts": [
            {
                "code": impact.code,
                "name": divisions.last_name_of(impact.code),
                "grants": impact.grants,
                "units": impact.units,
            }
            for impact in seen.impacts
        ],
    }


def client_view(client: Client, actor: Actor) -> dict[str, object]:
    """Return a client as an administrator sees it."""
    return {
        "id": client.id,
        "name": client.name,
        "version": client.version,
        "state": client.state.value,
        "keys": client.keys,
        "role": client.role.value if client.role else None,
        "redirect_uris": client.redirect_uris,
        "sign_out_uris": client.sign_out_uris,
        "created_at": client.created_at,
        "open_actions": [action.value for action in open_client_actions(client, actor)],
    }


def sign_in_view(sign_in: SignIn, this: str) -> dict[str, object]:
    """Return a sign-in as its owner sees it; `this` is the one that asks."""
    return {
        "id": sign_in.id,
        "started_at": sign_in.started_at,
        "seen_at": sign_in.seen_at,
        "device": sign_in.device,
        "place": sign_in.place,
        "is_this": sign_in.id == this,
    }


@dataclass(frozen=True)
class GrantChoice:
    """A role that a person may act in, in words."""

    id: str
    role: str
    place: str
    until: str
    is_chosen: bool


def grant_choices(grants: Sequence[Grant], chosen: str, deps: Deps) -> tuple[GrantChoice, ...]:
    """Return the roles that a person chooses from."""
    return tuple(
        GrantChoice(
            id=grant.id,
            role=ROLE_LABELS[grant.role],
            place=(deps.divisions.name_of(grant.division) or "") if grant.division else "",
            until=f"有效期至 {grant.valid_to:%Y-%m-%d}" if grant.valid_to else "",
            is_chosen=grant.id == chosen,
        )
        for grant in grants
    )


def local_day(moment: datetime) -> str:
    """Return the day of a moment in China, in words."""
    return f"{local_date(moment):%Y-%m-%d}"


def in_groups(text: str) -> str:
    """Return a text in groups of four, so that it can be copied by hand."""
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def qr_picture(text: str) -> str:
    """Return a QR code of a text as the address of a picture."""
    return str(segno.make(text, error="m").svg_data_uri(scale=5, border=2, dark="#000", light="#fff"))
