"""The shapes of the services' answers that the pages read. Fields that no page reads are left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NotRequired, TypedDict

from services.portal.model.casework import FactAnswer

FormValues = dict[str, object]
"""The 注册信息表 as the registration service takes and gives it."""


class ProblemAnswer(TypedDict):
    """One fault, as in `shared.errors.Problem`."""

    pointer: str
    code: str
    message: str
    expected: str
    indicator: str


class AccountAnswer(TypedDict):
    """The account part of a sign-in."""

    id: str
    role: str
    role_label: str
    display_name: str
    unit_id: str | None
    division: str | None
    division_name: str | None


class UnitAnswer(TypedDict):
    """The unit of an account."""

    credit_code: str
    name: str


class MeAnswer(AccountAnswer):
    """One's own account, with what a form is filled with beforehand."""

    username: str
    email: str
    phone: str
    unit: UnitAnswer | None


class SignInRow(TypedDict):
    """One of the person's own sign-ins."""

    id: str
    started_at: str
    seen_at: str
    device: str
    place: str
    is_this: bool


class FileAnswer(TypedDict):
    """A file of a material."""

    file_id: str
    name: str
    kind: str
    size: int
    sha256: str
    pages: int | None
    parts: list[str]


class SectionAnswer(TypedDict):
    """Completeness of one section."""

    key: str
    label: str
    done: int
    total: int


class CompletenessAnswer(TypedDict):
    """Completeness of the whole."""

    done: int
    total: int
    sections: list[SectionAnswer]


class RemarkAnswer(TypedDict):
    """A verdict and its note."""

    verdict: str
    verdict_label: str
    note: str


class DecisionAnswer(TypedDict):
    """How a review ended."""

    action: str
    action_label: str
    text: str
    reason_code: str | None
    reason_label: str
    signatory: str
    signed_on: str
    decided_at: str


class UndoneAnswer(TypedDict):
    """A decision that was taken back, and why."""

    decision: DecisionAnswer | None
    reason: str
    at: str


class ReviewAnswer(TypedDict):
    """One round of review."""

    started_at: str
    materials: dict[str, RemarkAnswer]
    fields: dict[str, RemarkAnswer]
    conditions: dict[str, RemarkAnswer]
    carried: list[str]
    opinion: str
    decision: DecisionAnswer | None
    undone: list[UndoneAnswer]


class DirectoryAnswer(TypedDict):
    """How far the unit has come on its way to the 名录库."""

    state: str
    state_label: str
    at: str
    message_id: str
    reason_code: str


class HistoryAnswer(TypedDict):
    """One act on a registration."""

    at: str
    actor_id: str
    action: str
    action_label: str
    from_state: str | None
    to_state: str
    to_state_label: str


class CheckAnswer(TypedDict):
    """One check that the system made for the reviewer."""

    pointer: str
    code: str
    label: str
    holds: bool
    detail: str


class PaperAnswer(TypedDict):
    """A paper in force, its last good day, and how many days are left."""

    label: str
    until: str
    left: int


class SuspensionAnswer(TypedDict):
    """Why a registration is suspended, and from when to when."""

    ground_label: str
    reason: str
    since: str
    until: str | None


class ClosingAnswer(TypedDict):
    """A de-registration that is asked for or announced."""

    kind: str
    ground_label: str
    reason: str
    statement_until: str | None
    statement: str
    can_be_decided: bool


class EndingAnswer(TypedDict):
    """How a registration ended."""

    ground_label: str
    reason: str
    on: str


class ChangedAnswer(TypedDict):
    """What an open change is about."""

    pointer: str
    label: str


class LifeAnswer(TypedDict):
    """The life of a registration beside its applications."""

    since: str | None
    papers: list[PaperAnswer]
    expires_on: str | None
    suspension: SuspensionAnswer | None
    closing: ClosingAnswer | None
    ending: EndingAnswer | None
    changes: list[ChangedAnswer]
    explanation: str
    asked_materials: list[str]
    review_terms: str


class StandingAnswer(TypedDict):
    """What a row and the whole say of the standing; `purpose` is what the present application asks for."""

    standing: str
    standing_label: str
    purpose: str
    purpose_label: str
    round: int
    in_force: int
    valid_until: str | None
    review_due: str | None
    is_late: bool
    closing_kind: str


class RegistrationAnswer(StandingAnswer):
    """A registration in full."""

    id: str
    version: int
    state: str
    state_label: str
    division: str | None
    division_name: str
    platform_name: str
    operator_name: str
    created_at: str
    updated_at: str
    submitted_at: str | None
    revision: int
    form: FormValues
    materials: dict[str, list[FileAnswer]]
    missing: list[ProblemAnswer]
    completeness: CompletenessAnswer
    open_actions: list[str]
    open_parts: list[str] | None
    review: ReviewAnswer | None
    checks: list[CheckAnswer]
    notes: list[ProblemAnswer]
    facts: list[FactAnswer]
    directory: DirectoryAnswer | None
    life: LifeAnswer
    history: list[HistoryAnswer]


class RegistrationRow(StandingAnswer):
    """A registration in a list."""

    id: str
    version: int
    state: str
    state_label: str
    division: str | None
    division_name: str
    platform_name: str
    operator_name: str
    submitted_at: str | None
    updated_at: str
    revision: int
    directory_state: str | None
    directory_label: str


class RevisionRow(TypedDict):
    """A submitted revision in a list."""

    no: int
    submitted_at: str
    decision: DecisionAnswer | None


class RevisionAnswer(TypedDict):
    """A submitted revision in full."""

    no: int
    submitted_at: str
    form: FormValues
    materials: dict[str, list[FileAnswer]]
    review: ReviewAnswer | None


class ChangeAnswer(TypedDict):
    """One difference between two revisions."""

    pointer: str
    label: str
    before: object
    after: object


class MessageRow(TypedDict):
    """A message of the exchange ledger in a list."""

    id: str
    partner: str
    route: str
    route_label: str
    period: str
    waits: bool
    kind: str
    state: str
    state_label: str
    attempts: int
    created_at: str
    sent_at: str | None
    answered_at: str | None
    registration_id: str
    filing_id: str
    unit_id: str
    division: str
    outcome: str
    reason_code: str


class ReceiptAnswer(TypedDict):
    """The directory's signed receipt."""

    outcome: str
    reason: str
    directory_id: str | None
    received_at: str
    digest: str
    verified: bool


class AttemptAnswer(TypedDict):
    """One entry of a message's log; `code` says why, where there is something to say."""

    at: str
    event: str
    event_label: str
    attempt: int
    code: str


class ResendingAnswer(TypedDict):
    """Why a person sent a message again."""

    at: str
    by: str
    reason: str


class MessageAnswer(MessageRow):
    """A message of the exchange ledger without its content; `resendings` for its desk only."""

    version: int
    digest: str
    receipt: ReceiptAnswer | None
    attempts_log: list[AttemptAnswer]
    open_actions: list[str]
    may_read_body: bool
    resendings: NotRequired[list[ResendingAnswer]]


@dataclass(frozen=True)
class Rows:
    """A page of rows and the cursor of the next one, empty on the last."""

    items: list[Mapping[str, object]]
    next_cursor: str


@dataclass(frozen=True)
class Streamed:
    """A file on its way through: status and headers of the service, and its bytes."""

    headers: Mapping[str, str]
    chunks: Iterator[bytes]
