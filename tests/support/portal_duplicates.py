"""The filing service's likely duplicates as the portal sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import cast

from services.portal.model.duplicates import DuplicateAnswer, SideAnswer
from shared.errors import NotFound

ALARM_ID = "a" * 32
OURS, THEIRS = "1" * 32, "2" * 32
KIND = {"reason": "client_amount_day", "label": "发包企业、合同金额和签字日期相同"}


def make_side(**changes: object) -> SideAnswer:
    """Return a side in 西湖区 with what it filed."""
    side = {
        "filing_id": OURS,
        "unit_name": "杭州软件研发有限公司",
        "division_name": "西湖区",
        "form_label": "企业2表（合同）",
        "period_label": "2025年12月",
        "reasons": [KIND],
        "outcome": None,
        "outcome_label": "",
        "filed": [{"label": "合同号", "text": "HZ-2025-001"}],
    }
    return cast(SideAnswer, {**side, **changes})


def make_alarm(**changes: object) -> DuplicateAnswer:
    """Return an open alarm as the department of one side sees it."""
    alarm = {
        "id": ALARM_ID,
        "state": "open",
        "state_label": "待商务部认定",
        "opened_at": "2026-01-08T02:00:00+00:00",
        "reasons": [KIND],
        "has_another": True,
        "sides": [make_side()],
        "verdict_label": "",
        "decided_at": None,
    }
    return cast(DuplicateAnswer, {**alarm, **changes})


def make_whole_alarm(**changes: object) -> DuplicateAnswer:
    """Return an open alarm as the ministry sees it."""
    filed = [{"label": "合同号", "text": "GZ-777"}, {"label": "分项号", "text": "3"}]
    other = make_side(filing_id=THEIRS, unit_name="广州数字服务有限公司", division_name="天河区", filed=filed)
    return make_alarm(
        **{"sides": [make_side(), other], "has_another": False, "version": 4, "settlements": [], **changes}
    )


@dataclass
class FakeDuplicates:
    """Says what it was told to say, and keeps what it was sent."""

    items: dict[str, DuplicateAnswer] = field(default_factory=dict)
    next_cursor: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)
    sent: list[tuple[str, int, Mapping[str, object]]] = field(default_factory=list)
    error: Exception | None = None

    def list(self, token: str, state: str = "", cursor: str = "") -> tuple[list[DuplicateAnswer], str]:
        self.asked.append((state, cursor))
        return [*self.items.values()], self.next_cursor

    def get(self, token: str, alarm_id: str) -> DuplicateAnswer:
        if alarm_id not in self.items:
            raise NotFound
        return self.items[alarm_id]

    def settle(self, token: str, alarm_id: str, version: int, body: Mapping[str, object]) -> DuplicateAnswer:
        self.sent.append((alarm_id, version, body))
        if self.error is not None:
            raise self.error
        return self.items[alarm_id]
