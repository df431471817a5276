"""Notices: an occasion as it arrives, and what each recipient finds in the inbox."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from services.notification.model.occasions import MailChoice
from shared.identity.actor import Actor

OWN = "account"
"""The scope of a notice to the person, whatever they act for."""


@dataclass(frozen=True)
class Arrival:
    """An occasion whose recipients are not told yet; `to` as in the contract, `values` are confidential."""

    id: str
    at: datetime
    occasion: str
    once: str
    to: Mapping[str, str | bool | None]
    link: str
    about: str
    correlation_id: str = ""
    values: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True)
class Contact:
    """A person as identity knows them."""

    account_id: str
    email: str

    def __repr__(self) -> str:
        return f"Contact(account_id={self.account_id!r}, …)"


@dataclass(frozen=True)
class Notice:
    """A notice in a person's inbox. `scope` says for whom they must act to see it; `about` whose values it holds.

    `delivery` is whether it was mailed as well, `once` the very occasion, `settled_at` when what it tells was done with.
    """

    id: str
    at: datetime
    account_id: str
    scope: str
    occasion: str
    link: str
    about: str
    template_version: int
    title: str
    text: str
    delivery: MailChoice
    read_at: datetime | None = None
    once: str = ""
    settled_at: datetime | None = None

    def __repr__(self) -> str:
        return f"Notice(id={self.id!r}, occasion={self.occasion!r}, …)"


def notice_id(recipient: str, occasion: str, once: str) -> str:
    """Return the one id that a notice of this occasion to this recipient has, however often it is made."""
    return hashlib.sha256("\n".join((recipient, occasion, once)).encode()).hexdigest()[:32]


def scope_of(to: Mapping[str, str | bool | None]) -> str:
    """Return the scope of notices to these recipients."""
    if "unit_id" in to:
        return f"unit/{to['unit_id']}"
    if "role" in to:
        return f"role/{to['role']}/{to.get('division') or ''}"
    return OWN


def scopes_of(actor: Actor) -> tuple[str, ...]:
    """Return the scopes whose notices the actor sees: those to the person, and those to what they act for now."""
    unit = (f"unit/{actor.unit_id}",) if actor.unit_id else ()
    return (OWN, *unit, f"role/{actor.role.value}/{actor.division or ''}")
