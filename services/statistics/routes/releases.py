"""Releases: prepare one, see what its check found, sign it off, set its day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import cast

import orjson

from services.statistics.model.releases import Release, ReleaseKind
from services.statistics.operations import publishing, releases
from services.statistics.operations.amendments import outdated_since
from services.statistics.policy import Permission
from services.statistics.routes.context import deps
from services.statistics.schemas.incoming import ApprovalIn, EmptyIn, ReleaseIn, ScheduleIn
from services.statistics.schemas.releases import ContentOut, ReleaseOut, ReleasesOut, release_body
from services.statistics.schemas.reports import ReportOut, report_body
from services.statistics.workflow import open_actions
from shared.web.auth import actor, needs
from shared.web.blueprint import Blueprint
from shared.web.calls import changing_call, creating_call, reading_call
from shared.web.preconditions import changing, creating, etag

bp = Blueprint("releases", __name__, url_prefix="/releases", description="统计资料签发")

Body = dict[str, object]
Answer = tuple[Body, int, dict[str, str]]


@bp.get("")
@needs(Permission.READ_RELEASE)
@bp.response(200, ReleasesOut)
def list_all() -> Body:
    """List the releases, the newest first."""
    listed = releases.list_releases(deps())
    known = outdated_since(deps(), listed)
    return {"items": [_body(each, known) for each in listed]}


@bp.post("")
@needs(Permission.PREPARE_RELEASE)
@creating
@bp.arguments(ReleaseIn)
@bp.response(201, ReleaseOut)
def prepare(data: dict[str, object]) -> Answer:
    """Prepare a set of a closed period; it is then checked by the service."""
    kind = cast(ReleaseKind, data["kind"])
    release = releases.prepare_release(deps(), creating_call(), kind, str(data["period"]))
    return _body(release, {}), 201, {"ETag": etag(release.version)}


@bp.get("/<string:release_id>")
@needs(Permission.READ_RELEASE)
@bp.response(200, ReleaseOut)
def read(release_id: str) -> Answer:
    """Read one with the outcome of its check: counts alone."""
    return _answer(releases.read_release(deps(), reading_call(), release_id))


@bp.get("/<string:release_id>/content")
@needs(Permission.READ_CONTENT)
@bp.response(200, ContentOut)
def content(release_id: str) -> Body:
    """Read the tables as they are handed over; suppressed cells have no value."""
    found: Body = orjson.loads(releases.read_content(deps(), reading_call(), release_id))
    return {"content": found}


@bp.get("/<string:release_id>/report")
@needs(Permission.READ_CONTENT)
@bp.response(200, ReportOut)
def report(release_id: str) -> Body:
    """Read the report of the check: what was found with its evidence, what is hidden, and the control totals."""
    return report_body(orjson.loads(releases.read_report(deps(), reading_call(), release_id)))


@bp.post("/<string:release_id>/approval")
@needs(Permission.APPROVE_RELEASE)
@changing
@bp.arguments(ApprovalIn)
@bp.response(200, ReleaseOut)
def approve(data: dict[str, str], release_id: str) -> Answer:
    """Sign a release off that passed its check; tables of the appendix are handed over with that.

    Where the check left something to judge (`review`), `exception_reason` says why it goes out all the same.
    """
    said = data["statement"], data["exception_reason"]
    return _answer(releases.approve_release(deps(), changing_call(), release_id, *said))


@bp.post("/<string:release_id>/withdrawal")
@needs(Permission.PREPARE_RELEASE)
@changing
@bp.arguments(EmptyIn)
@bp.response(200, ReleaseOut)
def withdraw(data: dict[str, object], release_id: str) -> Answer:
    """Give a release up that passed its check and was not signed off."""
    return _answer(releases.withdraw_release(deps(), changing_call(), release_id))


@bp.post("/<string:release_id>/schedule")
@needs(Permission.SCHEDULE_RELEASE)
@changing
@bp.arguments(ScheduleIn)
@bp.response(200, ReleaseOut)
def schedule(data: dict[str, date], release_id: str) -> Answer:
    """Set the day on which a release that was signed off is published, or another one before that day."""
    return _answer(publishing.schedule_release(deps(), changing_call(), release_id, data["publish_on"]))


def _body(release: Release, outdated: Mapping[str, datetime]) -> Body:
    return release_body(release, open_actions(release, actor()), outdated.get(release.id))


def _answer(release: Release) -> Answer:
    return _body(release, outdated_since(deps(), [release])), 200, {"ETag": etag(release.version)}
