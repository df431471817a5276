"""From an answer to what stands in its cell; `decoding` reads it back to the same answer."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from services.filing.forms.answers import Value
from services.filing.forms.kinds.coded import Named
from services.filing.forms.kinds.kind import Wrong
from services.filing.forms.model import Part
from services.filing.workbooks.cells import Content, Flag, Number, Uncalculated
from services.filing.workbooks.decoding import KEPT_DIGITS, day_of
from services.filing.workbooks.offers import NONE, Offer

_LONGEST = 32_767
"""Characters that a cell can hold."""
_NUMBER = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?([Ee][+-]?[0-9]{1,3})?")


def content_of(part: Part, value: Value, offer: Offer | None) -> str | Number:
    """Return what stands in the cell of a value: numbers as such where they keep every digit, all else as text."""
    match value:
        case int() | Decimal():
            digits = format(value, "f") if isinstance(value, Decimal) else str(value)
            return Number(digits) if len(digits.lstrip("-").replace(".", "")) <= KEPT_DIGITS else digits
        case date():
            return value.isoformat()
        case tuple():
            return _several(value, offer)
        case str():
            if isinstance(part.kind, Named):
                return part.kind.show(value)
            return offer.show(value) if offer is not None else value


def copied(content: Content, *, is_from_1904: bool) -> str | Number:
    """Return what stands in a marked copy for what stood in somebody's cell, dates as dates are written here."""
    match content:
        case str():
            return content[:_LONGEST]
        case Number(is_date=True):
            return _date_of(content, is_from_1904=is_from_1904)
        case Number():
            return content if _NUMBER.fullmatch(content.digits) else content.digits[:_LONGEST]
        case Flag():
            return "TRUE" if content.is_true else "FALSE"
        case Uncalculated():
            return ""
        case _:
            return content.name


def _date_of(number: Number, *, is_from_1904: bool) -> str | Number:
    try:
        return day_of(number, is_from_1904=is_from_1904).isoformat()
    except Wrong:
        return copied(Number(number.digits), is_from_1904=is_from_1904)


def _several(values: tuple[str, ...], offer: Offer | None) -> str:
    if not values:
        return NONE
    text = "\n".join(values if offer is None else map(offer.show, values))
    return f"{text}\n" if text == NONE else text
