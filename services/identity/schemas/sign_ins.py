"""Where somebody is signed in."""

from __future__ import annotations

from collections.abc import Mapping

from marshmallow import Schema, fields

from shared.fields import AwareDateTime, Id


class SignInOut(Schema):
    """A sign-in: browser and system in coarse words, and the network of the address."""

    id = Id()
    started_at = AwareDateTime()
    seen_at = AwareDateTime()
    device = fields.String()
    place = fields.String()
    is_this = fields.Boolean(metadata={"description": "whether the request comes from it"})


class SignInListOut(Schema):
    """One's own sign-ins, newest first."""

    items = fields.List(fields.Nested(SignInOut))


_ROW: Mapping[str, object] = {
    "id": "01990000000070008000000000000021",
    "started_at": "2026-03-01T08:00:00Z",
    "seen_at": "2026-03-01T08:20:00Z",
    "device": "Chrome · Windows",
    "place": "203.0.113.0/24",
    "is_this": True,
}

SIGN_IN_EXAMPLES: Mapping[str, object] = {"SignInOut": _ROW, "SignInListOut": {"items": [_ROW]}}
"""Bodies for the interface's description."""
