"""What is published, for everybody: the releases, what is said of their tables, and the tables in four formats."""

from __future__ import annotations

from hashlib import sha256
from typing import cast

import orjson
from flask import Response, request

from services.statistics.operations import publishing
from services.statistics.routes.context import deps
from services.statistics.schemas.outgoing import Body
from services.statistics.schemas.published import (
    PublicationsOut,
    PublishedOut,
    PublishedTableOut,
    content_digest,
    publication_body,
    published_body,
    published_table_body,
)
from shared.tabulation.texts import csv_blocks, sdmx_blocks
from shared.tabulation.workbook import workbook_of
from shared.web.auth import public
from shared.web.blueprint import Blueprint
from shared.web.files import attachment
from shared.web.limits import costly
from shared.web.openapi import BINARY
from shared.web.paging import PageIn

bp = Blueprint("published", __name__, url_prefix="/published", description="已发布的统计资料")

open_tables = public("what the ministry has published is for everybody")

Headers = dict[str, str]
Answer = tuple[Body, int, Headers]

LATEST_SECONDS = 60
"""So old may be what names the latest version: the list, and what is said of a release."""
FROZEN_SECONDS = 24 * 60 * 60

CSV = "text/csv"
SDMX_CSV = "application/vnd.sdmx.data+csv; version=2.0.0"
WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@bp.get("")
@open_tables
@costly
@bp.arguments(PageIn, location="query")
@bp.response(200, PublicationsOut)
def list_all(query: dict[str, object]) -> Answer | Response:
    """List the published releases, the newest first."""
    page = publishing.list_published(deps(), str(query["cursor"]), cast(int, query["limit"]))
    return _latest({"items": [publication_body(each) for each in page.items], "next_cursor": page.next_cursor})


@bp.get("/<string:release_id>")
@open_tables
@costly
@bp.response(200, PublishedOut)
def read(release_id: str) -> Answer | Response:
    """Read what is said of a release: its sources, units, approval, versions, and how much of each table is hidden."""
    shown, made = publishing.read_published(deps(), release_id)
    return _latest(published_body(shown, made, deps().tables))


@bp.get("/<string:release_id>/workbook")
@open_tables
@costly
@bp.response(200, BINARY, content_type=WORKBOOK)
def workbook(release_id: str) -> Response:
    """Download all tables as a workbook, a sheet for each."""
    shown, made = publishing.read_published(deps(), release_id)
    headers = _frozen(content_digest(shown.release), "workbook")
    name = f"{made.title}-{made.period}.xlsx"
    return _unchanged(headers) or _file(attachment(workbook_of(made), name, WORKBOOK), headers)


@bp.get("/<string:release_id>/tables/<string:code>")
@open_tables
@costly
@bp.response(200, PublishedTableOut)
def table(release_id: str, code: str) -> Answer | Response:
    """Read a table; a suppressed cell has no value."""
    shown, made, found = publishing.read_published_table(deps(), release_id, code)
    headers = _frozen(content_digest(shown.release), code, "json")
    return _unchanged(headers) or (published_table_body(made, found), 200, headers)


@bp.get("/<string:release_id>/tables/<string:code>/csv")
@open_tables
@costly
@bp.response(200, BINARY, content_type=CSV)
def as_csv(release_id: str, code: str) -> Response:
    """Download a table as CSV, a cell a line."""
    shown, made, found = publishing.read_published_table(deps(), release_id, code)
    headers = _frozen(content_digest(shown.release), code, "csv")
    blocks = csv_blocks(found, made.nature)
    return _unchanged(headers) or _file(attachment(blocks, f"{code}-{made.period}.csv", CSV), headers)


@bp.get("/<string:release_id>/tables/<string:code>/sdmx-csv")
@open_tables
@costly
@bp.response(200, BINARY, content_type=SDMX_CSV)
def as_sdmx_csv(release_id: str, code: str) -> Response:
    """Download a table as SDMX-CSV 2.0, an observation a line."""
    shown, made, found = publishing.read_published_table(deps(), release_id, code)
    headers = _frozen(content_digest(shown.release), code, "sdmx-csv")
    blocks = sdmx_blocks(made, found)
    return _unchanged(headers) or _file(attachment(blocks, f"{code}-{made.period}.sdmx.csv", SDMX_CSV), headers)


def _latest(body: Body) -> Answer | Response:
    headers = _kept(orjson.dumps(body), f"max-age={LATEST_SECONDS}")
    return _unchanged(headers) or (body, 200, headers)


def _frozen(*of: str) -> Headers:
    return _kept("/".join(of).encode(), f"max-age={FROZEN_SECONDS}, immutable")


def _kept(seen: bytes, how_long: str) -> Headers:
    return {"ETag": f'"{sha256(seen).hexdigest()[:32]}"', "Cache-Control": f"public, {how_long}"}


def _unchanged(headers: Headers) -> Response | None:
    """Return the answer to a reader who has the same already (RFC 9110, section 13.1.2), None for any other."""
    is_known = request.if_none_match.contains_weak(headers["ETag"].strip('"'))
    return Response(status=304, headers=headers) if is_known else None


def _file(answer: Response, headers: Headers) -> Response:
    answer.headers.update(headers)
    return answer
