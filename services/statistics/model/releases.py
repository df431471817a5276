"""Releases: a set of tables of a closed period, its output check, and the sign-off by a second person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from shared.history import HistoryEntry

Hidden = Mapping[str, tuple[tuple[str, ...], ...]]
"""Which cells are hidden, by table."""


class ReleaseKind(StrEnum):
    """Which set of the regulation's appendix it is."""

    MONTHLY = "monthly"
    ANNUAL = "annual"


class ReleaseState(StrEnum):
    """How far a release is: it is checked, passed or failed the check, and is approved by a second person, or withdrawn."""

    DRAFT = "draft"
    PASSED = "passed"
    FAILED = "failed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"


class ReleaseAction(StrEnum):
    """What happens to a release."""

    PREPARE = "prepare"
    PASS = "pass"  # noqa: S105 # the name of an action
    FAIL = "fail"
    APPROVE = "approve"
    WITHDRAW = "withdraw"


class Fault(StrEnum):
    """Why a release failed its check."""

    NOTHING = "nothing"
    """No table has a cell."""
    RATE_MISSING = "rate_missing"
    """Facts count whose amount in one currency is not known: that series would be too small."""
    CONTRADICTION = "contradiction"
    """Tables contradict themselves, or what was released before."""
    LEAK = "leak"
    """The audit found cells that can be reckoned too closely."""


@dataclass(frozen=True)
class Checked:
    """What the output check found: counts alone. `digest` is that of the content, `thresholds` the edition of the rules."""

    thresholds: str
    snapshot: str
    tables: int = 0
    cells: int = 0
    unsafe: int = 0
    hidden: int = 0
    findings: int = 0
    faults: tuple[Fault, ...] = ()
    digest: str = ""


@dataclass(frozen=True)
class Release:
    """A release of a closed period. `number` counts its versions, `supersedes` is the id of the one before, if any.

    `hidden` and the content are sealed where it is stored. `final_on` is the day of the final approval, day 0 of the
    sharing clock.
    """

    id: str
    version: int
    kind: ReleaseKind
    period: str
    number: int
    supersedes: str
    final_on: date
    state: ReleaseState
    prepared_by: str
    created_at: datetime
    updated_at: datetime
    checked: Checked | None = None
    hidden: Hidden = field(default_factory=dict, repr=False)
    approved_by: str = ""
    statement: str = field(default="", repr=False)
    history: tuple[HistoryEntry, ...] = ()
