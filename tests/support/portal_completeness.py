"""The filing service's answers about completeness as the portal sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from services.portal.model.answers import Streamed
from services.portal.model.completeness import (
    CompletenessAnswer,
    CountsAnswer,
    MissingAnswer,
    MissingPage,
    PlaceAnswer,
    PointAnswer,
)

LEVELS = (("county", "区县级"), ("city", "地市级"), ("province", "省级"), ("ministry", "商务部"))


def make_counts(**changes: object) -> CountsAnswer:
    """Return the counts of ten units of whom eight filed, one of them late."""
    counts = {
        "expected": 10,
        "filed": 8,
        "in_time": 7,
        "late": 1,
        "returned": 1,
        "missing": 1,
        "overdue": 2,
        "final": 0,
        "exempt": 1,
        "unexpected": 2,
        "filed_rate": "80.0",
        "in_time_rate": "70.0",
        "final_rate": "0.0",
        "levels": [
            {"level": level, "label": label, "in_chain": 10, "approved": 5, "rate": "50.0"} for level, label in LEVELS
        ],
    }
    return cast(CountsAnswer, {**counts, **changes})


def make_place(**changes: object) -> PlaceAnswer:
    """Return the counts of a county."""
    place = {
        "division": "330106",
        "division_name": "西湖区",
        "is_own": False,
        "has_below": False,
        "counts": make_counts(),
    }
    return cast(PlaceAnswer, {**place, **changes})


def make_completeness(**changes: object) -> CompletenessAnswer:
    """Return the counts of 杭州市."""
    answer = {
        "form": "enterprise-4",
        "form_number": "服务外包统企业4表",
        "form_title": "服务外包人力资源情况登记表",
        "edition": "2022",
        "period": "2025",
        "period_label": "2025年",
        "division": "330100",
        "division_name": "杭州市",
        "due": "2026-01-10",
        "due_explanation": "2025年的年报应于次年1月10日前报送，含当日。",
        "is_due": True,
        "rows": [make_place()],
        "total": make_counts(),
        "rules": [{"title": "应报数（分母）", "text": "报告期最后一日已进入统计的服务外包企业，每户一份。"}],
    }
    return cast(CompletenessAnswer, {**answer, **changes})


def make_missing(**changes: object) -> MissingAnswer:
    """Return a form that an enterprise has not filed."""
    row = {
        "unit_id": "u" * 32,
        "unit_name": "杭州软件研发有限公司",
        "division": "330106",
        "division_name": "西湖区",
        "form": "enterprise-4",
        "form_number": "服务外包统企业4表",
        "period": "2025",
        "period_label": "2025年",
        "item": "",
        "item_name": "",
        "standing": "missing",
        "standing_label": "未报送",
        "due": "2026-01-10",
        "days_late": 51,
        "urged_on": "2026-02-01",
        "contact": {
            "period_label": "2024年",
            "head": "李晓红",
            "filler": "周海",
            "phone": "0571-88888888",
            "fixed": "0571-88888888",
            "mobile": "13800138000",
            "email": "",
        },
    }
    return cast(MissingAnswer, {**row, **changes})


@dataclass
class FakeCompleteness:
    """What was asked, and the answers; `error` is raised in the place of one."""

    answer: CompletenessAnswer = field(default_factory=make_completeness)
    points: list[PointAnswer] = field(default_factory=list)
    page: MissingPage = field(default_factory=lambda: MissingPage(items=[make_missing()], next_cursor=""))
    asked: list[Mapping[str, str]] = field(default_factory=list)
    error: Exception | None = None

    def show(self, token: str, asked: Mapping[str, str]) -> CompletenessAnswer:
        """Return the counts."""
        self._note(asked)
        return self.answer

    def trend(self, token: str, asked: Mapping[str, str]) -> list[PointAnswer]:
        """Return the trend."""
        return self.points

    def missing(self, token: str, asked: Mapping[str, str], cursor: str) -> MissingPage:
        """Return the page."""
        self._note({**asked, "cursor": cursor})
        return self.page

    def export_missing(self, token: str, asked: Mapping[str, str]) -> Streamed:
        """Return a workbook."""
        self._note(asked)
        headers = {"Content-Disposition": "attachment; filename=missing.xlsx"}
        return Streamed(headers, iter([b"PK"]))

    def _note(self, asked: Mapping[str, str]) -> None:
        self.asked.append(dict(asked))
        if self.error is not None:
            raise self.error
