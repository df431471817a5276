"""Decision sheets: list, give out, and the certificates by which anybody verifies them."""

from __future__ import annotations

from flask import Response

from services.registration.operations import sheets
from services.registration.policy import Permission
from services.registration.routes.context import deps
from services.registration.routes.registrations import ONE
from services.registration.schemas.sheets import SheetsOut, sheet_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.files import attachment
from shared.web.openapi import BINARY

bp = Blueprint("sheets", __name__, description="决定书")


@bp.get(f"{ONE}/sheets")
@needs(Permission.READ)
@bp.response(200, SheetsOut)
def list_all(registration_id: str) -> dict[str, object]:
    """List the decision sheets of a registration."""
    found = sheets.list_sheets(deps(), reading_call(), registration_id)
    return {"items": [sheet_body(listed) for listed in found]}


@bp.get(f"{ONE}/sheets/<string:sheet_id>")
@needs(Permission.READ)
@bp.response(200, BINARY, content_type="application/pdf")
def download(registration_id: str, sheet_id: str) -> Response:
    """Give a decision sheet out, exactly as it was signed."""
    found = sheets.download_sheet(deps(), reading_call(), registration_id, sheet_id)
    response = attachment(found.content, f"{found.sheet.number}.pdf", "application/pdf")
    response.content_length = found.sheet.size
    return response


@bp.get("/signing-certificates")
@needs(Permission.READ)
@bp.response(200, BINARY, content_type="application/x-pem-file")
def certificates() -> Response:
    """Give out the public certificates by which a sheet is verified offline."""
    return attachment(deps().sheet_maker.certificates(), "signing-certificates.pem", "application/x-pem-file")
