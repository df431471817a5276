"""How a workbook says what it is the template of: a few lines on a hidden sheet."""

from __future__ import annotations

from collections.abc import Iterable

from services.filing.forms.model import Edition, Form
from services.filing.workbooks.cells import Line
from services.filing.workbooks.package import Package
from services.filing.workbooks.shape import VERSION, Arrangement
from services.filing.workbooks.wording import refused

MARKS = "_tongbao"

_CODES = {
    "product": "workbook_foreign",
    "edition": "workbook_other_edition",
    "form": "workbook_other_form",
    "arrangement": "workbook_other_shape",
    "version": "workbook_other_shape",
}
"""What is said where a mark differs, the first one that does."""


def marks(edition: Edition, form: Form, arrangement: Arrangement) -> dict[str, str]:
    """Return what stands on the hidden sheet."""
    return {
        "product": "tongbao",
        "edition": edition.id,
        "form": form.key,
        "arrangement": arrangement.value,
        "version": VERSION,
    }


def recognise(package: Package, edition: Edition, form: Form, arrangement: Arrangement) -> None:
    """Refuse a workbook that is not the template of this form, edition and arrangement.

    Raises Invalid: workbook_foreign, workbook_other_edition, workbook_other_form, workbook_other_shape.
    """
    found = _found(package)
    for key, wanted in marks(edition, form, arrangement).items():
        if found.get(key) != wanted:
            raise refused(_CODES[key], edition.title if key == "edition" else form.title)


def arrangement_of(package: Package) -> Arrangement:
    """Return how a workbook is arranged, FORM where it does not say so. Raises Invalid: workbook_foreign."""
    is_list = _found(package).get("arrangement") == Arrangement.LIST.value
    return Arrangement.LIST if is_list else Arrangement.FORM


def _found(package: Package) -> dict[str, str]:
    if MARKS not in package.paths:
        raise refused("workbook_foreign")
    return dict(_pairs(line for _, line in package.lines(MARKS)))


def _pairs(lines: Iterable[Line]) -> Iterable[tuple[str, str]]:
    for line in lines:
        key, value = line.get(1), line.get(2)
        if isinstance(key, str) and isinstance(value, str):
            yield key, value
