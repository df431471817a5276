"""The months of a year as sums are shown of them, and the versions of its facts: codes and axes for books. Pure.

A month has the code `2025-03`, the year up to it `2025:03`, a year `2025:12`, and months between two sums that were shown
`2025-04..06`. Facts are corrected after they were shown: `v1`, `v2` are what the same months came to at first and
afterwards, `v1>v2` is the difference, which whoever has both reckons.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from services.statistics.disclosure.tables import Dimension, Node
from services.statistics.tables.definitions import Span

TIME, VINTAGE = "time", "vintage"

DECEMBER = 12


@dataclass(frozen=True)
class Timeline:
    """A year: after which months sums since January can be known, and how many versions of its facts there are.

    `leaps` and `jumps` are pairs of points and of versions that aren't neighbours, between which something lies of its own.
    """

    year: str
    points: tuple[int, ...]
    vintages: int = 1
    leaps: frozenset[tuple[int, int]] = frozenset()
    jumps: frozenset[tuple[int, int]] = frozenset()

    def codes(self) -> tuple[str, ...]:
        """Return the codes of all sums since January and of what lies between them, by the last month that they need."""
        found: list[str] = []
        for before, until in pairwise((0, *self.points)):
            found += [_stretch(self.year, before, until)] if before else []
            found.append(_sum(self.year, until))
        return tuple(found)

    def axes(self) -> tuple[Dimension, Dimension]:
        """Return the months, added up from the first sum, and the versions, each the one before with what changed."""
        node = Node("")
        for before, until in pairwise((0, *self.points)):
            parts: tuple[Node, ...] = (node, Node(_stretch(self.year, before, until))) if before else ()
            if not before and until == 1:
                parts = (Node(_stretch(self.year, 0, 1)),)
            node = Node(_sum(self.year, until), parts)
        version = Node(vintage_code(1))
        for older, newer in pairwise(range(1, self.vintages + 1)):
            version = Node(vintage_code(newer), (version, Node(change_code(older, newer))))
        leaps, jumps = map(self._leap, sorted(self.leaps)), map(self._jump, sorted(self.jumps))
        return Dimension(TIME, (node, *leaps)), Dimension(VINTAGE, (version, *jumps))

    def leap_code(self, before: int, until: int) -> str:
        """Return the code of the months between two points."""
        return _stretch(self.year, before, until)

    def _leap(self, leap: tuple[int, int]) -> Node:
        before, until = leap
        within = [each for each in self.points if before <= each <= until]
        parts = tuple(Node(_stretch(self.year, *each)) for each in pairwise(within))
        return Node(_sum(self.year, until), (Node(_sum(self.year, before)), Node(self.leap_code(before, until), parts)))

    def _jump(self, jump: tuple[int, int]) -> Node:
        older, newer = jump
        parts = tuple(Node(change_code(*each)) for each in pairwise(range(older, newer + 1)))
        return Node(vintage_code(newer), (Node(vintage_code(older)), Node(change_code(older, newer), parts)))


def points_of(shown: Iterable[tuple[str, Span]]) -> tuple[int, ...]:
    """Return after which months sums since January can be known, of the spans that are shown of periods.

    Whoever has a month beside the sum up to it has the sum of the months before.
    """
    found: set[int] = set()
    for period, span in shown:
        month = last_month(period)
        found.add(month)
        if span is Span.PERIOD and period[4:] and month > 1:
            found.add(month - 1)
    return tuple(sorted(found))


def code_of_time(period: str, span: Span) -> str:
    """Return the code of the months that a span of a period is over."""
    if span is Span.PERIOD and period[4:]:
        return period
    return _sum(period[:4], last_month(period))


def months_of(code: str) -> tuple[str, str]:
    """Return the first and the last month of a code."""
    year, mark, rest = code[:4], code[4], code[5:]
    first, _, last = rest.partition("..")
    return (f"{year}-01" if mark == ":" else f"{year}-{first}"), f"{year}-{last or first}"


def point_of(code: str) -> int:
    """Return the month up to which a code of months is the sum since January, 0 for one that is no such sum."""
    return int(code[5:]) if code[4] == ":" else 0


def sums_around(code: str) -> tuple[str, str] | None:
    """Return the sums before and up to a month by its code, None for what is no month or has none before."""
    year, mark, month = code[:4], code[4], code[5:]
    return (
        (_sum(year, int(month) - 1), _sum(year, int(month)))
        if mark == "-" and month.isdigit() and month != "01"
        else None
    )


def last_month(period: str) -> int:
    """Return the number of the last month of a period."""
    return int(period[5:] or DECEMBER)


def vintage_code(number: int) -> str:
    """Return the code of a version of the facts."""
    return f"v{number}"


def version_of(code: str) -> int:
    """Return the number of a version by its code."""
    return int(code[1:])


def change_code(older: int, newer: int) -> str:
    """Return the code of what changed between two versions."""
    return f"v{older}>v{newer}"


def _sum(year: str, until: int) -> str:
    return f"{year}:{until:02}"


def _stretch(year: str, before: int, until: int) -> str:
    return f"{year}-{until:02}" if until == before + 1 else f"{year}-{before + 1:02}..{until:02}"
