"""The ledger of messages exchanged with the partners: search, one message, what it says, sending it again."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.policy import KEEPERS_OF_ROUTES, READERS_OF_MESSAGES, READERS_OF_QUEUES, READERS_OF_RERUNS
from services.portal.presenters.fields import ErrorLink
from services.portal.presenters.messages import FILTERS, content_view, ledger_view, message_detail
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in
from services.portal.routes.sign_in import messages_of
from shared.errors import Invalid
from shared.ids import new_id

bp = Blueprint("messages", __name__, url_prefix="/messages")

Page = str | Response | tuple[str, int]
SHOWN = 20
LABELS = {"message_id": "报文编号", "period": "报告期", "begins": "生成自", "ends": "生成至"}
NO_UNIT = "请填写单位完整名称、统一社会信用代码或单位编号。"


@bp.get("")
@signed_in(READERS_OF_MESSAGES)
def ledger() -> Page:
    """Show the messages that are looked for."""
    return _ledger()


@bp.post("/search")
@signed_in(READERS_OF_MESSAGES)
def search() -> Page:
    """Look the messages on a unit up; its name or code goes no further than the exchange, and stands in no address."""
    text = request.form.get("text", "").strip()
    try:
        mark = deps().exchange_desk.mark(guard.token(), text)
    except Invalid:
        return _ledger((ErrorLink("text", NO_UNIT),))
    return redirect(url_for("messages.ledger", unit=mark), 303)


@bp.get("/<id:message_id>")
@signed_in(READERS_OF_RERUNS)
def show(message_id: str) -> str:
    """Show a message with its receipt and log, without what it says."""
    message = deps().exchange.get(guard.token(), message_id)
    may_see_registration = guard.account().role in READERS_OF_QUEUES
    return render_template(
        "messages/message.html", view=message_detail(message), may_see_registration=may_see_registration
    )


@bp.get("/<id:message_id>/body")
@signed_in(KEEPERS_OF_ROUTES)
def body(message_id: str) -> str:
    """Show what a message says; the exchange records that it was looked at."""
    return render_template(
        "messages/body.html", view=content_view(deps().exchange_desk.body(guard.token(), message_id))
    )


@bp.post("/<id:message_id>/resending")
@signed_in(KEEPERS_OF_ROUTES)
def resend(message_id: str) -> Response:
    """Send a message again, with a reason."""
    reason = request.form.get("reason", "").strip()
    deps().exchange.resend(guard.token(), message_id, posted_version(), reason)
    return redirect(url_for("messages.show", message_id=message_id, done="resent"), 303)


def wanted_from(values: dict[str, str]) -> dict[str, str]:
    """Return what the ledger is narrowed to; what is empty or no choice is left out."""
    return {name: text for name, text in values.items() if text and (not FILTERS[name] or text in FILTERS[name])}


def _ledger(errors: Sequence[ErrorLink] = ()) -> Page:
    wanted = wanted_from({name: request.args.get(name, "").strip() for name in FILTERS})
    cursor = request.args.get("cursor", "")
    try:
        rows, following = deps().exchange.list(guard.token(), wanted, cursor, SHOWN)
    except Invalid as error:
        rows, following, errors = [], "", (*errors, *messages_of(error, LABELS, "message_id"))
    role = guard.account().role
    page = render_template(
        "messages/ledger.html",
        view=ledger_view(rows, wanted, cursor, following),
        errors=errors,
        key=new_id(),
        may_open=role in READERS_OF_RERUNS,
        may_resend=role in KEEPERS_OF_ROUTES,
    )
    return (page, 422) if errors else page
