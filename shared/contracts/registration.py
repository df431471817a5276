"""What registration tells: ids and codes in clear, the unit's record sealed for its reader."""

from __future__ import annotations

from marshmallow import Schema, fields

from shared.contracts import Contract

OWNER = "registration"


class Told(Schema):
    """A fact about a registration."""

    registration_id = fields.String(required=True)
    unit_id = fields.String(required=True)
    division = fields.String(required=True)
    revision = fields.Integer(required=True, strict=True)


class Approved(Told):
    """An approval: `sealed` is a JWE for `reader` with the unit's record and the ground of the change."""

    reader = fields.String(required=True)
    sealed = fields.String(required=True)


CONTRACTS = (
    *(
        Contract(f"tongbao.registration.{fact}.v1", 1, OWNER, Told())
        for fact in ("submitted", "returned", "rejected", "withdrawn", "decision_undone")
    ),
    Contract("tongbao.registration.approved.v1", 1, OWNER, Approved()),
)
