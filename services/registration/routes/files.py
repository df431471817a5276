"""Files: take in as a stream, give out as a stream, show pages and text."""

from __future__ import annotations

from typing import BinaryIO, cast
from urllib.parse import unquote

from flask import Response, request

from services.registration.form.materials import LARGEST
from services.registration.model.materials import Slot
from services.registration.operations import files
from services.registration.policy import Permission
from services.registration.routes.context import SANDBOXED, Answer, deps
from services.registration.routes.registrations import ONE
from services.registration.schemas.incoming import PageImageIn
from services.registration.schemas.outgoing import Body, FileOut, TextOut, file_body
from shared.documents.names import attachment_header
from shared.errors import Malformed, UnsupportedMedia
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.limits import costly
from shared.web.openapi import BINARY, file_upload

bp = Blueprint("files", __name__, url_prefix=f"{ONE}/files", description="注册材料的文件")

LONGEST_HEADER = 2000

HEADERS = {
    "X-File-Name": "The file's name in UTF-8, percent-encoded.",
    "X-Material": "The material that the file is meant for: " + ", ".join(slot.value for slot in Slot),
}


@bp.post("")
@needs(Permission.EDIT)
@costly
@bp.doc(**file_upload(LARGEST, HEADERS))
@bp.response(201, FileOut)
def upload(registration_id: str) -> Answer:
    """Take a file in; it belongs to no material until one is set to it."""
    if request.mimetype != "application/octet-stream":
        raise UnsupportedMedia("文件应以 application/octet-stream 上传。")
    request.max_content_length = LARGEST
    slot = _slot()
    stream = cast(BinaryIO, request.stream)
    ref = files.upload_file(deps(), reading_call(), registration_id, slot, _file_name(), stream)
    return file_body(ref), 201, {}


@bp.get("/<string:file_id>")
@needs(Permission.READ)
@costly
@bp.response(200, BINARY, content_type="application/octet-stream")
def download(registration_id: str, file_id: str) -> Response:
    """Give a file out, always as an attachment."""
    found = files.download_file(deps(), reading_call(), registration_id, file_id)
    response = Response(found.content, mimetype="application/octet-stream", headers=SANDBOXED)
    response.headers["Content-Disposition"] = attachment_header(found.ref.name)
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


def _file_name() -> str:
    header = request.headers.get("X-File-Name", "")
    if not header or len(header) > LONGEST_HEADER:
        raise Malformed("缺少文件名（X-File-Name）或文件名过长。", code="bad_file_name")
    try:
        return unquote(header, errors="strict")
    except UnicodeDecodeError:
        raise Malformed("文件名应为 UTF-8 的百分号编码。", code="bad_file_name") from None
