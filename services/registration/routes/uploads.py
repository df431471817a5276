"""Files in several requests: tus 1.0.0 with creation, checksum, expiration and termination.

The answers of `PATCH` and `DELETE` are those of the protocol; how far an upload is, and the file that was made of it,
tells `GET` (and `HEAD`, by its headers).
"""

from __future__ import annotations

from flask import Response, request, url_for

from services.registration.form.materials import LARGEST
from services.registration.operations import uploads
from services.registration.operations.uploads import Progress
from services.registration.policy import Permission
from services.registration.routes.context import Answer, deps
from services.registration.routes.registrations import ONE
from services.registration.schemas.outgoing import Body
from services.registration.schemas.uploads import UploadOut, UploadsOut, upload_body
from shared.errors import Malformed, TooLarge, UnsupportedMedia
from shared.uploads import protocol
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.limits import costly
from shared.web.openapi import file_upload, sent_headers

bp = Blueprint("uploads", __name__, url_prefix=f"{ONE}/uploads", description="可续传的上传（tus 1.0.0）")

LENGTH, OFFSET = "Upload-Length", "Upload-Offset"
METADATA, CHECKSUM, EXPIRES = "Upload-Metadata", "Upload-Checksum", "Upload-Expires"

_SPOKEN = {"Tus-Resumable": "The version of the protocol: 1.0.0."}
_BEGUN = _SPOKEN | {
    LENGTH: "The size of the file in bytes.",
    METADATA: "Keys with Base64 values: filename, material, and if wished sha256 (hexadecimal) and filetype.",
}
_CARRIED_ON = _SPOKEN | {OFFSET: "Where the bytes begin, as the last answer said."}
_MAY = {CHECKSUM: "sha1 or sha256, and the Base64 digest of this request's bytes: all of them count then, or none."}


@bp.after_request
def speak(response: Response) -> Response:
    """Name the protocol in every answer, and what this server knows of it where that is asked for."""
    response.headers["Tus-Resumable"] = protocol.VERSION
    if request.method == "OPTIONS" or response.status_code == 412:
        response.headers["Tus-Version"] = protocol.VERSION
    if request.method == "OPTIONS":
        response.headers["Tus-Extension"] = ",".join(protocol.EXTENSIONS)
        response.headers["Tus-Checksum-Algorithm"] = ",".join(protocol.ALGORITHMS)
        response.headers["Tus-Max-Size"] = str(LARGEST)
    return response


@bp.post("")
@needs(Permission.EDIT)
@costly
@bp.doc(**sent_headers(_BEGUN))
@bp.response(201)
def begin(registration_id: str) -> Response:
    """Open an upload; its address is in `Location`."""
    protocol.check_version(request.headers.get("Tus-Resumable"))
    if request.content_length:
        raise Malformed("新建上传时不带内容，请在随后的 PATCH 请求中发送。", code="bad_upload_header")
    length = protocol.read_number(LENGTH, request.headers.get(LENGTH))
    metadata = request.headers.get(METADATA, "")
    progress = uploads.begin_upload(deps(), reading_call(), registration_id, length, metadata)
    address = url_for("uploads.show", registration_id=registration_id, upload_id=progress.upload.id)
    return _answer(progress, 201, {"Location": address})


@bp.get("")
@needs(Permission.EDIT)
@bp.response(200, UploadsOut)
def list_open(registration_id: str) -> Body:
    """List the caller's own uploads that are not files yet."""
    found = uploads.list_uploads(deps(), reading_call(), registration_id)
    return {"items": [upload_body(progress) for progress in found]}


@bp.get("/<string:upload_id>")
@needs(Permission.EDIT)
@bp.response(200, UploadOut)
def show(registration_id: str, upload_id: str) -> Answer:
    """Say how far an upload is, and the file that was made of it."""
    if request.method == "HEAD":
        protocol.check_version(request.headers.get("Tus-Resumable"))
    progress = uploads.find_upload(deps(), reading_call(), registration_id, upload_id)
    return upload_body(progress), 200, _headers(progress)


@bp.patch("/<string:upload_id>")
@needs(Permission.EDIT)
@bp.doc(**file_upload(LARGEST, _CARRIED_ON, protocol.MEDIA_TYPE, _MAY))
@bp.response(204)
def carry_on(registration_id: str, upload_id: str) -> Response:
    """Take the next bytes in; with the last one, the file is checked and kept."""
    protocol.check_version(request.headers.get("Tus-Resumable"))
    if request.mimetype != protocol.MEDIA_TYPE:
        raise UnsupportedMedia(f"续传的内容应为 {protocol.MEDIA_TYPE}。")
    offset = protocol.read_number(OFFSET, request.headers.get(OFFSET))
    checksum = protocol.read_checksum(request.headers.get(CHECKSUM))
    if (request.content_length or 0) > LARGEST:
        raise TooLarge
    request.max_content_length = LARGEST
    progress = uploads.continue_upload(
        deps(), reading_call(), registration_id, upload_id, offset, request.stream, checksum
    )
    return _answer(progress, 204, {})


@bp.delete("/<string:upload_id>")
@needs(Permission.EDIT)
@bp.doc(**sent_headers(_SPOKEN))
@bp.response(204)
def end(registration_id: str, upload_id: str) -> Response:
    """Give an upload up; what has arrived of it is deleted."""
    protocol.check_version(request.headers.get("Tus-Resumable"))
    uploads.end_upload(deps(), reading_call(), registration_id, upload_id)
    return Response(status=204)


def _answer(progress: Progress, status: int, headers: dict[str, str]) -> Response:
    return Response(status=status, headers=_headers(progress) | headers)


def _headers(progress: Progress) -> dict[str, str]:
    upload = progress.upload
    return {
        OFFSET: str(upload.offset),
        LENGTH: str(upload.length),
        METADATA: upload.metadata,
        EXPIRES: protocol.http_date(upload.expires_at),
    }
