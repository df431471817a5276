"""Where the clients of the provider, their proofs and their codes are kept, and what signs their tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from services.identity.model.clients import Client
from services.identity.model.codes import Code
from shared.history import HistoryEntry
from shared.identity.actor import Actor


class Codes(Protocol):
    """Where authorization codes are kept, by their digests."""

    def add(self, code: Code) -> None:
        """Store a new code."""
        ...

    def find(self, digest: str) -> Code | None:
        """Return the code."""
        ...

    def claim(self, digest: str, session_id: str, now: datetime) -> bool:
        """Whether this caller alone may use the code, for this session; nobody else may from now on."""
        ...

    def mark_replayed(self, digest: str) -> None:
        """Remember that the code came a second time."""
        ...


class Clients(Protocol):
    """Where the clients of the provider are kept."""

    def get(self, client_id: str) -> Client:
        """Return the client. Raises `NotFound`."""
        ...

    def find(self, client_id: str) -> Client | None:
        """Return the client."""
        ...

    def list_all(self) -> Sequence[Client]:
        """Return all clients, by their ids."""
        ...

    def add(self, client: Client, entry: HistoryEntry) -> Client:
        """Store a new client. Raises `ClientExists`."""
        ...

    def save(self, client: Client, entry: HistoryEntry) -> Client:
        """Store the next version. Raises `StaleVersion`."""
        ...


class Proofs(Protocol):
    """Remembers the proofs that clients have used."""

    def spend(self, client_id: str, proof_id: str, until: datetime) -> bool:
        """Whether this proof was not used before; it is from now on."""
        ...


class Tokens(Protocol):
    """Signs access tokens."""

    def issue(self, actor: Actor, token_id: str, client_id: str = "", sign_in_id: str = "") -> str:
        """Return a token that stands for `actor` for a short while, with the client and sign-in that it comes from."""
        ...

    def sign(self, claims: Mapping[str, object], typ: str) -> str:
        """Return a JWT of this type over the claims."""
        ...
