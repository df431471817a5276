"""The five materials, and the checked files that they consist of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


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


@dataclass(frozen=True)
class FileRef:
    """A checked file of a material. `stored` is the sealed object's own record; `size` is in bytes.

    `print_codes` are the codes of printed forms that were read from it (`form.print_code`), `proposed` the facts that
    its text seems to hold (`form.proposals`); none in files of before.
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
    proposed: Mapping[str, object] = field(default_factory=dict)


Materials = Mapping[Slot, tuple[FileRef, ...]]
