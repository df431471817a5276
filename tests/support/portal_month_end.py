"""The month's end as a fake filing service answers it: one open contract, and whatever a test puts beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from services.portal.model.answers import Streamed
from services.portal.model.month_end import (
    ExecutionAnswer,
    ListRead,
    MonthAnswer,
    OutcomeAnswer,
    ProposedAnswer,
    SavedLine,
)

CONTRACT_ID, EXECUTION_ID = "c" * 32, "e" * 32


def make_contract(**changes: object) -> ProposedAnswer:
    """Return an open contract without executions."""
    contract = {
        "id": CONTRACT_ID,
        "number": "HT-1",
        "part": "",
        "client": "Delta Ltd",
        "nature": "2",
        "nature_label": "离岸合同",
        "amount": "100",
        "executed": "40",
        "remaining": "60",
        "executions": [],
    }
    return cast(ProposedAnswer, contract | changes)


def make_execution(**changes: object) -> ExecutionAnswer:
    """Return a draft of an execution."""
    execution = {
        "id": EXECUTION_ID,
        "version": 2,
        "state": "draft",
        "state_label": "填报中",
        "is_editable": True,
        "is_late": False,
        "number": "HT-1",
        "part": "",
        "cumulative": None,
        "answers": {"305": {"date": "2026-01-05"}, "306": "中国银行", "307": "PZ-1", "308": "10", "309": "10"},
        "explanations": {},
    }
    return cast(ExecutionAnswer, execution | changes)


def make_month(*contracts: ProposedAnswer, **changes: object) -> MonthAnswer:
    """Return a month with these contracts."""
    month = {
        "period": "2026-01",
        "due": "2026-01-31",
        "due_explanation": "2026年1月的月报应于当月月末前报送。",
        "lock": "2026-12-31",
        "lock_explanation": "2026年上半年执行的，须在当年填报。",
        "is_overdue": False,
        "is_whole": True,
        "contracts": list(contracts),
        "others": [],
        "nil": None,
    }
    return cast(MonthAnswer, month | changes)


def make_saved(**changes: object) -> SavedLine:
    """Return what became of a line that was saved."""
    line = {
        "key": f"n-{CONTRACT_ID}-0",
        "is_saved": True,
        "id": EXECUTION_ID,
        "version": 1,
        "state": "draft",
        "cumulative": "50",
        "findings": [],
        "problems": [],
    }
    return cast(SavedLine, line | changes)


def make_outcome(**changes: object) -> OutcomeAnswer:
    """Return what became of a filing that was submitted."""
    outcome = {
        "id": EXECUTION_ID,
        "is_submitted": True,
        "version": 3,
        "state": "submitted",
        "is_late": False,
        "receipt": {"revision": 1, "digest": "0" * 64},
        "code": "",
        "message": "",
        "problems": [],
        "findings": [],
    }
    return cast(OutcomeAnswer, outcome | changes)


@dataclass
class FakeMonthEnds:
    """`ports.MonthEnds`, with what was asked of it."""

    month: MonthAnswer = field(default_factory=lambda: make_month(make_contract()))
    saved: list[SavedLine] = field(default_factory=list)
    outcomes: list[OutcomeAnswer] = field(default_factory=list)
    read_list: ListRead | None = None
    asked: list[tuple[str, object]] = field(default_factory=list)
    error: Exception | None = None
    refusal: Exception | None = None
    """What keeps the month from being read at all."""

    def read(self, token: str, period: str) -> MonthAnswer:
        self.asked.append(("read", period))
        if self.refusal is not None:
            raise self.refusal
        return cast(MonthAnswer, {**self.month, "period": period})

    def save(self, token: str, key: str, period: str, lines: Sequence[Mapping[str, object]]) -> list[SavedLine]:
        self._note("save", [dict(each) for each in lines])
        return self.saved

    def report_nil(self, token: str, key: str, period: str, reason: str) -> None:
        self._note("nil", (period, reason))

    def submit(self, token: str, key: str, body: Mapping[str, object]) -> list[OutcomeAnswer]:
        self._note("submit", dict(body))
        return self.outcomes

    def to_fill(self, token: str, form: str, period: str) -> Streamed:
        return Streamed({"Content-Type": "application/octet-stream"}, iter([f"template {form} {period}".encode()]))

    def as_filed(self, token: str, form: str, period: str) -> Streamed:
        return Streamed({"Content-Type": "application/octet-stream"}, iter([f"filled {form} {period}".encode()]))

    def take(
        self, token: str, form: str, period: str, name: str, chunks: Iterable[bytes], *, is_trial: bool
    ) -> ListRead:
        self._note("take", (form, period, name, b"".join(chunks), is_trial))
        assert self.read_list is not None
        return self.read_list

    def mark(self, token: str, form: str, period: str, name: str, chunks: Iterable[bytes]) -> Streamed:
        self._note("mark", (form, period, name, b"".join(chunks)))
        return Streamed({"Content-Type": "application/octet-stream"}, iter([b"marked"]))

    def _note(self, verb: str, what: object) -> None:
        self.asked.append((verb, what))
        if self.error is not None:
            raise self.error
