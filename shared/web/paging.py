"""The query parameters of every list."""

from __future__ import annotations

import re
from typing import Unpack

from marshmallow import Schema, fields, validate

from shared.fields import Strict, fault
from shared.fields.strict import Options

LARGEST_PAGE = 100

_SIZE = re.compile(r"[1-9][0-9]{0,2}")


class PageSize(Strict[int]):
    """How many rows a page has; a query parameter is always text."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "integer", "minimum": 1, "maximum": LARGEST_PAGE}, **options)

    def read(self, value: object) -> int:
        """Return the number. Code: out_of_range."""
        if not isinstance(value, str) or not _SIZE.fullmatch(value) or int(value) > LARGEST_PAGE:
            raise fault("out_of_range", f"每页行数应为 1 至 {LARGEST_PAGE} 的整数。", f"1～{LARGEST_PAGE}")
        return int(value)


class PageIn(Schema):
    """Query parameters of every list."""

    cursor = fields.String(load_default="", validate=validate.Length(max=200))
    limit = PageSize(load_default=20)
