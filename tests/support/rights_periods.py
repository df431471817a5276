"""What the addresses of the table of rights are asked with, where they are about a period."""

from __future__ import annotations

from tests.support.rights import Row

QUESTION = "?form=enterprise-4&period=2024"


def period_query(row: Row) -> str:
    """Return the query of a row, empty where its address says enough; `of_city` asks about 杭州市."""
    if row.route == "/timetable":
        return "?year=2026"
    if row.route.startswith("/completeness"):
        return QUESTION + ("&division=330100" if row.target == "of_city" else "")
    return "?period=2025-12" if row.route.startswith(("/month-end", "/filing-lists")) else ""
