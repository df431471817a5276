"""Printed forms for the tests: blank and filled, the text on their pages, and what stands behind the pages."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pikepdf
import pypdfium2

from services.filing.forms.answers import Answers
from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import Edition, Form, PeriodKind
from services.filing.forms.printed import Explained, FormContent
from services.filing.model.filings import SignOff
from services.filing.model.periods import Period
from services.filing.printing import FormPdf

FILING_ID = "0190a5e64c7b7d3f8a1b2c3d4e5f6071"
DIGEST = "0123456789abcdef" * 4
HEAD = {
    "uscc": "91330100799655058B",
    "organisation_code": "600037341",
    "name": "杭州某某信息技术有限公司",
    "platform_name": "某某众包平台",
    "platform_english_name": "Some Crowd Platform",
}
SIGNED_OFF = SignOff("王建国", "李秀英", "张三", "0571-88888888", date(2024, 1, 8))
EXPLAINED = Explained("411", "服务外包从业人员期末人数比上年变动较大，请说明。", "并购了一家企业，人员并入本单位。")


@cache
def edition() -> Edition:
    """Return edition 2022."""
    found = load_catalogue(KnownLists()).find("2022")
    assert found is not None
    return found


def form_of(key: str) -> Form:
    """Return a form of it."""
    found = edition().form(key)
    assert found is not None
    return found


@dataclass(frozen=True)
class Print:
    """A PDF and the text of its pages without any blanks, since a box stands around each character of a code."""

    pdf: bytes = field(repr=False)
    pages: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text of all pages."""
        return "".join(self.pages)

    def holds(self, text: str) -> bool:
        """Tell whether a text stands on one of the pages, wherever its lines are broken."""
        return squeezed(text) in self.text

    def opened(self) -> pikepdf.Pdf:
        """Return the PDF by its objects."""
        return pikepdf.open(io.BytesIO(self.pdf))


def squeezed(text: str) -> str:
    """Return a text without blanks, and without hyphens, which readers of PDF take for signs of a broken word."""
    return re.sub(r"[\s\u3000\ufeff\ufffe\u0002\u00ad－-]", "", text)


def printed(pdf: bytes) -> Print:
    """Return the pages of a PDF."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return Print(pdf, tuple(squeezed(page.get_textpage().get_text_bounded()) for page in document))
    finally:
        document.close()


def picture_of(pdf: bytes, page: int = 0, scale: float = 3) -> Any:
    """Return a page as it is seen."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return document[page].render(scale=scale).to_pil()
    finally:
        document.close()


def content_of(form: Form, answers: Answers | None = None, **differing: Any) -> FormContent:
    """Return the content of a submitted filing of 2023, or of June 2023."""
    values: dict[str, Any] = {
        "period": Period(2023, 6 if form.period is PeriodKind.MONTH else 0),
        "answers": answers or Answers(),
        "head": HEAD,
        "sign_off": SIGNED_OFF,
        "filing_id": FILING_ID,
        "revision": 2,
        "digest": DIGEST,
        "is_submitted": True,
        "printed_at": datetime(2024, 1, 9, tzinfo=UTC),
    }
    return FormContent(**{**values, **differing})


@cache
def blank(key: str) -> Print:
    """Return a blank form of edition 2022."""
    return printed(FormPdf().print_form(edition(), form_of(key)))


@cache
def submitted(key: str) -> Print:
    """Return a submitted form of edition 2022 without an answer, but with head and foot."""
    return filled(form_of(key))


def filled(form: Form, answers: Answers | None = None, **differing: Any) -> Print:
    """Return a filled form of edition 2022."""
    return printed(FormPdf().print_form(edition(), form, content_of(form, answers, **differing)))
