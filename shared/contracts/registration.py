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
    """What the 名录库 is told of: `sealed` is a JWE for `reader` with the unit's record and the ground of the change."""

    reader = fields.String(required=True)
    sealed = fields.String(required=True)


class UnitKnown(Told):
    """What is in force of a platform has changed, or how far it is (`standing`): `sealed` is a JWE for `reader`.

    It holds `unit`, `platform` and `standing`; `revision` and `division` are those in force, after an ending the last.
    """

    standing = fields.String(required=True)
    reader = fields.String(required=True)
    sealed = fields.String(required=True)


class SheetDue(Told):
    """A decision sheet is to be made: `kind` says which, `sealed` is a JWE for this service itself with what it says."""

    kind = fields.String(required=True)
    reader = fields.String(required=True)
    sealed = fields.String(required=True)


UNIT_KNOWN = Contract("tongbao.registration.unit_known.v1", 1, OWNER, UnitKnown())

CONTRACTS = (
    UNIT_KNOWN,
    Contract("tongbao.registration.sheet_due.v1", 1, OWNER, SheetDue()),
    *(
        Contract(f"tongbao.registration.{fact}.v1", 1, OWNER, Told())
        for fact in (
            "submitted",
            "returned",
            "rejected",
            "withdrawn",
            "decision_undone",
            "amended",
            "renewed",
            "suspended",
            "resumed",
            "expired",
        )
    ),
    *(
        Contract(f"tongbao.registration.{fact}.v1", 1, OWNER, Approved())
        for fact in ("approved", "changed", "deregistered")
    ),
)
