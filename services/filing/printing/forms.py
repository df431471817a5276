"""Prints a form, blank or filled, as PDF/A in the layout of the regulation."""

from __future__ import annotations

import re
from pathlib import Path

from services.filing.forms.answers import Answers
from services.filing.forms.model import Edition, Form, Layout
from services.filing.forms.printed import SECTION_ROWS, FormContent, TooLongToPrint
from services.filing.model.receipts import code_text
from services.filing.printing import sheet
from services.filing.printing.annex import annex_of
from services.filing.printing.papers import Paper, paper_of
from shared.printing.pages import Archive, code_picture, moment, pdf_of, templates_in

_TEMPLATES = Path(__file__).parent / "templates"
_PLAIN = re.compile(r"[^0-9A-Za-z\u4e00-\u9fff]")


class FormPdf:
    """Prints forms; nothing is fetched from anywhere while doing so."""

    def __init__(self) -> None:
        self._template = templates_in(_TEMPLATES, {"css": _css}).get_template("form.html")

    def print_form(self, edition: Edition, form: Form, content: FormContent | None = None) -> bytes:
        """Return a form as PDF/A-2u: blank without `content`, else filled, with an annex where there is more to say.

        Raises `TooLongToPrint` where the answers hold more rows than one section does.
        """
        answers = content.answers if content else Answers()
        if any(len(rows) > SECTION_ROWS for rows in answers.rows.values()):
            raise TooLongToPrint(f"more than {SECTION_ROWS} rows")
        paper = paper_of(edition.id, form)
        html = self._template.render(
            edition=edition,
            form=form,
            paper=paper,
            content=content,
            head=sheet.head_lines(form, paper, content),
            period=sheet.period_text(form, content),
            approval=_approval(edition, form),
            lines=_lines(form, paper, answers, is_blank=content is None),
            heads=sheet.list_heads(form) if sheet.is_list(form) else (),
            has_blocks=any(one.block for one in form.indicators),
            foot=sheet.foot(form, content.sign_off if content else None),
            annex=annex_of(form, content) if content else (),
            code=_code(content),
            foot_lines=_foot_lines(content),
        )
        return pdf_of(html, Archive.PLAIN)


def _lines(form: Form, paper: Paper, answers: Answers, *, is_blank: bool) -> object:
    match form.layout:
        case Layout.FIELDS:
            return sheet.field_lines(form, paper, answers)
        case Layout.TABLE:
            return sheet.table_lines(form, answers)
        case Layout.ROWS:
            return sheet.list_lines(form, answers, is_blank)


def _approval(edition: Edition, form: Form) -> tuple[tuple[str, str], ...]:
    return (
        ("表号", form.number),
        ("制定机关", edition.made_by),
        ("批准机关", edition.approved_by),
        ("批准文号", edition.approval),
        ("有效期至", sheet.validity_text(edition)),
    )


def _code(content: FormContent | None) -> str:
    """Return the QR code of what was submitted, nothing for a blank form and a draft."""
    if content is None or not content.is_submitted:
        return ""
    return code_picture(code_text(content.filing_id, content.revision, content.digest), "m")


def _foot_lines(content: FormContent | None) -> tuple[str, ...]:
    """Return what the foot of every page says of the filing."""
    if content is None:
        return ("空白表",)
    printed = f"　打印于 {moment(content.printed_at)}" if content.printed_at else ""
    if not content.is_submitted:
        return (f"草稿，未报送　报送编号 {content.filing_id}{printed}",)
    return (
        f"报送编号 {content.filing_id}　第 {content.revision} 次报送{printed}",
        f"内容摘要（SHA-256）{content.digest}",
    )


def _css(text: str) -> str:
    """Return text for a string of a style sheet, where the escaping of HTML says nothing."""
    return _PLAIN.sub(lambda found: f"\\{ord(found[0]):x} ", text)
