"""Fills the template of the paper form and makes the PDF (WeasyPrint; fonts of Debian's fonts-noto-cjk)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from weasyprint import HTML

from services.registration.form.items import CONDITIONS, REGISTRATION_TYPES, TRAITS
from services.registration.form.print_code import PrintCode, to_text
from services.registration.model.registration import Registration
from shared.clock import SHANGHAI, Clock, local_date
from shared.codes import divisions

_TEMPLATES = Path(__file__).parent / "templates"


class WeasyPrinter:
    """Makes PDFs; nothing is fetched from anywhere while doing so."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._templates = Environment(
            loader=FileSystemLoader(_TEMPLATES), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )

    def registration_form(self, registration: Registration, code: PrintCode) -> bytes:
        """Return the 注册信息表 as PDF, with the code at the top right and the boxes for signature and seal free."""
        now = self._clock.now()
        form = registration.form
        decision = registration.review.decision if registration.review else None
        html = self._templates.get_template("registration_form.html").render(
            registration=registration,
            revision=code.revision,
            code=_picture(to_text(code)),
            form=lambda key: _shown(form.get(key)),
            is_checked=lambda key, value: form.get(key) == value,
            top=lambda key: _five(form.get(key)),
            division=_division(form.get("division"), local_date(now)),
            types=REGISTRATION_TYPES,
            confirmations=[*_confirmed(form.get("traits"), TRAITS), *_confirmed(form.get("conditions"), CONDITIONS)],
            decision=decision,
            printed_at=now.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        )
        pdf: bytes = HTML(string=html, url_fetcher=refuse_to_fetch).write_pdf()
        return pdf


def refuse_to_fetch(url: str, *_: object, **__: object) -> object:
    """Fetch nothing: what is printed comes from the form alone. Raises `ValueError` always."""
    raise ValueError("nothing is fetched while printing")


def _picture(text: str) -> Markup:
    """Return the QR code as SVG. A third of it may be covered (level H): a seal or a staple does no harm."""
    svg: str = segno.make_qr(text, error="h", boost_error=False).svg_inline(border=0, omitsize=True)
    return Markup(svg)  # noqa: S704  drawn by segno from base32 characters


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return f"{value.year}年{value.month}月{value.day}日"
    if isinstance(value, Decimal):
        return f"{value:,f}"
    return str(value)


def _five(value: object) -> list[str]:
    names = [str(name) for name in value] if isinstance(value, list | tuple) else []
    return (names + [""] * 5)[:5]


def _division(code: object, on: date) -> str:
    return divisions.last_name(code, on) if isinstance(code, str) and code else ""


def _confirmed(answers: object, texts: dict[str, str]) -> list[tuple[bool, str]]:
    given = answers if isinstance(answers, dict) else {}
    return [(given.get(key) is True, text) for key, text in texts.items()]
