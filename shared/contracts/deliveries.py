"""What crosses the border with statistics: packages one way, objections to a number the other way (校核纠错).

They look on their way as everything at the border does (see `border`), and a package is answered with the same receipt. They
go as files: each holds what else would go over the bus.
"""

from __future__ import annotations

from marshmallow import fields, validate

from shared.contracts import Contract
from shared.contracts.border import DIGEST, ID, OPTIONAL_ID, Head, Sealed, SealedMessage

_CODE = validate.Length(min=1, max=40)


class Statistics(Head):
    """A package of statistics for a receiver: the archive in base64, with its digest.

    `version` counts what the receiver gets of the kind and period, without a gap; one that is not the first says which
    delivery it `supersedes`. `sequence` is that of the messages of the period.
    """

    sequence = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    delivery_id = fields.String(required=True, validate=ID)
    receiver = fields.String(required=True, validate=ID)
    period_kind = fields.String(required=True, validate=validate.OneOf(("annual", "monthly")))
    period = fields.String(required=True, validate=validate.Regexp(r"20[0-9]{2}(-[0-9]{2})?\Z"))
    version = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    supersedes = fields.String(load_default="", validate=OPTIONAL_ID)
    is_sample = fields.Boolean(load_default=False)
    digest = fields.String(required=True, validate=DIGEST)
    package = fields.String(required=True)


class Objection(Head):
    """A receiver doubts a number of a delivery: where it stands, and why. `kind` is OBJECTION, `message_id` its own id."""

    delivery_id = fields.String(required=True, validate=ID)
    table = fields.String(required=True, validate=_CODE)
    at = fields.List(fields.String(validate=_CODE), required=True, validate=validate.Length(min=1, max=8))
    measure = fields.String(required=True, validate=_CODE)
    reason = fields.String(required=True, validate=validate.Length(min=1, max=2000))
    raised_at = fields.AwareDateTime(required=True, format="iso")


STATISTICS = Contract("tongbao.border.statistics.v1", 1, "exchange", SealedMessage(), Statistics(), folder="to_partner")
OBJECTION = Contract("tongbao.border.objection.v1", 1, "sandbox", Sealed(), Objection(), folder="from_partner")

CONTRACTS = (STATISTICS, OBJECTION)
