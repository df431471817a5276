"""Clients of the provider: the programs that people sign in to, and the machines that act for themselves.

Every client proves who it is with a key of its own (`private_key_jwt`); no secret is shared with any.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from urllib.parse import urlsplit

from shared.history import HistoryEntry
from shared.identity.actor import MACHINES, Actor, Role

MOST_KEYS = 4
MOST_ADDRESSES = 8

_ID = re.compile(r"[a-z][a-z0-9-]{1,39}")
_KEY_ID = re.compile(r"[A-Za-z0-9._~-]{1,80}")
_X = re.compile(r"[A-Za-z0-9_-]{43}")
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class ClientState(StrEnum):
    """Whether a client may be used."""

    ENABLED = "enabled"
    DISABLED = "disabled"


class ClientAction(StrEnum):
    """What can happen to a client."""

    ADD = "add"
    CHANGE_KEYS = "change_keys"
    DISABLE = "disable"
    ENABLE = "enable"
    DECLARE = "declare"


@dataclass(frozen=True)
class PublicKey:
    """An Ed25519 key (RFC 8037): its id and its point in base64url. There is no place for a private part."""

    kid: str
    x: str

    def jwk(self) -> Mapping[str, str]:
        """Return the key as others write it."""
        return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": self.kid, "x": self.x}


@dataclass(frozen=True)
class Client:
    """A program that may ask for tokens.

    With `redirect_uris` people sign in to it; with a `role` it acts for itself. `sign_out_uris` are where it may have
    a browser sent after a sign-out.
    """

    id: str
    version: int
    name: str
    state: ClientState
    keys: tuple[PublicKey, ...]
    created_at: datetime
    role: Role | None = None
    redirect_uris: tuple[str, ...] = ()
    sign_out_uris: tuple[str, ...] = ()
    history: tuple[HistoryEntry, ...] = ()

    @property
    def is_enabled(self) -> bool:
        """Whether it may be used."""
        return self.state is ClientState.ENABLED

    @property
    def actor(self) -> Actor:
        """Who acts where the client acts for itself. Raises `ValueError` for one that never does."""
        if self.role is None:
            raise ValueError("the client has no role")
        return Actor(account_id=self.id, role=self.role)


def key_of(jwk: object) -> PublicKey:
    """Return the public key of a JWK. Raises `ValueError` for another kind of key, and for one with a private part."""
    if not isinstance(jwk, Mapping) or "d" in jwk or (jwk.get("kty"), jwk.get("crv")) != ("OKP", "Ed25519"):
        raise ValueError("no public key of Ed25519")
    kid, x = jwk.get("kid"), jwk.get("x")
    if not isinstance(kid, str) or not isinstance(x, str) or not _KEY_ID.fullmatch(kid) or not _X.fullmatch(x):
        raise ValueError("a key without id or point")
    return PublicKey(kid, x)


def signing_keys_of(jwks: object) -> tuple[PublicKey, ...]:
    """Return the keys of a JWK set that sign; those for encryption are left out. Raises `ValueError`."""
    listed = jwks.get("keys") if isinstance(jwks, Mapping) else None
    if not isinstance(listed, list):
        raise ValueError("no set of keys")
    return tuple(key_of(each) for each in listed if not isinstance(each, Mapping) or each.get("use", "sig") == "sig")


def faults_of(client: Client) -> tuple[str, ...]:
    """Return the names of the fields that no client may have so."""
    checks = {
        "id": bool(_ID.fullmatch(client.id)),
        "keys": 0 < len(client.keys) <= MOST_KEYS and len({key.kid for key in client.keys}) == len(client.keys),
        "role": client.role in MACHINES if client.role is not None else bool(client.redirect_uris),
        "redirect_uris": len(client.redirect_uris) <= MOST_ADDRESSES and all(map(is_address, client.redirect_uris)),
        "sign_out_uris": len(client.sign_out_uris) <= MOST_ADDRESSES and all(map(is_address, client.sign_out_uris)),
    }
    return tuple(name for name, holds in checks.items() if not holds)


def is_address(address: str) -> bool:
    """Whether a browser may be sent there: HTTPS, or plain HTTP on the very machine; no fragment, no user info."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    is_safe = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK)
    is_plain = not parts.fragment and "@" not in parts.netloc and "\\" not in address and "#" not in address
    return is_safe and bool(host) and is_plain and address.isascii() and address.isprintable() and " " not in address
