"""The filing service's queue, batches and outliers as the portal sees them, over filings in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from services.portal.model.answers import Streamed
from services.portal.model.queue import (
    BatchAnswer,
    FacetsAnswer,
    FoundUnit,
    InfluenceAnswer,
    InfluentialRow,
    ItemsAnswer,
    OutliersAnswer,
    QueueAnswer,
    QueueRow,
    SummaryAnswer,
    WayAnswer,
)
from shared.errors import NotFound
from tests.support.portal_filing import FakeFilings

BATCH_ID = "ba" * 16
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def make_compared(**changes: object) -> dict[str, Any]:
    """Return a number far above those of others."""
    cell = {
        "pointer": "/622/2",
        "indicator": "622",
        "label": "交易项目金额　本年",
        "measure": "万元",
        "value": "302100",
        "is_unusual": True,
        "history": {"verdict": "high", "z": None},
        "own": {"count": 4, "zeros": 0, "least": "21000", "median": "24500", "most": "30210"},
        "region": {"verdict": "high", "z": 4.71},
        "others": {"count": 18, "zeros": 1, "least": "0", "median": "26300", "most": "88000"},
    }
    return cell | changes


def make_batch(**changes: object) -> BatchAnswer:
    """Return a batch that is under way."""
    batch = {
        "id": BATCH_ID,
        "action": "approve",
        "action_label": "批量审核通过",
        "state": "running",
        "state_label": "正在办理",
        "text": "同意上报。",
        "signatory": "张审核",
        "reason_code": None,
        "reason_label": "",
        "with_queries": False,
        "narrowed": {},
        "begun_by": "r-1",
        "created_at": "2026-03-02T03:00:00+00:00",
        "updated_at": "2026-03-02T03:00:00+00:00",
        "count": 3,
        "waiting": 1,
        "done": 1,
        "refused": 1,
    }
    return cast(BatchAnswer, batch | changes)


def make_item(no: int = 1, **changes: object) -> dict[str, Any]:
    """Return an item that was refused."""
    item = {
        "no": no,
        "filing_id": "f" * 32,
        "outcome": "refused",
        "outcome_label": "未办理",
        "refusal": "queries_unseen",
        "refusal_label": "有疑问尚未逐条核对，请打开此表核对。",
        "decided_at": "2026-03-02T03:00:00+00:00",
        "unit_name": "杭州云采科技有限公司",
        "form_number": "服务外包统平台1表",
        "form_title": "服务外包交易平台情况登记表",
        "period_label": "2025年",
        "division_name": "西湖区",
    }
    return item | changes


@dataclass
class FakeReviewQueue:
    """What waits among filings in memory, in the order in which they stand there."""

    filings: FakeFilings
    asked: list[dict[str, str]] = field(default_factory=list)
    begun: list[dict[str, Any]] = field(default_factory=list)
    kept: list[BatchAnswer] = field(default_factory=list)
    results_of: list[dict[str, Any]] = field(default_factory=list)
    found: Sequence[FoundUnit] = ()
    cells: list[dict[str, Any]] = field(default_factory=list)
    weights: dict[str, dict[str, Any]] = field(default_factory=dict)
    explaining: int = 12
    is_sample: bool = False

    def page(self, token: str, wanted: Mapping[str, str], cursor: str = "", limit: int = 20) -> QueueAnswer:
        self.asked.append(dict(wanted))
        rows = [self._row(each) for each in self._waiting()]
        moment = "2026-03-02T04:00:00+00:00"
        return {"items": rows, "next_cursor": "", "count": len(rows), "is_more": False, "as_of": moment}

    def by_influence(self, token: str, wanted: Mapping[str, str]) -> InfluenceAnswer:
        self.asked.append(dict(wanted))
        rows = [
            cast(InfluentialRow, {**self._row(each), "influence": "12.50", "cumulated": "61.20"})
            for each in self._waiting()
        ]
        moment = "2026-03-02T04:00:00+00:00"
        counts = {"ranked": 40, "explaining": self.explaining, "explained": 90, "is_sample": self.is_sample}
        return cast(InfluenceAnswer, {"items": rows, **counts, "count": 40, "is_more": False, "as_of": moment})

    def facets(self, token: str, wanted: Mapping[str, str]) -> FacetsAnswer:
        waiting = self._waiting()
        if not waiting:
            return {"forms": [], "periods": []}
        one, count = self.filings.items[waiting[0]], {"count": len(waiting), "is_more": False}
        return {
            "forms": [{"key": one["form"], "label": one["form_title"], **count}],  # type: ignore[typeddict-item]
            "periods": [{"key": one["period"], "label": one["period_label"], **count}],  # type: ignore[typeddict-item]
        }

    def summary(self, token: str) -> SummaryAnswer:
        waiting = self._waiting()
        rows = [self._row(each) for each in waiting]
        return {
            **self.facets(token, {}),
            "count": len(rows),
            "late": sum(row["is_late"] for row in rows),
            "with_queries": sum(bool(row["queries"]) for row in rows),
            "large_changes": sum(row["change"] >= 7 for row in rows),
            "large_from": 7,
            "mine": 0,
            "older_than": [{"days": 3, "count": len(rows)}],
            "longest_since": "2026-02-27T04:00:00+00:00" if rows else None,
            "longest_id": waiting[0] if rows else None,
            "most_counted": 1000,
        }

    def way(self, token: str, filing_id: str, wanted: Mapping[str, str]) -> WayAnswer:
        self.asked.append(dict(wanted))
        waiting = self._waiting()
        at = waiting.index(filing_id) if filing_id in waiting else -1
        before = waiting[at - 1] if at > 0 else ""
        after = waiting[at + 1] if at + 1 < len(waiting) else ""
        named = [{"filing_id": each, "place": f"at-{each}"} if each else None for each in (before, after)]
        way = {"before": named[0], "after": named[1], "number": at + 1, "count": len(waiting), "is_more": False}
        return cast(WayAnswer, way)

    def outliers(self, token: str, filing_id: str) -> OutliersAnswer:
        found = {
            "period_label": "2025年",
            "division": "330100",
            "division_name": "杭州市",
            "units": 18,
            "least_units": 5,
            "is_sample": False,
            "periods": 4,
            "far": 3.5,
            "cells": self.cells,
        }
        return cast(OutliersAnswer, found)

    def find_units(self, token: str, text: str) -> Sequence[FoundUnit]:
        return [each for each in self.found if each["name"] == text]

    def begin_batch(self, token: str, key: str, body: Mapping[str, object]) -> BatchAnswer:
        self.begun.append({"key": key, **body})
        self.kept.append(make_batch())
        return self.kept[-1]

    def batch(self, token: str, batch_id: str) -> BatchAnswer:
        for each in self.kept:
            if each["id"] == batch_id:
                return each
        raise NotFound

    def batches(self, token: str, cursor: str = "", limit: int = 20) -> tuple[Sequence[BatchAnswer], str]:
        return self.kept, ""

    def items(self, token: str, batch_id: str, outcome: str = "", after: int = 0) -> ItemsAnswer:
        rows = [each for each in self.results_of if outcome in ("", each["outcome"]) and each["no"] > after]
        return cast(ItemsAnswer, {"items": rows, "next_after": None})

    def results(self, token: str, batch_id: str) -> Streamed:
        return Streamed({"Content-Type": XLSX}, iter([b"PK"]))

    def _waiting(self) -> list[str]:
        return [each["id"] for each in self.filings.items.values() if each["state"] == "submitted"]

    def _row(self, filing_id: str) -> QueueRow:
        weight = {"severity": 0, "change": 0, "change_label": "", "waiting_since": "2026-02-27T04:00:00+00:00"}
        row = {**self.filings.items[filing_id], **weight, **self.weights.get(filing_id, {}), "place": f"at-{filing_id}"}
        return cast(QueueRow, row)
