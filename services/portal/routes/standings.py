"""Acts on the life of a registration, each with a page that says what follows; and the list of registered platforms."""

from __future__ import annotations

from flask import Blueprint, render_template, request, url_for
from flask import redirect as _redirect
from werkzeug.wrappers import Response

from services.portal.model.standing import (
    ACT_BY_SLUG,
    ENDS_WITHIN,
    FIELD_LABELS,
    GROUNDS,
    OPTIONAL,
    STANDINGS,
    Act,
)
from services.portal.policy import READERS_OF_QUEUES, READERS_OF_REGISTRATIONS
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.registration import registration_view
from services.portal.presenters.standing import registry_view, standing_view
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.clock import local_date
from shared.errors import Conflict, Invalid, NotFound, StaleVersion

bp = Blueprint("standings", __name__)

ACT = "/registrations/<id:registration_id>/acts/<slug>"
PAGE = 20


@bp.get("/registry")
@signed_in(READERS_OF_QUEUES)
def registry() -> str:
    """Show the platforms in sight that are registered or were, filtered by standing and by the end of their papers."""
    standing, within = request.args.get("standing", ""), request.args.get("within", "")
    standing = standing if standing in dict(STANDINGS) else "registered"
    within = within if within in dict(ENDS_WITHIN) else ""
    cursor = request.args.get("cursor", "")
    query = {"standing": standing} | ({"ends_within": within, "order": "valid_until"} if within else {})
    rows, next_cursor = deps().registrations.list(guard.token(), cursor=cursor, limit=PAGE, more=query)
    return render_template("registry.html", view=registry_view(rows, standing, within, cursor, next_cursor))


@bp.get(ACT)
@signed_in(READERS_OF_REGISTRATIONS)
def ask(registration_id: str, slug: str) -> str:
    """Show what an act does, and ask for what it needs."""
    return _page(registration_id, _act(slug), {}, ())


@bp.post(ACT)
@signed_in(READERS_OF_REGISTRATIONS)
def take(registration_id: str, slug: str) -> tuple[str, int] | Response:
    """Take the act; what is wrong is shown beside what was typed."""
    act = _act(slug)
    values = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in act.fields}
    missing = tuple(
        ErrorLink(name, f"请填写{FIELD_LABELS[name]}。")
        for name in act.fields
        if not values[name] and name not in OPTIONAL
    )
    if missing:
        return _page(registration_id, act, values, missing), 422
    body = {name: value for name, value in values.items() if value or name not in OPTIONAL}
    try:
        taken = deps().registrations.act(guard.token(), registration_id, posted_version(), act.action, body)
    except (Invalid, Conflict, StaleVersion) as error:
        labels = {name: FIELD_LABELS[name] for name in act.fields}
        errors = messages_of(error, labels, next(iter(labels), "confirm"))
        return _page(registration_id, act, values, errors), 422 if isinstance(error, Invalid) else 409
    if act.leads_on:
        return _redirect(url_for("drafts.show", registration_id=taken["id"], step=1, done=act.done), 303)
    return _redirect(url_for("registrations.show", registration_id=taken["id"], done=act.done), 303)


def _act(slug: str) -> Act:
    if slug not in ACT_BY_SLUG:
        raise NotFound
    return ACT_BY_SLUG[slug]


def _page(registration_id: str, act: Act, values: dict[str, str], errors: tuple[ErrorLink, ...]) -> str:
    registration = deps().registrations.get(guard.token(), registration_id)
    if act.action not in registration["open_actions"]:
        raise Conflict
    today = local_date(deps().clock.now()).isoformat()
    return render_template(
        "standing_act.html",
        view=registration_view(registration),
        life=standing_view(registration),
        act=act,
        labels=FIELD_LABELS,
        grounds=GROUNDS,
        values={"since": today, **values},
        errors=errors,
        today=today,
    )
