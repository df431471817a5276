"""Decision sheets: the page (HTML in the manner of an official letter, made into PDF), then signed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from weasyprint import HTML

from services.registration.form.sheets import WORDS
from services.registration.model.sheets import SheetContent
from services.registration.printing.printer import refuse_to_fetch
from services.registration.printing.signing import PdfSignature
from shared.clock import SHANGHAI

_TEMPLATES = Path(__file__).parent / "templates"


@dataclass(frozen=True)
class SheetPrinter:
    """Makes signed sheets; nothing is fetched from anywhere while doing so."""

    signature: PdfSignature

    def make(self, content: SheetContent, number: str) -> bytes:
        """Return the sheet as a signed PDF. Raises `KeyFileUnsafe` where the key that signs can't be read."""
        page = _pdf("decision_sheet.html", content=content, words=WORDS[content.kind], number=number)
        block = _pdf("signature_block.html", content=content, subject=self.signature.subject())
        return self.signature.sign(page, block, content.decided_at, WORDS[content.kind].title)

    def certificates(self) -> bytes:
        """Return the public certificates by which a sheet is verified, as PEM."""
        return self.signature.chain()


def _pdf(template: str, **values: object) -> bytes:
    environment = Environment(
        loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"day": _day, "moment": _moment}
    html = environment.get_template(template).render(**values)
    pdf: bytes = HTML(string=html, url_fetcher=refuse_to_fetch).write_pdf()
    return pdf


def _day(value: date) -> str:
    return f"{value.year}年{value.month}月{value.day}日"


def _moment(value: datetime) -> str:
    return value.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")
