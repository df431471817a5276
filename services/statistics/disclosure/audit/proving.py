"""What is protected for certain: for each target a movement of hidden quantities that moves it far enough, from whom it may.

A movement that was found proves what it moves far enough, all at once, for readers; and for every insider whose own cells it
moves by no more than the insider doesn't know. Those for whom it proves nothing are taken together, as if they told each other
what they know; only where that leaves no movement, by halves. What is not proven here is not unsafe: the attack decides it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np

from services.statistics.disclosure.audit.before import rooms_of
from services.statistics.disclosure.audit.board import Board
from services.statistics.disclosure.audit.movements import Asked, Bounds, Exact, Moved, Movements, length
from services.statistics.disclosure.audit.targets import Demands, Target
from services.statistics.disclosure.audit.unknowns import core_of

OTHERS = 12
"""So many of the last movements that prove the same again are kept, for insiders for whom the first proves nothing."""
SMALL, MIDDLING = 48, 500
"""A movement of no more unknowns than this is kept for all that it moves far enough; a larger one proves little to insiders, but
up to so many it is kept beside others."""


@dataclass
class Unproven:
    """Targets, by their numbers: not proven to be protected from anybody, and from whom else."""

    public: set[int] = field(default_factory=set)
    insiders: dict[str, set[int]] = field(default_factory=dict)
    programs: int = 0

    def of(self, holder: str) -> set[int]:
        """Return what is not proven to be protected from a holding."""
        return self.public | self.insiders.get(holder, set())


def prove(board: Board, demands: Demands) -> Unproven:
    """Return the targets that are not proven to be protected, from whom they are not."""
    return _Proving(board, demands).all()


class _Proving:
    def __init__(self, board: Board, demands: Demands) -> None:
        self._board, self._demands = board, demands
        self._far = board.far
        self._core = core_of(board)
        self._lines_of: dict[int, list[int]] = {}
        for line, equation in enumerate(board.equations):
            for number in (equation.whole, *equation.parts):
                if number in self._core.at:
                    self._lines_of.setdefault(number, []).append(line)
        self._known: dict[str, dict[int, tuple[int, int]]] = {}
        self._own: dict[str, set[int]] = {}
        self._holders: dict[int, list[tuple[str, int, int]]] = {}
        self._take_knowledge()
        self._movements = Movements(self._core, *self._known_rooms())
        self._targets: dict[int, list[tuple[Target, int]]] = {}
        self._held: dict[tuple[int, int], Moved] = {}
        self._others: dict[tuple[int, int], list[Moved]] = {}
        self._found = Unproven()

    def all(self) -> Unproven:
        """Go through all targets, those that must move farthest first."""
        for number, target in self._demands.targets.items():
            if target.level.is_nothing:
                continue
            at = self._core.at.get(number)
            if at is None or target.level.width > 0:
                self._found.public.add(number)
            else:
                self._targets.setdefault(at[0], []).append((target, at[1]))
        asks = [(self._level(column, way), column, way) for column in self._targets for way in (1, -1)]
        for level, column, way in sorted(asks, key=lambda each: (-each[0], each[1], -each[2])):
            if level > 0:
                self._prove(column, way, level)
        self._found.programs = self._movements.programs
        return self._found

    def _take_knowledge(self) -> None:
        for holder in sorted(self._demands.insiders):
            parts = self._demands.insiders[holder]
            self._own[holder] = {each.number for each in parts if each.is_alone}
            rooms = rooms_of(self._core, parts, self._far)
            self._known[holder] = {column: (-down, up) for column, (down, up) in rooms.items()}
            for column, (low, high) in self._known[holder].items():
                self._holders.setdefault(column, []).append((holder, low, high))

    def _known_rooms(self) -> tuple[np.ndarray, np.ndarray]:
        down, up = (np.full(len(self._core.members), float(self._far)) for _ in range(2))
        for column, known in self._holders.items():
            down[column] = min(-low for _, low, _ in known)
            up[column] = min(high for _, _, high in known)
        return down, up

    def _level(self, column: int, way: int, holder: str | None = None) -> int:
        """Return how far an unknown must move in one way, for everybody, or for a holding that doesn't know it itself."""
        own = self._own[holder] if holder is not None else set()
        levels = [
            (self._demands.level(target, holder), sign)
            for target, sign in self._targets[column]
            if target.number not in own
        ]
        return max((level.upper if sign * way > 0 else level.lower for level, sign in levels), default=0)

    def _prove(self, column: int, way: int, level: int) -> None:
        moved = self._held.get((column, way)) or self._find(Asked(column, way, level, {}))
        if moved is None:
            self._found.public.update(target.number for target, _ in self._targets[column])
            return
        left = {
            holder: level
            for holder, level in self._not_for(moved, column, way)
            if not any(
                self._is_kept(other, self._known[holder], level, length(other[column]))
                for other in self._others.get((column, way), ())
            )
        }
        if left:
            self._prove_for(left, column, way)

    def _find(self, asked: Asked) -> Moved | None:
        moved = self._movements.find(asked)
        if moved is None or not self._is_possible(moved):
            return None
        for column, by in moved.items() if len(moved) <= MIDDLING else ():
            place = column, 1 if by > 0 else -1
            if column in self._targets and length(by) >= self._level(*place):
                held = self._held.setdefault(place, moved) if len(moved) <= SMALL else None
                if held is not moved:
                    others = self._others.setdefault(place, [])
                    others.append(moved)
                    del others[:-OTHERS]
        return moved

    def _is_possible(self, moved: Moved) -> bool:
        """Tell, by the sums and bounds of the board, whether a movement leads from the truth to a possible table."""
        by = {number: sign * far for column, far in moved.items() for number, sign in self._core.members[column]}
        for number, far in by.items():
            quantity = self._board.quantities[number]
            value = (quantity.value or 0) + far
            if quantity.is_seen or (quantity.low is not None and value < quantity.low):
                return False
            if (quantity.high is not None and value > quantity.high) or length(far) > self._far:
                return False
        lines = {line for number in by for line in self._lines_of.get(number, ())}
        equations = (self._board.equations[line] for line in lines)
        return all(by.get(each.whole, 0) == sum(by.get(part, 0) for part in each.parts) for each in equations)

    def _not_for(self, moved: Moved, column: int, way: int) -> Iterator[tuple[str, int]]:
        """Yield the holdings to whom a movement proves nothing, each with how far the unknown must move for it."""
        seen = {
            holder
            for each, by in moved.items()
            for holder, low, high in self._holders.get(each, ())
            if by < low or by > high
        }
        far = length(moved[column])
        for holder in sorted(seen):
            level = self._level(column, way, holder)
            if level > 0 and not self._is_kept(moved, self._known[holder], level, far):
                yield holder, level

    def _is_kept(self, moved: Moved, known: Bounds, level: int, far: Exact) -> bool:
        """Tell whether a movement, shortened to what a holding asks, stays within what the holding doesn't know."""
        bounds = ((by, known[column]) for column, by in moved.items() if column in known)
        return all(low * far <= by * level <= high * far for by, (low, high) in bounds)

    def _prove_for(self, left: Mapping[str, int], column: int, way: int) -> None:
        asked = Asked(column, way, max(left.values()), _together(self._known[holder] for holder in left))
        if self._find(asked) is not None:
            return
        if len(left) == 1:
            (holder,) = left
            if self._is_limited(holder, column):
                less = self._level(column, way, holder)
                if not less or self._find(Asked(column, way, less, self._known[holder])) is not None:
                    return
            numbers = {target.number for target, _ in self._targets[column]} - self._own[holder]
            self._found.insiders.setdefault(holder, set()).update(numbers)
            return
        holders = list(left)
        for half in (holders[: len(holders) // 2], holders[len(holders) // 2 :]):
            self._prove_for({holder: left[holder] for holder in half}, column, way)

    def _is_limited(self, holder: str, column: int) -> bool:
        """Ask no more for a holding than what was open to it before; tell whether that is less."""
        limited = [self._demands.limit(target, holder) for target, _ in self._targets[column]]
        return any(limited)


def _together(known: Iterable[Bounds]) -> Bounds:
    """Return what can be where several know what each of them knows."""
    found: dict[int, tuple[int, int]] = {}
    for bounds in known:
        for column, (low, high) in bounds.items():
            least, most = found.get(column, (low, high))
            found[column] = max(low, least), min(high, most)
    return found
