"""From what stands in a cell to the JSON that the form's own reading takes; nothing is guessed."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal, InvalidOperation

from services.filing.forms.kinds.choices import Choices
from services.filing.forms.kinds.contacts import Digits
from services.filing.forms.kinds.identifiers import CreditCode, OrganisationCode
from services.filing.forms.kinds.kind import Wrong
from services.filing.forms.kinds.numbers import Amount, Whole
from services.filing.forms.kinds.places import DivisionCode, Several
from services.filing.forms.kinds.texts import Names
from services.filing.forms.kinds.times import Day, YearMonth
from services.filing.forms.model import Part
from services.filing.workbooks.cells import Content, ErrorValue, Flag, Number, Uncalculated
from services.filing.workbooks.offers import NONE, Offer

Decoder = Callable[[Content], object]
"""Returns the JSON of one cell; raises Wrong."""

KEPT_DIGITS = 15
"""Significant digits that spreadsheet programs keep of a number."""

_WHOLE = re.compile(r"-?(0|[1-9][0-9]{0,40})")
_PLAIN = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]*[1-9])?")
_BETWEEN = re.compile(r"[\n；;]")
_EPOCH = date(1899, 12, 30)
_EPOCH_1904 = date(1904, 1, 1)
_LAST_WRONG_DAY = 60
"""1900 was no leap year; the serial numbers of its first two months are one off, so they are not taken."""


def decoder(part: Part, offer: Offer | None, *, is_from_1904: bool) -> Decoder:
    """Return how the cells of a part are understood."""
    if isinstance(part.kind, Choices | Names | Several):
        text = _several(offer)
    elif offer is not None:
        text = offer.code
    elif isinstance(part.kind, Whole):
        text = _whole_text
    else:
        text = _as_it_is
    number = _number(part, offer, is_from_1904=is_from_1904)

    def decode(content: Content) -> object:
        if isinstance(content, str):
            return text(content)
        if isinstance(content, Number):
            return number(content)
        raise _unusable(content)

    return decode


def text_of(content: Content) -> str:
    """Return a cell that should hold text, for what is no answer of a kind; raises Wrong as decoders do."""
    match content:
        case str():
            return content
        case Number():
            raise Wrong("number_in_text", "文字")
        case _:
            raise _unusable(content)


def plain_digits(digits: str) -> str:
    """Return a number of a cell in plain decimal digits. Raises Wrong: number_imprecise, not_amount.

    Sums of binary fractions end in noise (0.30000000000000004); what remains within 15 digits once that is rounded
    away is what the program shows and means. What needs them all may have lost more, and is refused.
    """
    if len(digits) <= KEPT_DIGITS and _PLAIN.fullmatch(digits):
        return digits
    try:
        exact = Decimal(digits)
    except InvalidOperation:
        raise Wrong("not_amount", "数字，如 1234.56") from None
    if not exact.is_finite() or exact.adjusted() > 2 * KEPT_DIGITS:
        raise Wrong("number_imprecise", f"不超过 {KEPT_DIGITS} 位有效数字")
    if _significant(exact) > KEPT_DIGITS:
        exact = Decimal(format(exact, f".{KEPT_DIGITS}g"))
        if _significant(exact) >= KEPT_DIGITS:
            raise Wrong("number_imprecise", f"不超过 {KEPT_DIGITS} 位有效数字")
    plain = format(exact, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _unusable(content: Flag | ErrorValue | Uncalculated) -> Wrong:
    match content:
        case Flag():
            return Wrong("flag_in_cell")
        case ErrorValue():
            return Wrong("cell_error", f"不是 {content.name}")
        case Uncalculated():
            return Wrong("formula_without_value")


def _significant(value: Decimal) -> int:
    return len("".join(map(str, value.as_tuple().digits)).strip("0"))


def _as_it_is(text: str) -> object:
    return text


def _whole_text(text: str) -> object:
    digits = text.strip()
    return int(digits) if _WHOLE.fullmatch(digits) else text


def _several(offer: Offer | None) -> Callable[[str], object]:
    def split(text: str) -> object:
        if text.strip(" ") == NONE:
            return []
        pieces = text.split("\n") if offer is None else _BETWEEN.split(text)
        items = [piece for piece in pieces if piece.strip()]
        return items if offer is None else list(map(offer.code, items))

    return split


def _number(part: Part, offer: Offer | None, *, is_from_1904: bool) -> Callable[[Number], object]:
    kind = part.kind
    match kind:
        case Whole():
            return lambda number: _whole_text(plain_digits(number.digits))
        case Amount():
            return lambda number: plain_digits(number.digits)
        case Day():
            return lambda number: day_of(number, is_from_1904=is_from_1904).isoformat()
        case YearMonth():
            return lambda number: day_of(number, is_from_1904=is_from_1904).isoformat()[:7]
        case CreditCode() | OrganisationCode() | DivisionCode() | Digits():
            return _refusing("code_as_number")
    if offer is not None and offer.is_closed:
        return lambda number: _listed(number, offer, is_many=isinstance(kind, Choices | Several))
    return _refusing("number_in_text")


def _refusing(code: str) -> Callable[[Number], object]:
    def refuse(number: Number) -> object:
        raise Wrong(code, "文本格式的内容")

    return refuse


def _listed(number: Number, offer: Offer, *, is_many: bool) -> object:
    """Return the code of a closed list that was typed as a number: no zero in front can have been lost from it."""
    digits = plain_digits(number.digits)
    if digits not in offer.shown:
        raise Wrong("number_in_text", "列表中的一项")
    return [digits] if is_many else digits


def day_of(number: Number, *, is_from_1904: bool) -> date:
    """Return the day of a cell that is formatted as a date. Raises Wrong: number_in_text, date_with_time, out_of_range."""
    epoch = _EPOCH_1904 if is_from_1904 else _EPOCH
    digits = plain_digits(number.digits)
    if not number.is_date or digits.startswith("-"):
        raise Wrong("number_in_text", "如 2026-03-01")
    if "." in digits:
        raise Wrong("date_with_time", "如 2026-03-01")
    serial = int(digits)
    if epoch == _EPOCH and serial <= _LAST_WRONG_DAY:
        raise Wrong("out_of_range", "如 2026-03-01")
    try:
        return epoch + timedelta(serial)
    except OverflowError:
        raise Wrong("out_of_range", "如 2026-03-01") from None
