"""What a filing is: its working copy, the versions that were submitted, and what was decided on each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.filing.model.classifications import ClassificationRecord
from services.filing.model.evidence import FileRef
from services.filing.model.ranks import Ranks
from services.filing.model.rates import Converted
from services.filing.model.rows import RowSet
from services.filing.model.states import Action, State
from shared.history import HistoryEntry

AnswerValues = Mapping[str, object]
"""Answers as JSON: by indicator, then by part; `forms.reading` turns them into `Answers` and back."""

Explanations = Mapping[str, str]
"""Explanations of queries, by the key of the finding (`operations.findings.key_of`)."""


class ReasonCode(StrEnum):
    """Why a filing is returned."""

    INCOMPLETE = "incomplete"
    IMPLAUSIBLE = "implausible"
    WRONG_UNIT = "wrong_unit"
    WRONG_CLASS = "wrong_class"
    EVIDENCE = "evidence"
    DUPLICATE = "duplicate"
    OTHER = "other"


@dataclass(frozen=True)
class SignOff:
    """The foot of a form: who answers for it, and the day of reporting (单位负责人 … 报出日期)."""

    unit_head: str
    statistics_head: str
    filler: str
    phone: str
    reported_on: date


@dataclass(frozen=True)
class Working:
    """What the unit writes until it submits; `extras` are answers to a division's own indicators.

    `nil_reason` says why there is nothing to report, where the form takes a nil report; None where there is something.
    `rows` are those of a long list, which are kept beside the filing. `classification` says how the unit came to the
    class of a contract, where it was guided.
    """

    answers: AnswerValues = field(default_factory=dict)
    extras: AnswerValues = field(default_factory=dict)
    explanations: Explanations = field(default_factory=dict)
    evidence: tuple[FileRef, ...] = ()
    nil_reason: str | None = None
    rows: RowSet | None = None
    classification: ClassificationRecord | None = field(default=None, repr=False)


@dataclass(frozen=True)
class Noted:
    """A finding that a version carries to the reviewers: a query with its explanation, or a note."""

    key: str
    rule: str
    severity: str
    title: str
    pointers: tuple[str, ...]
    indicators: tuple[str, ...]
    expected: str = ""
    explanation: str = ""


@dataclass(frozen=True)
class Decision:
    """What one department of the chain decided on a version: its words; for a return the coded reason and the fields.

    `division` is that of the department. `seen` are the keys of the findings that whoever decided had ticked off.
    """

    action: Action
    text: str
    signatory: str
    decided_at: datetime
    decided_by: str
    division: str
    reason_code: ReasonCode | None = None
    pointers: tuple[str, ...] = ()
    seen: tuple[str, ...] = ()


@dataclass(frozen=True)
class Version:
    """A filing as it was submitted; never changed but for the decisions on it.

    `digest` is that of the content (`printing.receipts`), `receipt` the signed receipt that the unit got for it.
    `decisions` are those of the departments in their order: approvals upward, and at most one return, which is the last.
    `undone` are decisions that were taken back. `final_at` is when the ministry settled it for good (最终审定). `converted` are its amounts in other currencies, at the rates that were
    known at the submission; they are ours, not the unit's, and no part of the digest. `contract_id` is the filing of the
    contract that an execution named when it was submitted. The content of a version that `is_early` is kept beside the
    filing, and is empty here (`operations.versions` brings it).
    """

    no: int
    submitted_at: datetime
    submitted_by: str
    content: Working
    sign_off: SignOff
    noted: tuple[Noted, ...]
    digest: str
    receipt: str
    decisions: tuple[Decision, ...] = ()
    undone: tuple[Decision, ...] = ()
    is_early: bool = False
    converted: tuple[Converted, ...] = ()
    contract_id: str = ""
    final_at: datetime | None = None

    @property
    def decision(self) -> Decision | None:
        """What was decided on it last, None before the first decision."""
        return self.decisions[-1] if self.decisions else None


@dataclass(frozen=True)
class Filing:
    """The aggregate: one form of one unit for one period.

    `item` tells several of one form and period apart: the platform of 平台1表, the filing itself for forms of events;
    it is empty where there is one only. `filed_on` is the day of the first submission, which corrections keep.
    `in_force` is the number of the version that went through the whole chain last, 0 before that. `passed` are the
    divisions whose departments have approved the last version, the lowest first; `waiting_since` is when it came to the
    department that acts next, None while none does. `ranks` are what the last version weighs in a queue.
    """

    id: str
    version: int
    unit_id: str
    owner_id: str
    form: str
    edition: str
    period: str
    item: str
    state: State
    division: str
    path: tuple[str, ...]
    created_at: datetime
    updated_at: datetime
    working: Working = field(default_factory=Working)
    versions: tuple[Version, ...] = ()
    in_force: int = 0
    filed_on: date | None = None
    submitted_at: datetime | None = None
    passed: tuple[str, ...] = ()
    waiting_since: datetime | None = None
    ranks: Ranks = field(default_factory=Ranks)
    history: tuple[HistoryEntry, ...] = ()

    @property
    def revision(self) -> int:
        """The number of the last version, 0 before the first submission."""
        return self.versions[-1].no if self.versions else 0

    @property
    def approved(self) -> Version | None:
        """The version in force, None before the first approval."""
        return self.version_of(self.in_force)

    def approved_by(self, division: str) -> Version | None:
        """Return the last version that a division's department let pass, else the one in force; None where there is none."""
        has_passed = self.state is not State.RETURNED and division in self.passed
        return self.last if has_passed else self.approved

    @property
    def last(self) -> Version | None:
        """The version that was submitted last."""
        return self.versions[-1] if self.versions else None

    def version_of(self, no: int) -> Version | None:
        """Return the version of a number, None where there is none."""
        return next((each for each in self.versions if each.no == no), None)

    def find_file(self, file_id: str) -> FileRef | None:
        """Return a piece of evidence of the working copy or of any version."""
        contents = (self.working, *(each.content for each in self.versions))
        return next((ref for content in contents for ref in content.evidence if ref.file_id == file_id), None)

    def file_ids(self) -> tuple[str, ...]:
        """Return the ids of all files that the filing refers to, each once."""
        contents = (self.working, *(each.content for each in self.versions))
        return tuple(dict.fromkeys(ref.file_id for content in contents for ref in content.evidence))

    def segment_ids(self) -> tuple[str, ...]:
        """Return the ids of all segments of rows that the filing refers to, each once."""
        contents = (self.working, *(each.content for each in self.versions))
        return tuple(dict.fromkeys(part.id for content in contents if content.rows for part in content.rows.segments))
