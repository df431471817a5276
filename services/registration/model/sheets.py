"""The sheet (文书) that tells a decision: what stands on it, frozen at the moment of the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class SheetKind(StrEnum):
    """What is decided; each has its title and its sentence in `form.sheets`."""

    RETURN = "return"
    APPROVAL = "approval"
    CHANGE = "change"
    RENEWAL = "renewal"
    REJECTION = "rejection"
    CHANGE_REJECTION = "change_rejection"
    SUSPENSION = "suspension"
    RESUMPTION = "resumption"
    DEREGISTRATION = "deregistration"
    DEREGISTRATION_REFUSAL = "deregistration_refusal"
    DEREGISTRATION_ANNOUNCEMENT = "deregistration_announcement"
    DEREGISTRATION_CALLED_OFF = "deregistration_called_off"


@dataclass(frozen=True)
class SheetReason:
    """What is said of one part: its name, the verdict, the note."""

    part: str
    verdict: str
    note: str


@dataclass(frozen=True)
class SheetContent:
    """Everything that stands on a sheet but its number. `digest` is that of the revision that was decided on."""

    kind: SheetKind
    registration_id: str
    revision: int
    digest: str
    platform_name: str
    operator_name: str
    credit_code: str
    text: str
    ground: str
    reasons: tuple[SheetReason, ...]
    department: str
    signatory: str
    signed_on: date
    decided_at: datetime


@dataclass(frozen=True)
class Sheet:
    """A sheet that was made. `size` is in bytes, `sha256` of the signed file in hex, `stored` its sealed object."""

    id: str
    registration_id: str
    unit_id: str
    kind: SheetKind
    number: str
    decided_at: datetime
    size: int = 0
    sha256: str = ""
    stored: Mapping[str, object] | None = None

    @property
    def is_ready(self) -> bool:
        """Whether the file is there."""
        return self.stored is not None
