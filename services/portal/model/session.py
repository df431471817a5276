"""A browser session as the portal keeps it: the cookie names it, everything else stays on the server."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.identity.actor import Role

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
"""A session's last use is written at most this often."""

REFRESH_AHEAD = timedelta(seconds=45)
"""An access token with less than this left is renewed before it is used."""


@dataclass(frozen=True)
class Account:
    """Who is signed in, in the words shown on the page."""

    id: str
    role: Role
    role_label: str
    display_name: str
    unit_id: str = ""
    division: str = ""
    division_name: str = ""


@dataclass(frozen=True)
class Tokens:
    """What the portal holds for a signed-in person; never sent to the browser."""

    access: str
    refresh: str
    expires_at: datetime

    def __repr__(self) -> str:
        return "Tokens(…)"


@dataclass(frozen=True)
class Session:
    """One browser's visit. `id` is the SHA-256 of the cookie's value, so that the database can't be turned into cookies.

    `pending` holds what an unfinished sign-up or forced password change needs until the next page.
    """

    id: str
    csrf: str
    created_at: datetime
    seen_at: datetime
    version: int = 1
    account: Account | None = None
    tokens: Tokens | None = None
    pending: Mapping[str, str] = field(default_factory=dict)

    @property
    def expires_at(self) -> datetime:
        """When the session is over if nothing more happens."""
        return min(self.seen_at + IDLE, self.created_at + LONGEST)

    def is_over(self, now: datetime) -> bool:
        """Whether the session has been idle, or has lived, too long."""
        return now >= self.expires_at


def session_id(cookie: str) -> str:
    """Return the id under which the session of a cookie value is stored."""
    return hashlib.sha256(cookie.encode()).hexdigest()
