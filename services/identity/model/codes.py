"""Authorization codes: what a browser carries to a client, good once and for a minute (RFC 6749, 4.1; RFC 7636)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

LIFETIME = timedelta(seconds=60)


@dataclass(frozen=True)
class CodeRequest:
    """What a client asked for: the parts of an authorization request that the code is bound to."""

    client_id: str
    redirect_uri: str
    scope: str
    challenge: str
    nonce: str = ""


@dataclass(frozen=True)
class Code:
    """A code by its digest. `session_id` is that of the session it was used for; empty until then."""

    digest: str
    request: CodeRequest
    sign_in_id: str
    expires_at: datetime
    session_id: str = ""
    was_replayed: bool = False

    def is_over(self, now: datetime) -> bool:
        """Whether the code is too old."""
        return now >= self.expires_at
