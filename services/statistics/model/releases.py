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
    """Which set of tables it is: one of the regulation's appendix (附录), or a publication of the ministry."""

    MONTHLY = "monthly"
    ANNUAL = "annual"
    BULLETIN = "bulletin"
    """What the ministry says on its website every month: the year to date."""
    YEARBOOK = "yearbook"
    """The set of a year for 《中国商务年鉴》."""


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
    TOO_LARGE = "too_large"
    """The set is to be handed over, and does not fit into a message of the bus."""


class Review(StrEnum):
    """What a person has to judge before a release that passed its check is signed off."""

    MOSTLY_HIDDEN = "mostly_hidden"
    """More than a third of the value of a table is hidden: it says little."""
    CONTROL_DIFFERENCE = "control_difference"
    """The frozen facts come to another sum than filing reckoned at the closing."""
    CONTROL_MISSING = "control_missing"
    """Filing said no sums with the closing, or none that could be compared."""
    GROWTH_IMPLAUSIBLE = "growth_implausible"
    """A total has more than doubled or halved since the year before."""
    CLASS_UNKNOWN = "class_unknown"
    """A noteworthy part of the amount counts under no business class."""
    HOLDING_UNKNOWN = "holding_unknown"
    """Units count of whose basic information nothing is known: which of them belong together is not known either."""
    BEFORE_INCOMPLETE = "before_incomplete"
    """Facts of the year before lack an amount in one currency: growth is too high."""


class Verdict(StrEnum):
    """What the output check comes to: fit to go out, for a person to judge, or not to go out."""

    PASS = "pass"  # noqa: S105 # a verdict
    REVIEW = "review"
    FAIL = "fail"


@dataclass(frozen=True)
class Progress:
    """How far a check is: quantities done, of all."""

    done: int
    total: int


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
    reviews: tuple[Review, ...] = ()

    @property
    def verdict(self) -> Verdict:
        """Faults forbid the release; what is to be reviewed asks for a reason at the sign-off."""
        if self.faults:
            return Verdict.FAIL
        return Verdict.REVIEW if self.reviews else Verdict.PASS


@dataclass(frozen=True)
class Release:
    """A release of a closed period. `number` counts its versions, `supersedes` is the id of the one before, if any.

    `hidden`, the content, the report and what was said at the sign-off are sealed where it is stored. `final_on` is the
    day of the final approval, day 0 of the sharing clock, `publish_on` the day in Asia/Shanghai on which everybody may
    read it. `snapshot` is the number of the snapshot of the period that it is made from. `progress` is there while it is checked. `exception_reason` says why it goes out all the same, where its
    check left something to judge. `is_sample`: its numbers are made up, and are marked so wherever they are seen.
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
    snapshot: int = 1
    progress: Progress | None = None
    checked: Checked | None = None
    hidden: Hidden = field(default_factory=dict, repr=False)
    approved_by: str = ""
    statement: str = field(default="", repr=False)
    exception_reason: str = field(default="", repr=False)
    publish_on: date | None = None
    published_at: datetime | None = None
    is_sample: bool = False
    history: tuple[HistoryEntry, ...] = ()


@dataclass(frozen=True)
class Published:
    """A release that everybody may read, with the ids of the published versions beside it, empty for none.

    `supersedes` is the one before, `superseded_by` the latest of those after it.
    """

    release: Release
    supersedes: str = ""
    superseded_by: str = ""
