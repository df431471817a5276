"""What a reviewer has ticked off, as it comes in and goes out over HTTP."""

from __future__ import annotations

from collections.abc import Sequence

from marshmallow import Schema, fields, validate

from services.filing.operations.findings import MOST_FINDINGS
from services.filing.schemas.incoming import FINDING_KEY
from shared.fields import fault


def _each_once(keys: Sequence[str]) -> None:
    """Refuse what is named twice. Code: repeated."""
    if len(set(keys)) < len(keys):
        raise fault("repeated", "同一处只需列出一次。", "各不相同")


class TicksIn(Schema):
    """All findings of the version under review that the person has checked, by their keys."""

    keys = fields.List(
        fields.String(validate=validate.Regexp(FINDING_KEY)),
        required=True,
        validate=[validate.Length(max=MOST_FINDINGS), _each_once],
    )


class TicksOut(Schema):
    """The findings that are ticked off now."""

    keys = fields.List(fields.String())
