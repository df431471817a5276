"""What each department is told of its work on a working day: what waits, what is late, who has not filed.

What stays undone beyond a number of working days is told to the level above too, by divisions and numbers: no notice
names a unit.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from services.filing.reminding.terms import DigestTerms
from shared.calendar.statutory import review_due
from shared.calendar.working_days import add_working_days
from shared.identity.reviewers import reviewing_role


@dataclass(frozen=True)
class Undone:
    """What a department left undone for too long."""

    division: str
    waiting: int
    overdue: int


@dataclass(frozen=True)
class Digest:
    """What one department is told; `overdue` counts units by form, `below` are the departments under it, the worst first."""

    division: str
    waiting: int = 0
    late: int = 0
    overdue: tuple[tuple[str, int], ...] = ()
    below: tuple[Undone, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to tell."""
        return not (self.waiting or self.overdue or self.below)

    def values(self, terms: DigestTerms, name_of: Callable[[str], str]) -> dict[str, str]:
        """Return what the wording of the notice names."""
        overdue = "、".join(f"《{title}》{count} 家" for title, count in self.overdue)
        below = "、".join(_undone(each, name_of) for each in self.below[: terms.named_divisions])
        more = f"，等共 {len(self.below)} 个部门" if len(self.below) > terms.named_divisions else ""
        return {
            "waiting": str(self.waiting),
            "late": str(self.late),
            "overdue": f"辖区内逾期未报：{overdue}。" if overdue else "辖区内没有逾期未报。",
            "below": f"下级久拖未办：{below}{more}。" if below else "",
        }


@dataclass
class Tally:
    """Counts of the whole country on a day, made in one pass over what waits and one over who has not filed."""

    on: date
    terms: DigestTerms
    _waiting: Counter[str] = field(default_factory=Counter)
    _late: Counter[str] = field(default_factory=Counter)
    _overdue: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    _below: dict[str, dict[str, list[int]]] = field(default_factory=lambda: defaultdict(dict))

    def add_waiting(self, chain: Sequence[str], since: date, count: int) -> None:
        """Count what lies with the first division of a chain since a day; the level above is the next one of it."""
        division = chain[0]
        self._waiting[division] += count
        due = self._days.review_due(reviewing_role(division).value, since)
        if self.on <= due:
            return
        self._late[division] += count
        if len(chain) > 1 and self.on > self._days.too_long(due):
            self._escalated(chain[1], division)[0] += count

    def add_overdue(self, path: Sequence[str], title: str, due: date) -> None:
        """Count a unit that has not filed a form in time; its divisions from its own one up see it."""
        if self.on <= due:
            return
        for division in path:
            self._overdue[division][title] += 1
        if len(path) > 1 and self.on > self._days.too_long(due):
            self._escalated(path[1], path[0])[1] += 1

    def digests(self) -> tuple[Digest, ...]:
        """Return what is to be told, by division."""
        made = (self._digest(each) for each in sorted({*self._waiting, *self._overdue, *self._below}))
        return tuple(each for each in made if not each.is_empty)

    def _digest(self, division: str) -> Digest:
        overdue = self._overdue.get(division, Counter[str]())
        undone = [Undone(each, *counts) for each, counts in self._below.get(division, {}).items()]
        return Digest(
            division,
            self._waiting[division],
            self._late[division],
            tuple(sorted(overdue.items(), key=lambda row: (-row[1], row[0]))),
            tuple(sorted(undone, key=lambda each: (-each.waiting - each.overdue, each.division))),
        )

    def _escalated(self, above: str, division: str) -> list[int]:
        return self._below[above].setdefault(division, [0, 0])

    @cached_property
    def _days(self) -> _Days:
        return _Days(self.terms.escalates_after)


@dataclass
class _Days:
    """Days counted in working days, each found once."""

    escalates_after: int
    _due: dict[tuple[str, date], date] = field(default_factory=dict)
    _long: dict[date, date] = field(default_factory=dict)

    def review_due(self, role: str, since: date) -> date:
        """Return until when a level should have decided."""
        if (role, since) not in self._due:
            self._due[role, since] = review_due(role, since).on
        return self._due[role, since]

    def too_long(self, due: date) -> date:
        """Return the last day on which what was due is not yet told to the level above."""
        if due not in self._long:
            self._long[due] = add_working_days(due, self.escalates_after).on
        return self._long[due]


def _undone(undone: Undone, name_of: Callable[[str], str]) -> str:
    counts = [(undone.waiting, "待审核 {} 份"), (undone.overdue, "逾期未报 {} 份")]
    return name_of(undone.division) + "（" + "、".join(text.format(count) for count, text in counts if count) + "）"
