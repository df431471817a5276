"""Dates, and a year with its month, in the forms of ISO 8601 that the interface uses and no others."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from services.filing.forms.answers import Value
from services.filing.forms.kinds.kind import Wrong, code_text

EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 12, 31)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Day:
    """A date YYYY-MM-DD."""

    is_number: bool = False

    def read(self, value: object) -> date:
        """Return the date. Codes: not_text, date_malformed, out_of_range."""
        text = code_text(value)
        try:
            day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
        except ValueError:
            day = None
        if day is None:
            raise Wrong("date_malformed", "如 2026-03-01")
        if not EARLIEST <= day <= LATEST:
            raise Wrong("out_of_range", f"{EARLIEST} 至 {LATEST}")
        return day

    def show(self, value: Value) -> str:
        """Return the date as the forms print it: 2026年03月01日."""
        return f"{value:%Y}年{value:%m}月{value:%d}日" if isinstance(value, date) else str(value)


@dataclass(frozen=True)
class YearMonth:
    """A month YYYY-MM, kept as this text, which sorts by time."""

    is_number: bool = False

    def read(self, value: object) -> str:
        """Return the month. Codes: not_text, month_malformed, out_of_range."""
        text = code_text(value)
        if not _MONTH.fullmatch(text):
            raise Wrong("month_malformed", "如 2026-03")
        if not EARLIEST.year <= int(text[:4]) <= LATEST.year:
            raise Wrong("out_of_range", f"{EARLIEST.year}～{LATEST.year} 年")
        return text

    def show(self, value: Value) -> str:
        """Return the month as the forms print it: 2026年03月."""
        text = str(value)
        return f"{text[:4]}年{text[5:7]}月"
