"""What the filing service says of a receipt that somebody shows."""

from __future__ import annotations

from typing import TypedDict


class ReceiptAnswer(TypedDict):
    """What a genuine receipt says."""

    filing_id: str
    revision: int
    form: str
    form_number: str
    form_title: str
    edition: str
    period: str
    period_label: str
    digest: str
    submitted_at: str


class VerificationAnswer(TypedDict):
    """Whether a file is a receipt; `content` is same, different, unreadable, or empty where none was given."""

    is_genuine: bool
    reason: str
    signer: str
    receipt: ReceiptAnswer | None
    content: str
