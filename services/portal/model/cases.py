"""What the exchange answers about cases of the three-way desk and the quality checks, as the pages use it."""

from __future__ import annotations

from typing import TypedDict


class ProposalAnswer(TypedDict):
    """What a case proposes."""

    proposal: str
    label: str


class CaseRow(TypedDict):
    """A case in the list."""

    id: str
    version: int
    unit_id: str
    unit_name: str
    division: str
    division_name: str
    state: str
    state_label: str
    trigger: str
    trigger_label: str
    proposals: list[ProposalAnswer]
    opened_at: str
    settled_at: str | None
    days: int
    age: str
    age_label: str
    differing: list[str]
    no: int


class GroundAnswer(TypedDict):
    """On what our value rests."""

    source: str
    source_label: str
    id: str
    revision: int
    at: str


class DecisionAnswer(TypedDict):
    """A decision on a field, and what came back on it."""

    no: int
    choice: str
    choice_label: str
    reason: str
    by: str
    at: str
    is_in_force: bool
    answer: str
    answer_label: str
    answer_reason: str
    answered_at: str | None
    days: int
    message_id: str


class FieldAnswer(TypedDict):
    """A field with both values."""

    field: str
    label: str
    theirs: str
    ours: str
    outcome: str
    outcome_label: str
    why_label: str
    is_open: bool
    choices: list[str]
    ground: GroundAnswer | None
    decisions: list[DecisionAnswer]


class CaseAnswer(CaseRow):
    """A case in full."""

    directory_unit: str
    evidence: str
    effective_date: str
    may_decide: bool
    items: list[FieldAnswer]


class CaseCounts(TypedDict):
    """How many cases wait, by age and by state."""

    by_age: dict[str, int]
    by_state: dict[str, int]


class CheckAnswer(TypedDict):
    """A quality check with what it found."""

    check: str
    title: str
    directory: int
    survey: int
    count: int
    share: str | None
    is_too_many: bool


class QualityAnswer(TypedDict):
    """The last run of the checks."""

    at: str | None
    units: dict[str, int]
    checks: list[CheckAnswer]


class FoundAnswer(TypedDict):
    """A unit that a check found."""

    side: str
    side_label: str
    unit_id: str
    name: str
    code: str
    division: str
    division_name: str
    group: str


class FoundPage(TypedDict):
    """A page of what a check found."""

    title: str
    items: list[FoundAnswer]
    next_cursor: str
