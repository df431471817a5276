"""The tree of divisions for everybody, and its upkeep."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from flask import Response, request

from services.identity.model.change_sets import ChangeSet
from services.identity.operations import divisions as operations
from services.identity.policy import Permission
from services.identity.presenters import change_set_view, preview_view
from services.identity.routes.request import deps
from services.identity.schemas.accounts import NothingIn
from services.identity.schemas.division_table import LARGEST, read_table
from services.identity.schemas.divisions import (
    ChangeSetIn,
    ChangeSetOut,
    ChangeSetPageOut,
    ChangeSetsIn,
    ChangesIn,
    ChangesOut,
    DivisionsIn,
    DivisionsOut,
    PreviewOut,
)
from shared.clock import local_date
from shared.codes import divisions
from shared.codes.division_changes import Change
from shared.contracts.identity import change_data
from shared.errors import TooLarge, UnsupportedMedia
from shared.web.auth import actor, needs, public
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("divisions", __name__, description="行政区划")

Answer = tuple[dict[str, object], int, dict[str, str]]
KEPT_SECONDS = 30
TABLE = "application/octet-stream"


class _Page(TypedDict):
    cursor: str
    limit: int


class _Set(TypedDict):
    document: str
    changes: list[dict[str, object]]


@bp.after_request
def answer_unchanged(response: Response) -> Response:
    """Answer 304 where the reader has the same list already (RFC 9110, section 13.1.2)."""
    if response.cache_control.public:
        response.make_conditional(request)
    return response


@bp.get("/divisions")
@public("the list of divisions is public, and the sign-up needs it")
@bp.arguments(DivisionsIn, location="query")
@bp.response(200, DivisionsOut)
def list_all(query: dict[str, date | None]) -> Answer:
    """Return all divisions of a day, by code."""
    on = query["on"] or local_date(deps().clock.now())
    found = [divisions.find(code, on) for code in sorted(divisions.meanings())]
    items = [
        {"code": each.code, "name": each.name, "level": each.level.value, "parent": each.parent}
        for each in found
        if each is not None and not each.is_group
    ]
    return {"on": on, "items": items}, 200, _cached(f"{on}")


@bp.get("/divisions/changes")
@public("the list of divisions is public, and the services keep their own copy of it")
@bp.response(200, ChangesOut)
def list_changes() -> Answer:
    """Return all confirmed changes, as the services apply them."""
    return {"items": [_shown(change) for change in divisions.changes_in_use()]}, 200, _cached("changes")


@bp.get("/division-changes")
@needs(Permission.DIVISIONS)
@bp.arguments(ChangeSetsIn, location="query")
@bp.response(200, ChangeSetPageOut)
def list_sets(page: _Page) -> dict[str, object]:
    """Return a page of sets of changes, newest first."""
    found = operations.list_change_sets(deps(), page["cursor"], page["limit"])
    return {"items": [change_set_view(each, actor()) for each in found.items], "next_cursor": found.next_cursor}


@bp.post("/division-changes/preview")
@needs(Permission.DIVISIONS)
@bp.arguments(ChangesIn)
@bp.response(200, PreviewOut)
def preview(data: dict[str, list[dict[str, object]]]) -> dict[str, object]:
    """Return what changes would do and what is wrong with them; nothing is stored."""
    return preview_view(operations.preview(deps(), _changes(data["changes"])), (), (), deps().divisions)


@bp.post("/division-changes/table")
@needs(Permission.DIVISIONS)
@bp.response(200, PreviewOut)
def preview_table() -> dict[str, object]:
    """Return what the changes of a CSV or XLSX table would do, faults with their lines; nothing is stored."""
    if request.mimetype != TABLE:
        raise UnsupportedMedia
    if (request.content_length or 0) > LARGEST:
        raise TooLarge("表格不能超过 1 MB。")
    table = read_table(request.get_data(cache=False))
    looked = operations.preview(deps(), table.changes)
    return preview_view(looked, table.lines, [(f.line, f.column, f.message) for f in table.faults], deps().divisions)


@bp.post("/division-changes")
@needs(Permission.DIVISIONS)
@creating
@bp.arguments(ChangeSetIn)
@bp.response(201, ChangeSetOut)
def propose(data: _Set) -> Answer:
    """Propose the changes of one document; a second person confirms them."""
    made = operations.propose_changes(deps(), creating_call(), data["document"], _changes(data["changes"]))
    return _answer(made, 201)


@bp.post("/division-changes/<change_set_id>/confirmation")
@needs(Permission.DIVISIONS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, ChangeSetOut)
def confirm(_: object, change_set_id: str) -> Answer:
    """Bring proposed changes into the tree, as a second person."""
    return _answer(operations.confirm_changes(deps(), changing_call(), change_set_id))


@bp.post("/division-changes/<change_set_id>/refusal")
@needs(Permission.DIVISIONS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, ChangeSetOut)
def refuse(_: object, change_set_id: str) -> Answer:
    """Refuse proposed changes, as a second person."""
    return _answer(operations.refuse_changes(deps(), changing_call(), change_set_id))


@bp.post("/division-changes/<change_set_id>/withdrawal")
@needs(Permission.DIVISIONS)
@changing
@bp.arguments(NothingIn)
@bp.response(200, ChangeSetOut)
def withdraw(_: object, change_set_id: str) -> Answer:
    """Take one's own proposal back."""
    return _answer(operations.withdraw_changes(deps(), changing_call(), change_set_id))


def _changes(listed: Sequence[dict[str, object]]) -> list[Change]:
    return [Change(**{**each, "successors": tuple(each["successors"])}) for each in listed]  # type: ignore[arg-type]  # as the schema loads them


def _shown(change: Change) -> dict[str, object]:
    return {**change_data(change), "on": change.on}


def _cached(about: str) -> dict[str, str]:
    seen = hashlib.sha256(repr((about, divisions.changes_in_use())).encode()).hexdigest()[:32]
    return {"ETag": f'"{seen}"', "Cache-Control": f"public, max-age={KEPT_SECONDS}"}


def _answer(change_set: ChangeSet, status: int = 200) -> Answer:
    return change_set_view(change_set, actor()), status, {"ETag": etag(change_set.version)}
