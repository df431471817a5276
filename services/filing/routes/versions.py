"""Versions: read, compare, and what a field held before."""

from __future__ import annotations

from services.filing.operations import comparing, reading
from services.filing.operations.instruments import instrument_for
from services.filing.policy import Permission
from services.filing.routes.context import ONE, deps
from services.filing.schemas.comparing import BesideLastOut, beside_last_body
from services.filing.schemas.incoming import DiffIn, PointerIn
from services.filing.schemas.outgoing import (
    Body,
    ChangesOut,
    EarlierOut,
    VersionOut,
    change_body,
    earlier_body,
    version_body,
)
from shared.web.auth import needs
from shared.web.blueprint import Blueprint
from shared.web.calls import reading_call

bp = Blueprint("versions", __name__, description="报表版本")


@bp.get(f"{ONE}/versions/<int:no>")
@needs(Permission.READ)
@bp.response(200, VersionOut)
def read(filing_id: str, no: int) -> Body:
    """Read a version as it was submitted."""
    filing, version = reading.read_version(deps(), reading_call(), filing_id, no)
    return version_body(instrument_for(deps(), filing), filing, version)


@bp.get(f"{ONE}/versions/<int:no>/changes")
@needs(Permission.READ)
@bp.arguments(DiffIn, location="query")
@bp.response(200, ChangesOut)
def changes(query: dict[str, int], filing_id: str, no: int) -> Body:
    """Compare a version with another one; 0 is the unit's working copy."""
    found = reading.version_changes(deps(), reading_call(), filing_id, no, query["against"])
    return {"changes": [change_body(each) for each in found]}


@bp.get(f"{ONE}/versions/<int:no>/period-changes")
@needs(Permission.READ)
@bp.response(200, BesideLastOut)
def period_changes(filing_id: str, no: int) -> Body:
    """Compare a version with what was approved for the last period before."""
    return beside_last_body(comparing.changes_since_last_period(deps(), reading_call(), filing_id, no))


@bp.get(f"{ONE}/field-history")
@needs(Permission.READ)
@bp.arguments(PointerIn, location="query")
@bp.response(200, EarlierOut)
def field_history(query: dict[str, str], filing_id: str) -> Body:
    """List what a field held in the approved filings of the last periods."""
    found = reading.field_history(deps(), reading_call(), filing_id, query["pointer"])
    return {"items": [earlier_body(each) for each in found]}
