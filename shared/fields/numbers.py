"""Fields of whole numbers and of amounts: never a float, never rounded."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Unpack

from shared.fields.faults import fault
from shared.fields.strict import Options, Strict

_LARGEST = 2**53 - 1
_AMOUNT = re.compile(r"(-?)(0|[1-9][0-9]{0,40})(?:\.([0-9]{1,20}))?")


class WholeNumber(Strict[int]):
    """A JSON integer from `min` to `max`; no text, no `true`, no 1.0.

    `max` is by default what every JSON reader keeps exactly, 2^53 - 1.
    """

    def __init__(self, min: int = 0, max: int = _LARGEST, **options: Unpack[Options]) -> None:
        super().__init__({"type": "integer", "minimum": min, "maximum": max}, **options)
        self.min = min
        self.max = max

    def read(self, value: object) -> int:
        """Return the number. Codes: not_whole_number, out_of_range."""
        if isinstance(value, bool) or not isinstance(value, int):
            raise fault("not_whole_number", "应为整数。", f"{self.min}～{self.max} 的整数")
        if not self.min <= value <= self.max:
            raise fault("out_of_range", "超出允许范围。", f"{self.min}～{self.max}")
        return value


class Money(Strict[Decimal]):
    """An amount in `unit`, written as a string (or whole number) of plain decimal digits; loads an exact Decimal.

    `digits` bounds the digits before the point, `places` those behind it. A float is refused, since its digits are
    not those that somebody typed. Zeros at the end of the fraction are dropped: 1.50 and 1.5 are one amount.
    """

    def __init__(
        self,
        unit: str = "万元",
        places: int = 2,
        min: Decimal | int | None = 0,
        max: Decimal | int | None = None,
        digits: int = 14,
        **options: Unpack[Options],
    ) -> None:
        pattern = rf"^-?(0|[1-9][0-9]{{0,{digits - 1}}})(\.[0-9]{{1,{places}}})?$" if places else r"^-?(0|[1-9][0-9]*)$"
        super().__init__({"type": "string", "pattern": pattern, "description": f"单位：{unit}"}, **options)
        self.unit = unit
        self.places = places
        self.min = min
        self.max = max
        self.digits = digits

    def read(self, value: object) -> Decimal:
        """Return the amount. Codes: not_amount, too_many_digits, too_many_places, out_of_range."""
        found = _AMOUNT.fullmatch(_digits_of(value))
        if not found:
            raise fault("not_amount", "应为以数字填写的金额。", f"以{self.unit}为单位的数字，如 1234.56")
        whole, fraction = found[2], (found[3] or "").rstrip("0")
        if len(whole) > self.digits:
            raise fault("too_many_digits", f"整数部分不能超过 {self.digits} 位。", f"不超过 {self.digits} 位")
        if len(fraction) > self.places:
            raise fault("too_many_places", f"小数部分不能超过 {self.places} 位。", f"不超过 {self.places} 位小数")
        amount = Decimal(f"{found[1]}{whole}.{fraction}" if fraction else f"{found[1]}{whole}") + 0
        if (self.min is not None and amount < self.min) or (self.max is not None and amount > self.max):
            raise fault("out_of_range", "金额超出允许范围。", self._range())
        return amount

    def write(self, value: Decimal) -> str:
        """Return the amount as plain digits, without an exponent."""
        return format(value, "f")

    def _range(self) -> str:
        low = "" if self.min is None else f"不小于 {self.min}"
        high = "" if self.max is None else f"不大于 {self.max}"
        return "，".join(part for part in (low, high) if part) + self.unit


def _digits_of(value: object) -> str:
    """Return what to read digits from: an integer's digits, a string without blanks around it, else nothing."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return ""
    if isinstance(value, int):
        return str(value) if abs(value) <= _LARGEST else ""
    return value.strip()
