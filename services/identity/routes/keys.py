"""The keys that access tokens are signed with (RFC 7517)."""

from __future__ import annotations

from flask import Response, current_app, jsonify

from shared.web.auth import public
from shared.web.blueprint import Blueprint

bp = Blueprint("keys", __name__, description="公钥")

KEYS = "token_keys"
"""Name of the extension that returns the published set."""

_KEPT_SECONDS = 30


@bp.get("/.well-known/jwks.json")
@public("public keys are for everybody")
def get_keys() -> Response:
    """Return the public keys of access tokens."""
    answer = jsonify(current_app.extensions[KEYS]())
    answer.headers["Cache-Control"] = f"public, max-age={_KEPT_SECONDS}"
    return answer
