"""Closed periods: which are frozen, and what those that wait are waiting for."""

from __future__ import annotations

from services.statistics.operations import snapshots
from services.statistics.policy import Permission
from services.statistics.routes.context import deps
from services.statistics.schemas.outgoing import Body, SnapshotsOut, snapshot_body
from shared.web.auth import needs
from shared.web.blueprint import Blueprint

bp = Blueprint("snapshots", __name__, url_prefix="/snapshots", description="定稿快照")


@bp.get("")
@needs(Permission.LIST)
@bp.response(200, SnapshotsOut)
def list_all() -> Body:
    """List the closed periods, the latest first: frozen, or waiting for filings that were not told yet."""
    now = deps().clock.now()
    return {"items": [snapshot_body(each, now) for each in snapshots.list_snapshots(deps())]}
