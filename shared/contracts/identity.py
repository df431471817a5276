"""What identity tells: only itself, that a mail is due."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from shared.contracts import Contract

OWNER = "identity"


class MailDue(Schema):
    """A mail is due: `sealed` is a JWE for `reader` with address and facts."""

    sign_up_id = fields.String(required=True)
    reader = fields.String(required=True, validate=validate.Equal(OWNER))
    sealed = fields.String(required=True)


MAIL_DUE = Contract("tongbao.identity.mail_due.v1", 1, OWNER, MailDue())

CONTRACTS = (MAIL_DUE,)
