"""Deliveries of statistics: list, look into, prepare, sign off or decline, send."""

from __future__ import annotations

from flask import Response

from services.exchange.model.deliveries import State
from services.exchange.operations import delivering, looking
from services.exchange.policy import Permission
from services.exchange.ports.deliveries import WantedDeliveries
from services.exchange.routes.messages import Answer, deps
from services.exchange.schemas.deliveries import (
    DeliveriesIn,
    DeliveriesOut,
    DeliveryOut,
    PreparationIn,
    PreviewOut,
    delivery_body,
    delivery_row,
    preview_body,
    receiver_of,
)
from services.exchange.schemas.desk import ReasonIn
from services.exchange.schemas.outgoing import Body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("deliveries", __name__, url_prefix="/deliveries", description="统计资料提供")
ONE = "/<string:delivery_id>"


@bp.get("")
@needs(Permission.READ_DELIVERIES)
@bp.arguments(DeliveriesIn, location="query")
@bp.response(200, DeliveriesOut)
def list_all(query: dict[str, object]) -> Body:
    """List the deliveries, newest first."""
    state = query["state"]
    wanted = WantedDeliveries(str(query["receiver"]), state.value if isinstance(state, State) else "")
    page = looking.list_deliveries(deps(), wanted, str(query["cursor"]), int(str(query["limit"])))
    return {"items": [delivery_row(each) for each in page.items], "next_cursor": page.next_cursor}


@bp.post("")
@needs(Permission.PREPARE_DELIVERY)
@creating
@bp.arguments(PreparationIn)
@bp.response(201, DeliveryOut)
def prepare(data: dict[str, str]) -> Answer:
    """Prepare a set for a receiver once more, after it was declined or refused."""
    call = creating_call()
    delivery = delivering.prepare(deps(), call, data["set_id"], receiver_of(data["receiver"]))
    return _answer(looking.view_of(deps(), call, delivery), 201)


@bp.get(ONE)
@needs(Permission.READ_DELIVERIES)
@bp.response(200, DeliveryOut)
def read(delivery_id: str) -> Answer:
    """Read a delivery: where it stands, and how its day was found."""
    return _answer(looking.read_delivery(deps(), reading_call(), delivery_id))


@bp.get(f"{ONE}/preview")
@needs(Permission.READ_DELIVERIES)
@bp.response(200, PreviewOut)
def preview(delivery_id: str) -> Body:
    """Look into the package before it leaves: files, control totals, the first rows of each table."""
    return preview_body(looking.preview(deps(), reading_call(), delivery_id))


@bp.get(f"{ONE}/package")
@needs(Permission.READ_DELIVERIES)
@bp.response(200, content_type="application/zip")
def package(delivery_id: str) -> Response:
    """Take the package as it leaves."""
    delivery, data = looking.read_package(deps(), reading_call(), delivery_id)
    answer = Response(data, content_type="application/zip")
    answer.headers["Content-Disposition"] = f'attachment; filename="{delivery.id}.zip"'
    return answer


@bp.post(f"{ONE}/signature")
@needs(Permission.SIGN_OFF_DELIVERY)
@changing
@bp.response(200, DeliveryOut)
def sign_off(delivery_id: str) -> Answer:
    """Sign a delivery off; one that is not held back goes at once."""
    call = changing_call()
    return _answer(looking.view_of(deps(), call, delivering.sign_off(deps(), call, delivery_id)))


@bp.post(f"{ONE}/refusal")
@needs(Permission.SIGN_OFF_DELIVERY)
@changing
@bp.arguments(ReasonIn)
@bp.response(200, DeliveryOut)
def decline(data: dict[str, str], delivery_id: str) -> Answer:
    """Decline to sign a delivery off, or take the signature back while it is held."""
    call = changing_call()
    return _answer(looking.view_of(deps(), call, delivering.decline(deps(), call, delivery_id, data["reason"])))


@bp.post(f"{ONE}/sending")
@needs(Permission.PREPARE_DELIVERY)
@changing
@bp.response(200, DeliveryOut)
def send(delivery_id: str) -> Answer:
    """Send what was signed off, by hand; before its first day that is refused."""
    call = changing_call()
    return _answer(looking.view_of(deps(), call, delivering.send(deps(), call, delivery_id)))


def _answer(view: looking.DeliveryView, status: int = 200) -> Answer:
    return delivery_body(view), status, {"ETag": etag(view.delivery.version)}
