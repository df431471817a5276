"""How far one expected form is: what counts as filed, in time, and approved by a level.

Filed is what lies with a department, is approved or settled, or has a version in force. A draft counts nothing, however full
it is, nor does what was returned or taken back before anything came into force. A nil report is a filing as any other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import cache

from services.filing.model.respondents import Slot
from services.filing.model.states import State
from services.filing.model.units import CITY_UNIT
from shared.identity.actor import Role
from shared.identity.reviewers import reviewing_role


class Level(StrEnum):
    """A level of the review chain."""

    COUNTY = "county"
    CITY = "city"
    PROVINCE = "province"
    MINISTRY = "ministry"


LEVEL_LABELS = {Level.COUNTY: "区县级", Level.CITY: "地市级", Level.PROVINCE: "省级", Level.MINISTRY: "商务部"}

_LEVELS = {
    Role.COUNTY_REVIEWER: Level.COUNTY,
    Role.CITY_REVIEWER: Level.CITY,
    Role.PROVINCE_REVIEWER: Level.PROVINCE,
    Role.MINISTRY: Level.MINISTRY,
}

_HELD = frozenset({State.SUBMITTED, State.APPROVED, State.FINAL})


@dataclass(frozen=True)
class Filed:
    """A filing as it is counted; it was submitted at least once and is not discarded."""

    unit_id: str
    item: str
    state: State
    in_force: int
    passed: tuple[str, ...]
    filed_on: date

    @property
    def counts(self) -> bool:
        """Whether it counts as filed."""
        return self.state in _HELD or self.in_force > 0

    def is_approved_by(self, division: str) -> bool:
        """Tell whether the department of a division of its chain has let it pass; what is in force passed all of them."""
        return self.in_force > 0 or division in self.passed


class Standing(StrEnum):
    """How far an expected form is."""

    MISSING = "missing"
    RETURNED = "returned"
    FILED = "filed"


STANDING_LABELS = {Standing.MISSING: "未报送", Standing.RETURNED: "退回待改", Standing.FILED: "已报送"}


@dataclass(frozen=True)
class Judged:
    """An expected form as it stands: its due day, when it was first filed, and which levels have approved it."""

    slot: Slot
    due: date
    standing: Standing
    filed_on: date | None = None
    chain: tuple[Level, ...] = ()
    approved: frozenset[Level] = frozenset()
    is_final: bool = False

    @property
    def is_late(self) -> bool:
        """Whether it was filed after its day."""
        return self.filed_on is not None and self.filed_on > self.due

    def days_late(self, today: date) -> int:
        """Return by how many days it was filed late, or is late by now; 0 while it is in time."""
        return max(((self.filed_on or today) - self.due).days, 0)


def judged(slot: Slot, due: date, filings: Sequence[Filed]) -> Judged:
    """Return how far an expected form is by what was submitted of it; several where a month has many executions.

    All that counts must have passed a level, and nothing may wait to be corrected, before the level has approved it.
    """
    counted = [each for each in filings if each.counts]
    chain = chain_of(slot)
    levels = tuple(level_of(division) for division in chain)
    if not counted:
        return Judged(slot, due, Standing.RETURNED if filings else Standing.MISSING, chain=levels)
    is_whole = len(counted) == len(filings)
    approved = (division for division in chain if is_whole and all(each.is_approved_by(division) for each in counted))
    return Judged(
        slot=slot,
        due=due,
        standing=Standing.FILED,
        filed_on=min(each.filed_on for each in counted),
        chain=levels,
        approved=frozenset(level_of(division) for division in approved),
        is_final=is_whole and all(each.state is State.FINAL and each.in_force for each in counted),
    )


def chain_of(slot: Slot) -> tuple[str, ...]:
    """Return the divisions whose departments review an expected form; what a city files begins above it."""
    if slot.unit_id.startswith(CITY_UNIT) and slot.division in slot.path:
        return slot.path[slot.path.index(slot.division) + 1 :]
    return slot.path


@cache
def level_of(division: str) -> Level:
    """Return the level of a division's department."""
    return _LEVELS[reviewing_role(division)]


FILED_RULE = (
    "已报：正式报送且在审、已审核或已最终审定的报表，以及有生效版本的报表；零报告计入。"
    "草稿、未报送的空表不计入；被退回或自行撤回且没有生效版本的列为“退回待改”，不计入已报。"
    "同一单位当月有多笔合同执行的，按一份计算。"
)
IN_TIME_RULE = (
    "按时：首次报送日不晚于报送期限；经主管部门同意延期或给予例外的，以延后的期限为准；以后的更正不影响是否按时。"
)
APPROVED_RULE = (
    "各级审核：以审核链中有该级的应报数为分母；该单位本期全部报表均已通过该级、且没有待改正的，才计为该级已审核。"
    "最终审定：商务部已最终审定且没有更正在途。"
)
EXEMPT_RULE = "经主管部门确认免报的单位不计入应报数，另行列出。"
