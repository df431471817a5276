"""A version beside the last period before it, as it goes out over HTTP."""

from __future__ import annotations

from marshmallow import Schema, fields

from services.filing.model.periods import period_of
from services.filing.operations.comparing import BesideLast
from services.filing.schemas.outgoing import Body, VersionOut, change_body, version_body


class BesideLastOut(Schema):
    """What was in force for an earlier period, and what differs from it; empty where nothing was approved before."""

    period = fields.String()
    period_label = fields.String()
    version = fields.Nested(VersionOut, allow_none=True)
    changes = fields.List(fields.Dict())


def beside_last_body(found: BesideLast) -> Body:
    """Return what was in force for the last period, with what differs."""
    if found.version is None:
        return {"period": "", "period_label": "", "version": None, "changes": []}
    return {
        "period": found.period,
        "period_label": period_of(found.period).label,
        "version": version_body(found.instrument, found.filing, found.version),
        "changes": [change_body(each) for each in found.changes],
    }
