"""Forms on paper, blank and filled, and receipts: PDF/A, receipts signed, and the command that verifies them offline."""

from __future__ import annotations

from services.filing.printing.forms import FormPdf
from services.filing.printing.receipts import JwsReceipts, ReceiptPdf

__all__ = ["FormPdf", "JwsReceipts", "ReceiptPdf"]
