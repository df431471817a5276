"""What the filing service answers about completeness."""

from __future__ import annotations

from typing import TypedDict


class LevelAnswer(TypedDict):
    """How much of what a level reviews it has approved."""

    level: str
    label: str
    in_chain: int
    approved: int
    rate: str | None


class CountsAnswer(TypedDict):
    """Counts of expected forms; rates are percents, None where nothing is expected."""

    expected: int
    filed: int
    in_time: int
    late: int
    returned: int
    missing: int
    overdue: int
    final: int
    exempt: int
    unexpected: int
    filed_rate: str | None
    in_time_rate: str | None
    final_rate: str | None
    levels: list[LevelAnswer]


class PlaceAnswer(TypedDict):
    """A division below the one asked for, or the units placed in that one itself."""

    division: str
    division_name: str
    is_own: bool
    has_below: bool
    counts: CountsAnswer


class CountingRule(TypedDict):
    """What is counted, in words."""

    title: str
    text: str


class CompletenessAnswer(TypedDict):
    """A form of a period in a division, by what is below it."""

    form: str
    form_number: str
    form_title: str
    edition: str
    period: str
    period_label: str
    division: str
    division_name: str
    due: str
    due_explanation: str
    is_due: bool
    rows: list[PlaceAnswer]
    total: CountsAnswer
    rules: list[CountingRule]


class PointAnswer(TypedDict):
    """A period of a trend; without counts where they are still to be counted."""

    period: str
    period_label: str
    due: str
    counts: CountsAnswer | None


class ContactAnswer(TypedDict):
    """Whom to call."""

    period_label: str
    head: str
    filler: str
    phone: str
    fixed: str
    mobile: str
    email: str


class MissingAnswer(TypedDict):
    """An expected form that is not filed."""

    unit_id: str
    unit_name: str
    division: str
    division_name: str
    form: str
    form_number: str
    period: str
    period_label: str
    item: str
    item_name: str
    standing: str
    standing_label: str
    due: str
    days_late: int
    urged_on: str | None
    contact: ContactAnswer | None


class MissingPage(TypedDict):
    """A page of those who have not filed."""

    items: list[MissingAnswer]
    next_cursor: str
