"""Sharing with other departments: the catalogue, requests with their answers, objections to numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.deliveries import RECEIVERS
from services.portal.policy import PREPARERS, READERS_OF_DELIVERIES
from services.portal.presenters.deliveries import objection_view, request_view
from services.portal.presenters.fields import ErrorLink
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.clock import local_date
from shared.errors import Conflict, Invalid, NotFound, StaleVersion
from shared.ids import new_id

bp = Blueprint("sharing", __name__, url_prefix="/sharing")

Page = str | Response | tuple[str, int]
REQUEST, OBJECTION = "/requests/<id:request_id>", "/objections/<id:objection_id>"
REQUEST_STATES = {"requested": "待答复", "granted": "已授权", "refused": "不予共享", "ended": "已终止"}
OBJECTION_STATES = {"open": "待核实", "upheld": "属实，待更正", "rejected": "经核实无误", "corrected": "已提供更正版"}
ASKED = {"receiver": "接收方", "resource": "资源", "purpose": "用途"}
GRANTED = {"conditions": "共享条件", "valid_from": "起始日期", "valid_to": "截止日期"}
DOUBTED = {"table": "表", "at": "行", "measure": "指标", "reason": "理由"}
ACTS = {"refusal": "request_refused", "ending": "sharing_ended"}
NOT_THERE = "没有找到这批资料。"


@bp.get("/catalogue")
@signed_in(READERS_OF_DELIVERIES)
def catalogue() -> str:
    """Show the catalogue of what may be shared."""
    return render_template("exchange/catalogue.html", entries=deps().deliveries.catalogue(guard.token()))


@bp.get("/requests")
@signed_in(READERS_OF_DELIVERIES)
def requests() -> str:
    """Show the requests, with their clocks, and the form for a new one."""
    return _requests()


@bp.post("/requests")
@signed_in(PREPARERS)
def ask() -> Page:
    """Register a receiver's request."""
    typed = {name: request.form.get(name, "").strip() for name in ASKED}
    faults = [ErrorLink(name, f"请填写{label}。") for name, label in ASKED.items() if not typed[name]]
    if faults:
        return _requests(faults, typed), 422
    try:
        made = deps().deliveries.ask(guard.token(), request.form.get("key", ""), typed)
    except Invalid as error:
        return _requests(messages_of(error, ASKED, "purpose"), typed), 422
    return redirect(url_for("sharing.read_request", request_id=made["id"], done="request_registered"), 303)


@bp.get(REQUEST)
@signed_in(READERS_OF_DELIVERIES)
def read_request(request_id: str) -> str:
    """Show a request with its answer, or the forms to answer it."""
    return _request(request_id)


@bp.post(f"{REQUEST}/grant")
@signed_in(PREPARERS)
def grant(request_id: str) -> Page:
    """Grant a request, on conditions and for a term."""
    typed = {name: request.form.get(name, "").strip() for name in GRANTED}
    if not typed["valid_from"]:
        return _request(request_id, [ErrorLink("valid_from", "请填写起始日期。")], typed), 422
    body = {**typed, "valid_to": typed["valid_to"] or None}
    return _answered(request_id, "grant", body, "request_granted", typed)


@bp.post(f"{REQUEST}/<any(refusal, ending):ending>")
@signed_in(PREPARERS)
def refuse(request_id: str, ending: str) -> Page:
    """Refuse a request or end a grant, with a reason."""
    typed = {"reason": request.form.get("reason", "").strip()}
    if not typed["reason"]:
        return _request(request_id, [ErrorLink("reason", "请填写理由。")], typed), 422
    return _answered(request_id, ending, typed, ACTS[ending], typed)


@bp.get("/objections")
@signed_in(READERS_OF_DELIVERIES)
def objections() -> str:
    """Show the objections, with their clocks."""
    state = request.args.get("state", "")
    state = state if state in OBJECTION_STATES else ""
    rows, following = deps().deliveries.objections(guard.token(), state, request.args.get("cursor", ""))
    today = local_date(deps().clock.now())
    return render_template(
        "exchange/objections.html",
        rows=[objection_view(row, today) for row in rows],
        next_cursor=following,
        state=state,
        states=OBJECTION_STATES,
    )


