"""What the filing service answers about a month's end: open contracts, executions, what became of each line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypedDict

from services.portal.model.survey import AnswerValues, FindingAnswer
from services.portal.model.workbooks import CellFault

EXECUTIONS, CONTRACTS = "enterprise-3", "enterprise-2"
LISTS: Mapping[str, str] = {EXECUTIONS: "企业3表（合同执行情况）", CONTRACTS: "企业2表（合同协议情况）"}
"""The forms of which many filings go into one workbook."""

CONTRACT, DATED, BANK, VOUCHER, EXECUTED, SETTLED = "304", "305", "306", "307", "308", "309"
TYPED = (DATED, BANK, VOUCHER, EXECUTED, SETTLED)


class ExecutionAnswer(TypedDict):
    """An execution of the month."""

    id: str
    version: int
    state: str
    state_label: str
    is_editable: bool
    is_late: bool
    number: str
    part: str
    cumulative: str | None
    answers: AnswerValues
    explanations: dict[str, str]


class ProposedAnswer(TypedDict):
    """An open contract with the executions of the month; amounts are texts in 万美元."""

    id: str
    number: str
    part: str
    client: str
    nature: str
    nature_label: str
    amount: str
    executed: str
    remaining: str
    executions: list[ExecutionAnswer]


class NilAnswer(TypedDict):
    """The nil report of the month."""

    id: str
    version: int
    state: str
    state_label: str
    is_late: bool
    reason: str


class MonthAnswer(TypedDict):
    """A month of the person's unit."""

    period: str
    due: str
    due_explanation: str
    lock: str
    lock_explanation: str
    is_overdue: bool
    is_whole: bool
    contracts: list[ProposedAnswer]
    others: list[ExecutionAnswer]
    nil: NilAnswer | None


class ProblemAnswer(TypedDict):
    """A fault of one item of a request."""

    pointer: str
    code: str
    message: str
    expected: str
    indicator: str


class SavedLine(TypedDict):
    """What became of a line; where it has problems, nothing of it was stored."""

    key: str
    is_saved: bool
    id: str | None
    version: int | None
    state: str | None
    cumulative: str | None
    findings: list[FindingAnswer]
    problems: list[ProblemAnswer]


class OutcomeAnswer(TypedDict):
    """What became of a selected filing."""

    id: str
    is_submitted: bool
    version: int | None
    state: str | None
    is_late: bool
    receipt: Mapping[str, object] | None
    code: str
    message: str
    problems: list[ProblemAnswer]
    findings: list[FindingAnswer]


class ListRead(TypedDict):
    """A list of filings in one workbook that was read."""

    is_saved: bool
    begun: int
    changed: int
    unchanged: int
    blank: int
    faults: list[CellFault]
