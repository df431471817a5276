"""Identity of a request that may be repeated."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class RequestKey:
    """`key` names the request (bound to actor, method and path), `digest` is what it asked for."""

    key: str
    digest: str
