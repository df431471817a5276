"""Files in several requests, between the browser's script (tus 1.0.0) and the registration service."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request, url_for

from services.portal.model.materials import LARGEST_UPLOAD, Slot
from services.portal.model.uploads import Progress
from services.portal.operations import uploads
from services.portal.policy import APPLICANTS
from services.portal.routes import guard
from services.portal.routes.bodies import known_slot, pieces, require_extension
from services.portal.routes.guard import deps, signed_in
from shared.errors import Malformed, NotFound, TooLarge, UnsupportedMedia
from shared.uploads import protocol

bp = Blueprint("uploads", __name__, url_prefix="/registrations/<id:registration_id>")


@bp.after_request
def speak(response: Response) -> Response:
    """Name the protocol in every answer."""
    response.headers["Tus-Resumable"] = protocol.VERSION
    return response


@bp.get("/uploads")
@signed_in(APPLICANTS)
def list_open(registration_id: str) -> Response:
    """List what was begun and is not a file yet, for the page's script."""
    listed = deps().uploads.list(guard.token(), registration_id)
    return jsonify(
        items=[
            {
                "slot": upload["material"],
                "name": upload["name"],
                "sha256": upload["sha256"],
                "length": upload["length"],
                "offset": upload["offset"],
                "url": _address(registration_id, upload["material"], upload["upload_id"]),
            }
            for upload in listed
        ]
    )


@bp.post("/materials/<id:slot>/uploads")
@signed_in(APPLICANTS)
def begin(registration_id: str, slot: str) -> tuple[str, int, dict[str, str]]:
    """Open an upload; what its name and length alone tell is refused here."""
    protocol.check_version(request.headers.get("Tus-Resumable"))
    chosen = known_slot(slot)
    length = protocol.read_number("Upload-Length", request.headers.get("Upload-Length"))
    said = protocol.read_metadata(request.headers.get("Upload-Metadata"))
    name = said.get("filename", "")
    if not name:
        raise Malformed
    if length > chosen.largest:
        raise TooLarge
    require_extension(chosen, name)
    told = {"filename": name, "material": chosen.key, "sha256": said.get("sha256", "")}
    upload_id = deps().uploads.begin(guard.token(), registration_id, length, told)
    return "", 201, {"Location": _address(registration_id, chosen.key, upload_id)}


@bp.get("/materials/<id:slot>/uploads/<id:upload_id>")
@signed_in(APPLICANTS)
def show(registration_id: str, slot: str, upload_id: str) -> Response:
    """Say how far an upload is."""
    upload = deps().uploads.get(guard.token(), registration_id, upload_id)
    if upload["material"] != known_slot(slot).key:
        raise NotFound
    response = jsonify(offset=upload["offset"], length=upload["length"])
    response.headers.update(_headers(Progress(upload["offset"], upload["length"])))
    return response


@bp.patch("/materials/<id:slot>/uploads/<id:upload_id>")
@signed_in(APPLICANTS)
def carry_on(registration_id: str, slot: str, upload_id: str) -> tuple[str, int, dict[str, str]]:
    """Pass the next bytes on as they come in; with the last one the file is put into its material."""
    protocol.check_version(request.headers.get("Tus-Resumable"))
    if request.mimetype != protocol.MEDIA_TYPE:
        raise UnsupportedMedia
    chosen: Slot = known_slot(slot)
    if request.headers.get("Transfer-Encoding"):
        raise Malformed
    length = request.content_length or 0
    if length > chosen.largest:
        raise TooLarge
    request.max_content_length = LARGEST_UPLOAD
    offset = protocol.read_number("Upload-Offset", request.headers.get("Upload-Offset"))
    progress = uploads.carry_on(
        deps(), guard.token(), registration_id, chosen.key, upload_id, offset, length, pieces(length)
    )
    return "", 204, _headers(progress)


@bp.delete("/materials/<id:slot>/uploads/<id:upload_id>")
@signed_in(APPLICANTS)
def end(registration_id: str, slot: str, upload_id: str) -> tuple[str, int]:
    """Give an upload up."""
    known_slot(slot)
    deps().uploads.end(guard.token(), registration_id, upload_id)
    return "", 204


def _headers(progress: Progress) -> dict[str, str]:
    return {"Upload-Offset": str(progress.offset), "Upload-Length": str(progress.length)}


def _address(registration_id: str, slot: str, upload_id: str) -> str:
    return url_for("uploads.show", registration_id=registration_id, slot=slot, upload_id=upload_id)
