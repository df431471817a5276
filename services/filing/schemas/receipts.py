"""Receipts to be verified, and what is said of them."""

from __future__ import annotations

import base64
import binascii
from typing import Unpack

from marshmallow import Schema, fields

from services.filing.forms.catalogue import Catalogue
from services.filing.model.periods import period_of
from services.filing.model.receipts import Receipt
from services.filing.operations.verification import Verdict
from shared.fields import Strict, fault
from shared.fields.strict import Options

Body = dict[str, object]


class Encoded(Strict[bytes]):
    """A file in base64."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "format": "byte"}, **options)

    def read(self, value: object) -> bytes:
        """Return the bytes. Code: not_base64."""
        try:
            return base64.b64decode(value if isinstance(value, str) else "?", validate=True)
        except (binascii.Error, ValueError):
            raise fault("not_base64", "应为 base64 编码的文件。", "base64") from None


class VerificationIn(Schema):
    """A receipt in either form, and perhaps the content that it is said to be of."""

    receipt = Encoded(required=True)
    content = Encoded(allow_none=True, load_default=None)


class ReceiptOut(Schema):
    """What a genuine receipt says."""

    filing_id = fields.String()
    revision = fields.Integer()
    form = fields.String()
    form_number = fields.String()
    form_title = fields.String()
    edition = fields.String()
    period = fields.String()
    period_label = fields.String()
    digest = fields.String()
    submitted_at = fields.String()


class VerificationOut(Schema):
    """Whether a file is a receipt of ours; if not, why not. `content` is same, different, unreadable, or empty."""

    is_genuine = fields.Boolean()
    reason = fields.String()
    signer = fields.String()
    receipt = fields.Nested(ReceiptOut, allow_none=True)
    content = fields.String()


def verdict_body(catalogue: Catalogue, verdict: Verdict) -> Body:
    """Return what is said of a file."""
    return {
        "is_genuine": verdict.receipt is not None,
        "reason": verdict.reason,
        "signer": verdict.signer,
        "receipt": _receipt_body(catalogue, verdict.receipt) if verdict.receipt else None,
        "content": verdict.content.value,
    }


def _receipt_body(catalogue: Catalogue, receipt: Receipt) -> Body:
    edition = catalogue.find(receipt.edition)
    form = edition.form(receipt.form) if edition else None
    return {
        "filing_id": receipt.filing_id,
        "revision": receipt.revision,
        "form": receipt.form,
        "form_number": form.number if form else "",
        "form_title": form.title if form else "",
        "edition": receipt.edition,
        "period": receipt.period,
        "period_label": period_of(receipt.period).label,
        "digest": receipt.digest,
        "submitted_at": receipt.submitted_at.isoformat(),
    }
