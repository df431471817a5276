"""What a platform registration is (regulation 指引 四): states, materials, verdicts and the aggregate itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from shared.history import HistoryEntry

FormValues = Mapping[str, object]
"""The 注册信息表 as key and value; the keys are those of `form.items`."""


class State(StrEnum):
    """Where a registration stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    UNDER_REVIEW = "under_review"
    RETURNED = "returned"
    APPROVED = "approved"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Action(StrEnum):
    """What can be done with a registration."""

    CREATE = "create"
    SAVE = "save"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    RESUME = "resume"
    START_REVIEW = "start_review"
    SAVE_REVIEW = "save_review"
    RETURN = "return"
    APPROVE = "approve"
    REJECT = "reject"
    UNDO = "undo"
    NOTE_DIRECTORY = "note_directory"


CLAIMING = frozenset({State.SUBMITTED, State.UNDER_REVIEW, State.RETURNED, State.APPROVED})
"""States in which a registration holds its web site and its ICP number against others."""


class Slot(StrEnum):
    """Places for files: the five materials, and the evidence of part three of the form."""

    FORM = "1"
    LICENCE = "2"
    EVIDENCE = "3"
    PLAN = "4"
    FILING = "5"
    DETAILS = "details"


REQUIRED_SLOTS = (Slot.FORM, Slot.LICENCE, Slot.EVIDENCE, Slot.PLAN, Slot.FILING)


class PlanPart(StrEnum):
    """What material 4 must cover."""

    MANAGEMENT_RULES = "management_rules"
    SERVICE_PROCESS = "service_process"
    FEES = "fees"
    QUALITY_ASSURANCE = "quality_assurance"


class Verdict(StrEnum):
    """A reviewer's verdict on a material or a field."""

    ACCEPT = "accept"
    REPLACE = "replace"
    NOT_LEGIBLE = "not_legible"
    EXPIRED = "expired"
    CORRECT = "correct"


MATERIAL_VERDICTS = frozenset({Verdict.ACCEPT, Verdict.REPLACE, Verdict.NOT_LEGIBLE, Verdict.EXPIRED})
FIELD_VERDICTS = frozenset({Verdict.ACCEPT, Verdict.CORRECT})


class ReasonCode(StrEnum):
    """Coded reason of a return or a rejection; the free text goes with it."""

    MATERIALS_INCOMPLETE = "materials_incomplete"
    MATERIALS_UNCLEAR = "materials_unclear"
    FACTS_INCONSISTENT = "facts_inconsistent"
    OUT_OF_SCOPE = "out_of_scope"
    CONDITIONS_NOT_MET = "conditions_not_met"
    OTHER = "other"


class DirectoryState(StrEnum):
    """How far the unit has come on its way to the 名录库."""

    PENDING = "pending"
    SENT = "sent"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNANSWERED = "unanswered"


@dataclass(frozen=True)
class FileRef:
    """A checked file of a material. `stored` is the sealed object's own record; `size` is in bytes.

    `print_codes` are the codes of printed forms that were read from it (`form.print_code`); none in files of before.
    """

    file_id: str
    name: str
    kind: str
    size: int
    sha256: str
    pages: int | None
    scan: str
    uploaded_at: datetime
    stored: Mapping[str, object]
    parts: tuple[PlanPart, ...] = ()
    print_codes: tuple[str, ...] = ()


Materials = Mapping[Slot, tuple[FileRef, ...]]


@dataclass(frozen=True)
class Remark:
    """A verdict and its note."""

    verdict: Verdict
    note: str = ""


@dataclass(frozen=True)
class Decision:
    """How a review ended: the signature block of 地方商务主管部门意见."""

    action: Action
    text: str
    reason_code: ReasonCode | None
    signatory: str
    signed_on: date
    decided_at: datetime
    decided_by: str


@dataclass(frozen=True)
class Undone:
    """A decision that was taken back, with the reason."""

    decision: Decision
    reason: str
    at: datetime
    by: str


@dataclass(frozen=True)
class Review:
    """One round of review of one revision."""

    reviewer_id: str
    started_at: datetime
    materials: Mapping[Slot, Remark] = field(default_factory=dict)
    fields: Mapping[str, Remark] = field(default_factory=dict)
    opinion: str = ""
    decision: Decision | None = None
    undone: tuple[Undone, ...] = ()


@dataclass(frozen=True)
class Revision:
    """A registration as it was submitted, with the review of it; never changed after the decision."""

    no: int
    submitted_at: datetime
    form: FormValues
    materials: Materials
    review: Review | None = None


@dataclass(frozen=True)
class Directory:
    """What is known of the unit's message to the 名录库."""

    state: DirectoryState
    at: datetime
    message_id: str = ""
    reason_code: str = ""
    attempt: int = 0


@dataclass(frozen=True)
class Registration:
    """The aggregate. `form` and `materials` are the working copy; what reviewers see is the last revision."""

    id: str
    version: int
    unit_id: str
    owner_id: str
    state: State
    created_at: datetime
    updated_at: datetime
    division: str | None = None
    path: tuple[str, ...] = ()
    submitted_at: datetime | None = None
    form: FormValues = field(default_factory=dict)
    materials: Materials = field(default_factory=dict)
    revisions: tuple[Revision, ...] = ()
    directory: Directory | None = None
    history: tuple[HistoryEntry, ...] = ()

    @property
    def revision(self) -> int:
        """The number of the last submitted revision, 0 before the first submission."""
        return self.revisions[-1].no if self.revisions else 0

    @property
    def review(self) -> Review | None:
        """The review of the last revision."""
        return self.revisions[-1].review if self.revisions else None

    def file_ids(self) -> tuple[str, ...]:
        """Return the ids of all files that the working copy or any revision refers to."""
        shelves = [self.materials, *(revision.materials for revision in self.revisions)]
        return tuple(sorted({ref.file_id for shelf in shelves for refs in shelf.values() for ref in refs}))

    def find_file(self, file_id: str) -> FileRef | None:
        """Return the file with this id from the working copy or any revision."""
        for shelf in (self.materials, *(revision.materials for revision in reversed(self.revisions))):
            for refs in shelf.values():
                for ref in refs:
                    if ref.file_id == file_id:
                        return ref
        return None
