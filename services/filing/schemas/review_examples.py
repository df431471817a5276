"""Bodies of the queue, of batches and of outliers for the interface's description, by the name of their schema."""

from __future__ import annotations

from collections.abc import Mapping

_ID = "01990000000070008000000000000001"
_UNIT_ID = "01990000000070008000000000000002"
_BATCH_ID = "01990000000070008000000000000021"
_AT = "2026-01-09T02:00:00+00:00"
_PLACE = "HzIwMjYtMDEtMDhUMDI6MDA6MDArMDA6MDAfMDE5OQ"

_FACET = {"key": "platform-1", "label": "服务外包统平台1表　服务外包交易平台情况登记表", "count": 12, "is_more": False}
_PERIOD = {"key": "2025", "label": "2025年", "count": 12, "is_more": False}
_FACETS: Mapping[str, object] = {"forms": [_FACET], "periods": [_PERIOD]}
_BATCH: Mapping[str, object] = {
    "id": _BATCH_ID,
    "action": "approve",
    "action_label": "批量审核通过",
    "state": "running",
    "state_label": "正在办理",
    "text": "同意上报",
    "signatory": "张审核",
    "reason_code": None,
    "reason_label": "",
    "with_queries": False,
    "narrowed": {"form": "platform-1"},
    "begun_by": "01990000000070008000000000000022",
    "created_at": _AT,
    "updated_at": _AT,
    "count": 12,
    "waiting": 5,
    "done": 6,
    "refused": 1,
}
_ITEM = {
    "no": 3,
    "filing_id": _ID,
    "outcome": "refused",
    "outcome_label": "未办理",
    "refusal": "queries_unseen",
    "refusal_label": "有疑问尚未逐条核对，请打开此表核对。",
    "decided_at": _AT,
    "unit_name": "杭州云采科技有限公司",
    "form_number": "服务外包统平台1表",
    "form_title": "服务外包交易平台情况登记表",
    "period_label": "2025年",
    "division_name": "西湖区",
}
_CELL = {
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

REVIEW_EXAMPLES: Mapping[str, object] = {
    "NamedIn": {"text": "杭州云采科技有限公司"},
    "FoundUnitsOut": {
        "items": [
            {"id": _UNIT_ID, "name": "杭州云采科技有限公司", "division": "330106", "division_name": "西湖区"},
        ]
    },
    "FacetsOut": _FACETS,
    "SummaryOut": {
        **_FACETS,
        "count": 12,
        "late": 2,
        "with_queries": 4,
        "large_changes": 1,
        "large_from": 7,
        "mine": 3,
        "older_than": [{"days": 3, "count": 5}, {"days": 7, "count": 2}],
        "longest_since": _AT,
        "longest_id": _ID,
        "most_counted": 1000,
    },
    "WayOut": {
        "before": None,
        "after": {"filing_id": _ID, "place": _PLACE},
        "number": 1,
        "count": 12,
        "is_more": False,
    },
    "BatchIn": {
        "action": "approve",
        "text": "同意上报",
        "signatory": "张审核",
        "with_queries": False,
        "items": [{"id": _ID, "version": 4}],
    },
    "BatchOut": _BATCH,
    "BatchesOut": {"items": [_BATCH], "next_cursor": ""},
    "ItemsOut": {"items": [_ITEM], "next_after": None},
    "OutliersOut": {
        "period_label": "2025年",
        "division": "330100",
        "division_name": "杭州市",
        "units": 18,
        "least_units": 5,
        "is_sample": False,
        "periods": 4,
        "far": 3.5,
        "cells": [_CELL],
    },
}


def queue_example(row: Mapping[str, object]) -> Mapping[str, object]:
    """Return a page of the queue with a row of the story."""
    weighed = {"place": _PLACE, "severity": 10, "change": 3, "change_label": "变动 25%～50%"}
    return {"items": [{**row, **weighed}], "next_cursor": "", "count": 12, "is_more": False, "as_of": _AT}


def influence_example(row: Mapping[str, object]) -> Mapping[str, object]:
    """Return the first of the queue by influence with a row of the story."""
    weighed = {"place": "1", "severity": 10, "change": 3, "change_label": "变动 25%～50%"}
    return {
        "items": [{**row, **weighed, "influence": "12.50", "cumulated": "61.20"}],
        "ranked": 40,
        "explaining": 12,
        "explained": 90,
        "is_sample": False,
        "count": 40,
        "is_more": False,
        "as_of": _AT,
    }
