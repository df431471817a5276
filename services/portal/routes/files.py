"""Files of a registration on their way through the portal: never held whole in memory, never on disk here."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.portal.model.form import STEP_BY_NO
from services.portal.model.materials import PLAN_PARTS, Slot
from services.portal.model.pointers import MATERIALS_STEP
from services.portal.operations import drafts
from services.portal.policy import APPLICANTS, READERS_OF_REGISTRATIONS
from services.portal.presenters.registration import file_view, material_view
from services.portal.presenters.wizard import progress_of, step_view
from services.portal.routes import guard
from services.portal.routes.bodies import known_slot, require_extension, sent_file
from services.portal.routes.drafts import casework_of
from services.portal.routes.errors import DRAIN_LIMIT, drain
from services.portal.routes.guard import FILE_FORM_TYPE, deps, signed_in
from shared.errors import Conflict, Invalid, Problem, TongbaoError, TooLarge, UnsupportedMedia
from shared.web.problems import status_of

bp = Blueprint("files", __name__, url_prefix="/registrations/<id:registration_id>")

FORM_AROUND_FILE = 16 * 1024
"""Bytes that a form may have besides its file."""

TEXT_SHOWN = 20_000
"""Characters of an office document's text that a page shows."""


@bp.get("/materials/<id:slot>")
@signed_in(APPLICANTS)
def material(registration_id: str, slot: str) -> str:
    """Show one place for files, as a part of the page for the upload's script."""
    registration = deps().registrations.get(guard.token(), registration_id)
    return render_template(
        "wizard/material.html",
        material=material_view(registration, known_slot(slot)),
        registration_id=registration_id,
        progress=progress_of(registration, STEP_BY_NO[MATERIALS_STEP]),
        **casework_of(registration),
    )


@bp.post("/materials/<id:slot>/files")
@signed_in(APPLICANTS, takes_file=True)
def upload(registration_id: str, slot: str) -> AnyResponse | tuple[str, int]:
    """Pass the file of a plain form on as it comes in; what is wrong with it is shown at its material."""
    chosen = known_slot(slot)
    if request.mimetype != FILE_FORM_TYPE:
        raise UnsupportedMedia
    most = chosen.largest + FORM_AROUND_FILE
    is_too_large = (request.content_length or 0) > most
    request.max_content_length = DRAIN_LIMIT if is_too_large else most
    sent = sent_file()
    guard.check_token(sent.fields.get(guard.TOKEN_FIELD, ""))
    try:
        if is_too_large:
            raise TooLarge
        if not sent.name:
            raise Invalid([Problem("/file", "no_file", "请先选择文件。")])
        require_extension(chosen, sent.name)
        drafts.add_file(deps(), guard.token(), registration_id, chosen.key, sent.name, None, sent.chunks)
    except (Invalid, TooLarge, Conflict) as error:
        drain()
        return _materials_page(registration_id, chosen, error), status_of(error)
    return _to_materials(registration_id, slot, "stored")


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
    drafts.set_parts(deps(), guard.token(), registration_id, known_slot(slot).key, parts)
    return _to_materials(registration_id, slot, "saved")


@bp.post("/materials/<id:slot>/files/<id:file_id>/removal")
@signed_in(APPLICANTS)
def remove(registration_id: str, slot: str, file_id: str) -> AnyResponse:
    """Take a file out of a material."""
    drafts.remove_file(deps(), guard.token(), registration_id, known_slot(slot).key, file_id)
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


def _materials_page(registration_id: str, slot: Slot, error: TongbaoError) -> str:
    """Return the step of the materials with what is wrong with a file that was sent for one of them."""
    registration = deps().registrations.get(guard.token(), registration_id)
    view = step_view(registration, STEP_BY_NO[MATERIALS_STEP])
    messages = [problem.message for problem in error.problems] or [error.message]
    return render_template(
        "wizard/materials.html",
        view=view,
        notice="",
        faults=(),
        upload_faults={slot.key: messages},
        **casework_of(registration),
    )


def _to_materials(registration_id: str, slot: str, done: str) -> AnyResponse:
    url = url_for(
        "drafts.show", registration_id=registration_id, step=MATERIALS_STEP, done=done, _anchor=f"material-{slot}"
    )
    return redirect(url, 303)
