"""Whom a machine asks the addresses of."""

from __future__ import annotations

from dataclasses import dataclass

from shared.identity.actor import Role


@dataclass(frozen=True)
class Sought:
    """Exactly one of: a unit, an account, or a role with its division (None for a role without one)."""

    unit_id: str | None = None
    account_id: str | None = None
    role: Role | None = None
    division: str | None = None
