"""The filing service's dates, extensions and exceptions as the portal sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from services.portal.model.reliefs import DateAnswer, ReliefAnswer, TimetableAnswer
from shared.errors import NotFound

RELIEF_ID = "c" * 32
GRANT_AND_REFUSE = [{"action": "grant", "label": "同意延期"}, {"action": "refuse", "label": "不同意"}]


def make_relief(**changes: object) -> ReliefAnswer:
    """Return an extension that waits for its answer."""
    relief = {
        "id": RELIEF_ID,
        "version": 1,
        "kind": "extension",
        "kind_label": "延期",
        "state": "asked",
        "state_label": "待答复",
        "unit_id": "1" * 32,
        "unit_name": "杭州云采科技有限公司",
        "division_name": "西湖区",
        "decider_name": "西湖区",
        "form": "platform-1",
        "form_number": "服务外包统平台1表",
        "form_title": "服务外包交易平台情况登记表",
        "period": "2025",
        "period_label": "2025年",
        "statutory": "2026-01-10",
        "latest": "2026-03-31",
        "wanted": "2026-03-20",
        "until": None,
        "from_day": None,
        "to_day": None,
        "ground_label": "单位申请",
        "reason": "年末系统迁移。",
        "answer": "",
        "asked_at": "2026-03-01T02:00:00+00:00",
        "decided_at": None,
        "open_actions": GRANT_AND_REFUSE,
        "history": [{"at": "2026-03-01T02:00:00+00:00", "label": "申请延期"}],
    }
    return cast(ReliefAnswer, {**relief, **changes})


def make_exception(**changes: object) -> ReliefAnswer:
    """Return an exception that a department gave."""
    given = {
        "kind": "respite",
        "kind_label": "顺延",
        "state": "granted",
        "state_label": "已同意",
        "form": "",
        "form_number": "",
        "form_title": "全部报表",
        "period": "",
        "period_label": "",
        **dict.fromkeys(("statutory", "latest", "wanted")),
        "from_day": "2026-03-01",
        "to_day": "2026-03-25",
        "ground_label": "自然灾害等不可抗力",
        "reason": "台风后停电。",
        "open_actions": [{"action": "end", "label": "提前终止"}],
    }
    return make_relief(**{**given, **changes})


def make_date(**changes: object) -> DateAnswer:
    """Return the due day of 平台1表 for 2025."""
    made = {
        "topic": "due",
        "topic_label": "报送时限",
        "on": "2026-01-10",
        "statutory": "2026-01-10",
        "is_provisional": False,
        "is_exempt": False,
        "explanation": "2025年的年报应于次年1月10日前报送，含当日，即2026年1月10日（星期六）24时止。",
        "source": "《服务外包统计调查制度》一（七）5",
        "form": "platform-1",
        "form_number": "服务外包统平台1表",
        "form_title": "服务外包交易平台情况登记表",
        "period": "2025",
        "period_label": "2025年",
    }
    return cast(DateAnswer, {**made, **changes})


@dataclass
class FakeReliefs:
    """Says what it was told to say, and keeps what it was sent."""

    items: dict[str, ReliefAnswer] = field(default_factory=dict)
    dates: list[DateAnswer] = field(default_factory=list)
    next_cursor: str = ""
    asked: list[tuple[Mapping[str, str], str]] = field(default_factory=list)
    sent: list[tuple[str, object, Mapping[str, object]]] = field(default_factory=list)
    error: Exception | None = None

    def timetable(self, token: str, year: int) -> TimetableAnswer:
        terms = [{"label": "区（县）级商务主管部门", "working_days": 3}]
        return cast(TimetableAnswer, {"year": year, "items": self.dates, "review_terms": terms})

    def list(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> tuple[list[ReliefAnswer], str]:
        self.asked.append((wanted, cursor))
        return [*self.items.values()], self.next_cursor

    def get(self, token: str, relief_id: str) -> ReliefAnswer:
        if relief_id not in self.items:
            raise NotFound
        return self.items[relief_id]

    def ask(self, token: str, key: str, body: Mapping[str, object]) -> ReliefAnswer:
        return self._sent("ask", key, body)

    def give(self, token: str, key: str, body: Mapping[str, object]) -> ReliefAnswer:
        return self._sent("give", key, body)

    def act(self, token: str, relief_id: str, version: int, act: str, body: Mapping[str, object]) -> ReliefAnswer:
        return self._sent(act, version, body)

    def _sent(self, what: str, with_: object, body: Mapping[str, object]) -> ReliefAnswer:
        self.sent.append((what, with_, body))
        if self.error is not None:
            raise self.error
        return make_relief()
