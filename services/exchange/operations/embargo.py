"""When statistics may leave: the sharing database gets them after ten full working days from the final approval."""

from __future__ import annotations

from datetime import date, datetime

from services.exchange.errors import TooEarly
from services.exchange.model.partners import EMBARGOED, RouteName
from shared.calendar.statutory import Sharing, sharing_after, written
from shared.clock import local_date


def sharing_of(route: RouteName, final_on: date) -> Sharing | None:
    """Return when what was approved on a day may leave on a route, and why; None where it may at once."""
    return sharing_after(final_on) if route in EMBARGOED else None


def refuse_early(route: RouteName, final_on: date | None, at: datetime) -> None:
    """Refuse what must not leave yet.

    Raises `TooEarly` that says the first day and how it was found, also for what says no day of approval.
    """
    if route not in EMBARGOED:
        return
    if final_on is None:
        raise TooEarly("没有最终审定日期，不能向统计信息共享数据库提供。")
    sharing = sharing_after(final_on)
    if local_date(at) < sharing.possible.on:
        raise TooEarly(f"最终审定后未满十个工作日，最早可于{written(sharing.possible.on)}提供。{sharing.explanation}")
