"""A person's sign-in at one browser, from the right password to the sign-out; the cookie names it.

Every client's session that began from it lives no longer than it does: whoever ends the sign-in ends them all.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
"""A sign-in's last use is written at most this often."""


class Proof(StrEnum):
    """What a person has shown; the values are those of RFC 8176 (`amr`)."""

    PASSWORD = "pwd"  # noqa: S105  the name of a proof
    FACTOR = "otp"


@dataclass(frozen=True)
class SignIn:
    """One sign-in. `cookie` is the digest of the cookie's value; `device` and `place` are coarse words for its owner.

    `authenticated_at` is when the last proof was given; `grant_id` the grant that the person chose to act with.
    """

    id: str
    version: int
    cookie: str
    account_id: str
    started_at: datetime
    seen_at: datetime
    authenticated_at: datetime
    proofs: frozenset[Proof]
    device: str = ""
    place: str = ""
    grant_id: str = ""
    is_complete: bool = False
    ended: bool = False

    @property
    def expires_at(self) -> datetime:
        """When the sign-in is over if nothing more happens."""
        return min(self.seen_at + IDLE, self.started_at + LONGEST)

    def is_over(self, now: datetime) -> bool:
        """Whether it was ended, or lived or lay idle too long."""
        return self.ended or now >= self.expires_at

    def with_proof(self, proof: Proof, cookie: str, now: datetime) -> SignIn:
        """Return the sign-in after one more proof, under a fresh cookie."""
        return replace(self, proofs=self.proofs | {proof}, cookie=digest_of(cookie), authenticated_at=now, seen_at=now)


def digest_of(value: str) -> str:
    """Return what is stored of a cookie or a code. Its 256 random bits need no slow hash."""
    return hashlib.sha256(value.encode()).hexdigest()


def form_token(cookie: str) -> str:
    """Return the token that the forms of this browser carry. It tells nothing of the cookie and changes with it."""
    return hashlib.sha256(f"form\n{cookie}".encode()).hexdigest()
