"""Counts of expected forms: sums that can be added, and the rates of them.

Everything is a count of expected forms, so that no rate exceeds one. What was filed by whom nothing was expected of is
counted apart, in no rate.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import TypeVar

from services.filing.completeness.standing import Judged, Level, Standing

Key = TypeVar("Key")


@dataclass(frozen=True)
class Counts:
    """What is expected and how far it is.

    `open_by_due` are those not filed, returned ones among them, by their due day, so that any day tells what is overdue.
    `in_chain` are those that a level reviews, `approved` those of them that it has approved. `exempt` are those of whom a
    department said that they need not file, `unexpected` what was filed by whom nothing was expected of.
    """

    expected: int = 0
    in_time: int = 0
    late: int = 0
    returned: int = 0
    final: int = 0
    in_chain: Mapping[Level, int] = field(default_factory=dict)
    approved: Mapping[Level, int] = field(default_factory=dict)
    open_by_due: Mapping[date, int] = field(default_factory=dict)
    exempt: int = 0
    unexpected: int = 0

    @property
    def filed(self) -> int:
        """Those filed, in time or late."""
        return self.in_time + self.late

    @property
    def missing(self) -> int:
        """Those of which nothing was submitted."""
        return self.expected - self.filed - self.returned

    def overdue(self, today: date) -> int:
        """Return how many are not filed though their day has passed."""
        return sum(count for due, count in self.open_by_due.items() if due < today)

    @property
    def filed_rate(self) -> Decimal | None:
        """The part of the expected that is filed, in percent; None where nothing is expected."""
        return rate(self.filed, self.expected)

    @property
    def in_time_rate(self) -> Decimal | None:
        """The part of the expected that was filed in time, in percent; None where nothing is expected."""
        return rate(self.in_time, self.expected)

    def approved_rate(self, level: Level) -> Decimal | None:
        """Return the part of what a level reviews that it has approved, in percent; None where it reviews nothing."""
        return rate(self.approved.get(level, 0), self.in_chain.get(level, 0))

    @property
    def final_rate(self) -> Decimal | None:
        """The part of the expected that is settled for good, in percent; None where nothing is expected."""
        return rate(self.final, self.expected)

    def __add__(self, other: Counts) -> Counts:
        """Return the counts of both; they must be of different forms."""
        return summed((self, other))


NUMBERS = ("expected", "in_time", "late", "returned", "final", "exempt", "unexpected")
"""The counts that are single numbers."""


def summed(many: Iterable[Counts]) -> Counts:
    """Return the counts of all together in one pass; they must be of different forms."""
    numbers = [0] * len(NUMBERS)
    in_chain: dict[Level, int] = {}
    approved: dict[Level, int] = {}
    open_by_due: dict[date, int] = {}
    for each in many:
        for place, count in enumerate(_numbers(each)):
            numbers[place] += count
        _add(in_chain, each.in_chain)
        _add(approved, each.approved)
        _add(open_by_due, each.open_by_due)
    named = dict(zip(NUMBERS, numbers, strict=True))
    return Counts(**named, in_chain=in_chain, approved=approved, open_by_due=open_by_due)


def rate(part: int, whole: int) -> Decimal | None:
    """Return a part of a whole in percent, cut after one digit, so that only the whole is 100; None of nothing."""
    return Decimal(part * 1000 // whole) / 10 if whole else None


def counted(judged: Iterable[Judged], exempt: int = 0, unexpected: int = 0) -> Counts:
    """Return the counts of expected forms, with what is counted apart."""
    forms = list(judged)
    filed = [each for each in forms if each.standing is Standing.FILED]
    in_time = sum(not each.is_late for each in filed)
    return Counts(
        expected=len(forms),
        in_time=in_time,
        late=len(filed) - in_time,
        returned=sum(each.standing is Standing.RETURNED for each in forms),
        final=sum(each.is_final for each in forms),
        in_chain=dict(Counter(level for each in forms for level in set(each.chain))),
        approved=dict(Counter(level for each in forms for level in each.approved)),
        open_by_due=dict(Counter(each.due for each in forms if each.standing is not Standing.FILED)),
        exempt=exempt,
        unexpected=unexpected,
    )


_numbers = attrgetter(*NUMBERS)


def _add(sums: dict[Key, int], counts: Mapping[Key, int]) -> None:
    for key, count in counts.items():
        sums[key] = sums.get(key, 0) + count
