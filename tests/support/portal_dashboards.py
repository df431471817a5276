"""Answers of statistics about dashboards, and a stand-in for its client."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from services.portal.model.answers import Streamed
from services.portal.model.dashboards import DashboardAnswer
from shared.errors import NotFound, TongbaoError

USD = {"key": "execution_usd", "title": "执行额（美元）", "unit": "万美元", "currency": "USD", "decimals": 2}
CNY = {"key": "execution_cny", "title": "执行额（人民币）", "unit": "万元", "currency": "CNY", "decimals": 2}
STAFF = {"key": "staff", "title": "服务外包从业人员期末人数", "unit": "人", "currency": "", "decimals": 0}
MASKED = ("value", "before", "growth", "share")

Row = Mapping[str, object]


def item(code: str, title: str, parent: str = "") -> dict[str, str]:
    """Return a code with its title."""
    return {"code": code, "title": title, "parent": parent}


def figure(measure: Mapping[str, object] = USD, masked: Iterable[str] = (), **numbers: str) -> dict[str, object]:
    """Return what is said of a measure."""
    return {"measure": measure["key"], "numbers": numbers, "masked": list(masked)}


def row(time: str, code: str, *figures: Row, rank: int | None = None) -> Row:
    """Return a row of a panel."""
    return {"time": time, "code": code, "rank": rank, "figures": list(figures)}


def panel(key: str, title: str, rows: Iterable[Row], **changes: object) -> Row:
    """Return a panel over the divisions of 浙江省."""
    items = [item("330000", "浙江省"), *(item(code, name, "330000") for code, name in PLACES.items())]
    known = {"axis": "below", "chart": "bars", "numbers": list(MASKED), "measures": [USD, CNY], "items": items}
    return {
        "key": key,
        "title": title,
        **known,
        "times": [item("2026:02", "2026年1—2月")],
        "rows": list(rows),
        **changes,
    }


PLACES = {"330100": "杭州市", "330200": "宁波市", "330300": "温州市", "330400": "嘉兴市"}

_RANKING = panel(
    "ranking",
    "下级地区排名（本年累计）",
    [
        row("2026:02", "330000", figure(value="1000.00", share="100.0"), figure(CNY, value="7200.00")),
        row(
            "2026:02",
            "330100",
            figure(value="700.00", before="500.00", growth="40.0"),
            figure(CNY, value="5040.00"),
            rank=1,
        ),
        row("2026:02", "330200", figure(value="200.00", share="20.0"), figure(CNY, value="1440.00"), rank=2),
        row("2026:02", "330300", figure(masked=MASKED), figure(CNY, MASKED)),
        row("2026:02", "330400", figure(masked=MASKED), figure(CNY, MASKED)),
    ],
)
_TREND = panel(
    "trend",
    "逐月走势",
    [
        row(month, code, figure(value=value, share=share), figure(CNY, value=value))
        for month, value, share in (("2026-01", "400.00", "60.0"), ("2026-02", "600.00", "55.5"))
        for code in ("total", "2")
    ],
    axis="nature",
    chart="lines",
    numbers=["value", "share"],
    times=[item("2026-01", "2026年1月"), item("2026-02", "2026年2月")],
    items=[item("total", "合计"), item("2", "离岸合同", "total")],
)
_STAFF = panel(
    "staff",
    "服务外包从业人员（年度）",
    [row("2025", "total", figure(STAFF, value="1234")), row("2025", "1", figure(STAFF, masked=["value"]))],
    axis="education",
    measures=[STAFF],
    times=[item("2025", "2025年")],
    items=[item("total", "合计"), item("1", "博士研究生", "total")],
)


def make_dashboard(**changes: object) -> DashboardAnswer:
    """Return the dashboard of 浙江省, in which two cities are masked."""
    values: dict[str, object] = {
        "division": "330000",
        "title": "浙江省",
        "level": "province",
        "period": "2026-02",
        "drawn_at": "2026-03-02T03:55:00+00:00",
        "thresholds": "2024-1",
        "nature": "在用数据（未最终审定），小单元已隐去",
        "mark": "标记为 * 的数值依《中华人民共和国统计法》的保密规定隐去。",
        "below": [item(code, name) for code, name in PLACES.items()],
        "panels": [_TREND, _RANKING, _STAFF],
        "unsure": [],
        "gaps": [],
        **changes,
    }
    return cast(DashboardAnswer, values)


class FakeDashboards:
    """Answers for 330000 and its cities."""

    def __init__(self) -> None:
        self.answer = make_dashboard()
        self.asked: list[tuple[str, str]] = []
        self.refusal: TongbaoError | None = None

    def show(self, token: str, division: str, period: str) -> DashboardAnswer:
        """Return the dashboard. Raises `NotFound`."""
        self.asked.append((division, period))
        if self.refusal:
            raise self.refusal
        return self.answer

    def panel_file(self, token: str, division: str, period: str, key: str, form: str) -> Streamed:
        """Return a file that says what was asked for. Raises `NotFound`."""
        if key not in {each["key"] for each in self.answer["panels"]}:
            raise NotFound
        said = f"{division}/{period}/{key}/{form}".encode()
        return Streamed({"Content-Type": "text/csv", "Content-Disposition": "attachment"}, iter([said]))
