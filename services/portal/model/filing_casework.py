"""What the filing service answers about threads, marks and assignments; threads themselves are as those of registrations."""

from __future__ import annotations

from typing import TypedDict

from services.portal.model.filing import CellChange, VersionAnswer


class ListedThread(TypedDict):
    """A thread in a list over filings."""

    id: str
    filing_id: str
    unit_name: str
    form: str
    form_title: str
    period: str
    period_label: str
    place: str
    pointer: str
    visibility: str
    visibility_label: str
    is_resolved: bool
    opened_at: str
    opened_by: str
    updated_at: str
    is_answered: bool
    last: str


class MarkAnswer(TypedDict):
    """A value that the reader's department marked; `now` is what stands there in the last version."""

    id: str
    filing_id: str
    unit_name: str
    form: str
    form_title: str
    period: str
    period_label: str
    revision: int
    pointer: str
    place: str
    value: object
    now: object
    is_there: bool
    note: str
    is_done: bool
    made_at: str
    made_by: str


class LoadAnswer(TypedDict):
    """What one reviewer has."""

    account_id: str
    assigned: int
    oldest: str
    overdue: int


class WorkloadAnswer(TypedDict):
    """What lies with the reader's department; `is_more` says that more wait than were counted."""

    waiting: int
    unassigned: int
    is_more: bool
    colleagues: list[LoadAnswer]


class ReviewerAnswer(TypedDict):
    """Somebody of the reader's department."""

    account_id: str
    display_name: str


class BesideLastAnswer(TypedDict):
    """What was in force for the last period, and what differs from it; empty where nothing was approved before."""

    period: str
    period_label: str
    version: VersionAnswer | None
    changes: list[CellChange]
