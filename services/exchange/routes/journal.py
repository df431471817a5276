"""The journal: how its chains stand, their entries, the anchors of the days, and the container that proves them."""

from __future__ import annotations

from datetime import date
from typing import cast

from flask import Response

from services.exchange.model.partners import Partner, RouteName
from services.exchange.operations import proving
from services.exchange.policy import Permission
from services.exchange.ports.journal import Search
from services.exchange.routes.messages import deps
from services.exchange.schemas.journal import (
    ZIP,
    AnchorsOut,
    Body,
    ChainCheckOut,
    ChainsOut,
    DaysIn,
    EntriesIn,
    EntriesOut,
    anchor_body,
    chains_body,
    check_body,
    entries_body,
)
from shared.errors import NotFound
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call
from shared.web.files import attachment
from shared.web.jobs import jobs_blueprint
from shared.web.limits import costly
from shared.web.openapi import BINARY

bp = Blueprint("journal", __name__, url_prefix="/journal", description="交换日志")

jobs_bp = jobs_blueprint(Permission.READ_JOBS, Permission.RUN_JOBS, lambda: deps().jobs)


@bp.get("/chains")
@needs(Permission.JOURNAL)
@bp.response(200, ChainsOut)
def read_chains() -> Body:
    """Read how the chain of each partner stands, and the last anchor."""
    return chains_body(proving.overview(deps()))


@bp.get("/entries")
@needs(Permission.JOURNAL)
@bp.arguments(EntriesIn, location="query")
@bp.response(200, EntriesOut)
def list_entries(query: dict[str, object]) -> Body:
    """List the entries of a partner, newest first, of a route, a message or some days."""
    search = Search(
        partner=cast(Partner, query["partner"]),
        since=cast("date | None", query["since"]),
        until=cast("date | None", query["until"]),
        route=cast("RouteName | None", query["route"]),
        message_id=str(query["message_id"]),
    )
    return entries_body(proving.list_entries(deps(), search, str(query["cursor"]), int(str(query["limit"]))))


@bp.get("/anchors")
@needs(Permission.JOURNAL)
@bp.arguments(DaysIn, location="query")
@bp.response(200, AnchorsOut)
def list_anchors(query: dict[str, date]) -> Body:
    """List the signed anchors of some days."""
    found = proving.list_anchors(deps(), query["since"], query["until"])
    return {"items": [anchor_body(each) for each in found]}


@bp.get("/chains/<string:partner>/check")
@needs(Permission.JOURNAL)
@costly
@bp.arguments(DaysIn, location="query")
@bp.response(200, ChainCheckOut)
def check(query: dict[str, date], partner: str) -> Body:
    """Follow the chain of a partner over some days and hold it against their anchors."""
    return check_body(proving.check_days(deps(), partner_of(partner), query["since"], query["until"]))


@bp.get("/chains/<string:partner>/container")
@needs(Permission.EXPORT_JOURNAL)
@costly
@bp.arguments(DaysIn, location="query")
@bp.response(200, BINARY, content_type=ZIP)
def export(query: dict[str, date], partner: str) -> Response:
    """Give out the container of some days, to be verified offline; that it was taken is recorded."""
    since, until = query["since"], query["until"]
    pieces = proving.export_container(deps(), reading_call(), partner_of(partner), since, until)
    return attachment(pieces, f"journal-{partner}-{since}-{until}.zip", ZIP)


def partner_of(name: str) -> Partner:
    """Return the partner of a path. Raises `NotFound`."""
    if name not in set(Partner):
        raise NotFound
    return Partner(name)
