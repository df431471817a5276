"""What the filing service answers about its scheduled jobs, and about units that were urged to file."""

from __future__ import annotations

from typing import TypedDict


class RunAnswer(TypedDict):
    """A run under way."""

    slot: str
    started_at: str
    attempt: int
    retry_at: str | None
    error: str
    is_asked: bool
    counts: dict[str, int]


class EndedAnswer(TypedDict):
    """A run that is over."""

    slot: str
    started_at: str
    ended_at: str
    seconds: float
    outcome: str
    outcome_label: str
    error: str
    is_asked: bool
    counts: dict[str, int]


class JobAnswer(TypedDict):
    """A job with its status; `ended` has the newest first."""

    name: str
    title: str
    cadence: str
    next_at: str
    is_asked: bool
    run: RunAnswer | None
    ended: list[EndedAnswer]


class ToUrge(TypedDict):
    """A form that a unit has not filed."""

    unit_id: str
    form: str
    period: str
    item: str


class Urged(ToUrge):
    """What became of one."""

    result: str
    result_label: str


class UrgedAnswer(TypedDict):
    """What became of all, in the order asked."""

    sent: int
    items: list[Urged]
