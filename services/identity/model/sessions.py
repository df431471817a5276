"""Sessions: families of refresh tokens, of which only the newest counts (RFC 9700, section 4.14.2).

A token is `<session id>.<256 random bits>`; only its SHA-256 is kept. A token that was already exchanged shows that
somebody else has a copy: the whole family ends. For a few seconds after an exchange the token before the newest is
taken for a second request of the same client instead, which gets nothing but does no harm.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

IDLE = timedelta(minutes=30)
OVERLAP = timedelta(seconds=10)

_TOKEN = re.compile(r"([0-9a-f]{32})\.[A-Za-z0-9_-]{43}")


class Verdict(StrEnum):
    """What a token is to a session."""

    CURRENT = "current"
    OVERLAPPING = "overlapping"
    REUSED = "reused"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Session:
    """One client's session of one sign-in, acting with one grant. `spent` are the digests of exchanged tokens, oldest first."""

    id: str
    version: int
    account_id: str
    started_at: datetime
    renewed_at: datetime
    expires_at: datetime
    digest: str
    grant_id: str
    client_id: str
    sign_in_id: str
    scope: str
    spent: tuple[str, ...] = ()
    ended: bool = False

    def is_over(self, now: datetime) -> bool:
        """Whether the session was ended, or lived or lay idle too long."""
        return self.ended or now >= self.expires_at or now >= self.renewed_at + IDLE

    def judge(self, token: str, now: datetime) -> Verdict:
        """Return what `token` is to this session."""
        digest = digest_of(token)
        if hmac.compare_digest(digest, self.digest):
            return Verdict.CURRENT
        if digest not in self.spent:
            return Verdict.UNKNOWN
        is_last = digest == self.spent[-1]
        return Verdict.OVERLAPPING if is_last and now < self.renewed_at + OVERLAP else Verdict.REUSED

    def renewed(self, token: str, now: datetime) -> Session:
        """Return the session with `token` as its newest."""
        return replace(self, digest=digest_of(token), spent=(*self.spent, self.digest), renewed_at=now)


def digest_of(token: str) -> str:
    """Return what is stored of a token. Its 256 random bits need no slow hash."""
    return hashlib.sha256(token.encode()).hexdigest()


def session_of(token: str) -> str | None:
    """Return the id of the session that a token names; None for what is no token of ours."""
    found = _TOKEN.fullmatch(token)
    return found.group(1) if found else None
