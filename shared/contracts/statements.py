"""The daily statement (对账单) across the border: ours is told to the partner, who answers with its own.

They look on their way as everything at the border does (see `border`). The day is one of Asia/Shanghai, `since` and
`until` say which moments. Either side draws its statement up from what it keeps itself: `sent_digest` and
`received_digest` are the SHA-256 over the lines `<message_id>:<digest>` and a line feed, in the order of their bytes, of
the messages that were sent, or received, within the day, tests and statements not among them.
"""

from __future__ import annotations

from marshmallow import EXCLUDE, Schema, fields, validate

from shared.contracts import Contract
from shared.contracts.border import DIGEST, ID, Head, Sealed, SealedMessage
from shared.messaging.topology import DIRECTORY_INBOX, DIRECTORY_RECEIPTS

KIND, ANSWER_KIND = "STATEMENT", "STATEMENT_ANSWERED"

MOST_LINES = 20_000
"""Lines of an answer at most: what more would not fit into a message."""

_COUNT = validate.Range(min=0)
_DAY = validate.Regexp(r"20[0-9]{2}-[0-9]{2}-[0-9]{2}\Z")
_AMOUNT = validate.Regexp(r"(-?[0-9]{1,24}(\.[0-9]{1,8})?)?\Z")


class Group(Schema):
    """So many messages, or cells of statistics, have `key` in common; `total` is what cells come to, empty for messages."""

    by = fields.String(required=True, validate=validate.Regexp(r"[a-z_]{1,20}\Z"))
    key = fields.String(required=True, validate=validate.Length(min=1, max=120))
    count = fields.Integer(required=True, strict=True, validate=_COUNT)
    total = fields.String(load_default="", validate=_AMOUNT)


class Line(Schema):
    """A message as the partner has it; `outcome` is what it was answered, empty for not yet."""

    message_id = fields.String(required=True, validate=ID)
    digest = fields.String(required=True, validate=DIGEST)
    outcome = fields.String(required=True, validate=validate.OneOf(("", "accepted", "refused")))
    received_at = fields.AwareDateTime(required=True, format="iso")


class Statement(Head):
    """Our statement of a day: what was sent and how it was answered; `digest` freezes it with all its lines."""

    day = fields.String(required=True, validate=_DAY)
    since = fields.AwareDateTime(required=True, format="iso")
    until = fields.AwareDateTime(required=True, format="iso")
    digest = fields.String(required=True, validate=DIGEST)
    sent = fields.Integer(required=True, strict=True, validate=_COUNT)
    sent_digest = fields.String(required=True, validate=DIGEST)
    accepted = fields.Integer(required=True, strict=True, validate=_COUNT)
    refused = fields.Integer(required=True, strict=True, validate=_COUNT)
    unanswered = fields.Integer(required=True, strict=True, validate=_COUNT)
    groups = fields.List(fields.Nested(Group, unknown=EXCLUDE), load_default=list)


class StatementAnswered(Head):
    """The partner's own statement of the day, its signature under it.

    `statement` and `digest` are the id and the digest of ours. `agrees` says that the partner finds the same messages
    with the same digests and outcomes; where it does not, `lines` tell what it has, those of an hour before and after
    the day too, and `is_whole` whether that is all of it.
    """

    statement = fields.String(required=True, validate=ID)
    day = fields.String(required=True, validate=_DAY)
    digest = fields.String(required=True, validate=DIGEST)
    agrees = fields.Boolean(required=True)
    received = fields.Integer(required=True, strict=True, validate=_COUNT)
    received_digest = fields.String(required=True, validate=DIGEST)
    accepted = fields.Integer(required=True, strict=True, validate=_COUNT)
    refused = fields.Integer(required=True, strict=True, validate=_COUNT)
    groups = fields.List(fields.Nested(Group, unknown=EXCLUDE), load_default=list)
    lines = fields.List(
        fields.Nested(Line, unknown=EXCLUDE), load_default=list, validate=validate.Length(max=MOST_LINES)
    )
    is_whole = fields.Boolean(load_default=True)
    signed_at = fields.AwareDateTime(required=True, format="iso")


STATEMENT = Contract("tongbao.border.statement.v1", 1, "exchange", SealedMessage(), Statement(), DIRECTORY_INBOX)
STATEMENT_ANSWERED = Contract(
    "tongbao.border.statement_answered.v1", 1, "sandbox", Sealed(), StatementAnswered(), DIRECTORY_RECEIPTS
)

CONTRACTS = (STATEMENT, STATEMENT_ANSWERED)
