"""The ledger of messages exchanged with the 名录库."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.portal.model.words import MESSAGE_STATES
from services.portal.policy import READERS_OF_MESSAGES, READERS_OF_QUEUES, RESENDERS
from services.portal.presenters.messages import ledger_view, message_detail
from services.portal.routes import guard
from services.portal.routes.guard import deps, posted_version, signed_in

bp = Blueprint("messages", __name__, url_prefix="/messages")

SHOWN = 20


@bp.get("")
@signed_in(READERS_OF_MESSAGES)
def ledger() -> str:
    """Show the messages, filtered by state."""
    state = request.args.get("state", "")
    state = state if state in dict(MESSAGE_STATES) else ""
    cursor = request.args.get("cursor", "")
    rows, next_cursor = deps().exchange.list(guard.token(), state, cursor, SHOWN)
    return render_template("messages/ledger.html", view=ledger_view(rows, state, cursor, next_cursor))


@bp.get("/<id:message_id>")
@signed_in(READERS_OF_MESSAGES)
def show(message_id: str) -> str:
    """Show a message with its receipt and log."""
    message = deps().exchange.get(guard.token(), message_id)
    may_see_registration = guard.account().role in READERS_OF_QUEUES
    return render_template(
        "messages/message.html", view=message_detail(message), may_see_registration=may_see_registration
    )


@bp.post("/<id:message_id>/resending")
@signed_in(RESENDERS)
def resend(message_id: str) -> Response:
    """Send a message again, with a reason."""
    reason = request.form.get("reason", "").strip()
    deps().exchange.resend(guard.token(), message_id, posted_version(), reason)
    return redirect(url_for("messages.show", message_id=message_id, done="resent"), 303)
