"""Threads, marks and assignments of filings as the portal's pages see them, in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from services.portal.model.answers import Streamed
from services.portal.model.casework import ThreadAnswer
from services.portal.model.filing_casework import (
    BesideLastAnswer,
    ListedThread,
    MarkAnswer,
    ReviewerAnswer,
    WorkloadAnswer,
)
from tests.support.portal_answers import make_thread

if TYPE_CHECKING:
    from tests.support.portal import Portal

ZHANG, LI = "1" * 32, "2" * 32

NOTHING_BEFORE: BesideLastAnswer = {"period": "", "period_label": "", "version": None, "changes": []}


def make_question(**changes: object) -> ThreadAnswer:
    """Return a question of the county about 622, which the unit reads and may answer, unless changed."""
    place = {"pointer": "/622/2", "place": "622 交易项目金额　本年", "anchor": "at-622-2"}
    return cast(ThreadAnswer, make_thread(**{**place, "can_resolve": True, **changes}))


def make_listed(**changes: object) -> ListedThread:
    """Return an open question in a list, unless changed."""
    listed = {
        "id": "t1",
        "filing_id": "f1",
        "unit_name": "杭州云采科技有限公司",
        "form": "platform-1",
        "form_title": "服务外包交易平台情况登记表",
        "period": "2025",
        "period_label": "2025年",
        "place": "622 交易项目金额　本年",
        "pointer": "/622/2",
        "visibility": "filer",
        "visibility_label": "填报单位可见",
        "is_resolved": False,
        "opened_at": "2026-01-09T02:00:00+00:00",
        "opened_by": "西湖区",
        "updated_at": "2026-01-09T03:00:00+00:00",
        "is_answered": True,
        "last": "新增两个行业板块。",
    }
    return cast(ListedThread, {**listed, **changes})


def make_mark(**changes: object) -> MarkAnswer:
    """Return a mark of 622 whose value has changed since, unless changed."""
    mark = {
        "id": "m1",
        "filing_id": "f1",
        "unit_name": "杭州云采科技有限公司",
        "form": "platform-1",
        "form_title": "服务外包交易平台情况登记表",
        "period": "2025",
        "period_label": "2025年",
        "revision": 1,
        "pointer": "/622/2",
        "place": "622 交易项目金额　本年",
        "value": "30210.5",
        "now": "29810",
        "is_there": True,
        "note": "年后核对银行流水。",
        "is_done": False,
        "made_at": "2026-01-09T02:00:00+00:00",
        "made_by": "c1",
    }
    return cast(MarkAnswer, {**mark, **changes})


@dataclass
class FakeFilingCasework:
    """Keeps what was asked for; raises `error` instead where one is set."""

    kept: list[ThreadAnswer] = field(default_factory=list)
    kept_marks: list[MarkAnswer] = field(default_factory=list)
    listed: list[ListedThread] = field(default_factory=list)
    said: list[tuple[object, ...]] = field(default_factory=list)
    seen: list[tuple[str, int]] = field(default_factory=list)
    wanted: list[Mapping[str, str]] = field(default_factory=list)
    assigned: str | None = None
    load: WorkloadAnswer = field(
        default_factory=lambda: WorkloadAnswer(waiting=0, unassigned=0, is_more=False, colleagues=[])
    )
    before: BesideLastAnswer = field(default_factory=lambda: NOTHING_BEFORE)
    error: Exception | None = None

    def threads(self, token: str, filing_id: str) -> list[ThreadAnswer]:
        return self.kept

    def open_thread(
        self, token: str, filing_id: str, key: str, visibility: str, pointer: str, text: str
    ) -> ThreadAnswer:
        self._do(key, visibility, pointer, text)
        return make_question(id="t9")

    def answer(self, token: str, filing_id: str, thread_id: str, key: str, text: str) -> None:
        self._do(thread_id, text)

    def resolve(self, token: str, filing_id: str, thread_id: str, key: str, *, is_resolved: bool) -> None:
        self._do(thread_id, "resolved" if is_resolved else "reopened")

    def mark_read(self, token: str, filing_id: str, thread_id: str, no: int) -> None:
        self.seen.append((thread_id, no))

    def all_threads(self, token: str, wanted: Mapping[str, str], cursor: str) -> tuple[list[ListedThread], str]:
        self.wanted.append(wanted)
        return self.listed, ""

    def export_threads(self, token: str, wanted: Mapping[str, str]) -> Streamed:
        self.wanted.append(wanted)
        return Streamed({"Content-Type": "application/octet-stream"}, iter([b"PK"]))

    def marks(self, token: str, filing_id: str) -> list[MarkAnswer]:
        return self.kept_marks

    def mark(self, token: str, filing_id: str, key: str, pointer: str, note: str) -> None:
        self._do(pointer, note)

    def settle(self, token: str, filing_id: str, mark_id: str, key: str, *, is_done: bool) -> None:
        self._do(mark_id, "done" if is_done else "undone")

    def all_marks(self, token: str, wanted: Mapping[str, str], cursor: str) -> tuple[list[MarkAnswer], str]:
        self.wanted.append(wanted)
        return self.kept_marks, ""

    def assignee(self, token: str, filing_id: str) -> str | None:
        return self.assigned

    def assign(self, token: str, filing_id: str, version: int, assignee_id: str | None) -> None:
        self._do(version, assignee_id)
        self.assigned = assignee_id

    def workload(self, token: str) -> WorkloadAnswer:
        return self.load

    def beside_last(self, token: str, filing_id: str, no: int) -> BesideLastAnswer:
        return self.before

    def _do(self, *said: object) -> None:
        if self.error is not None:
            raise self.error
        self.said.append(said)


@dataclass
class FakeReviewers:
    """The people of the department."""

    people: list[ReviewerAnswer] = field(
        default_factory=lambda: [
            {"account_id": ZHANG, "display_name": "张审核"},
            {"account_id": LI, "display_name": "李复核"},
        ]
    )

    def list(self, token: str) -> Sequence[ReviewerAnswer]:
        return self.people


def casework_of(portal: Portal) -> FakeFilingCasework:
    """Return what the portal's pages get of threads, marks and assignments."""
    return cast(FakeFilingCasework, portal.app.extensions["deps"].filing_casework)
