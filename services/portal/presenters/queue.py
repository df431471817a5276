"""A department's queue as it is shown: by what it is narrowed, its rows, and what there is to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.portal.model.queue import (
    FacetAnswer,
    FacetsAnswer,
    InfluenceAnswer,
    InfluentialRow,
    QueueRow,
    SummaryAnswer,
)
from services.portal.presenters.filed import FiledRow, filed_row
from services.portal.presenters.review_casework import Deadline, deadline_of
from services.portal.presenters.words import moment
from shared.clock import local_date

INFLUENCE = "influence"
ORDERS = {
    "waiting": "等待最久",
    "severity": "疑问最多",
    "lateness": "逾期最久",
    "change": "变动最大",
    INFLUENCE: "对汇总数影响最大",
}
LATE = {"true": "逾期", "false": "按时"}
QUERIES = {"true": "有疑问", "false": "无疑问"}
NAMES = ("form", "period", "division", "late", "queries", "unit", "mine", "order")

LARGE = 7

Counted = tuple[str, int, str, Mapping[str, str]]
"""What a bar is of: its label, its count, that in words, and what the queue is narrowed to by it."""


@dataclass(frozen=True)
class Option:
    """A choice with how many filings it leaves."""

    key: str
    label: str
    is_chosen: bool = False


@dataclass(frozen=True)
class QueueView:
    """By what a queue is narrowed: what is chosen, and the choices with their counts."""

    chosen: Mapping[str, str]
    forms: tuple[Option, ...]
    periods: tuple[Option, ...]
    orders: tuple[Option, ...]
    unit_name: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is left out."""
        return any(name != "order" for name in self.chosen)

    @property
    def without_unit(self) -> dict[str, str]:
        """What an address carries without the unit."""
        return {name: value for name, value in self.chosen.items() if name != "unit"}


@dataclass(frozen=True)
class QueueRowView:
    """A filing in the queue."""

    row: FiledRow
    place: str
    waits: str
    change: str
    is_large: bool
    version: int
    deadline: Deadline | None
    """Until when it should be decided on, with the working days left or over."""
    influence: str = ""
    """What it moves of the total of its area, and what all up to it move, where the queue is in that order."""


@dataclass(frozen=True)
class Bar:
    """A bar of a chart: its label, its count in words, and its length of a hundred."""

    label: str
    count: str
    length: int
    query: Mapping[str, str]


@dataclass(frozen=True)
class DeskView:
    """What a reviewer has before them: counts in words, and bars by form and by age."""

    count: str
    is_empty: bool
    late: str
    with_queries: str
    large_changes: str
    mine: str
    longest_id: str
    longest: str
    forms: tuple[Bar, ...]
    ages: tuple[Bar, ...]
    periods: tuple[Bar, ...]


def queue_view(chosen: Mapping[str, str], facets: FacetsAnswer, unit_name: str = "") -> QueueView:
    """Return the narrowing of a queue; a choice that nothing is left of stays where it is chosen."""
    order = chosen.get("order", "waiting")
    return QueueView(
        chosen=chosen,
        forms=_options(facets["forms"], chosen.get("form", "")),
        periods=_options(facets["periods"], chosen.get("period", "")),
        orders=tuple(Option(key, label, key == order) for key, label in ORDERS.items()),
        unit_name=unit_name,
    )


def queue_rows(rows: Sequence[QueueRow], now: datetime) -> tuple[QueueRowView, ...]:
    """Return the rows of a queue."""
    return tuple(
        QueueRowView(
            row=filed_row(row),
            place=row["place"],
            waits=_waits(row["waiting_since"], now),
            change=row["change_label"],
            is_large=row["change"] >= LARGE,
            version=row["version"],
            deadline=deadline_of(row, local_date(now)),
        )
        for row in rows
    )


def influential_rows(rows: Sequence[InfluentialRow], now: datetime) -> tuple[QueueRowView, ...]:
    """Return the rows of a queue by influence."""
    return tuple(
        replace(view, influence=f"变动占本地区同表合计 {row['influence']}%，至此累计 {row['cumulated']}%")
        for view, row in zip(queue_rows(rows, now), rows, strict=True)
    )


def explained(answer: InfluenceAnswer) -> str:
    """Return in a sentence how few filings make most of the movement."""
    ranked = f"变动档次最大的 {answer['ranked']} 份" if answer["is_sample"] else f" {answer['ranked']} 份"
    if not answer["explaining"]:
        return f"{ranked.strip()}待审核报表与上期审定数相比没有变动。"
    return f"前 {answer['explaining']} 份说明了{ranked}待审核报表全部变动的 {answer['explained']}%。"


def desk_view(summary: SummaryAnswer, now: datetime) -> DeskView:
    """Return what a reviewer has before them."""
    most = summary["most_counted"]
    ages = [(0, summary["count"]), *((each["days"], each["count"]) for each in summary["older_than"])]
    aged: list[Counted] = [
        (f"超过 {days} 天" if days else "全部", count, said(count, most), {}) for days, count in ages
    ]
    longest = summary["longest_since"]
    return DeskView(
        count=said(summary["count"], most),
        is_empty=not summary["count"],
        late=said(summary["late"], most),
        with_queries=said(summary["with_queries"], most),
        large_changes=said(summary["large_changes"], most),
        mine=said(summary["mine"], most),
        longest_id=summary["longest_id"] or "",
        longest=_waits(longest, now) if longest else "",
        forms=_bars(_of_facets("form", summary["forms"])),
        ages=_bars(aged),
        periods=_bars(_of_facets("period", summary["periods"])),
    )


def said(count: int, most: int) -> str:
    """Return a count in words; it was not counted further than to its bound."""
    return f"{most} 以上" if count > most else str(count)


def _options(facets: Sequence[FacetAnswer], chosen: str) -> tuple[Option, ...]:
    found = [
        Option(
            each["key"], f"{each['label']}（{each['count']}{'＋' if each['is_more'] else ''}）", each["key"] == chosen
        )
        for each in facets
    ]
    if chosen and not any(each.is_chosen for each in found):
        found.append(Option(chosen, f"{chosen}（0）", is_chosen=True))
    return tuple(found)


def _of_facets(name: str, facets: Sequence[FacetAnswer]) -> list[Counted]:
    return [
        (each["label"], each["count"], f"{each['count']}{' 以上' if each['is_more'] else ''}", {name: each["key"]})
        for each in facets
    ]


def _bars(counted: Sequence[Counted]) -> tuple[Bar, ...]:
    longest = max((count for _, count, *_ in counted), default=0) or 1
    return tuple(Bar(label, text, round(100 * count / longest), query) for label, count, text, query in counted)


def _waits(since: str | None, now: datetime) -> str:
    """Return how long something waits, in words."""
    if since is None:
        return ""
    days = (now - datetime.fromisoformat(since)).days
    return f"已等待 {days} 天" if days else f"今日送达（{moment(since)}）"
