"""What statistics answers about snapshots, releases and drafts, as the desk uses it."""

from __future__ import annotations

from typing import TypedDict

from services.portal.model.publications import TableAnswer

RELEASE_TONES = {
    "draft": "primary",
    "passed": "warning",
    "failed": "danger",
    "approved": "success",
    "withdrawn": "secondary",
    "scheduled": "success",
    "published": "success",
}


class SnapshotAnswer(TypedDict):
    """A closed period: `missing` are the filings that were not told yet, `unreadable` those that can't be opened, by form.

    One that `is_overdue` has waited for longer than facts take to come; `number` counts what was frozen anew.
    """

    period: str
    state: str
    state_label: str
    final_on: str
    frozen_at: str | None
    counts: dict[str, int]
    missing: dict[str, int]
    unreadable: dict[str, int]
    is_overdue: bool
    number: int
    lines: int
    digest: str


class CodeAnswer(TypedDict):
    """A code with its words."""

    code: str
    label: str


class ProgressAnswer(TypedDict):
    """How far a check is."""

    done: int
    total: int


class CheckedAnswer(TypedDict):
    """What the output check found, in counts: why it failed, or what a person has to judge."""

    verdict: str
    verdict_label: str
    thresholds: str
    snapshot: str
    tables: int
    cells: int
    unsafe: int
    hidden: int
    findings: int
    faults: list[CodeAnswer]
    reviews: list[CodeAnswer]
    digest: str


class HiddenAnswer(TypedDict):
    """How many cells of a measure of a table there are, and how many of them are hidden."""

    code: str
    title: str
    measure: str
    span: str
    cells: int
    hidden: int


class QuantityAnswer(TypedDict):
    """What hiding costs in the tables of one measure: no pattern costs less than `bound`."""

    measure: str
    title: str
    unsafe: int
    secondary: int
    loss: str
    bound: str
    is_best: bool
    findings: int


class IntervalAnswer(TypedDict):
    """Between which values a cell lies."""

    low: str
    high: str


class AtAnswer(TypedDict):
    """Where a cell stands."""

    dimension: str
    code: str


class FindingAnswer(TypedDict):
    """A fault that the audit found, with its evidence."""

    kind: str
    kind_label: str
    measure: str
    at: list[AtAnswer]
    attacker: str
    attacker_label: str
    interval: IntervalAnswer | None
    required: IntervalAnswer | None
    sums: list[str]
    where: list[str]


class ControlAnswer(TypedDict):
    """A control total: what the frozen facts come to, and what filing reckoned at the closing."""

    form: str
    measure: str
    ours: str
    filing: str


class TableSizeAnswer(TypedDict):
    """How many bytes of a set a table takes, compressed."""

    code: str
    title: str
    bytes: int


class OversizeAnswer(TypedDict):
    """A set that is too large to be handed over: its bytes, how many there may be, its tables, the largest first."""

    bytes: int
    limit: int
    tables: list[TableSizeAnswer]


class ReportAnswer(TypedDict):
    """The report of the output check."""

    thresholds: str
    snapshot: str
    verdict: str
    tables: list[HiddenAnswer]
    quantities: list[QuantityAnswer]
    findings_counted: int
    findings: list[FindingAnswer]
    controls: list[ControlAnswer]
    oversize: OversizeAnswer | None


class HappenedAnswer(TypedDict):
    """What happened to a release, when, and by whom: an account, or the service itself."""

    at: str
    by: str
    action: str
    action_label: str


class ReleaseAnswer(TypedDict):
    """A release; `number` counts its versions, `supersedes` is the one before, `nature` says whether it is made up.

    `outdated_since` is when something was corrected of which it told before.
    """

    id: str
    version: int
    kind: str
    title: str
    nature: str
    period: str
    number: int
    supersedes: str
    final_on: str
    state: str
    state_label: str
    prepared_by: str
    approved_by: str
    statement: str
    exception_reason: str
    publish_on: str | None
    published_at: str | None
    outdated_since: str | None
    created_at: str
    progress: ProgressAnswer | None
    checked: CheckedAnswer | None
    history: list[HappenedAnswer]
    open_actions: list[str]


class ContentAnswer(TypedDict):
    """The tables of a release as they are handed over."""

    title: str
    tables: list[TableAnswer]
