"""Decision sheets: the page (HTML in the manner of an official letter, made into PDF), then signed."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from services.registration.form.sheets import WORDS
from services.registration.model.sheets import SheetContent
from shared.printing.pages import pdf_of, templates_in
from shared.printing.signing import PdfSignature, Place

_TEMPLATES = Path(__file__).parent / "templates"

PLACE = Place("DecisionSignature", (311, 62, 549, 147))


@dataclass(frozen=True)
class SheetPrinter:
    """Makes signed sheets; nothing is fetched from anywhere while doing so."""

    signature: PdfSignature

    def make(self, content: SheetContent, number: str) -> bytes:
        """Return the sheet as a signed PDF. Raises `KeyFileUnsafe` where the key that signs can't be read."""
        page = _pdf("decision_sheet.html", content=content, words=WORDS[content.kind], number=number)
        block = _pdf("signature_block.html", content=content, subject=self.signature.subject())
        return self.signature.sign(page, block, content.decided_at, WORDS[content.kind].title, PLACE)

    def certificates(self) -> bytes:
        """Return the public certificates by which a sheet is verified, as PEM."""
        return self.signature.chain()


def _pdf(template: str, **values: object) -> bytes:
    return pdf_of(templates_in(_TEMPLATES).get_template(template).render(**values))
