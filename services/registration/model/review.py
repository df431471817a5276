"""What a reviewer says of a revision: verdicts, remarks and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from services.registration.model.facts import FactValues, Settlement
from services.registration.model.materials import Slot
from services.registration.model.states import Action


class Verdict(StrEnum):
    """A reviewer's verdict on a material or a field."""

    ACCEPT = "accept"
    REPLACE = "replace"
    NOT_LEGIBLE = "not_legible"
    EXPIRED = "expired"
    CORRECT = "correct"
    NOT_MET = "not_met"


MATERIAL_VERDICTS = frozenset({Verdict.ACCEPT, Verdict.REPLACE, Verdict.NOT_LEGIBLE, Verdict.EXPIRED})


CONDITION_VERDICTS = frozenset({Verdict.ACCEPT, Verdict.NOT_MET})


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
    """One round of review of one revision.

    `conditions` are the verdicts on the three conditions of registration (指引 四), `facts` what the reviewer read from
    the materials, `settled` why one that does not agree is accepted, by its key. `carried` are the pointers of verdicts
    and facts that stand as the round before left them, until they are confirmed.
    """

    reviewer_id: str
    started_at: datetime
    materials: Mapping[Slot, Remark] = field(default_factory=dict)
    fields: Mapping[str, Remark] = field(default_factory=dict)
    conditions: Mapping[str, Remark] = field(default_factory=dict)
    facts: FactValues = field(default_factory=dict)
    settled: Mapping[str, Settlement] = field(default_factory=dict)
    carried: tuple[str, ...] = ()
    opinion: str = ""
    decision: Decision | None = None
    undone: tuple[Undone, ...] = ()
