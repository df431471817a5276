"""The operation desk: how routes are set, how it stands with the partners, many messages sent again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import cast

from services.exchange.model.partners import Alarm, Partner, RouteName
from services.exchange.operations import controls, health, reruns
from services.exchange.operations.reruns import Chosen
from services.exchange.policy import Permission
from services.exchange.routes.messages import deps, wanted_of
from services.exchange.schemas import desk
from services.exchange.schemas import reruns as wire
from services.exchange.schemas.outgoing import Body, RowOut, row_body
from shared.batches.model import Outcome
from shared.errors import NotFound
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("desk", __name__, description="交换运行")

Answer = tuple[Body, int, dict[str, str]]


@bp.get("/routes")
@needs(Permission.LIST)
@bp.response(200, desk.ControlsOut)
def list_routes() -> Body:
    """List the routes out as they are set."""
    return {"items": [desk.control_body(view) for view in controls.list_controls(deps(), reading_call())]}


@bp.get("/routes/<string:route>")
@needs(Permission.LIST)
@bp.response(200, desk.ControlOut)
def read_route(route: str) -> Answer:
    """Read how a route is set, and who set it when and why."""
    return _control(controls.read_control(deps(), reading_call(), _route(route)))


@bp.post("/routes/<string:route>/stopping")
@needs(Permission.CONTROL)
@changing
@bp.arguments(desk.ReasonIn)
@bp.response(200, desk.ControlOut)
def stop_route(data: dict[str, str], route: str) -> Answer:
    """Let nothing leave on a route any more."""
    return _control(controls.stop_route(deps(), changing_call(), _route(route), data["reason"]))


@bp.post("/routes/<string:route>/starting")
@needs(Permission.CONTROL)
@changing
@bp.arguments(desk.ReasonIn)
@bp.response(200, desk.ControlOut)
def start_route(data: dict[str, str], route: str) -> Answer:
    """Let what waits leave on a route again."""
    return _control(controls.start_route(deps(), changing_call(), _route(route), data["reason"]))


@bp.post("/routes/<string:route>/figures")
@needs(Permission.CONTROL)
@changing
@bp.arguments(desk.FiguresIn)
@bp.response(200, desk.ControlOut)
def set_route(data: dict[str, object], route: str) -> Answer:
    """Set the figures of a route."""
    number = cast("Mapping[str, int]", data)
    alarm = Alarm(number["alarm_waiting"], number["alarm_minutes"], number["alarm_troubled"])
    wish = controls.Wish(number["cap"], number["retention_days"], alarm)
    return _control(controls.set_route(deps(), changing_call(), _route(route), wish, str(data["reason"])))


@bp.get("/partners")
@needs(Permission.LIST)
@bp.response(200, desk.PartnersOut)
def list_partners() -> Body:
    """List how it stands with each partner."""
    call = reading_call()
    return {"items": [desk.partner_body(health.health_of(deps(), call, each), deps().clock) for each in Partner]}


@bp.get("/partners/<string:partner>")
@needs(Permission.LIST)
@bp.response(200, desk.PartnerOut)
def read_partner(partner: str) -> Answer:
    """Read how it stands with a partner."""
    return _partner(_named(partner))


@bp.post("/partners/<string:partner>/pings")
@needs(Permission.CONTROL)
@creating
@bp.arguments(desk.PingIn)
@bp.response(201, RowOut)
def ping(_: dict[str, object], partner: str) -> tuple[Body, int]:
    """Send a partner a test; its signed answer comes to stand with the message."""
    return row_body(health.ping(deps(), creating_call(), _named(partner))), 201


@bp.post("/partners/<string:partner>/maintenances")
@needs(Permission.CONTROL)
@changing
@bp.arguments(desk.MaintenanceIn)
@bp.response(200, desk.PartnerOut)
def announce(data: dict[str, object], partner: str) -> Answer:
    """Tell of a time in which a partner is not there; its routes hold meanwhile."""
    begins, ends = cast(datetime, data["begins"]), cast(datetime, data["ends"])
    night = controls.Night(begins, ends, str(data["text"]))
    controls.announce_maintenance(deps(), changing_call(), _named(partner), night)
    return _partner(_named(partner))


@bp.post("/partners/<string:partner>/maintenances/<string:maintenance_id>/cancellation")
@needs(Permission.CONTROL)
@changing
@bp.arguments(desk.CancellationIn)
@bp.response(200, desk.PartnerOut)
def cancel(_: dict[str, object], partner: str, maintenance_id: str) -> Answer:
    """Take a maintenance back, or end it early."""
    controls.cancel_maintenance(deps(), changing_call(), _named(partner), maintenance_id)
    return _partner(_named(partner))


@bp.get("/reruns")
@needs(Permission.READ)
@bp.arguments(wire.RerunsIn, location="query")
@bp.response(200, wire.RerunsOut)
def list_reruns(query: dict[str, object]) -> Body:
    """List the re-runs, the newest first."""
    page = reruns.list_reruns(deps(), str(query["cursor"]), int(str(query["limit"])))
    return {"items": [wire.rerun_body(view) for view in page.items], "next_cursor": page.next_cursor}


@bp.get("/reruns/<string:rerun_id>")
@needs(Permission.READ)
@bp.response(200, wire.RerunOut)
def read_rerun(rerun_id: str) -> Body:
    """Read how far a re-run is."""
    return wire.rerun_body(reruns.read_rerun(deps(), rerun_id))


@bp.get("/reruns/<string:rerun_id>/items")
@needs(Permission.READ)
@bp.arguments(wire.ItemsIn, location="query")
@bp.response(200, wire.ItemsOut)
def list_items(query: dict[str, object], rerun_id: str) -> Body:
    """List what became of the messages of a re-run."""
    outcome, after, limit = cast("Outcome | None", query["outcome"]), int(str(query["after"])), int(str(query["limit"]))
    return {"items": [wire.item_body(each) for each in reruns.list_items(deps(), rerun_id, outcome, after, limit)]}


@bp.post("/reruns/preview")
@needs(Permission.RESEND)
@creating
@bp.arguments(wire.PreviewIn)
@bp.response(200, wire.CandidatesOut)
def preview(data: dict[str, object]) -> Body:
    """Look at what sending messages again would do; nothing is sent."""
    call, wanted = creating_call(), cast("Mapping[str, object] | None", data["wanted"])
    if wanted is not None:
        found = reruns.preview_wanted(deps(), call, wanted_of(wanted))
    else:
        found = reruns.preview_selected(deps(), call, cast("Sequence[str]", data["ids"]))
    going = sum(each.obstacle is None for each in found)
    return {"items": [wire.candidate_body(each) for each in found], "going": going}


@bp.post("/reruns")
@needs(Permission.RESEND)
@creating
@bp.arguments(wire.RerunIn)
@bp.response(201, wire.RerunOut)
def begin(data: dict[str, object]) -> tuple[Body, int]:
    """Send many messages again; each is carried out by itself, and has a result in the end."""
    items = cast("Sequence[Mapping[str, object]]", data["items"])
    chosen = [Chosen(str(each["id"]), int(str(each["version"]))) for each in items]
    return wire.rerun_body(reruns.begin_rerun(deps(), creating_call(), chosen, str(data["reason"]))), 201


def _control(view: controls.ControlView) -> Answer:
    return desk.control_body(view), 200, {"ETag": etag(view.control.version)}


def _partner(partner: Partner) -> Answer:
    found = health.health_of(deps(), reading_call(), partner)
    return desk.partner_body(found, deps().clock), 200, {"ETag": etag(found.upkeep.version)}


def _route(name: str) -> RouteName:
    try:
        return RouteName(name)
    except ValueError:
        raise NotFound from None


def _named(name: str) -> Partner:
    try:
        return Partner(name)
    except ValueError:
        raise NotFound from None
