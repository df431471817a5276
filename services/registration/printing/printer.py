"""Fills the template of the paper form and makes the PDF."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

from services.registration.form.items import CONDITIONS, REGISTRATION_TYPES, TRAITS
from services.registration.form.print_code import PrintCode, to_text
from services.registration.model.registration import Registration
from shared.clock import SHANGHAI, Clock, local_date
from shared.codes import divisions
from shared.printing.pages import code_picture, day, pdf_of, templates_in

_TEMPLATES = Path(__file__).parent / "templates"


class WeasyPrinter:
    """Makes PDFs; nothing is fetched from anywhere while doing so."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._templates = templates_in(_TEMPLATES)

    def registration_form(self, registration: Registration, code: PrintCode) -> bytes:
        """Return the 注册信息表 as PDF, with the code at the top right and the boxes for signature and seal free."""
        now = self._clock.now()
        form = registration.form
        decision = registration.review.decision if registration.review else None
        html = self._templates.get_template("registration_form.html").render(
            registration=registration,
            revision=code.revision,
            code=code_picture(to_text(code)),
            form=lambda key: _shown(form.get(key)),
            is_checked=lambda key, value: form.get(key) == value,
            top=lambda key: _five(form.get(key)),
            division=_division(form.get("division"), local_date(now)),
            types=REGISTRATION_TYPES,
            confirmations=[*_confirmed(form.get("traits"), TRAITS), *_confirmed(form.get("conditions"), CONDITIONS)],
            decision=decision,
            printed_at=now.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M"),
        )
        return pdf_of(html)


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, date):
        return day(value)
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
