"""Clients of the provider."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

from marshmallow import Schema, fields

from services.identity.model.clients import MOST_ADDRESSES, PublicKey, signing_keys_of
from shared.fields import AwareDateTime, Choice, Text, WholeNumber, fault
from shared.fields.strict import Options, Strict
from shared.identity.actor import Role

_LONGEST_ADDRESS = 300


class PublicKeys(Strict[tuple[PublicKey, ...]]):
    """A JWK set (RFC 7517) of public Ed25519 keys; keys for encryption in it are left out."""

    def __init__(self, **options: Unpack[Options]) -> None:
        key = {"type": "object", "required": ["kty", "crv", "kid", "x"]}
        facets = {
            "type": "object",
            "required": ["keys"],
            "properties": {"keys": {"type": "array", "items": key}},
        }
        super().__init__(facets, **options)

    def read(self, value: object) -> tuple[PublicKey, ...]:
        """Return the keys that sign. Code: not_public_keys."""
        try:
            return signing_keys_of(value)
        except ValueError:
            raise fault("not_public_keys", "应为 Ed25519 公钥的 JWK 集，不得含私钥。", "JWK 集") from None

    def write(self, value: tuple[PublicKey, ...]) -> object:
        """Return the JWK set."""
        return {"keys": [dict(key.jwk()) for key in value]}


class ClientIn(Schema):
    """A client: with addresses for people to sign in to, with a role for a machine."""

    id = Text(max=40, required=True)
    name = Text(max=100, required=True)
    keys = PublicKeys(required=True)
    role = Choice(Role, load_default=None, allow_none=True)
    redirect_uris = fields.List(Text(max=_LONGEST_ADDRESS), load_default=list, metadata={"maxItems": MOST_ADDRESSES})
    sign_out_uris = fields.List(Text(max=_LONGEST_ADDRESS), load_default=list, metadata={"maxItems": MOST_ADDRESSES})


class KeysIn(Schema):
    """New keys of a client."""

    keys = PublicKeys(required=True)


class ClientOut(Schema):
    """A client."""

    id = fields.String()
    name = fields.String()
    version = WholeNumber()
    state = fields.String()
    keys = PublicKeys()
    role = fields.String(allow_none=True)
    redirect_uris = fields.List(fields.String())
    sign_out_uris = fields.List(fields.String())
    created_at = AwareDateTime()
    open_actions = fields.List(fields.String())


class ClientListOut(Schema):
    """All clients."""

    items = fields.List(fields.Nested(ClientOut))


_KEYS = {
    "keys": [
        {
            "kty": "OKP",
            "crv": "Ed25519",
            "use": "sig",
            "kid": "report-sig-1",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
        }
    ]
}
_CLIENT: Mapping[str, object] = {
    "id": "report",
    "name": "报送接口",
    "keys": _KEYS,
    "role": "service",
    "redirect_uris": [],
    "sign_out_uris": [],
}
_ROW: Mapping[str, object] = {
    **_CLIENT,
    "version": 1,
    "state": "enabled",
    "created_at": "2026-03-01T08:00:00Z",
    "open_actions": ["change_keys", "disable"],
}

CLIENT_EXAMPLES: Mapping[str, object] = {
    "ClientIn": _CLIENT,
    "KeysIn": {"keys": _KEYS},
    "ClientOut": _ROW,
    "ClientListOut": {"items": [_ROW]},
}
"""Bodies for the interface's description."""
