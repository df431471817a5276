"""Workbooks: templates and filled forms out, filled ones in, at once or as an import with progress."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import BinaryIO, cast

from flask import Response, request

from services.filing.operations import filing_lists, imports, workbooks
from services.filing.policy import Permission
from services.filing.ports.deps import Deps
from services.filing.routes.context import ONE, XLSX, Answer, deps
from services.filing.schemas.workbooks import (
    Body,
    ImportOut,
    ListReadOut,
    ListTrialIn,
    MonthIn,
    TrialIn,
    WorkbookOut,
    import_body,
    imported_body,
    list_read_body,
)
from services.filing.workbooks.limits import LIMITS
from shared.calls import Call
from shared.web.auth import needs, public
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, reading_call
from shared.web.files import NAME_HEADER, attachment, sent_file_name, take_raw_body
from shared.web.limits import costly
from shared.web.openapi import BINARY, file_upload
from shared.web.preconditions import changing, etag

bp = Blueprint("workbooks", __name__, description="Excel 模板与导入")
MANY = "/filing-lists/<string:form_key>"


@bp.get("/editions/<string:edition_id>/forms/<string:form_key>/template")
@public("the templates of the survey's forms are public")
@costly
@bp.response(200, BINARY, content_type=XLSX)
def template(edition_id: str, form_key: str) -> Response:
    """Give out the empty template of a form."""
    return attachment(workbooks.blank_workbook(deps(), edition_id, form_key), f"{form_key}.xlsx", XLSX)


@bp.get(f"{ONE}/versions/<int:no>/workbook")
@needs(Permission.READ)
@costly
@bp.response(200, BINARY, content_type=XLSX)
def export(filing_id: str, no: int) -> Response:
    """Give out a version (0: the unit's working copy) as a workbook."""
    return attachment(workbooks.workbook_of(deps(), reading_call(), filing_id, no), "filing.xlsx", XLSX)


@bp.put(f"{ONE}/workbook")
@needs(Permission.FILE)
@changing
@costly
@bp.doc(**file_upload(LIMITS.bytes, NAME_HEADER))
@bp.arguments(TrialIn, location="query")
@bp.response(200, WorkbookOut)
def put(query: dict[str, str], filing_id: str) -> Answer:
    """Read a filled workbook into the draft, or only try it (`dry_run`)."""
    take_raw_body(LIMITS.bytes)
    stream = cast(BinaryIO, request.stream)
    found = workbooks.import_workbook(
        deps(), changing_call(), filing_id, sent_file_name(), stream, is_trial=query["dry_run"] == "true"
    )
    return imported_body(found), 200, {"ETag": etag(found.filing.version)}


@bp.post(f"{ONE}/workbook/marked")
@needs(Permission.FILE)
@costly
@bp.doc(**file_upload(LIMITS.bytes, NAME_HEADER))
@bp.response(200, BINARY, content_type=XLSX)
def mark(filing_id: str) -> Response:
    """Give a filled workbook back with what is wrong at its cells; nothing is kept."""
    take_raw_body(LIMITS.bytes)
    stream = cast(BinaryIO, request.stream)
    copy = b"".join(workbooks.mark_workbook(deps(), reading_call(), filing_id, sent_file_name(), stream))
    return attachment(copy, "marked.xlsx", XLSX)


@bp.post(f"{ONE}/imports")
@needs(Permission.FILE)
@costly
@bp.doc(**file_upload(LIMITS.bytes, NAME_HEADER))
@bp.arguments(TrialIn, location="query")
@bp.response(202, ImportOut)
def begin(query: dict[str, str], filing_id: str) -> tuple[Body, int]:
    """Take a workbook of rows in, to be read by the worker."""
    take_raw_body(LIMITS.bytes)
    stream = cast(BinaryIO, request.stream)
    is_trial = query["dry_run"] == "true"
    found = imports.begin_import(deps(), reading_call(), filing_id, sent_file_name(), stream, is_trial=is_trial)
    return import_body(found), 202


@bp.get(f"{ONE}/imports/<string:import_id>")
@needs(Permission.FILE)
@bp.response(200, ImportOut)
def progress(filing_id: str, import_id: str) -> Body:
    """Read how far an import is."""
    return import_body(imports.read_import(deps(), reading_call(), filing_id, import_id))


@bp.get(f"{ONE}/imports/<string:import_id>/marked")
@needs(Permission.FILE)
@costly
@bp.response(200, BINARY, content_type=XLSX)
def marked(filing_id: str, import_id: str) -> Response:
    """Give the imported workbook back with what is wrong at its cells."""
    return attachment(imports.marked_import(deps(), reading_call(), filing_id, import_id), "marked.xlsx", XLSX)


@bp.get(f"{MANY}/template")
@needs(Permission.UNIT)
@costly
@bp.arguments(MonthIn, location="query")
@bp.response(200, BINARY, content_type=XLSX)
def list_to_fill(query: dict[str, str], form_key: str) -> Response:
    """Give out a workbook in which every line is a filing; of executions, with a line for each open contract."""
    return _of_month(filing_lists.list_to_fill, form_key, query["period"])


@bp.get(f"{MANY}/workbook")
@needs(Permission.UNIT)
@costly
@bp.arguments(MonthIn, location="query")
@bp.response(200, BINARY, content_type=XLSX)
def list_as_filed(query: dict[str, str], form_key: str) -> Response:
    """Give out the unit's filings of a month as a workbook that can be sent back."""
    return _of_month(filing_lists.list_as_filed, form_key, query["period"])


@bp.post(f"{MANY}/import")
@needs(Permission.UNIT)
@costly
@bp.doc(**file_upload(LIMITS.bytes, NAME_HEADER))
@bp.arguments(ListTrialIn, location="query")
@bp.response(200, ListReadOut)
def import_list(query: dict[str, str], form_key: str) -> Body:
    """Read a workbook into drafts, one for each line, or only try it (`dry_run`); the same file again changes nothing."""
    take_raw_body(LIMITS.bytes)
    stream, is_trial = cast(BinaryIO, request.stream), query["dry_run"] == "true"
    found = filing_lists.import_filings(
        deps(), reading_call(), form_key, query["period"], sent_file_name(), stream, is_trial=is_trial
    )
    return list_read_body(found)


@bp.post(f"{MANY}/marked")
@needs(Permission.UNIT)
@costly
@bp.doc(**file_upload(LIMITS.bytes, NAME_HEADER))
@bp.arguments(MonthIn, location="query")
@bp.response(200, BINARY, content_type=XLSX)
def mark_list(query: dict[str, str], form_key: str) -> Response:
    """Give a filled list back with what is wrong at its cells; nothing is kept."""
    take_raw_body(LIMITS.bytes)
    stream = cast(BinaryIO, request.stream)
    copy = b"".join(
        filing_lists.mark_filings(deps(), reading_call(), form_key, query["period"], sent_file_name(), stream)
    )
    return attachment(copy, "marked.xlsx", XLSX)


def _of_month(made: Callable[[Deps, Call, str, str], Iterable[bytes]], form_key: str, period: str) -> Response:
    return attachment(b"".join(made(deps(), reading_call(), form_key, period)), f"{form_key}-{period}.xlsx", XLSX)
