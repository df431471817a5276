"""What must not be reckoned closely, and who reckons with what knowledge, as numbers on the board."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from services.statistics.disclosure.audit.before import Before, Knowledge, all_but_rounding
from services.statistics.disclosure.audit.board import Board, Place, Quantity
from services.statistics.disclosure.audit.reaching import Rooms
from services.statistics.disclosure.audit.report import Finding, Kind
from services.statistics.disclosure.rules import Judged, Reason, amount_of, judge, need, widest
from services.statistics.disclosure.tables import Protection, Status
from services.statistics.disclosure.thresholds import Insiders, Thresholds

STRANGER = ""
"""Stands for every holding that contributes nothing to a cell, as far as is known."""
ALONE_IN = "alone in "
"""Who is alone in a cell knows it, also where nobody said who that is."""


@dataclass(frozen=True)
class Level:
    """How far below and above the true value the possible values must reach, and how wide they must be: small units."""

    lower: int
    upper: int
    width: int

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is asked."""
        return self.lower <= 0 and self.upper <= 0 and self.width <= 0

    def within(self, down: int, up: int) -> Level:
        """Return what is asked of a quantity that can lie no farther below and above."""
        return Level(min(self.lower, down), min(self.upper, up), min(self.width, down + up))


@dataclass(frozen=True)
class Target:
    """A hidden quantity that must be protected, with the cells that say so."""

    number: int
    judged: tuple[tuple[Place, Judged], ...]
    level: Level


