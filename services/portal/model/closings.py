"""What the filing service answers about closings and relocations, as the pages use it."""

from __future__ import annotations

from typing import TypedDict


class GroupAnswer(TypedDict):
    """How many filings of a form stand at a level, of units of a province."""

    form: str
    state: str
    state_label: str
    level_label: str
    reviewer_name: str
    province: str
    province_name: str
    count: int


class PreviewAnswer(TypedDict):
    """What closing a period would settle and leave out."""

    period: str
    label: str
    first_day: str
    first_day_explanation: str
    may_close: bool
    to_settle: int
    settled: int
    to_leave_out: int
    groups: list[GroupAnswer]
    seen: str
    closing_id: str | None


class LeftOutAnswer(TypedDict):
    """A filing that is, or was, not approved."""

    filing_id: str
    unit_name: str
    form: str
    period: str
    division_name: str
    state_label: str
    level_label: str
    reviewer_name: str
    is_correction: bool


class MismatchAnswer(TypedDict):
    """A row of a snapshot that differs from what is there."""

    no: int
    filing_id: str
    label: str


class SnapshotCheckAnswer(TypedDict):
    """The last look at a snapshot."""

    asked_at: str
    ended_at: str | None
    rows: int
    digest: str
    is_intact: bool | None
    differing: int
    named: list[MismatchAnswer]


class ClosingAnswer(TypedDict):
    """A closing with how far it is."""

    id: str
    period: str
    label: str
    stage: str
    stage_label: str
    is_complete: bool
    statement: str
    signatory: str
    left_out_reason: str
    closed_at: str
    final_on: str | None
    total: int
    settled: int
    left_out: int
    rows: int
    unreadable: int
    counts: dict[str, int]
    digest: str | None
    verification: SnapshotCheckAnswer | None


class PlaceAnswer(TypedDict):
    """A division in which a unit may be placed."""

    code: str
    name: str


class RelocationAnswer(TypedDict):
    """A unit that follows a change of its divisions."""

    id: str
    version: int
    unit_id: str
    unit_name: str
    state: str
    state_label: str
    before_name: str
    after_name: str
    placer_name: str
    offered: list[PlaceAnswer]
    created_at: str
