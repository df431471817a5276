"""Blank forms, which anybody may ask for: each is drawn once in a process, however often it is asked for."""

from __future__ import annotations

from services.filing.forms.model import Edition, Form
from services.filing.forms.printed import FormContent
from services.filing.ports.papers import FormPrinter


class BlanksOnce:
    """`ports.FormPrinter` on top of another one; what is filled in is drawn each time, and never kept."""

    def __init__(self, printer: FormPrinter) -> None:
        self._printer = printer
        self._blanks: dict[tuple[str, str], bytes] = {}

    def print_form(self, edition: Edition, form: Form, content: FormContent | None = None) -> bytes:
        """Return a form as PDF, blank without content. Raises `TooLongToPrint`."""
        if content is not None:
            return self._printer.print_form(edition, form, content)
        key = (edition.id, form.key)
        if key not in self._blanks:
            self._blanks[key] = self._printer.print_form(edition, form)
        return self._blanks[key]
