"""Decision sheets, and the certificates by which anybody verifies them."""

from __future__ import annotations

from flask import Blueprint, Response

from services.portal.policy import READERS_OF_REGISTRATIONS
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in

bp = Blueprint("sheets", __name__)


@bp.get("/registrations/<id:registration_id>/sheets/<id:sheet_id>")
@signed_in(READERS_OF_REGISTRATIONS)
def download(registration_id: str, sheet_id: str) -> Response:
    """Give a decision sheet out, exactly as it was signed."""
    streamed = deps().casework.sheet(guard.token(), registration_id, sheet_id)
    return Response(streamed.chunks, headers=dict(streamed.headers))


@bp.get("/signing-certificates")
@signed_in(READERS_OF_REGISTRATIONS)
def certificates() -> Response:
    """Give the public certificates out."""
    streamed = deps().casework.certificates(guard.token())
    return Response(streamed.chunks, headers=dict(streamed.headers))
