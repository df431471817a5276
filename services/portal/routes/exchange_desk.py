"""The operation desk of the exchange: how it stands with the partners, and how the routes to them are set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import KEEPERS_OF_ROUTES, READERS_OF_MESSAGES, READERS_OF_RERUNS
from services.portal.presenters.exchange_desk import partner_view, route_view
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Conflict, Invalid, StaleVersion
from shared.ids import new_id

bp = Blueprint("exchange_desk", __name__, url_prefix="/exchange")

Page = str | Response | tuple[str, int]
ONE_ROUTE = "/routes/<occasion:name>"
MEANWHILE = "此项刚有变化，请核对后再办理。"
NUMBERS = {
    "cap": "每分钟最多发送",
    "retention_days": "内容保存天数",
    "alarm_waiting": "待发送超过",
    "alarm_minutes": "等待超过",
    "alarm_troubled": "一日内拒收或未回执超过",
}
NIGHT = {"begins": "开始时间", "ends": "结束时间", "text": "说明"}
ACTS = {"stopping": "route_stopped", "starting": "route_started", "figures": "route_set"}


@bp.get("/partners")
@signed_in(READERS_OF_MESSAGES)
def partners() -> str:
    """Show how it stands with each partner."""
    return _partners()


@bp.post("/partners/<id:partner>/pings")
@signed_in(KEEPERS_OF_ROUTES)
def ping(partner: str) -> Page:
    """Send a partner a test."""
    try:
        deps().exchange_desk.ping(guard.token(), partner, request.form.get("key", ""))
    except Conflict as error:
        return _partners(notice=error.message), 409
    return redirect(url_for("exchange_desk.partners", done="ping_sent", _anchor=partner), 303)


@bp.post("/partners/<id:partner>/maintenances")
@signed_in(KEEPERS_OF_ROUTES)
def announce(partner: str) -> Page:
    """Keep that a partner will not be there; what can't be sent is shown again as it was typed."""
    typed = {name: request.form.get(name, "").replace("\r\n", "\n").strip() for name in NIGHT}
    faults = [ErrorLink(f"{partner}-{name}", f"请填写{label}。") for name, label in NIGHT.items() if not typed[name]]
    if faults:
        return _partners(partner, typed, faults), 422
    body = typed | {name: f"{typed[name]}:00+08:00" for name in ("begins", "ends")}
    try:
        deps().exchange_desk.announce(guard.token(), partner, posted_version(), body)
    except Invalid as error:
        return _partners(partner, typed, messages_of(error, NIGHT, "ends", f"{partner}-")), 422
    except StaleVersion:
        return _partners(partner, typed, notice=MEANWHILE), 412
    return redirect(url_for("exchange_desk.partners", done="maintenance_told", _anchor=partner), 303)


@bp.post("/partners/<id:partner>/maintenances/<id:maintenance_id>/cancellation")
@signed_in(KEEPERS_OF_ROUTES)
def cancel(partner: str, maintenance_id: str) -> Page:
    """Take a maintenance back, or end it early."""
    try:
        deps().exchange_desk.cancel(guard.token(), partner, posted_version(), maintenance_id)
    except (StaleVersion, Conflict):
        return _partners(notice=MEANWHILE), 409
    return redirect(url_for("exchange_desk.partners", done="maintenance_cancelled", _anchor=partner), 303)


@bp.get("/routes")
@signed_in(READERS_OF_MESSAGES)
def routes() -> str:
    """Show the routes as they are set."""
    found = [route_view(each) for each in deps().exchange_desk.routes(guard.token())]
    return render_template("exchange/routes.html", routes=found)


@bp.get(ONE_ROUTE)
@signed_in(READERS_OF_MESSAGES)
def route(name: str) -> str:
    """Show how a route is set, and who set it when and why."""
    return _route(name)


@bp.post(f"{ONE_ROUTE}/<id:act>")
@signed_in(KEEPERS_OF_ROUTES)
def set_route(name: str, act: str) -> Page:
    """Stop, start or set a route; what can't be sent is shown again as it was typed."""
    fields = ("reason", *(NUMBERS if act == "figures" else ()))
    typed = {field: request.form.get(field, "").replace("\r\n", "\n").strip() for field in fields}
    labels = {"reason": "理由", **NUMBERS}
    faults = [ErrorLink(f"{act}-{field}", f"请填写{labels[field]}。") for field in fields if not typed[field]]
    body: dict[str, object] = dict(typed)
    for field in fields[1:]:
        if typed[field].isascii() and typed[field].isdigit():
            body[field] = int(typed[field])
        elif typed[field]:
            faults.append(ErrorLink(f"{act}-{field}", f"{labels[field]}：应为整数。"))
    if faults:
        return _route(name, act, typed, faults), 422
    try:
        deps().exchange_desk.set_route(guard.token(), name, act, posted_version(), body)
    except Invalid as error:
        return _route(name, act, typed, messages_of(error, labels, "reason", f"{act}-")), 422
    except (StaleVersion, Conflict):
        return _route(name, act, typed, notice=MEANWHILE), 409
    return redirect(url_for("exchange_desk.route", name=name, done=ACTS.get(act, "")), 303)


def _partners(
    partner: str = "", typed: Mapping[str, str] | None = None, errors: Sequence[ErrorLink] = (), notice: str = ""
) -> str:
    return render_template(
        "exchange/partners.html",
        partners=[partner_view(each) for each in deps().exchange_desk.partners(guard.token())],
        typed={partner: typed or {}},
        errors=errors,
        notice=notice,
        key=new_id(),
        may_open=guard.account().role in READERS_OF_RERUNS,
    )


def _route(
    name: str,
    act: str = "",
    typed: Mapping[str, str] | None = None,
    errors: Sequence[ErrorLink] = (),
    notice: str = "",
) -> str:
    found = deps().exchange_desk.route(guard.token(), name)
    return render_template(
        "exchange/route.html",
        route=route_view(found),
        numbers=NUMBERS,
        values={field: str(found[field]) for field in NUMBERS} | (dict(typed or {}) if act == "figures" else {}),  # type: ignore[literal-required]  # the names of its own figures
        reasons={act: (typed or {}).get("reason", "")},
        errors=errors,
        notice=notice,
    )
