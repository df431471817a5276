"""Receipts as the unit gets them: signed JSON, and a signed page that carries the same JSON within it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from services.filing.model.periods import period_of
from services.filing.model.receipts import Receipt, ReceiptWords, code_text, dump_receipt, receipt_from
from shared.printing.pages import Archive, Enclosed, code_picture, pdf_of, templates_in
from shared.printing.signing import PdfSignature, Place
from shared.printing.statements import payload_of, sign_statement

PLACE = Place("ReceiptSignature", (311, 62, 549, 147))
TYP = "tongbao-receipt"
FILE = "receipt.json"

_TEMPLATES = Path(__file__).parent / "templates"
_REASON = "报送回执"


@dataclass(frozen=True)
class JwsReceipts:
    """Signs receipts. `key` and `chain` return PEM and are asked at each use, so that only who signs reads the key."""

    key: Callable[[], bytes]
    chain: Callable[[], bytes]

    def sign(self, receipt: Receipt) -> str:
        """Return the receipt as JWS in its flattened JSON form: the very text of the file that the unit is given.

        The same receipt and key give the same text, unless the key is of a kind that signs with chance (P-256).
        Raises `KeyFileUnsafe` where the key can't be read.
        """
        return sign_statement(self.key(), self.chain(), dump_receipt(receipt), TYP)

    def certificates(self) -> bytes:
        """Return the public certificates by which a receipt is verified, as PEM."""
        return self.chain()


@dataclass(frozen=True)
class ReceiptPdf:
    """Makes the 报送回执 on paper; nothing is fetched from anywhere while doing so."""

    signature: PdfSignature

    def make(self, signed: str, words: ReceiptWords) -> bytes:
        """Return the receipt that `JwsReceipts.sign` gave as a signed page (PDF/A-3u, PAdES), dated as the submission.

        Raises `KeyFileUnsafe` where the key can't be read, `ValueError` for a text that is no receipt of a period.
        """
        receipt = receipt_from(payload_of(signed))
        templates = templates_in(_TEMPLATES)
        page = pdf_of(
            templates.get_template("receipt.html").render(
                receipt=receipt,
                words=words,
                period=period_of(receipt.period).label,
                code=code_picture(code_text(receipt.filing_id, receipt.revision, receipt.digest), "m"),
            ),
            Archive.WITH_FILES,
            Enclosed(FILE, signed.encode()),
        )
        block = pdf_of(
            templates.get_template("receipt_block.html").render(receipt=receipt, subject=self.signature.subject())
        )
        return self.signature.sign(page, block, receipt.submitted_at, _REASON, PLACE)