@bp.post("/objections")
@signed_in(PREPARERS)
def raise_objection() -> Page:
    """Register a receiver's objection to a number of a delivery."""
    delivery_id = request.form.get("delivery_id", "")
    typed = {name: request.form.get(name, "").strip() for name in DOUBTED}
    body = {**typed, "at": typed["at"].split(), "delivery_id": delivery_id}
    try:
        made = deps().deliveries.raise_objection(guard.token(), request.form.get("key", ""), body)
    except Invalid as error:
        return _raising(delivery_id, messages_of(error, DOUBTED, "at"), typed), 422
    return redirect(url_for("sharing.read_objection", objection_id=made["id"], done="objection_registered"), 303)


@bp.get("/objections/new")
@signed_in(PREPARERS)
def raising() -> str:
    """Show the form for an objection to a delivery."""
    return _raising(request.args.get("delivery_id", ""))


@bp.get(OBJECTION)
@signed_in(READERS_OF_DELIVERIES)
def read_objection(objection_id: str) -> str:
    """Show an objection with its answer, or the form to answer it."""
    return _objection(objection_id)


@bp.post(f"{OBJECTION}/answer")
@signed_in(PREPARERS)
def answer(objection_id: str) -> Page:
    """Answer an objection."""
    typed = {name: request.form.get(name, "").strip() for name in ("verdict", "answer")}
    faults = [
        ErrorLink(name, message)
        for name, message in (("verdict", "请选择核实结果。"), ("answer", "请填写答复。"))
        if not typed[name]
    ]
    if faults:
        return _objection(objection_id, faults, typed), 422
    body = {"is_upheld": typed["verdict"] == "upheld", "answer": typed["answer"]}
    try:
        deps().deliveries.answer_objection(guard.token(), objection_id, posted_version(), body)
    except Invalid as error:
        return _objection(objection_id, messages_of(error, {"answer": "答复"}, "answer"), typed), 422
    except StaleVersion as error:
        return _objection(objection_id, typed=typed, notice=error.message), 412
    except Conflict as error:
        return _objection(objection_id, typed=typed, notice=error.message), 409
    return redirect(url_for("sharing.read_objection", objection_id=objection_id, done="objection_answered"), 303)


def _answered(request_id: str, act: str, body: Mapping[str, object], done: str, typed: Mapping[str, str]) -> Page:
    try:
        deps().deliveries.answer_request(guard.token(), request_id, act, posted_version(), body)
    except Invalid as error:
        return _request(request_id, messages_of(error, {**GRANTED, "reason": "理由"}, "conditions"), typed), 422
    except StaleVersion as error:
        return _request(request_id, typed=typed, notice=error.message), 412
    except Conflict as error:
        return _request(request_id, typed=typed, notice=error.message), 409
    return redirect(url_for("sharing.read_request", request_id=request_id, done=done), 303)


def _requests(errors: Sequence[ErrorLink] = (), typed: Mapping[str, str] | None = None) -> str:
    state = request.args.get("state", "")
    state = state if state in REQUEST_STATES else ""
    rows, following = deps().deliveries.requests(guard.token(), state, request.args.get("cursor", ""))
    today = local_date(deps().clock.now())
    return render_template(
        "exchange/requests.html",
        rows=[request_view(row, today) for row in rows],
        next_cursor=following,
        state=state,
        states=REQUEST_STATES,
        entries=deps().deliveries.catalogue(guard.token()),
        receivers=RECEIVERS,
        may_ask=guard.account().role in PREPARERS,
        errors=errors,
        typed=typed or {},
        key=new_id(),
    )


def _request(
    request_id: str, errors: Sequence[ErrorLink] = (), typed: Mapping[str, str] | None = None, notice: str = ""
) -> str:
    today = local_date(deps().clock.now())
    found = deps().deliveries.request(guard.token(), request_id)
    return render_template(
        "exchange/request.html",
        view=request_view(found, today),
        errors=errors,
        typed=typed or {"valid_from": today.isoformat()},
        notice=notice,
    )


def _raising(delivery_id: str, errors: Sequence[ErrorLink] = (), typed: Mapping[str, str] | None = None) -> str:
    if not delivery_id:
        raise NotFound(NOT_THERE)
    return render_template(
        "exchange/objecting.html",
        delivery=deps().deliveries.get(guard.token(), delivery_id),
        package=deps().deliveries.preview(guard.token(), delivery_id),
        errors=errors,
        typed=typed or {},
        key=new_id(),
    )


def _objection(
    objection_id: str, errors: Sequence[ErrorLink] = (), typed: Mapping[str, str] | None = None, notice: str = ""
) -> str:
    found = deps().deliveries.objection(guard.token(), objection_id)
    return render_template(
        "exchange/objection.html",
        view=objection_view(found, local_date(deps().clock.now())),
        errors=errors,
        typed=typed or {},
        notice=notice,
    )
