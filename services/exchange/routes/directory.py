"""The mirror of the 名录库: how it stands, what it has of a credit code, loading all units."""

from __future__ import annotations

from functools import partial

from limits import RateLimitItemPerMinute

from services.exchange.model.inquiries import Load
from services.exchange.operations import asking, loading, standing
from services.exchange.policy import Permission
from services.exchange.routes.messages import Answer, deps
from services.exchange.schemas.directory import (
    DirectoryLoadOut,
    DirectoryOut,
    LookUpIn,
    LookUpOut,
    load_body,
    look_up_body,
    state_body,
)
from services.exchange.schemas.outgoing import Body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.limits import rationed
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("directory", __name__, url_prefix="/directory", description="名录库镜像")

LOOK_UPS = RateLimitItemPerMinute(20)
"""Look-ups of one account: enough for the work at a desk, too few to go through the directory."""


@bp.get("")
@needs(Permission.MIRROR)
@bp.response(200, DirectoryOut)
def read() -> Body:
    """Read how the mirror stands, in numbers."""
    return state_body(standing.read_state(deps()))


@bp.post("/look-ups")
@needs(Permission.LOOK_UP)
@creating
@rationed(LOOK_UPS)
@bp.arguments(LookUpIn)
@bp.response(201, LookUpOut)
def look_up(data: dict[str, str]) -> tuple[Body, int]:
    """Look a credit code up; what the mirror does not have is asked of the 名录库."""
    call = creating_call()
    return look_up_body(deps().together(partial(asking.look_up, call=call, credit_code=data["credit_code"]))), 201


@bp.get("/look-ups/<string:inquiry_id>")
@needs(Permission.LOOK_UP)
@bp.response(200, LookUpOut)
def read_look_up(inquiry_id: str) -> Body:
    """Read what the 名录库 has answered to one's own look-up."""
    return look_up_body(asking.read_inquiry(deps(), reading_call(), inquiry_id))


@bp.post("/loads")
@needs(Permission.LOAD)
@creating
@bp.response(201, DirectoryLoadOut)
def start() -> Answer:
    """Begin to load all units."""
    call = creating_call()
    return _answer(deps().together(partial(loading.start_load, call=call)), 201)


@bp.post("/loads/<string:load_id>/stopping")
@needs(Permission.LOAD)
@changing
@bp.response(200, DirectoryLoadOut)
def stop(load_id: str) -> Answer:
    """Stop a load behind the page that is under way."""
    call = changing_call()
    return _answer(deps().together(partial(loading.stop_load, call=call, load_id=load_id)))


@bp.post("/loads/<string:load_id>/going-on")
@needs(Permission.LOAD)
@changing
@bp.response(200, DirectoryLoadOut)
def go_on(load_id: str) -> Answer:
    """Go on with a load that was stopped."""
    call = changing_call()
    return _answer(deps().together(partial(loading.go_on, call=call, load_id=load_id)))


def _answer(load: Load, status: int = 200) -> Answer:
    return load_body(load), status, {"ETag": etag(load.version)}
