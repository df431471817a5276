"""Keeping the clients of the provider."""

from __future__ import annotations

from typing import TypedDict

from services.identity.model.clients import Client, PublicKey
from services.identity.operations import clients as operations
from services.identity.operations.clients import ClientPlan
from services.identity.policy import Permission
from services.identity.presenters import client_view
from services.identity.routes.request import deps
from services.identity.schemas.accounts import NothingIn
from services.identity.schemas.clients import ClientIn, ClientListOut, ClientOut, KeysIn
from shared.identity.actor import Role
from shared.web.auth import actor, needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("clients", __name__, description="客户端")

Answer = tuple[dict[str, object], int, dict[str, str]]


class _Plan(TypedDict):
    id: str
    name: str
    keys: tuple[PublicKey, ...]
    role: Role | None
    redirect_uris: list[str]
    sign_out_uris: list[str]


class _Keys(TypedDict):
    keys: tuple[PublicKey, ...]


@bp.get("/clients")
@needs(Permission.CLIENTS)
@bp.response(200, ClientListOut)
def list_all() -> dict[str, object]:
    """Return all clients."""
    return {"items": [client_view(client, actor()) for client in operations.list_clients(deps())]}


@bp.post("/clients")
@needs(Permission.CLIENTS)
@creating
@bp.arguments(ClientIn)
@bp.response(201, ClientOut)
def add(data: _Plan) -> Answer:
    """Register a client with its public keys."""
    plan = ClientPlan(
        id=data["id"],
        name=data["name"],
        keys=data["keys"],
        role=data["role"],
        redirect_uris=tuple(data["redirect_uris"]),
        sign_out_uris=tuple(data["sign_out_uris"]),
    )
    return _answer(operations.add_client(deps(), creating_call(), plan), 201)


@bp.get("/clients/<client_id>")
@needs(Permission.CLIENTS)
@bp.response(200, ClientOut)
def get(client_id: str) -> Answer:
    """Return a client."""
    return _answer(operations.get_client(deps(), client_id))


@bp.post("/clients/<client_id>/keys")
@needs(Permission.CLIENTS)
@changing
@bp.arguments(KeysIn)
@bp.response(200, ClientOut)
def change_keys(data: _Keys, client_id: str) -> Answer:
    """Replace the keys of a client."""
    return _answer(operations.change_client_keys(deps(), changing_call(), client_id, data["keys"]))


@bp.post("/clients/<client_id>/disabling")
@needs(Permission.CLIENTS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, ClientOut)
def disable(_: object, client_id: str) -> Answer:
    """Stop a client from asking for tokens."""
    return _answer(operations.disable_client(deps(), changing_call(), client_id))


@bp.post("/clients/<client_id>/enabling")
@needs(Permission.CLIENTS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, ClientOut)
def enable(_: object, client_id: str) -> Answer:
    """Let a client ask for tokens again."""
    return _answer(operations.enable_client(deps(), changing_call(), client_id))


def _answer(client: Client, status: int = 200) -> Answer:
    return client_view(client, actor()), status, {"ETag": etag(client.version)}
