"""What the filing service answers about the year's dates, extensions and exceptions, as the pages use it."""

from __future__ import annotations

from typing import TypedDict


class ActAnswer(TypedDict):
    """Something that can be done now."""

    action: str
    label: str


class MomentAnswer(TypedDict):
    """Something that was done."""

    at: str
    label: str


class ReliefAnswer(TypedDict):
    """An extension or exception; days are ISO dates."""

    id: str
    version: int
    kind: str
    kind_label: str
    state: str
    state_label: str
    unit_id: str
    unit_name: str
    division_name: str
    decider_name: str
    form: str
    form_number: str
    form_title: str
    period: str
    period_label: str
    statutory: str | None
    latest: str | None
    wanted: str | None
    until: str | None
    from_day: str | None
    to_day: str | None
    ground_label: str
    reason: str
    answer: str
    asked_at: str
    decided_at: str | None
    open_actions: list[ActAnswer]
    history: list[MomentAnswer]


class DateAnswer(TypedDict):
    """A date of the year; `statutory` is the day without what was granted to the unit."""

    topic: str
    topic_label: str
    on: str
    statutory: str
    is_provisional: bool
    is_exempt: bool
    explanation: str
    source: str
    form: str
    form_number: str
    form_title: str
    period: str
    period_label: str


class TermAnswer(TypedDict):
    """How long a level has for its review."""

    label: str
    working_days: int


class TimetableAnswer(TypedDict):
    """The dates of a year."""

    year: int
    items: list[DateAnswer]
    review_terms: list[TermAnswer]
