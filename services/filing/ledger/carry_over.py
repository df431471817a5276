"""Until when an execution may be filed, and the month that it counts in (指标解释（三）合同执行日期)."""

from __future__ import annotations

from datetime import date

LAST_MONTH_OF_FIRST_HALF = 6


def last_day_to_file(dated_on: date) -> date:
    """Return the last day on which an execution of a day may be filed first.

    An execution of the first half-year is filed within that year; one of the second half-year may, for stated special
    reasons, be filed until the end of March of the next year.
    """
    if dated_on.month <= LAST_MONTH_OF_FIRST_HALF:
        return date(dated_on.year, 12, 31)
    return date(dated_on.year + 1, 3, 31)


def may_be_filed(dated_on: date, filed_on: date) -> bool:
    """Tell whether an execution of a day, which must have come, may be filed first on another."""
    return dated_on <= filed_on <= last_day_to_file(dated_on)


def is_carried_over(dated_on: date, filed_on: date) -> bool:
    """Tell whether an execution is filed in the year after it, which needs a stated reason."""
    return filed_on.year > dated_on.year


def counting_month(dated_on: date, filed_on: date) -> tuple[int, int]:
    """Return the year and month of the monthly tables that an execution counts in.

    It counts in the month in which it is filed; filed in the next year it counts in December of its own, so that a
    year is whole at the end of March.
    """
    if is_carried_over(dated_on, filed_on):
        return dated_on.year, 12
    return filed_on.year, filed_on.month
