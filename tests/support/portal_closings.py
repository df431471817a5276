"""The filing service's closings and relocations as the portal sees them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, cast

from services.portal.model.closings import ClosingAnswer, LeftOutAnswer, PreviewAnswer, RelocationAnswer
from shared.errors import Conflict, NotFound

CLOSING_ID, RELOCATION_ID, LEFT_ID = "c" * 32, "d" * 32, "1" * 32
DIGEST = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"


def make_group(**changes: object) -> dict[str, object]:
    """Return a group of filings with the province."""
    return {
        "form": "enterprise-3",
        "state": "submitted",
        "state_label": "待审核",
        "level_label": "省级",
        "reviewer_name": "浙江省",
        "province": "330000",
        "province_name": "浙江省",
        "count": 1,
        **changes,
    }


def make_preview(**changes: object) -> PreviewAnswer:
    """Return a preview of a month that may be closed, with one filing that is not approved."""
    preview: dict[str, Any] = {
        "period": "2025-11",
        "label": "2025年11月",
        "first_day": "2025-12-01",
        "first_day_explanation": "2025年11月的月报在当月结束后方可最终审定，即2025年12月1日（星期一）起。",
        "may_close": True,
        "to_settle": 2,
        "settled": 0,
        "to_leave_out": 1,
        "groups": [make_group(), make_group(state="approved", level_label="", reviewer_name="", count=2)],
        "seen": DIGEST,
        "closing_id": None,
    }
    return cast(PreviewAnswer, {**preview, **changes})


def make_closing(**changes: object) -> ClosingAnswer:
    """Return a closing that is complete."""
    closing: dict[str, Any] = {
        "id": CLOSING_ID,
        "period": "2025-11",
        "label": "2025年11月",
        "stage": "complete",
        "stage_label": "已最终审定",
        "is_complete": True,
        "statement": "同意最终审定。",
        "signatory": "陈司长",
        "left_out_reason": "一家企业尚在核实。",
        "closed_at": "2025-12-03T02:00:00+00:00",
        "final_on": "2025-12-03",
        "total": 2,
        "settled": 2,
        "left_out": 1,
        "rows": 2,
        "unreadable": 0,
        "counts": {"enterprise-3": 2},
        "digest": DIGEST,
        "verification": None,
    }
    return cast(ClosingAnswer, {**closing, **changes})


def make_left_out(**changes: object) -> LeftOutAnswer:
    """Return a filing that waits for the province."""
    left = {
        "filing_id": LEFT_ID,
        "unit_name": "杭州软件研发有限公司",
        "form": "enterprise-3",
        "period": "2025-11",
        "division_name": "西湖区",
        "state_label": "待审核",
        "level_label": "省级",
        "reviewer_name": "浙江省",
        "is_correction": False,
    }
    return cast(LeftOutAnswer, {**left, **changes})


def make_relocation(**changes: object) -> RelocationAnswer:
    """Return a unit that is to be placed by the reader."""
    relocation: dict[str, Any] = {
        "id": RELOCATION_ID,
        "version": 1,
        "unit_id": "2" * 32,
        "unit_name": "杭州云采科技有限公司",
        "state": "open",
        "state_label": "待确定",
        "before_name": "浙江省杭州市西湖区",
        "after_name": "",
        "placer_name": "杭州市",
        "offered": [{"code": "330105", "name": "浙江省杭州市拱墅区"}],
        "created_at": "2026-01-09T02:00:00+00:00",
    }
    return cast(RelocationAnswer, {**relocation, **changes})


@dataclass
class FakeClosings:
    """Closings by id; notes what was asked for, and refuses where `refused` says so."""

    items: dict[str, ClosingAnswer] = field(default_factory=dict)
    left: list[LeftOutAnswer] = field(default_factory=lambda: [make_left_out()])
    shown: PreviewAnswer = field(default_factory=make_preview)
    moved: list[RelocationAnswer] = field(default_factory=list)
    sent: list[Mapping[str, object]] = field(default_factory=list)
    verified: list[str] = field(default_factory=list)
    placed: list[tuple[str, int, str]] = field(default_factory=list)
    refused: Exception | None = None

    def list_all(self, token: str) -> list[ClosingAnswer]:
        """Return all."""
        return list(self.items.values())

    def preview(self, token: str, period: str) -> PreviewAnswer:
        """Return the preview."""
        return self.shown

    def not_approved(
        self, token: str, period: str, narrowed: Mapping[str, str], after: str
    ) -> tuple[list[LeftOutAnswer], str]:
        """Return what is not approved."""
        return self.left, ""

    def close(self, token: str, key: str, body: Mapping[str, object]) -> ClosingAnswer:
        """Note a decision."""
        if self.refused is not None:
            raise self.refused
        self.sent.append(body)
        self.items[CLOSING_ID] = make_closing()
        return self.items[CLOSING_ID]

    def get(self, token: str, closing_id: str) -> ClosingAnswer:
        """Return one. Raises `NotFound`."""
        if closing_id not in self.items:
            raise NotFound
        return self.items[closing_id]

    def left_out(self, token: str, closing_id: str, after: str) -> tuple[list[LeftOutAnswer], str]:
        """Return what was left out."""
        return self.left, ""

    def verify(self, token: str, key: str, closing_id: str) -> ClosingAnswer:
        """Note that a snapshot is to be looked at."""
        if closing_id in self.verified:
            raise Conflict
        self.verified.append(closing_id)
        return self.get(token, closing_id)

    def relocations(self, token: str, state: str, cursor: str) -> tuple[list[RelocationAnswer], str]:
        """Return the units that follow a change."""
        return [each for each in self.moved if state in {"", each["state"]}], ""

    def place(self, token: str, relocation_id: str, version: int, division: str) -> RelocationAnswer:
        """Note where a unit was placed."""
        self.placed.append((relocation_id, version, division))
        return make_relocation(state="done")
