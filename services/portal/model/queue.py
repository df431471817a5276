"""What the filing service answers about queues, batches and outliers, as the pages use it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypedDict

from services.portal.model.filing import FilingRow


class QueueRow(FilingRow):
    """A filing in the queue: its place, and what it weighs."""

    place: str
    severity: int
    change: int
    change_label: str


class QueueAnswer(TypedDict):
    """A page of the queue."""

    items: Sequence[QueueRow]
    next_cursor: str
    count: int
    is_more: bool
    as_of: str


class InfluentialRow(QueueRow):
    """A filing in the queue by influence: what it moves, and what all up to it move, in per cent."""

    influence: str
    cumulated: str


class InfluenceAnswer(TypedDict):
    """The first of the queue by influence; `explaining` of the `ranked` make `explained` per cent of all movement."""

    items: Sequence[InfluentialRow]
    ranked: int
    explaining: int
    explained: int
    is_sample: bool
    count: int
    is_more: bool
    as_of: str


class FacetAnswer(TypedDict):
    """How many filings of a kind wait."""

    key: str
    label: str
    count: int
    is_more: bool


class FacetsAnswer(TypedDict):
    """How many filings of each form and period wait."""

    forms: Sequence[FacetAnswer]
    periods: Sequence[FacetAnswer]


class AgeAnswer(TypedDict):
    """How many filings wait longer than some days."""

    days: int
    count: int


class SummaryAnswer(FacetsAnswer):
    """What a department has before it."""

    count: int
    late: int
    with_queries: int
    large_changes: int
    large_from: int
    mine: int
    older_than: Sequence[AgeAnswer]
    longest_since: str | None
    longest_id: str | None
    most_counted: int


class BesideAnswer(TypedDict):
    """A filing beside another one."""

    filing_id: str
    place: str


class WayAnswer(TypedDict):
    """The way on from a filing."""

    before: BesideAnswer | None
    after: BesideAnswer | None
    number: int
    count: int
    is_more: bool


class FoundUnit(TypedDict):
    """A unit that was found by its name or code."""

    id: str
    name: str
    division: str
    division_name: str


class BatchAnswer(TypedDict):
    """A batch with how far it is."""

    id: str
    action: str
    action_label: str
    state: str
    state_label: str
    text: str
    signatory: str
    reason_code: str | None
    reason_label: str
    with_queries: bool
    narrowed: Mapping[str, str]
    begun_by: str
    created_at: str
    updated_at: str
    count: int
    waiting: int
    done: int
    refused: int


class ItemAnswer(TypedDict):
    """What became of one filing of a batch."""

    no: int
    filing_id: str
    outcome: str
    outcome_label: str
    refusal: str | None
    refusal_label: str
    decided_at: str | None
    unit_name: str
    form_number: str
    form_title: str
    period_label: str
    division_name: str


class ItemsAnswer(TypedDict):
    """Items of a batch."""

    items: Sequence[ItemAnswer]
    next_after: int | None


class ScoreAnswer(TypedDict):
    """A verdict with its score."""

    verdict: str
    z: float | None


class SpreadAnswer(TypedDict):
    """How others are spread."""

    count: int
    zeros: int
    least: str
    median: str
    most: str


class ComparedAnswer(TypedDict):
    """A number of a filing beside others."""

    pointer: str
    indicator: str
    label: str
    measure: str
    value: str
    is_unusual: bool
    history: ScoreAnswer
    own: SpreadAnswer | None
    region: ScoreAnswer
    others: SpreadAnswer | None


class OutliersAnswer(TypedDict):
    """A filing's numbers beside others."""

    period_label: str
    division: str
    division_name: str
    units: int
    least_units: int
    is_sample: bool
    periods: int
    far: float
    cells: Sequence[ComparedAnswer]
