"""Blank forms are drawn once, filled ones each time."""

from __future__ import annotations

from dataclasses import dataclass, field

from services.filing.forms.catalogue import load_catalogue
from services.filing.forms.known_lists import KnownLists
from services.filing.forms.model import Edition, Form
from services.filing.forms.printed import FormContent
from services.filing.model.periods import Period
from services.filing.printing.blanks import BlanksOnce


@dataclass
class CountingPrinter:
    """Says which print this is."""

    asked: list[str] = field(default_factory=list)

    def print_form(self, edition: Edition, form: Form, content: FormContent | None = None) -> bytes:
        self.asked.append(form.key)
        return f"{form.key} {len(self.asked)}".encode()


def test_a_blank_form_is_drawn_once_and_a_filled_one_each_time() -> None:
    edition = load_catalogue(KnownLists()).editions[0]
    first, second = edition.forms[:2]
    inner = CountingPrinter()
    printer = BlanksOnce(inner)
    content = FormContent(period=Period(2025))

    blanks = [printer.print_form(edition, form) for form in (first, second, first, second)]
    filled = [printer.print_form(edition, first, content) for _ in range(2)]

    assert blanks[:2] == blanks[2:]
    assert blanks[0] != blanks[1]
    assert filled[0] != filled[1]
    assert inner.asked == [first.key, second.key, first.key, first.key]
