"""Places of a filing that something can be said about: which there are, and what they are called.

A place is a pointer to an indicator, to one of its rows, or to a part of either; those of a division's own indicators begin
with `/extras/<id>`. The empty pointer is the whole filing.
"""

from __future__ import annotations

from collections.abc import Mapping

from services.filing.forms.model import Form, Indicator
from services.filing.model.periods import period_of
from services.filing.operations.extras import pointer_of
from services.filing.operations.instruments import Instrument

WHOLE = ""
WHOLE_LABEL = "整张表"

Forms = Mapping[str, Form]
"""The forms that a filing answers, by the beginning of their pointers: "" the national one."""


def forms_of(instrument: Instrument, division: str, period: str) -> Forms:
    """Return the national form, and what divisions add for units of a division."""
    extras = instrument.edition.extras_for(instrument.form.key, division, period_of(period).last_day)
    return {WHOLE: instrument.form, **{pointer_of(each, ""): each.form for each in extras}}


def is_place(forms: Forms, pointer: str) -> bool:
    """Tell whether a pointer leads to an indicator, to one of its rows, or to a part of either."""
    return _found(forms, pointer) is not None


def place_label(forms: Forms, pointer: str) -> str:
    """Return how people call a place: code, name, row and part; the pointer itself where it leads nowhere now."""
    if pointer == WHOLE:
        return WHOLE_LABEL
    found = _found(forms, pointer)
    if found is None:
        return pointer
    indicator, row, key = found
    words = [f"{indicator.code if indicator.code.isdecimal() else ''} {indicator.full_name}".strip()]
    if row is not None:
        words.append(f"第 {row + 1} 行")
    part = indicator.part(key) if key else None
    if part is not None and part.label != indicator.full_name:
        words.append(part.label)
    return "　".join(words)


def _found(forms: Forms, pointer: str) -> tuple[Indicator, int | None, str] | None:
    """Return indicator, row from 0 and key of the part; None for a pointer that leads nowhere."""
    for prefix, form in forms.items():
        if pointer.startswith(f"{prefix}/") and (found := _within(form, pointer.removeprefix(prefix))):
            return found
    return None


def _within(form: Form, pointer: str) -> tuple[Indicator, int | None, str] | None:
    _, code, *rest = pointer.split("/")
    indicator = form.indicator(code)
    if indicator is None:
        return None
    row: int | None = None
    if indicator.is_rows and rest:
        number, *rest = rest
        if not (number.isascii() and number.isdecimal() and len(number) < 8):
            return None
        row = int(number)
    if len(rest) > 1 or (rest and indicator.part(rest[0]) is None):
        return None
    return indicator, row, rest[0] if rest else ""
