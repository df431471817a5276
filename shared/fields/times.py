"""Fields of moments, dates, months and periods, in the forms of ISO 8601 that the interface uses and no others."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Unpack

from shared.fields.faults import fault
from shared.fields.strict import Options, Strict, read_code

EARLIEST = date(1900, 1, 1)
LATEST = date(2200, 12, 31)

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MONTH = re.compile(r"([0-9]{4})-(0[1-9]|1[0-2])")
_YEAR = re.compile(r"[0-9]{4}")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?(Z|[+-][0-9]{2}:[0-9]{2})")


class AwareDateTime(Strict[datetime]):
    """A moment with its offset from UTC (RFC 3339); loads and dumps it in UTC."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "format": "date-time"}, **options)

    def read(self, value: object) -> datetime:
        """Return the moment in UTC. Codes: not_text, moment_malformed, out_of_range."""
        text = read_code(value)
        if not _MOMENT.fullmatch(text):
            raise fault("moment_malformed", "时间格式不正确。", "如 2026-03-01T09:30:00+08:00")
        try:
            moment = datetime.fromisoformat(text).astimezone(UTC)
        except (ValueError, OverflowError):
            raise fault("moment_malformed", "没有这样的时间。", "如 2026-03-01T09:30:00+08:00") from None
        _check_range(moment.date(), EARLIEST, LATEST)
        return moment

    def write(self, value: datetime) -> str:
        """Return the moment in UTC; raises ValueError for a moment without an offset."""
        if value.tzinfo is None:
            raise ValueError("a moment without an offset")
        return value.astimezone(UTC).isoformat()


class PlainDate(Strict[date]):
    """A date YYYY-MM-DD between `min` and `max`."""

    def __init__(self, min: date = EARLIEST, max: date = LATEST, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "format": "date"}, **options)
        self.min = min
        self.max = max

    def read(self, value: object) -> date:
        """Return the date. Codes: not_text, date_malformed, out_of_range."""
        text = read_code(value)
        if not _DATE.fullmatch(text):
            raise fault("date_malformed", "日期格式不正确。", "如 2026-03-01")
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise fault("date_malformed", "没有这样的日期。", "如 2026-03-01") from None
        _check_range(day, self.min, self.max)
        return day

    def write(self, value: date) -> str:
        """Return the date as YYYY-MM-DD."""
        return value.isoformat()


class YearMonth(Strict[str]):
    """A month YYYY-MM, kept as this text, which sorts by time."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])$"}, **options)

    def read(self, value: object) -> str:
        """Return the month. Codes: not_text, month_malformed, out_of_range."""
        text = read_code(value)
        if not _MONTH.fullmatch(text):
            raise fault("month_malformed", "年月格式不正确。", "如 2026-03")
        _check_year(text)
        return text


class Period(Strict[str]):
    """A period of the survey: a year (2026) or a month (2026-03), kept as this text."""

    def __init__(self, **options: Unpack[Options]) -> None:
        super().__init__({"type": "string", "pattern": "^[0-9]{4}(-(0[1-9]|1[0-2]))?$"}, **options)

    def read(self, value: object) -> str:
        """Return the period. Codes: not_text, period_malformed, out_of_range."""
        text = read_code(value)
        if not _YEAR.fullmatch(text) and not _MONTH.fullmatch(text):
            raise fault("period_malformed", "报告期格式不正确。", "如 2026 或 2026-03")
        _check_year(text)
        return text


def _check_year(text: str) -> None:
    if not EARLIEST.year <= int(text[:4]) <= LATEST.year:
        raise fault("out_of_range", "年份超出允许范围。", f"{EARLIEST.year}～{LATEST.year} 年")


def _check_range(day: date, low: date, high: date) -> None:
    if not low <= day <= high:
        raise fault("out_of_range", "日期超出允许范围。", f"{low.isoformat()} 至 {high.isoformat()}")
