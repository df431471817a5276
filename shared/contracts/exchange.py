"""What the exchange tells: how far a unit has come on its way to the 名录库; ids and codes only."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.contracts import Contract

OWNER = "exchange"

OUTCOMES = ("", "accepted", "refused")

KINDS = ("UNIT_NEW", "UNIT_CHANGE", "UNIT_CLOSE")


class Told(Schema):
    """A fact about a message to the 名录库; `outcome` and `reason_code` are empty while there is no receipt.

    `registration_id` or `filing_id` says whose change it tells, the other is empty.
    `kind` is what the message tells, of which `revision`; `attempt` counts from 1, `digest` is the SHA-256 of the message's content in hex, `at` the moment in RFC 3339.
    """

    message_id = fields.String(required=True)
    registration_id = fields.String(required=True)
    filing_id = fields.String(load_default="")
    unit_id = fields.String(required=True)
    division = fields.String(required=True)
    outcome = fields.String(required=True, validate=validate.OneOf(OUTCOMES))
    reason_code = fields.String(required=True)
    kind = fields.String(load_default="UNIT_NEW", validate=validate.OneOf(KINDS))
    revision = fields.Integer(load_default=0, strict=True)
    attempt = fields.Integer(required=True, strict=True, validate=validate.Range(min=1))
    digest = fields.String(required=True)
    at = fields.AwareDateTime(required=True, format="iso")


class DirectoryTaken(Schema):
    """The desk has taken values of the 名录库 for a unit, in a case: `sealed` is a JWE for `reader` with them.

    It holds `facts` (values by the names of the record at the border) and `lists`, which version of a code list a value is of.
    `division` is that of the unit afterwards, `at` the moment of the decision.
    """

    case_id = fields.String(required=True)
    unit_id = fields.String(required=True)
    division = fields.String(required=True)
    at = fields.AwareDateTime(required=True, format="iso")
    reader = fields.String(required=True)
    sealed = fields.String(required=True)


class DirectoryRecord(Schema):
    """What the 名录库 has of a unit that files, now: `sealed` is a JWE for `reader`; `told_at` is when it said so.

    It holds `basics`, the basic facts of the unit by the names that filing has for them, and `is_ceased`.
    """

    unit_id = fields.String(required=True)
    division = fields.String(required=True)
    told_at = fields.AwareDateTime(required=True, format="iso")
    reader = fields.String(required=True)
    sealed = fields.String(required=True)


DIRECTORY_RECORD = Contract("tongbao.exchange.directory_record.v1", 1, OWNER, DirectoryRecord())
DIRECTORY_TAKEN = Contract("tongbao.exchange.directory_taken.v1", 1, OWNER, DirectoryTaken())

UNIT_SENT = Contract("tongbao.exchange.unit_sent.v1", 1, OWNER, Told())
UNIT_ACKNOWLEDGED = Contract("tongbao.exchange.unit_acknowledged.v1", 1, OWNER, Told())
UNIT_REFUSED = Contract("tongbao.exchange.unit_refused.v1", 1, OWNER, Told())
UNIT_UNANSWERED = Contract("tongbao.exchange.unit_unanswered.v1", 1, OWNER, Told())

CONTRACTS = (DIRECTORY_RECORD, DIRECTORY_TAKEN, UNIT_SENT, UNIT_ACKNOWLEDGED, UNIT_REFUSED, UNIT_UNANSWERED)
