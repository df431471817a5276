"""Files: take in as a stream, give out as a stream, show pages and text."""

from __future__ import annotations

from typing import BinaryIO, cast

from flask import Response, request

from services.registration.form.materials import LARGEST
from services.registration.model.materials import Slot
from services.registration.operations import files
from services.registration.policy import Permission
from services.registration.routes.context import Answer, deps
from services.registration.routes.registrations import ONE
from services.registration.schemas.incoming import PageImageIn
from services.registration.schemas.outgoing import Body, FileOut, TextOut, file_body
from shared.errors import Malformed
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.files import NAME_HEADER, SANDBOXED, attachment, sent_file_name, take_raw_body
from shared.web.limits import costly
from shared.web.openapi import BINARY, file_upload

bp = Blueprint("files", __name__, url_prefix=f"{ONE}/files", description="注册材料的文件")

HEADERS = {
    **NAME_HEADER,
    "X-Material": "The material that the file is meant for: " + ", ".join(slot.value for slot in Slot),
}


@bp.post("")
@needs(Permission.EDIT)
@costly
@bp.doc(**file_upload(LARGEST, HEADERS))
@bp.response(201, FileOut)
def upload(registration_id: str) -> Answer:
    """Take a file in; it belongs to no material until one is set to it."""
    take_raw_body(LARGEST)
    slot = _slot()
    stream = cast(BinaryIO, request.stream)
    ref = files.upload_file(deps(), reading_call(), registration_id, slot, sent_file_name(), stream)
    return file_body(ref), 201, {}


@bp.get("/<string:file_id>")
@needs(Permission.READ)
@costly
@bp.response(200, BINARY, content_type="application/octet-stream")
def download(registration_id: str, file_id: str) -> Response:
    """Give a file out, always as an attachment."""
    found = files.download_file(deps(), reading_call(), registration_id, file_id)
    response = attachment(found.content, found.ref.name, "application/octet-stream")
    response.content_length = found.ref.size
    return response


@bp.get("/<string:file_id>/pages/<int:page>")
@needs(Permission.READ)
@costly
@bp.arguments(PageImageIn, location="query")
@bp.response(200, BINARY, content_type="image/png")
def show_page(query: dict[str, int], registration_id: str, file_id: str, page: int) -> Response:
    """Show a page as a picture."""
    picture = files.file_page(deps(), reading_call(), registration_id, file_id, page, query["width"])
    return Response(picture, mimetype="image/png", headers=SANDBOXED)


@bp.get("/<string:file_id>/text")
@needs(Permission.READ)
@costly
@bp.response(200, TextOut)
def show_text(registration_id: str, file_id: str) -> Body:
    """Show the text of an office document."""
    return {"text": files.file_text(deps(), reading_call(), registration_id, file_id)}


def _slot() -> Slot:
    text = request.headers.get("X-Material", "")
    try:
        return Slot(text)
    except ValueError:
        raise Malformed("请指明材料编号（X-Material）。", code="bad_material") from None
