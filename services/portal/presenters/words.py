"""Times, sizes and values as people read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from services.portal.model.form import FormField, Kind
from services.portal.model.materials import MIB
from services.portal.model.words import REFUSALS
from shared.clock import SHANGHAI

EMPTY = "—"


@dataclass(frozen=True)
class Badge:
    """A word with a tone; the tone never stands alone."""

    label: str
    tone: str


def moment(text: str | None) -> str:
    """Return an ISO 8601 moment as date and time of Asia/Shanghai, a dash for none."""
    if not text:
        return EMPTY
    return datetime.fromisoformat(text).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M")


def refusal(code: str | None) -> str:
    """Return the 名录库's reason in words, '' for none."""
    return REFUSALS.get(code or "", code or "")


def chinese_date(day: date) -> str:
    """Return a date as on the paper form."""
    return f"{day.year}年{day.month}月{day.day}日"


def period_label(period: str) -> str:
    """Return a period as people say it: 2025年, 2025年3月."""
    year, _, month = period.partition("-")
    return f"{year}年{int(month)}月" if month.isdecimal() else f"{year}年"


def size(count: int) -> str:
    """Return a number of bytes in MB or KB."""
    if count >= MIB:
        return f"{count / MIB:.1f} MB"
    return f"{max(1, round(count / 1024))} KB"


def value_text(field: FormField, value: object, division_name: str = "") -> str:
    """Return a form value in words, a dash for none."""
    if value in (None, "", []):
        return EMPTY
    if field.kind is Kind.CONFIRM:
        return "已确认" if value is True else "未确认"
    if field.kind in (Kind.CHOICE, Kind.YES_NO):
        return dict(field.options).get(str(value).lower() if isinstance(value, bool) else str(value), str(value))
    if field.kind is Kind.DIVISION:
        return f"{division_name}（{value}）" if division_name else str(value)
    if isinstance(value, list):
        return "；".join(str(item) for item in value)
    return str(value)


def plain(value: object) -> str:
    """Return any JSON value as text for a table of differences."""
    if value in (None, "", [], {}):
        return EMPTY
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(plain(item) for item in value)
    if isinstance(value, dict):
        return "；".join(plain(item) for item in value.values())
    return str(value)
