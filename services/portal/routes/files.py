"""Files of a registration on their way through the portal: never held whole in memory, never on disk here."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import unquote

from flask import Blueprint, Response, jsonify, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.portal.model.form import STEP_BY_NO
from services.portal.model.materials import LARGEST_UPLOAD, PLAN_PARTS, SLOT_BY_KEY, Slot
from services.portal.model.pointers import MATERIALS_STEP
from services.portal.operations import drafts
from services.portal.policy import APPLICANTS, READERS_OF_REGISTRATIONS
from services.portal.presenters.registration import file_view, material_view
from services.portal.presenters.wizard import progress_of
from services.portal.routes import guard
from services.portal.routes.guard import FILE_TYPE, deps, signed_in
from shared.errors import Invalid, Malformed, NotFound, Problem, TooLarge, UnsupportedMedia

bp = Blueprint("files", __name__, url_prefix="/registrations/<id:registration_id>")

PIECE = 256 * 1024
TEXT_SHOWN = 20_000
"""Characters of an office document's text that a page shows."""


@bp.get("/materials/<id:slot>")
@signed_in(APPLICANTS)
def material(registration_id: str, slot: str) -> str:
    """Show one place for files, as a part of the page for the upload's script."""
    registration = deps().registrations.get(guard.token(), registration_id)
    return render_template(
        "wizard/material.html",
        material=material_view(registration, _slot(slot)),
        registration_id=registration_id,
        progress=progress_of(registration, STEP_BY_NO[MATERIALS_STEP]),
    )


@bp.post("/materials/<id:slot>/files")
@signed_in(APPLICANTS)
def upload(registration_id: str, slot: str) -> tuple[Response, int]:
    """Pass a file on as it comes in; `X-File-Name` is percent-encoded UTF-8."""
    if request.mimetype != FILE_TYPE:
        raise UnsupportedMedia
    chosen, length, name = _slot(slot), request.content_length, _file_name()
    if length is None:
        raise Malformed
    if length > chosen.largest:
        raise TooLarge
    if name.rsplit(".", 1)[-1].lower() not in chosen.extensions:
        expected = "、".join(chosen.extensions).upper()
        raise Invalid([Problem("/file", "kind_not_allowed", f"此处只接受 {expected} 文件。", expected)])
    request.max_content_length = LARGEST_UPLOAD
    drafts.add_file(deps(), guard.token(), registration_id, chosen.key, name, length, _pieces(length))
    return jsonify(status="stored"), 201


@bp.post("/materials/<id:slot>/parts")
@signed_in(APPLICANTS)
def set_parts(registration_id: str, slot: str) -> AnyResponse:
    """Note which of the required parts each file holds; boxes are named `parts-<file id>`."""
    known = {code for code, _ in PLAN_PARTS}
    parts = {
        name.removeprefix("parts-"): [part for part in request.form.getlist(name) if part in known]
        for name in request.form
        if name.startswith("parts-")
    }
    drafts.set_parts(deps(), guard.token(), registration_id, _slot(slot).key, parts)
    return _to_materials(registration_id, slot, "saved")


@bp.post("/materials/<id:slot>/files/<id:file_id>/removal")
@signed_in(APPLICANTS)
def remove(registration_id: str, slot: str, file_id: str) -> AnyResponse:
    """Take a file out of a material."""
    drafts.remove_file(deps(), guard.token(), registration_id, _slot(slot).key, file_id)
    return _to_materials(registration_id, slot, "removed")


@bp.get("/files/<id:file_id>")
@signed_in(READERS_OF_REGISTRATIONS)
def download(registration_id: str, file_id: str) -> Response:
    """Give a file out, to be kept."""
    streamed = deps().registrations.file(guard.token(), registration_id, file_id)
    return Response(streamed.chunks, headers=dict(streamed.headers))


@bp.get("/files/<id:file_id>/pages/<int:page>")
@signed_in(READERS_OF_REGISTRATIONS)
def page(registration_id: str, file_id: str, page: int) -> Response:
    """Give out the picture of a page."""
    streamed = deps().registrations.page(guard.token(), registration_id, file_id, page)
    return Response(streamed.chunks, headers={**streamed.headers, "Cache-Control": "private, no-store"})


@bp.get("/files/<id:file_id>/text")
@signed_in(READERS_OF_REGISTRATIONS)
def text(registration_id: str, file_id: str) -> dict[str, str]:
    """Give out the text of an office document, for the page's own script."""
    return {"text": deps().registrations.text(guard.token(), registration_id, file_id)[:TEXT_SHOWN]}


@bp.get("/files/<id:file_id>/view")
@signed_in(READERS_OF_REGISTRATIONS)
def view(registration_id: str, file_id: str) -> str:
    """Show a file page by page; works without scripts."""
    registration = deps().registrations.get(guard.token(), registration_id)
    file = drafts.find_file(registration, file_id)
    shown = file_view(file, "")
    no = request.args.get("page", "1")
    number = int(no) if no.isascii() and no.isdigit() and len(no) < 5 else 1
    content = deps().registrations.text(guard.token(), registration_id, file_id) if shown.has_text else ""
    return render_template(
        "file.html",
        registration_id=registration_id,
        file=shown,
        page=min(max(1, number), max(1, shown.pages)),
        text=content[:TEXT_SHOWN],
    )


def _pieces(length: int) -> Iterator[bytes]:
    """Yield the body as it comes in. Raises `Malformed` where the browser breaks off before `length` bytes."""
    missing = length
    while missing > 0:
        piece = request.stream.read(min(PIECE, missing))
        if not piece:
            raise Malformed("上传中断，文件没有保存。", code="upload_interrupted")
        missing -= len(piece)
        yield piece


def _slot(key: str) -> Slot:
    if key not in SLOT_BY_KEY:
        raise NotFound
    return SLOT_BY_KEY[key]


def _file_name() -> str:
    try:
        name = unquote(request.headers.get("X-File-Name", ""), errors="strict")
    except UnicodeDecodeError:
        raise Malformed from None
    if not name:
        raise Malformed
    return name


def _to_materials(registration_id: str, slot: str, done: str) -> AnyResponse:
    url = url_for(
        "drafts.show", registration_id=registration_id, step=MATERIALS_STEP, done=done, _anchor=f"material-{slot}"
    )
    return redirect(url, 303)
