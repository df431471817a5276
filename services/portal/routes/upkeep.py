"""The upkeep of the divisions: changes by form or by a table, looked at first, confirmed by a second person."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import cast

import orjson
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.people import PreviewAnswer, SecondAct
from services.portal.policy import KEEPERS_OF_DIVISIONS
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.upkeep import (
    FIELDS,
    KINDS,
    LEVELS,
    PreviewView,
    change_set_views,
    faults_of_one,
    preview_view,
)
from services.portal.routes import guard
from services.portal.routes.bodies import sent_file
from services.portal.routes.guard import FILE_FORM_TYPE, deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid, Malformed, NotAllowed, NotFound, StaleVersion, UnsupportedMedia
from shared.ids import new_id

bp = Blueprint("upkeep", __name__, url_prefix="/divisions/changes")

Page = str | Response | tuple[str, int]
MEANWHILE = "此件刚被他人办理，请核对下方最新内容。"
PREVIEW_OVER = "预览已失效，请重新预览。"
NO_FILE = "请先选择文件。"
ACTS: Mapping[str, str] = {"confirm": "changes_confirmed", "refuse": "refused", "withdraw": "taken_back"}
"""What is told after each step."""


@bp.get("")
@signed_in(KEEPERS_OF_DIVISIONS)
def show() -> str:
    """Show the changes that were proposed and decided."""
    return _page()


@bp.post("/preview")
@signed_in(KEEPERS_OF_DIVISIONS)
def preview() -> Page:
    """Show what the one change of the form would do; nothing is stored."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        seen = deps().upkeep.preview(guard.token(), [_change(typed)])
    except Invalid as error:
        return _page(_at_fields(error), typed), 422
    if seen["faults"]:
        return _page(faults_of_one(seen), typed), 422
    return _page(typed=typed, seen=_view(seen))


@bp.post("/preview-of-table")
@signed_in(KEEPERS_OF_DIVISIONS)
def preview_pasted() -> Page:
    """Show what the changes of a pasted table would do; nothing is stored."""
    pasted = request.form.get("table", "").strip()
    return _table_page(_comma_separated(pasted).encode(), "table", {"table": pasted})


@bp.post("/preview-of-file")
@signed_in(KEEPERS_OF_DIVISIONS, takes_file=True)
def preview_file() -> Page:
    """Show what the changes of a CSV or XLSX file would do; nothing is stored."""
    if request.mimetype != FILE_FORM_TYPE:
        raise UnsupportedMedia
    sent = sent_file()
    guard.check_token(sent.fields.get(guard.TOKEN_FIELD, ""))
    content = b"".join(sent.chunks)
    if not sent.name:
        return _page((ErrorLink("file", NO_FILE),)), 422
    return _table_page(content, "file", {})


@bp.post("")
@signed_in(KEEPERS_OF_DIVISIONS)
def propose() -> Page:
    """Propose what was looked at."""
    typed = {"document": request.form.get("document", "").strip()}
    changes = _looked_at(request.form.get("changes", ""))
    if not changes:
        return _page(typed=typed, notice=PREVIEW_OVER), 400
    try:
        deps().upkeep.propose(guard.token(), request.form.get("key", ""), typed["document"], changes)
    except Invalid as error:
        seen = _view(deps().upkeep.preview(guard.token(), changes))
        errors = messages_of(error, {"document": "批准文件"}, "document", "propose-")
        return _page(errors if seen.can_be_proposed else (), typed, seen), 422
    except (Conflict, NotAllowed) as error:
        return _page(typed=typed, notice=error.message), 409
    return redirect(url_for("upkeep.show", done="changes_proposed"), 303)


@bp.post("/<id:change_set_id>")
@signed_in(KEEPERS_OF_DIVISIONS)
def act(change_set_id: str) -> Page:
    """Take a step with proposed changes."""
    wanted = request.form.get("act", "")
    if wanted not in ACTS:
        raise NotFound
    key, version = request.form.get("key", ""), posted_version()
    try:
        deps().upkeep.act(guard.token(), key, change_set_id, version, cast(SecondAct, wanted))
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    except StaleVersion:
        return _page(notice=MEANWHILE), 412
    return redirect(url_for("upkeep.show", done=ACTS[wanted]), 303)


def _change(typed: Mapping[str, str]) -> dict[str, object]:
    """Return the change of the form; what was left empty is left out."""
    heirs = typed["successors"].replace("、", " ").replace("，", " ").replace(",", " ").split()
    return {name: typed[name] for name in FIELDS if typed[name]} | {"successors": heirs}


def _at_fields(error: Invalid) -> tuple[ErrorLink, ...]:
    """Return the problems of `/changes/0/…` at the fields of the form."""
    links = []
    for problem in error.problems:
        parts = problem.pointer.strip("/").split("/")
        name = parts[2] if len(parts) > 2 and parts[2] in FIELDS else "code"
        links.append(ErrorLink(name, f"{FIELDS[name]}：{problem.message}"))
    return tuple(links) or (ErrorLink("code", error.message),)


def _comma_separated(text: str) -> str:
    """Return a table copied out of a spreadsheet, whose cells tabs divide, as CSV; CSV as it is."""
    if "\t" not in text.partition("\n")[0]:
        return text
    written = io.StringIO()
    csv.writer(written).writerows(line.split("\t") for line in text.splitlines())
    return written.getvalue()


def _looked_at(text: str) -> list[dict[str, object]]:
    """Return the changes that the page of the preview held; none where it was meddled with."""
    try:
        changes = orjson.loads(text)
    except orjson.JSONDecodeError:
        return []
    is_list = isinstance(changes, list) and all(isinstance(each, dict) for each in changes)
    return cast("list[dict[str, object]]", changes) if is_list else []


def _table_page(table: bytes, control: str, typed: Mapping[str, str]) -> Page:
    try:
        seen = _view(deps().upkeep.preview_table(guard.token(), table))
    except Malformed as error:
        return _page((ErrorLink(control, error.message),), typed), 422
    return _page((), typed, seen) if not seen.faults else (_page((), typed, seen), 422)


def _view(seen: PreviewAnswer) -> PreviewView:
    return preview_view(seen, deps().divisions.name_of)


def _page(
    errors: Sequence[ErrorLink] = (),
    typed: Mapping[str, str] | None = None,
    seen: PreviewView | None = None,
    notice: str = "",
) -> str:
    found, next_cursor = deps().upkeep.list(guard.token(), request.args.get("cursor", ""))
    return render_template(
        "people/divisions.html",
        sets=change_set_views(found, deps().divisions.name_of),
        next_cursor=next_cursor,
        kinds=KINDS,
        levels=LEVELS,
        fields=FIELDS,
        seen=seen,
        changes=orjson.dumps(seen.changes).decode() if seen else "",
        typed=typed or {},
        errors=errors,
        notice=notice,
        new_key=new_id,
    )
