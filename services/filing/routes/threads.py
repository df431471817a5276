"""Threads: list, open, answer, resolve, reopen, mark as read; and the list over all filings."""

from __future__ import annotations

from typing import cast

from flask import Response, stream_with_context

from services.filing.operations import threads
from services.filing.policy import Permission
from services.filing.ports.casework import WantedThreads
from services.filing.routes.context import ONE, XLSX, deps
from services.filing.schemas.casework import (
    THREAD_COLUMNS,
    Body,
    ListedThreadsOut,
    ThreadsIn,
    ThreadsWantedIn,
    listed_thread_body,
    thread_body,
    thread_row,
)
from services.filing.schemas.incoming import EmptyIn
from services.filing.workbooks.export import export
from shared.threads.model import Visibility
from shared.threads.wire import MessageIn, SeenIn, ThreadIn, ThreadOut, ThreadsOut
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import creating_call, reading_call
from shared.web.files import attachment
from shared.web.limits import costly
from shared.web.openapi import BINARY
from shared.web.preconditions import creating

bp = Blueprint("threads", __name__, description="沟通记录")

OF_FILING = f"{ONE}/threads"
ONE_THREAD = f"{OF_FILING}/<string:thread_id>"


@bp.get(OF_FILING)
@needs(Permission.READ)
@bp.response(200, ThreadsOut)
def list_of_filing(filing_id: str) -> Body:
    """List the threads of a filing that the reader may read."""
    return {"items": [thread_body(each) for each in threads.list_threads(deps(), reading_call(), filing_id)]}


@bp.post(OF_FILING)
@needs(Permission.DISCUSS)
@creating
@bp.arguments(ThreadIn)
@bp.response(201, ThreadOut)
def begin(data: dict[str, object], filing_id: str) -> tuple[Body, int]:
    """Begin a thread about a field, or about the whole."""
    visibility = Visibility(str(data["visibility"]))
    opened = threads.open_thread(
        deps(), creating_call(), filing_id, visibility, str(data["pointer"]), str(data["text"])
    )
    return thread_body(opened), 201


@bp.post(f"{ONE_THREAD}/messages")
@needs(Permission.DISCUSS)
@creating
@bp.arguments(MessageIn)
@bp.response(201, ThreadOut)
def answer(data: dict[str, str], filing_id: str, thread_id: str) -> tuple[Body, int]:
    """Add a message behind the last one."""
    return thread_body(threads.answer_thread(deps(), creating_call(), filing_id, thread_id, data["text"])), 201


@bp.post(f"{ONE_THREAD}/resolution")
@needs(Permission.DISCUSS)
@creating
@bp.arguments(EmptyIn)
@bp.response(200, ThreadOut)
def resolve(_: object, filing_id: str, thread_id: str) -> Body:
    """Close a thread as dealt with."""
    return thread_body(threads.resolve_thread(deps(), creating_call(), filing_id, thread_id, is_resolved=True))


@bp.post(f"{ONE_THREAD}/reopening")
@needs(Permission.DISCUSS)
@creating
@bp.arguments(EmptyIn)
@bp.response(200, ThreadOut)
def reopen(_: object, filing_id: str, thread_id: str) -> Body:
    """Open a thread again."""
    return thread_body(threads.resolve_thread(deps(), creating_call(), filing_id, thread_id, is_resolved=False))


@bp.put(f"{ONE_THREAD}/reading")
@needs(Permission.READ)
@bp.arguments(SeenIn)
@bp.response(204)
def mark_read(data: dict[str, int], filing_id: str, thread_id: str) -> None:
    """Note up to which message the reader has seen a thread."""
    threads.mark_read(deps(), reading_call(), filing_id, thread_id, data["no"])


@bp.get("/threads")
@needs(Permission.READ)
@bp.arguments(ThreadsIn, location="query")
@bp.response(200, ListedThreadsOut)
def list_all(query: dict[str, object]) -> Body:
    """List the threads that the reader reads on any filing, the last changed first."""
    wanted = cast(WantedThreads, query["wanted"])
    page = threads.list_all_threads(deps(), reading_call(), wanted, str(query["cursor"]), int(str(query["limit"])))
    return {"items": [listed_thread_body(each) for each in page.items], "next_cursor": page.next_cursor}


@bp.get("/threads/export")
@needs(Permission.READ)
@costly
@bp.arguments(ThreadsWantedIn, location="query")
@bp.response(200, BINARY, content_type=XLSX)
def export_list(query: dict[str, object]) -> Response:
    """Give out the threads that the reader reads as a workbook, each with whether it was resolved."""
    found = threads.all_threads(deps(), reading_call(), cast(WantedThreads, query["wanted"]))
    lines = export(THREAD_COLUMNS, (thread_row(each) for each in found))
    return attachment(stream_with_context(lines), "threads.xlsx", XLSX)
