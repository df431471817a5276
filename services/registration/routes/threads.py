"""Threads: list, open, answer, resolve, reopen, mark as read."""

from __future__ import annotations

from services.registration.operations import threads
from services.registration.policy import Permission
from services.registration.routes.context import deps
from services.registration.routes.registrations import ONE
from services.registration.schemas.incoming import EmptyIn
from services.registration.schemas.threads import thread_body
from shared.threads.model import Visibility
from shared.threads.wire import MessageIn, SeenIn, ThreadIn, ThreadOut, ThreadsOut
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import creating_call, reading_call
from shared.web.preconditions import creating

bp = Blueprint("threads", __name__, url_prefix=f"{ONE}/threads", description="沟通记录")

Body = dict[str, object]


@bp.get("")
@needs(Permission.READ)
@bp.response(200, ThreadsOut)
def list_all(registration_id: str) -> Body:
    """List the threads that the reader may read."""
    found = threads.list_threads(deps(), reading_call(), registration_id)
    return {"items": [thread_body(seen) for seen in found]}


@bp.post("")
@needs(Permission.DISCUSS)
@creating
@bp.arguments(ThreadIn)
@bp.response(201, ThreadOut)
def begin(data: dict[str, object], registration_id: str) -> tuple[Body, int]:
    """Begin a thread about a place."""
    visibility = Visibility(str(data["visibility"]))
    opened = threads.open_thread(
        deps(), creating_call(), registration_id, visibility, str(data["pointer"]), str(data["text"])
    )
    return thread_body(opened), 201


@bp.post("/<string:thread_id>/messages")
@needs(Permission.DISCUSS)
@creating
@bp.arguments(MessageIn)
@bp.response(201, ThreadOut)
def answer(data: dict[str, str], registration_id: str, thread_id: str) -> tuple[Body, int]:
    """Add a message behind the last one."""
    return thread_body(threads.answer_thread(deps(), creating_call(), registration_id, thread_id, data["text"])), 201


@bp.post("/<string:thread_id>/resolution")
@needs(Permission.DISCUSS)
@creating
@bp.arguments(EmptyIn)
@bp.response(200, ThreadOut)
def resolve(_: object, registration_id: str, thread_id: str) -> Body:
    """Close a thread as dealt with."""
    return thread_body(threads.resolve_thread(deps(), creating_call(), registration_id, thread_id, is_resolved=True))


@bp.post("/<string:thread_id>/reopening")
@needs(Permission.DISCUSS)
@creating
@bp.arguments(EmptyIn)
@bp.response(200, ThreadOut)
def reopen(_: object, registration_id: str, thread_id: str) -> Body:
    """Open a thread again."""
    return thread_body(threads.resolve_thread(deps(), creating_call(), registration_id, thread_id, is_resolved=False))


@bp.put("/<string:thread_id>/reading")
@needs(Permission.READ)
@bp.arguments(SeenIn)
@bp.response(204)
def mark_read(data: dict[str, int], registration_id: str, thread_id: str) -> None:
    """Note up to which message the reader has seen a thread."""
    threads.mark_read(deps(), reading_call(), registration_id, thread_id, data["no"])
