"""The ministry's decisions to collect periods under an approval that has ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import DECIDERS_OF_COLLECTION
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.survey import decision_views, validity_view
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Invalid
from shared.ids import new_id

bp = Blueprint("collection", __name__, url_prefix="/collection-decisions")

FIELDS = {
    "edition": "制度版本",
    "from_period": "起始报告期",
    "to_period": "截止报告期",
    "document": "文号",
    "ground": "决定理由",
}


@bp.get("")
@signed_in(DECIDERS_OF_COLLECTION)
def show() -> str:
    """Show the editions with how long each is valid, what was decided, and the form for a new decision."""
    return _page({})


@bp.post("")
@signed_in(DECIDERS_OF_COLLECTION)
def decide() -> tuple[str, int] | Response:
    """Record a decision."""
    typed = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in FIELDS}
    try:
        deps().filings.decide(guard.token(), request.form.get("key", ""), typed)
    except Invalid as error:
        return _page(typed, messages_of(error, FIELDS, "edition")), 422
    return redirect(url_for("collection.show", done="collection_decided"), 303)


def _page(typed: Mapping[str, str], errors: Sequence[ErrorLink] = ()) -> str:
    decisions = deps().filings.decisions(guard.token())
    editions = deps().survey.editions()
    return render_template(
        "survey/decisions.html",
        editions=[validity_view(each, decisions) for each in editions],
        titles={each["id"]: f"{each['title']}（{each['approval']}）" for each in editions},
        decisions=decision_views(decisions),
        fields=FIELDS,
        typed=typed,
        errors=errors,
        key=new_id(),
    )
