"""What a reviewer says of a revision: verdicts, remarks and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.registration.model.materials import Slot
from services.registration.model.states import Action


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
