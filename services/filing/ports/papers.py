"""What makes and verifies papers and receipts."""

from __future__ import annotations

from typing import Protocol

from services.filing.forms.model import Edition, Form
from services.filing.forms.printed import FormContent
from services.filing.model.receipts import Receipt, ReceiptWords


class ReceiptSigner(Protocol):
    """Signs receipts."""

    def sign(self, receipt: Receipt) -> str:
        """Return the receipt as a signed JWS in its JSON form."""
        ...

    def certificates(self) -> bytes:
        """Return the public certificates by which a receipt is verified, as PEM."""
        ...


class VerifyReceipt(Protocol):
    """Verifies receipts by the public certificates."""

    def __call__(self, file: bytes) -> tuple[Receipt, str]:
        """Return the receipt of a file in either form, and who signed it. Raises `NotGenuine`."""
        ...


class ReceiptPrinter(Protocol):
    """Makes the paper receipt (报送回执)."""

    def make(self, signed: str, words: ReceiptWords) -> bytes:
        """Return the receipt that was signed as a signed PDF that carries its JSON form."""
        ...


class FormPrinter(Protocol):
    """Makes the paper form."""

    def print_form(self, edition: Edition, form: Form, content: FormContent | None = None) -> bytes:
        """Return a form as PDF, blank without content. Raises `TooLongToPrint`."""
        ...
