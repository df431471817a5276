"""Fields of query parameters, which are always text."""

from __future__ import annotations

import re
from typing import Unpack

from shared.fields import Strict, fault
from shared.fields.strict import Options

_DIGITS = re.compile(r"0|[1-9][0-9]{0,8}")


class QueryNumber(Strict[int]):
    """A whole number from `min` to `max` in plain ASCII digits; no sign, blank, underscore or other script."""

    def __init__(self, min: int, max: int, **options: Unpack[Options]) -> None:
        super().__init__({"type": "integer", "minimum": min, "maximum": max}, **options)
        self.min = min
        self.max = max

    def read(self, value: object) -> int:
        """Return the number. Code: out_of_range."""
        if not isinstance(value, str) or not _DIGITS.fullmatch(value) or not self.min <= int(value) <= self.max:
            raise fault("out_of_range", f"应为 {self.min} 至 {self.max} 的整数。", f"{self.min}～{self.max}")
        return int(value)
