"""A sign-in at the provider while the browser is away: what its answer must fit, and what it comes back with."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from services.portal.model.session import Account

KEY = "sign-in."
"""Begin of the entries of a session's `pending`: one for each window in which a sign-in was begun."""

MOST_FLOWS = 5


@dataclass(frozen=True)
class Flow:
    """One way to the provider and back (RFC 6749, 4.1; RFC 7636). `after` is the page of ours that was asked for."""

    state: str
    nonce: str
    verifier: str
    after: str = ""

    def __repr__(self) -> str:
        return "Flow(…)"

    @property
    def challenge(self) -> str:
        """The verifier's SHA-256, as the provider is told."""
        return base64.urlsafe_b64encode(hashlib.sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True)
class Identified:
    """Who has signed in, and the tokens for acting on their behalf; `lifetime` of the access token in seconds."""

    account: Account
    access: str
    refresh: str
    lifetime: int

    def __repr__(self) -> str:
        return "Identified(…)"


def with_flow(pending: Mapping[str, str], flow: Flow) -> Mapping[str, str]:
    """Return a session's pending entries with one more flow; the oldest of too many are forgotten."""
    others = {name: value for name, value in pending.items() if not name.startswith(KEY)}
    flows = [(name, value) for name, value in pending.items() if name.startswith(KEY)]
    kept = dict(flows[-(MOST_FLOWS - 1) :])
    return {**others, **kept, KEY + flow.state: json.dumps([flow.nonce, flow.verifier, flow.after])}


def flow_of(pending: Mapping[str, str], state: str) -> Flow | None:
    """Return the flow that an answer of the provider belongs to."""
    found = pending.get(KEY + state)
    return Flow(state, *json.loads(found)) if found else None
