"""Sharing: the catalogue, requests with their answers, objections to numbers."""

from __future__ import annotations

from datetime import date
from typing import cast

from services.exchange.model.catalogue import RESOURCES
from services.exchange.model.sharing import Grant, GrantState, Objection, ObjectionState
from services.exchange.operations import granting, objecting
from services.exchange.packaging.metadata import described
from services.exchange.policy import Permission
from services.exchange.routes.messages import Answer, deps
from services.exchange.schemas.deliveries import receiver_of
from services.exchange.schemas.desk import ReasonIn
from services.exchange.schemas.outgoing import Body
from services.exchange.schemas.sharing import (
    AnswerIn,
    CatalogueOut,
    GrantIn,
    ObjectionIn,
    ObjectionOut,
    ObjectionsIn,
    ObjectionsOut,
    RequestIn,
    RequestOut,
    RequestsIn,
    RequestsOut,
    objection_body,
    request_body,
)
from services.exchange.workflow import GRANT_WORKFLOW, OBJECTION_WORKFLOW
from shared.calls import Call
from shared.clock import local_date
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("sharing", __name__, url_prefix="/sharing", description="共享目录、申请和校核")
REQUEST = "/requests/<string:request_id>"
OBJECTION = "/objections/<string:objection_id>"


@bp.get("/catalogue")
@needs(Permission.READ_DELIVERIES)
@bp.response(200, CatalogueOut)
def catalogue() -> Body:
    """List the catalogue of what may be shared."""
    return {"items": [dict(described(entry)) for entry in RESOURCES.values()]}


@bp.get("/requests")
@needs(Permission.READ_DELIVERIES)
@bp.arguments(RequestsIn, location="query")
@bp.response(200, RequestsOut)
def list_requests(query: dict[str, object]) -> Body:
    """List the requests, newest first."""
    state = query["state"]
    wanted = state.value if isinstance(state, GrantState) else ""
    page = deps().sharing.grants.list_newest(wanted, str(query["cursor"]), int(str(query["limit"])))
    call = reading_call()
    return {"items": [_request(call, each) for each in page.items], "next_cursor": page.next_cursor}


@bp.post("/requests")
@needs(Permission.KEEP_SHARING)
@creating
@bp.arguments(RequestIn)
@bp.response(201, RequestOut)
def ask(data: dict[str, str]) -> Answer:
    """Ask for a resource on behalf of a receiver."""
    call = creating_call()
    made = granting.request(deps(), call, receiver_of(data["receiver"]), data["resource"], data["purpose"])
    return _of_request(call, made, 201)


@bp.get(REQUEST)
@needs(Permission.READ_DELIVERIES)
@bp.response(200, RequestOut)
def read_request(request_id: str) -> Answer:
    """Read a request."""
    return _of_request(reading_call(), deps().sharing.grants.get(request_id))


@bp.post(f"{REQUEST}/grant")
@needs(Permission.KEEP_SHARING)
@changing
@bp.arguments(GrantIn)
@bp.response(200, RequestOut)
def grant(data: dict[str, object], request_id: str) -> Answer:
    """Grant a request, on conditions and for a term."""
    call = changing_call()
    answer = granting.Answer(
        str(data["conditions"]), cast(date, data["valid_from"]), cast("date | None", data["valid_to"])
    )
    return _of_request(call, granting.grant(deps(), call, request_id, answer))


@bp.post(f"{REQUEST}/refusal")
@needs(Permission.KEEP_SHARING)
@changing
@bp.arguments(ReasonIn)
@bp.response(200, RequestOut)
def refuse(data: dict[str, str], request_id: str) -> Answer:
    """Refuse a request, with a reason."""
    call = changing_call()
    return _of_request(call, granting.refuse(deps(), call, request_id, data["reason"]))


@bp.post(f"{REQUEST}/ending")
@needs(Permission.KEEP_SHARING)
@changing
@bp.arguments(ReasonIn)
@bp.response(200, RequestOut)
def end(data: dict[str, str], request_id: str) -> Answer:
    """End a grant: nothing is delivered on it any more."""
    call = changing_call()
    return _of_request(call, granting.end(deps(), call, request_id, data["reason"]))


@bp.get("/objections")
@needs(Permission.READ_DELIVERIES)
@bp.arguments(ObjectionsIn, location="query")
@bp.response(200, ObjectionsOut)
def list_objections(query: dict[str, object]) -> Body:
    """List the objections, newest first."""
    state = query["state"]
    wanted = state.value if isinstance(state, ObjectionState) else ""
    page = deps().sharing.objections.list_newest(wanted, str(query["cursor"]), int(str(query["limit"])))
    call = reading_call()
    return {"items": [_objection(call, each) for each in page.items], "next_cursor": page.next_cursor}


@bp.post("/objections")
@needs(Permission.KEEP_SHARING)
@creating
@bp.arguments(ObjectionIn)
@bp.response(201, ObjectionOut)
def raise_objection(data: dict[str, object]) -> Answer:
    """Raise an objection on behalf of the receiver of a delivery."""
    call = creating_call()
    at = tuple(cast("list[str]", data["at"]))
    doubt = objecting.Doubt(str(data["delivery_id"]), str(data["table"]), at, str(data["measure"]), str(data["reason"]))
    return _of_objection(call, objecting.object_for(deps(), call, doubt), 201)


@bp.get(OBJECTION)
@needs(Permission.READ_DELIVERIES)
@bp.response(200, ObjectionOut)
def read_objection(objection_id: str) -> Answer:
    """Read an objection."""
    return _of_objection(reading_call(), deps().sharing.objections.get(objection_id))


@bp.post(f"{OBJECTION}/answer")
@needs(Permission.KEEP_SHARING)
@changing
@bp.arguments(AnswerIn)
@bp.response(200, ObjectionOut)
def answer(data: dict[str, object], objection_id: str) -> Answer:
    """Answer an objection: the number is to be corrected, or it stands."""
    call = changing_call()
    answered = objecting.answer_objection(deps(), call, objection_id, bool(data["is_upheld"]), str(data["answer"]))
    return _of_objection(call, answered)


def _of_request(call: Call, found: Grant, status: int = 200) -> Answer:
    return _request(call, found), status, {"ETag": etag(found.version)}


def _request(call: Call, found: Grant) -> Body:
    actions = [action.value for action in GRANT_WORKFLOW.open_actions(found, call.actor)]
    return request_body(found, actions, local_date(deps().clock.now()))


def _of_objection(call: Call, found: Objection, status: int = 200) -> Answer:
    return _objection(call, found), status, {"ETag": etag(found.version)}


def _objection(call: Call, found: Objection) -> Body:
    return objection_body(found, [action.value for action in OBJECTION_WORKFLOW.open_actions(found, call.actor)])
