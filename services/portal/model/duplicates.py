"""What the filing service answers about likely duplicates, as the pages use it."""

from __future__ import annotations

from typing import NotRequired, TypedDict


class KindAnswer(TypedDict):
    """Why filings are taken for alike."""

    reason: str
    label: str


class FiledAnswer(TypedDict):
    """Something that a side filed."""

    label: str
    text: str


class SideAnswer(TypedDict):
    """A side that the reader sees."""

    filing_id: str
    unit_name: str
    division_name: str
    form_label: str
    period_label: str
    reasons: list[KindAnswer]
    outcome: str | None
    outcome_label: str
    filed: list[FiledAnswer]


class SettlementAnswer(TypedDict):
    """A decision of the ministry."""

    verdict_label: str
    stands: list[str]
    reason: str
    decided_at: str


class DuplicateAnswer(TypedDict):
    """An alarm; `version` and `settlements` are there for the ministry alone."""

    id: str
    state: str
    state_label: str
    opened_at: str
    reasons: list[KindAnswer]
    has_another: bool
    sides: list[SideAnswer]
    verdict_label: str
    decided_at: str | None
    version: NotRequired[int]
    settlements: NotRequired[list[SettlementAnswer]]
