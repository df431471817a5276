"""The month that an execution counts in; until when it may be filed is said by the statutory clock."""

from __future__ import annotations

from datetime import date


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
