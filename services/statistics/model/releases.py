"""Releases: a set of tables of a closed period, its output check, the sign-off by a second person, its publication."""

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
    """How far a release is: it is checked, passed or failed the check, and is approved by a second person, or withdrawn.

    One that is approved gets a day, and is published on it for good.
    """

    DRAFT = "draft"
    PASSED = "passed"
    FAILED = "failed"
    APPROVED = "approved"
    WITHDRAWN = "withdrawn"
    SCHEDULED = "scheduled"
    PUBLISHED = "published"


SIGNED_OFF = frozenset({ReleaseState.APPROVED, ReleaseState.SCHEDULED, ReleaseState.PUBLISHED})
"""States of a release whose tables have left the house: what comes later is checked beside it."""


class ReleaseAction(StrEnum):
    """What happens to a release."""

    PREPARE = "prepare"
    PASS = "pass"  # noqa: S105 # the name of an action
    FAIL = "fail"
    APPROVE = "approve"
    WITHDRAW = "withdraw"
    SCHEDULE = "schedule"
    PUBLISH = "publish"


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
    sharing clock, `publish_on` the day in Asia/Shanghai on which everybody may read it.
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
    publish_on: date | None = None
    published_at: datetime | None = None
    history: tuple[HistoryEntry, ...] = ()


@dataclass(frozen=True)
class Published:
    """A release that everybody may read, with the ids of the published versions beside it, empty for none.

    `supersedes` is the one before, `superseded_by` the latest of those after it.
    """

    release: Release
    supersedes: str = ""
    superseded_by: str = ""
