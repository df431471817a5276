"""Facts of the materials as they are typed: by the reviewer in the review, by the filer beside the files."""

from __future__ import annotations

from collections.abc import Iterable
from unicodedata import normalize

from flask import Blueprint, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from services.portal.model.casework import NO_END, FactAnswer
from services.portal.model.pointers import MATERIALS_STEP
from services.portal.policy import APPLICANTS
from services.portal.routes import guard
from services.portal.routes.bodies import known_slot
from services.portal.routes.guard import deps, signed_in

bp = Blueprint("facts", __name__, url_prefix="/registrations/<id:registration_id>/materials/<id:slot>/facts")

_FLAGS = {"yes": True, "no": False}


@bp.post("")
@signed_in(APPLICANTS)
def state(registration_id: str, slot: str) -> Response:
    """Keep what the filer says one material holds; what was said of the others stays."""
    chosen = known_slot(slot).key
    registration = deps().registrations.get(guard.token(), registration_id)
    facts = registration["facts"]
    kept = {fact["key"]: fact["stated"] for fact in facts if fact["material"] != chosen and fact["stated"] is not None}
    typed = typed_facts((fact for fact in facts if fact["material"] == chosen), request.form, adopts=False)
    deps().casework.state_facts(guard.token(), registration_id, registration["version"], {**kept, **typed})
    url = url_for(
        "drafts.show", registration_id=registration_id, step=MATERIALS_STEP, done="saved", _anchor=f"material-{chosen}"
    )
    return redirect(url, 303)


def typed_facts(facts: Iterable[FactAnswer], form: MultiDict[str, str], *, adopts: bool) -> dict[str, object]:
    """Return the facts that were typed; what was left blank is left out.

    `adopts` takes, for a material that was marked as checked, what the filer stated or the text proposed for the blanks.
    """
    typed: dict[str, object] = {}
    for fact in facts:
        value = _typed(fact, form)
        if value is None and adopts and form.get(f"adopt-{fact['material']}") == "yes":
            value = fact["stated"] if fact["stated"] is not None else fact["proposed"]
        if value is not None:
            typed[fact["key"]] = value
    return typed


def _typed(fact: FactAnswer, form: MultiDict[str, str]) -> object:
    key = fact["key"]
    text = form.get(f"fact-{key}", "").strip()
    if fact["kind"] == "flag":
        return _FLAGS.get(text)
    if form.get(f"endless-{key}") == "yes":
        return NO_END
    if text:
        return normalize("NFKC", text).replace(",", "") if fact["kind"] == "amount" else text
    return "" if form.get(f"absent-{key}") == "yes" else None
