"""The registration wizard: six steps, saved on the server at each of them and while typing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from unicodedata import normalize

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from services.portal.model.answers import RegistrationAnswer
from services.portal.model.form import STEP_BY_NO, FormField, Kind, Step
from services.portal.model.materials import SLOTS
from services.portal.operations import drafts
from services.portal.policy import APPLICANTS
from services.portal.presenters.facts import stated_views
from services.portal.presenters.fields import is_locked
from services.portal.presenters.threads import by_place, thread_views
from services.portal.presenters.wizard import missing_links, step_view
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from shared.errors import Conflict, Invalid, NotFound, Problem, StaleVersion

bp = Blueprint("drafts", __name__, url_prefix="/registrations/<id:registration_id>")

TEMPLATES = {"materials": "wizard/materials.html", "check": "wizard/check.html"}
"""Steps with a page of their own kind; the others are pages of fields."""

_THOUSANDS = re.compile(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", re.ASCII)

CONFLICT = "内容已在别处更新，下面是您刚填写的内容，尚未保存。请核对后再保存。"


@bp.get("/steps/<int:step>")
@signed_in(APPLICANTS)
def show(registration_id: str, step: int) -> str:
    """Show a step."""
    registration = deps().registrations.get(guard.token(), registration_id)
    return _page(registration, _step(step))


@bp.post("/steps/<int:step>")
@signed_in(APPLICANTS)
def save(registration_id: str, step: int) -> tuple[str, int] | Response:
    """Save a step and go on; what can't be saved is shown beside its field."""
    current = _step(step)
    registration = deps().registrations.get(guard.token(), registration_id)
    typed = typed_values(current.fields, registration, request.form)
    try:
        saved = drafts.save_step(deps(), guard.token(), registration_id, posted_version(), typed)
    except StaleVersion:
        fresh = deps().registrations.get(guard.token(), registration_id)
        return _page(fresh, current, typed, notice=CONFLICT), 412
    except Conflict as error:
        return _page(registration, current, typed, error.problems, notice=error.message), 409
    if saved.problems:
        return _page(saved.registration, current, typed, saved.problems), 422
    target = current.no + 1 if request.form.get("go") == "next" and current.no + 1 in STEP_BY_NO else current.no
    return redirect(url_for("drafts.show", registration_id=registration_id, step=target, done="saved"), 303)


@bp.post("/steps/<int:step>/autosave")
@signed_in(APPLICANTS)
def autosave(registration_id: str, step: int) -> Response:
    """Save what is typed so far, for the page's own script."""
    current = _step(step)
    registration = deps().registrations.get(guard.token(), registration_id)
    typed = typed_values(current.fields, registration, request.form)
    saved = drafts.save_step(deps(), guard.token(), registration_id, posted_version(), typed)
    completeness = saved.registration["completeness"]
    view = step_view(saved.registration, current, typed, saved.problems)
    return jsonify(
        version=saved.registration["version"],
        done=completeness["done"],
        total=completeness["total"],
        errors=[{"anchor": error.anchor, "message": error.message} for error in view.errors],
    )


@bp.post("/submission")
@signed_in(APPLICANTS)
def submit(registration_id: str) -> tuple[str, int] | Response:
    """Submit; where something is missing, the whole list is shown."""
    version = posted_version()
    if request.form.get("undertaking") != "true":
        registration = deps().registrations.get(guard.token(), registration_id)
        problem = Problem("/undertaking", "required", "请先承诺所填内容属实。")
        return _page(registration, STEP_BY_NO[6], problems=(problem,)), 422
    explanation = request.form.get("explanation", "").replace("\r\n", "\n").strip()
    body = {"undertaking": True} | ({"explanation": explanation} if explanation else {})
    try:
        deps().registrations.act(guard.token(), registration_id, version, "submit", body)
    except (Invalid, Conflict, StaleVersion) as error:
        registration = deps().registrations.get(guard.token(), registration_id)
        status = 422 if isinstance(error, Invalid) else 409
        return _page(registration, STEP_BY_NO[6], problems=error.problems, notice=error.message), status
    return redirect(url_for("registrations.show", registration_id=registration_id, done="submitted"), 303)


def typed_values(
    fields: Iterable[FormField], registration: RegistrationAnswer, form: MultiDict[str, str]
) -> dict[str, object]:
    """Return what was typed into the open fields of a page, keyed like the fields; empty texts are None."""
    return {field.key: _typed(field, form) for field in fields if not is_locked(registration, f"/form/{field.key}")}


def _typed(field: FormField, form: MultiDict[str, str]) -> object:
    if field.kind is Kind.FIVE:
        return [text.strip() for text in form.getlist(field.key) if text.strip()]
    text = form.get(field.key, "").replace("\r\n", "\n").strip()
    if field.kind is Kind.CONFIRM:
        return text == "true"
    if field.kind is Kind.YES_NO:
        return {"true": True, "false": False}.get(text)
    if field.kind is Kind.DIVISION:
        return text.split(" ")[0] or None  # the list offers "330106 浙江省杭州市西湖区"
    if field.kind is Kind.MONEY:
        return _amount(text) or None
    return text or None


def _amount(text: str) -> str:
    """Return an amount as the service reads it: what an input method writes wide, and thousands set apart, are plain."""
    plain = normalize("NFKC", text)
    return plain.replace(",", "") if _THOUSANDS.fullmatch(plain) else plain


def _step(no: int) -> Step:
    if no not in STEP_BY_NO:
        raise NotFound
    return STEP_BY_NO[no]


def _page(
    registration: RegistrationAnswer,
    step: Step,
    typed: dict[str, object] | None = None,
    problems: tuple[Problem, ...] = (),
    notice: str = "",
) -> str:
    view = step_view(registration, step, typed, problems, is_conflict=notice == CONFLICT)
    elsewhere = missing_links(
        {
            "pointer": problem.pointer,
            "code": problem.code,
            "message": problem.message,
            "expected": problem.expected,
            "indicator": problem.indicator,
        }
        for problem in problems
    )
    template = TEMPLATES.get(step.key, "wizard/fields.html")
    return render_template(template, view=view, notice=notice, faults=elsewhere, **casework_of(registration))


def casework_of(registration: RegistrationAnswer) -> dict[str, object]:
    """Return what the department says of each place, and the facts of each material, for the pages of the wizard."""
    own_id = registration["id"]
    threads = deps().casework.threads(guard.token(), own_id) if registration["revision"] else []
    return {
        "threads_by": by_place(thread_views(threads, guard.account().id)),
        "facts": {slot.key: stated_views(registration["facts"], slot.key) for slot in SLOTS},
    }
