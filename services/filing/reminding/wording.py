"""How notices of reminders and digests say in Chinese what is not done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from services.filing.reminding.owed import Owed

MOST_LINES = 30


def owed_lines(owed: Sequence[Owed], on: date) -> str:
    """Return the forms that a unit has not filed, one per line."""
    lines = [f"· {each.label}，{_until(each, on)}" for each in owed[:MOST_LINES]]
    more = len(owed) - len(lines)
    return "\n".join([*lines, *([f"另有 {more} 份，请在待办中查看"] if more else [])])


def _until(owed: Owed, on: date) -> str:
    past = (on - owed.due).days
    day = f"{owed.due.year}年{owed.due.month}月{owed.due.day}日"
    returned = "已退回待改，" if owed.is_returned else ""
    if past > 0:
        return f"{returned}已于{day}到期，逾期{past}天"
    if past == 0:
        return f"{returned}今天（{day}）到期"
    return f"{returned}{day}前报送，还有{-past}天"