class Demands:
    """The targets of a board, the insiders, and what is wrong before anything is reckoned."""

    def __init__(self, board: Board, thresholds: Thresholds, before: Before | None = None) -> None:
        """Judge every cell of the new release, and those of earlier ones that were hidden; `before` is what those told."""
        self._board = board
        self._before = before
        self._thresholds = thresholds
        self.targets: dict[int, Target] = {}
        self.insiders: dict[str, list[Knowledge]] = {}
        self.findings: list[Finding] = []
        self.unjudged: list[int] = []
        self._levels: dict[tuple[int, str | None], Level] = {}
        self._parts: dict[str, list[Knowledge]] = {}
        self._known: dict[str, Rooms] = {}
        self._limits: dict[tuple[int, str], Level] = {}
        for number, quantity in enumerate(board.quantities):
            self._look_at(number, quantity)

    def level(self, target: Target, holder: str | None) -> Level:
        """Return how far a target must be protected from the public (None) or from a holding.

        A holding that knew it more closely before is to learn nothing more of it.
        """
        asked = self._asked(target, holder)
        if self._before is None or holder is None or asked.is_nothing:
            return asked
        if (target.number, holder) in self._limits:
            return self._limits[target.number, holder]
        room = self._before.room(target.number, self._known_by(holder))
        return asked if room is None else asked.within(*map(all_but_rounding, room))

    def limit(self, target: Target, holder: str) -> bool:
        """Ask no more for a holding from now on than what all sums together left open before; tell whether that is less."""
        asked = self.level(target, holder)
        if self._before is None or asked.is_nothing or (target.number, holder) in self._limits:
            return False
        wanted = max(asked.lower, asked.width), max(asked.upper, asked.width)
        reach = self._before.reach(target.number, wanted, self._known_by(holder))
        left = (far if far == most else all_but_rounding(far) for far, most in zip(reach, wanted, strict=True))
        self._limits[target.number, holder] = asked.within(*left)
        return self._limits[target.number, holder] != asked

    def _known_by(self, holder: str) -> Rooms:
        if holder not in self._known and self._before is not None:
            self._known[holder] = self._before.known(self._parts.get(holder, ()))
        return self._known[holder]

    def _asked(self, target: Target, holder: str | None) -> Level:
        if not target.judged:
            return target.level
        if holder is not None and all(holder != x.holder for place, _ in target.judged for x in place.cell.largest):
            holder = STRANGER
        if (target.number, holder) not in self._levels:
            levels = [self._level(place, judged, holder) for place, judged in target.judged]
            found = zip(*((each.lower, each.upper, each.width) for each in levels), strict=True)
            self._levels[target.number, holder] = Level(*map(max, found))
        return self._levels[target.number, holder]

    def _look_at(self, number: int, quantity: Quantity) -> None:
        judged = [(place, self._judge(place)) for place in quantity.places if _is_judged(place, quantity)]
        unsafe = tuple((place, found) for place, found in judged if found.is_unsafe)
        for kind in _faults(quantity, unsafe):
            where = tuple(sorted({place.release for place in quantity.places}))
            self.findings.append(Finding(kind, quantity.key, where=where))
        self._take_parts(number, quantity)
        if quantity.is_seen:
            return
        if unsafe:
            target = Target(number, unsafe, Level(0, 0, 0))
            self.targets[number] = Target(number, unsafe, self.level(target, None))
        elif quantity.is_remainder and quantity.value is not None:
            self.targets[number] = Target(number, (), self._of_remainder(quantity))
        elif quantity.is_remainder:
            self.unjudged.append(number)

    def _judge(self, place: Place) -> Judged:
        return judge(place.table, place.cell, self._thresholds.of(place.table.rules))

    def _level(self, place: Place, judged: Judged, holder: str | None) -> Level:
        wanted: Protection = need(place.table, place.cell, self._thresholds.of(place.table.rules), judged, holder)
        up = self._board.units_up
        return Level(up(wanted.lower), up(wanted.upper), up(wanted.sliding))

    def _of_remainder(self, quantity: Quantity) -> Level:
        """Return the level of what nobody gave evidence for: that of a cell which only lacks evidence."""
        value = abs(quantity.value or 0)
        level = int(value * self.widest) + (1 if value else 0)
        return Level(min(level, value) if quantity.low is not None else level, level, 0)

    @property
    def widest(self) -> Decimal:
        """By which part of its value a quantity is protected of which nothing is known."""
        return max(widest(each) for each in self._thresholds.sets.values())

    def _take_parts(self, number: int, quantity: Quantity) -> None:
        """Note who has a part of a quantity: of what is hidden, and for what was known before, of what is shown now too."""
        of = [self._parts] if self._before is not None else []
        of += [] if quantity.is_seen else [self.insiders]
        for place in quantity.places if of else ():
            for holder, known in self._contributed(number, place):
                for parts in of:
                    mine = parts.setdefault(holder, [])
                    if not mine or mine[-1].number != number:
                        mine.append(known)

    def _contributed(self, number: int, place: Place) -> Iterator[tuple[str, Knowledge]]:
        rules = self._thresholds.of(place.table.rules)
        is_alone = place.cell.holdings == 1
        if rules.insiders is Insiders.ALONE and not is_alone:
            return
        if place.cell.gross is not None and not is_alone:
            return  # contributions with signs bound nothing
        nameless = () if place.cell.largest or not is_alone else (f"{ALONE_IN}{number}",)
        for holder in (*nameless, *(each.holder for each in place.cell.largest)):
            least = self._board.units_down(amount_of(place.cell, holder))
            yield holder, Knowledge(number, self._board.units_down(place.cell.value), least, is_alone)


def _is_judged(place: Place, quantity: Quantity) -> bool:
    """Tell whether a cell is judged: what was shown before is shown, and what must be shown is known anyway."""
    if place.cell.status is Status.SHOWN:
        return False
    return place.is_new or not quantity.is_seen


def _faults(quantity: Quantity, unsafe: Iterable[tuple[Place, Judged]]) -> Iterator[Kind]:
    """Name what is wrong before anything is reckoned: an unsafe cell can be read, or a new one has no evidence."""
    unknown = [place for place, found in unsafe if Reason.NO_EVIDENCE in found.reasons]
    if any(place.is_new for place in unknown):
        yield Kind.NO_EVIDENCE
    if quantity.is_seen and any(found.reasons != (Reason.NO_EVIDENCE,) for _, found in unsafe):
        yield Kind.SHOWN


def columns_of(known: Iterable[Knowledge], column: Mapping[int, int]) -> list[Knowledge]:
    """Return what an insider knows within a block."""
    return [each for each in known if each.number in column]
