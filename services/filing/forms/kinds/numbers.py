"""Whole numbers, amounts and shares: exact, never a float, never rounded."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from services.filing.forms.answers import Value
from services.filing.forms.kinds.kind import Wrong

LARGEST = 2**53 - 1
"""What every JSON reader keeps exactly."""

_AMOUNT = re.compile(r"(-?)(0|[1-9][0-9]{0,40})(?:\.([0-9]{1,20}))?")


@dataclass(frozen=True)
class Whole:
    """A JSON integer from `least` to `most`; `word` is a word that may stand in its place (合同期限: 无)."""

    least: int = 0
    most: int = 10**9
    word: str = ""
    is_number: bool = True

    def read(self, value: object) -> int | str:
        """Return the number, or the word. Codes: not_whole_number, out_of_range."""
        if self.word and isinstance(value, str) and value.strip() == self.word:
            return self.word
        if isinstance(value, bool) or not isinstance(value, int):
            raise Wrong("not_whole_number", self._range())
        if not self.least <= value <= self.most:
            raise Wrong("out_of_range", self._range())
        return value

    def show(self, value: Value) -> str:
        """Return the digits, or the word."""
        return str(value)

    def _range(self) -> str:
        return f"{self.least}～{self.most} 的整数" + (f"，或“{self.word}”" if self.word else "")


@dataclass(frozen=True)
class Amount:
    """An exact decimal written as a string of plain digits, or as a JSON integer; the unit stands beside the cell.

    `digits` bounds the digits before the point and `places` those behind it: more are refused, not rounded.
    """

    places: int = 2
    digits: int = 14
    least: Decimal = Decimal(0)
    most: Decimal | None = None
    is_number: bool = True

    def read(self, value: object) -> Decimal:
        """Return the amount; 1.50 and 1.5 are one amount. Codes: not_amount, too_many_digits, too_many_places,
        out_of_range."""
        found = _AMOUNT.fullmatch(_digits_of(value))
        if not found:
            raise Wrong("not_amount", "数字，如 1234.56")
        whole, fraction = found[2], (found[3] or "").rstrip("0")
        if len(whole) > self.digits:
            raise Wrong("too_many_digits", f"整数部分不超过 {self.digits} 位")
        if len(fraction) > self.places:
            raise Wrong("too_many_places", f"小数部分不超过 {self.places} 位")
        amount = Decimal(f"{found[1]}{whole}.{fraction}" if fraction else f"{found[1]}{whole}") + 0
        if amount < self.least or (self.most is not None and amount > self.most):
            raise Wrong("out_of_range", self._range())
        return amount

    def show(self, value: Value) -> str:
        """Return plain digits without an exponent."""
        return format(value, "f") if isinstance(value, Decimal) else str(value)

    def _range(self) -> str:
        return f"不小于 {self.least}" + ("" if self.most is None else f"，不大于 {self.most}")


def _digits_of(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) <= LARGEST else ""
    return value.strip()
