"""The clients that the operator of the system declares in a file; their keys stand in it, or in the file of all peers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from services.identity.model.clients import signing_keys_of
from services.identity.operations.clients import ClientPlan
from shared.crypto.errors import KeyFileUnsafe
from shared.crypto.jose_file import read_jose_peers
from shared.identity.actor import Role
from shared.settings import SettingsError


def declared_clients(clients_file: str, peers_file: Path) -> tuple[ClientPlan, ...]:
    """Return the clients of a JSON list of `{id, name, role?, redirect_uris?, sign_out_uris?, keys?}`; none without a file.

    Raises `SettingsError` for a file that can't be used, and where a client has no keys.
    """
    if not clients_file:
        return ()
    try:
        rows = json.loads(Path(clients_file).read_text("utf-8"))
        peers: Mapping[str, object] = read_jose_peers(peers_file)
        return tuple(_plan(row, peers) for row in rows)
    except (OSError, ValueError, TypeError, KeyError, AttributeError, KeyFileUnsafe):
        raise SettingsError("TONGBAO_CLIENTS_FILE can't be read as a list of clients with keys") from None


def plan_of(id: str, name: str, jwks: object, role: str | None, addresses: list[str], after: list[str]) -> ClientPlan:
    """Return what a client is to be. Raises `ValueError` for unusable keys or an unknown role."""
    return ClientPlan(id, name, signing_keys_of(jwks), Role(role) if role else None, tuple(addresses), tuple(after))


def _plan(row: Mapping[str, object], peers: Mapping[str, object]) -> ClientPlan:
    unknown = row.keys() - {"id", "name", "role", "redirect_uris", "sign_out_uris", "keys"}
    addresses, after = row.get("redirect_uris", []), row.get("sign_out_uris", [])
    if unknown or not isinstance(addresses, list) or not isinstance(after, list):
        raise ValueError("a client with fields that there are not")
    id, role = str(row["id"]), row.get("role")
    keys = row["keys"] if "keys" in row else peers[id]
    return plan_of(id, str(row["name"]), keys, str(role) if role else None, addresses, after)
