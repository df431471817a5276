"""A person's own unit: its facts with their sources, and its registration."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import PEOPLE_OF_UNITS, REGISTER_THEMSELVES
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.units import FIELDS, unit_view
from services.portal.routes import guard
from services.portal.routes.guard import deps, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Invalid, NotFound
from shared.ids import new_id

bp = Blueprint("units", __name__, url_prefix="/unit")


@bp.get("")
@signed_in(PEOPLE_OF_UNITS)
def show() -> str | Response:
    """Show the unit's basic facts with the source of each."""
    try:
        unit = deps().filings.own_unit(guard.token())
    except NotFound:
        is_own_doing = guard.account().role in REGISTER_THEMSELVES
        return redirect(url_for("units.register" if is_own_doing else "tasks.show"))
    return render_template("units/unit.html", unit=unit_view(unit))


@bp.get("/registration")
@signed_in(REGISTER_THEMSELVES)
def register() -> str:
    """Show the form in which a unit tells who it is."""
    name, division = "", guard.account().division or ""
    me = deps().identity.me(guard.token())
    own = me["unit"]
    if own is not None:
        name = own["name"]
    return _form({"name": name, "division": division, "uscc": own["credit_code"] if own else ""})


@bp.post("/registration")
@signed_in(REGISTER_THEMSELVES)
def send() -> tuple[str, int] | Response:
    """Register the unit; one that is known already is left as it is."""
    typed = {name: request.form.get(name, "").strip() for name in FIELDS}
    try:
        filled = {name: text for name, text in typed.items() if text}
        deps().filings.register_unit(guard.token(), request.form.get("key", ""), filled)
    except Invalid as error:
        return _form(typed, messages_of(error, FIELDS, "name")), 422
    return redirect(url_for("tasks.show", done="unit_registered"), 303)


def _form(typed: Mapping[str, str], errors: Sequence[ErrorLink] = ()) -> str:
    return render_template(
        "units/registration.html",
        fields=FIELDS,
        typed=typed,
        errors=errors,
        division_name=deps().divisions.name_of(typed["division"]),
        key=new_id(),
    )
