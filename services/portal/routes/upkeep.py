"""The upkeep of the divisions: changes by form or by a pasted table, looked at first, confirmed by a second person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import KEEPERS_OF_DIVISIONS
from services.portal.presenters.people import KINDS, LEVELS, SET_STATES, Fault, faults, moment
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from shared.errors import Conflict, Invalid, Malformed, NotAllowed, StaleVersion
from shared.ids import new_id

bp = Blueprint("upkeep", __name__, url_prefix="/divisions/changes")

Page = str | Response | tuple[str, int]
ACTS = {
    "confirm": ("confirmation", "confirmed"),
    "refuse": ("refusal", "refused"),
    "withdraw": ("withdrawal", "taken_back"),
}


@bp.get("")
@signed_in(KEEPERS_OF_DIVISIONS)
def show() -> str:
    """Show the changes that were proposed and confirmed."""
    return _page()


@bp.post("/preview")
@signed_in(KEEPERS_OF_DIVISIONS)
def preview() -> Page:
    """Show what the changes of the form or of the pasted table would do; nothing is stored."""
    document = request.form.get("document", "").strip()
    try:
        if request.form.get("act") == "table":
            content = request.form.get("table", "").replace("\t", ",").encode()
            seen = deps().people.preview_table(guard.token(), content)
        else:
            body = {"changes": [_change(request.form)]}
            seen = deps().people.create("/division-changes/preview", guard.token(), body, "")
    except Invalid as error:
        return _page(faults(error.problems)), 422
    except Malformed as error:
        return _page((Fault("table", error.message),)), 400
    changes = orjson.dumps([_sent(change) for change in seen["changes"]]).decode()
    return _page(seen=seen, document=document, changes=changes)


@bp.post("")
@signed_in(KEEPERS_OF_DIVISIONS)
def propose() -> Page:
    """Propose what was looked at."""
    try:
        changes = orjson.loads(request.form.get("changes", ""))
    except orjson.JSONDecodeError:
        return _page(notice="预览已失效，请重新预览。"), 400
    body = {"document": request.form.get("document", "").strip(), "changes": changes}
    try:
        deps().people.create("/division-changes", guard.token(), body, request.form.get("key", ""))
    except Invalid as error:
        return _page(faults(error.problems)), 422
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    return redirect(url_for("upkeep.show", done="proposed"), 303)


@bp.post("/<id:change_set_id>")
@signed_in(KEEPERS_OF_DIVISIONS)
def act(change_set_id: str) -> Page:
    """Take a step with proposed changes."""
    path, done = ACTS.get(request.form.get("act", ""), ("withdrawal", "taken_back"))
    url = f"/division-changes/{change_set_id}/{path}"
    try:
        deps().people.change(url, guard.token(), {}, posted_version(), request.form.get("key", ""))
    except (Conflict, NotAllowed) as error:
        return _page(notice=error.message), 409
    except StaleVersion:
        return _page(notice="此件刚被他人办理，请核对下方最新内容。"), 412
    return redirect(url_for("upkeep.show", done=done), 303)


def _change(form: Mapping[str, str]) -> dict[str, object]:
    """Return the change of the form; what was left empty is left out."""
    values = {name: form.get(name, "").strip() for name in ("kind", "code", "on", "name", "level", "parent")}
    successors = form.get("successors", "").replace("、", " ").replace("，", " ").split()
    return {**{name: value for name, value in values.items() if value}, "successors": successors}


def _sent(change: Mapping[str, Any]) -> dict[str, object]:
    return {name: value for name, value in change.items() if value not in ("", None)}


def _page(
    errors: Sequence[Fault] = (), notice: str = "", seen: object = None, document: str = "", changes: str = ""
) -> str:
    found = deps().people.read(
        "/division-changes", guard.token(), {"limit": 20, "cursor": request.args.get("cursor", "")}
    )
    return render_template(
        "people/divisions.html",
        sets=found["items"],
        next_cursor=found["next_cursor"],
        kinds=KINDS,
        levels=LEVELS,
        states=SET_STATES,
        seen=seen,
        document=document or request.form.get("document", ""),
        changes=changes,
        typed=request.form,
        errors=errors,
        notice=notice,
        moment=moment,
        new_key=new_id,
    )
