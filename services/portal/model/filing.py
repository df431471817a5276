"""What the filing service answers, as far as the pages use it. Answers of a form are JSON of the form itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NotRequired, TypedDict

from services.portal.model.classification import RecordAnswer
from services.portal.model.duplicates import DuplicateAnswer
from services.portal.model.survey import AnswerValues, FindingAnswer, FormAnswer

FilingAct = Literal[
    "submit", "withdraw", "correct", "drop_correction", "discard", "approve", "return", "undo", "finalise", "assemble"
]
"""What can be done with a filing beside saving it; each is named as in its open actions."""


class FilingRow(TypedDict):
    """A filing in a list."""

    id: str
    version: int
    unit_id: str
    unit_name: str
    form: str
    form_number: str
    form_title: str
    edition: str
    period: str
    period_label: str
    item: str
    item_name: str
    state: str
    state_label: str
    division: str
    division_name: str
    revision: int
    in_force: int
    filed_on: str | None
    due: str
    is_late: bool
    submitted_at: str | None
    updated_at: str
    queries: int
    reviewer: str
    reviewer_name: str
    waiting_since: str | None


class EvidenceAnswer(TypedDict):
    """A piece of evidence."""

    file_id: str
    name: str
    kind: str
    size: int
    sha256: str
    pages: int | None
    uploaded_at: str


class SuggestionAnswer(TypedDict):
    """What could stand in a cell, and where it comes from."""

    pointer: str
    value: object
    source: str
    source_label: str


class OpenAction(TypedDict):
    """Something that the reader can do now."""

    action: str
    label: str


class VerdictAnswer(TypedDict):
    """What a department decided on a version."""

    action: str
    label: str
    text: str
    signatory: str
    decided_at: str
    division_name: str
    level_label: str
    reason_code: str | None
    reason_label: str
    pointers: list[str]
    seen: list[str]


class VersionRow(TypedDict):
    """A version in the list of versions."""

    no: int
    submitted_at: str
    is_in_force: bool
    decision: VerdictAnswer | None
    decisions: list[VerdictAnswer]


class LinkAnswer(TypedDict):
    """One department of the chain: `standing` is passed, acting, returned or waiting."""

    division: str
    division_name: str
    level_label: str
    standing: str
    decided_at: str | None
    signatory: str


class PastAct(TypedDict):
    """Something that was done with a filing."""

    at: str
    by: str
    action: str
    label: str
    state: str


class ExtrasAnswer(TypedDict):
    """What a division adds to a form: its indicators as a form of their own, with the answers to them.

    Pointers lead from the filing: /extras/<id>/h1/2.
    """

    id: str
    division: str
    division_name: str
    ground: str
    form: FormAnswer
    answers: AnswerValues
    shown: dict[str, str]
    closed: list[str]
    findings: list[FindingAnswer]


class FilingAnswer(FilingRow):
    """A filing in full as its reader sees it: the working copy for the unit, what was submitted for others.

    `shown` holds the text of each answered cell by pointer, `closed` the pointers of cells that are not asked now, `seen`
    the keys of the findings that the reader has ticked off in a review.
    """

    head: dict[str, str]
    answers: AnswerValues
    shown: dict[str, str]
    closed: list[str]
    extras: list[ExtrasAnswer]
    explanations: dict[str, str]
    evidence: list[EvidenceAnswer]
    nil_reason: str | None
    rows: int | None
    findings: list[FindingAnswer]
    counted: dict[str, int]
    suggestions: list[SuggestionAnswer]
    open_actions: list[OpenAction]
    open_pointers: list[str] | None
    seen: list[str]
    duplicates: list[DuplicateAnswer]
    chain: list[LinkAnswer]
    versions: list[VersionRow]
    history: list[PastAct]
    classification: NotRequired[RecordAnswer | None]


class NotedAnswer(TypedDict):
    """A query or note that went with a version, and what the unit said to it."""

    key: str
    rule: str
    severity: str
    title: str
    pointers: list[str]
    indicators: list[str]
    expected: str
    explanation: str


class SignOffAnswer(TypedDict):
    """The foot of a form."""

    unit_head: str
    statistics_head: str
    filler: str
    phone: str
    reported_on: str


class UsedRateAnswer(TypedDict):
    """A rate that a conversion used."""

    day: str
    quote_label: str
    source_label: str


class ConvertedAnswer(TypedDict):
    """An amount of a version in another currency; `result` is None where a rate was not known."""

    pointer: str
    amount: str
    currency: str
    target: str
    on: str
    result: str | None
    rates: list[UsedRateAnswer]


class VersionAnswer(VersionRow):
    """A version as it was submitted."""

    digest: str
    sign_off: SignOffAnswer
    answers: AnswerValues
    shown: dict[str, str]
    extras: list[ExtrasAnswer]
    rows: int | None
    nil_reason: str | None
    evidence: list[EvidenceAnswer]
    noted: list[NotedAnswer]
    converted: list[ConvertedAnswer]
    undone: list[VerdictAnswer]
    classification: NotRequired[RecordAnswer | None]


class CellChange(TypedDict):
    """A cell that differs between two versions."""

    pointer: str
    indicator: str
    before: object
    after: object


class EarlierAnswer(TypedDict):
    """What a cell held in an earlier period."""

    period: str
    period_label: str
    value: object


class TaskAnswer(TypedDict):
    """Something to be filed; `days_left` is negative once it is overdue, `blocked` says why it can't be begun."""

    form: str
    form_number: str
    form_title: str
    period: str
    period_label: str
    item: str
    item_name: str
    due: str
    statutory_due: str
    due_explanation: str
    latest_due: str
    is_exempt: bool
    is_expected: bool
    is_asked: bool
    days_left: int
    blocked: str
    is_done: bool
    filing_id: str | None
    state: str | None
    state_label: str


class RowPage(TypedDict):
    """Rows of a long list; `first` counts from 0."""

    first: int
    count: int
    rows: list[Mapping[str, object]]


class TypeAnswer(TypedDict):
    """A type of unit."""

    type: str
    label: str


class BasicAnswer(TypedDict):
    """A basic fact of a unit; `label` says where it comes from."""

    name: str
    value: str
    source: str
    label: str


class PlatformAnswer(TypedDict):
    """A platform that a unit operates."""

    id: str
    name: str
    is_registered: bool


class UnitAnswer(TypedDict):
    """A unit of the survey."""

    id: str
    types: list[TypeAnswer]
    division: str
    division_name: str
    basics: list[BasicAnswer]
    platforms: list[PlatformAnswer]
    updated_at: str


class CollectionDecision(TypedDict):
    """The ministry's decision to collect periods under an approval that has ended."""

    id: str
    edition: str
    from_period: str
    to_period: str
    document: str
    ground: str
    decided_at: str


@dataclass(frozen=True)
class Content:
    """What a draft is replaced with."""

    answers: AnswerValues
    explanations: Mapping[str, str]
    evidence: Sequence[str] = ()
    nil_reason: str | None = None
    extras: Mapping[str, AnswerValues] = field(default_factory=dict)
