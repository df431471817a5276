"""What holdings know of cells, as arrays: whom a movement tells that it can't be, and how far cells may move for some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from services.statistics.disclosure.suppression.problem import NEARLY, Flags, Problem
from services.statistics.disclosure.suppression.rows import Numbers

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Room:
    """How far each cell may move up and down."""

    up: Numbers
    down: Numbers

    def with_(self, other: Room) -> Room:
        """Return what is left where another holds too."""
        return Room(np.minimum(self.up, other.up), np.minimum(self.down, other.down))


@dataclass(frozen=True, eq=False)
class Flow:
    """By how much each cell moves so that one moves as wanted; cells in ascending order."""

    cells: Places
    moved: Numbers

    def by(self, cell: int) -> float:
        """Return by how much a cell moves."""
        at = int(np.searchsorted(self.cells, cell))
        return float(self.moved[at]) if at < len(self.cells) and self.cells[at] == cell else 0.0

    def shortened(self, share: float) -> Flow:
        """Return a part of the movement, turned round where the part is below nothing."""
        return Flow(self.cells, self.moved * share)


class Knowledge:
    """What each holding knows, by its name, and by the cells that it knows something of."""

    def __init__(self, problem: Problem) -> None:
        """Lay out what is known."""
        self._problem = problem
        self.names = tuple(problem.own)
        self._number = {name: number for number, name in enumerate(self.names)}
        lengths = np.array([len(each) for each in problem.own.values()], dtype=np.int64)
        listed = [each for owned in problem.own.values() for each in owned]
        self._starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        self._cells = np.array([each.cell for each in listed], dtype=np.int64)
        self._below = np.array([each.below for each in listed], dtype=float)
        self._above = np.array([each.above for each in listed], dtype=float)
        self._alone = {(name, each.cell) for name, owned in problem.own.items() for each in owned if each.is_alone}
        self._holder = np.repeat(np.arange(len(self.names)), lengths)
        self._counts = np.bincount(self._cells, minlength=len(problem.costs))
        self._of = np.split(np.argsort(self._cells, kind="stable"), np.cumsum(self._counts)[:-1])

    def is_alone(self, holder: str, cell: int) -> bool:
        """Tell whether a cell is a holding's own."""
        return (holder, cell) in self._alone

    def has(self, holder: str, among: Flags) -> bool:
        """Tell whether a holding knows something of one of some cells."""
        return bool(among[self._cells[self._entries(holder)]].any())

    def _entries(self, holder: str) -> slice:
        number = self._number[holder]
        return slice(int(self._starts[number]), int(self._starts[number + 1]))

    def seeing(self, flow: Flow, shares: Mapping[str, float] | None = None) -> list[str]:
        """Return the holdings to whom a movement would be impossible as it stands, of some, each of whom needs a part of it."""
        entries = np.concatenate([self._of[cell] for cell in flow.cells.tolist()])
        moved = np.repeat(flow.moved, self._counts[flow.cells])
        if shares is not None:
            share = np.full(len(self.names), np.nan)  # who isn't asked sees nothing
            share[[self._number[each] for each in shares]] = list(shares.values())
            moved = moved * share[self._holder[entries]]
        below, above = self._below[entries], self._above[entries]
        breaks = (moved < -below * (1 + NEARLY)) | (moved > above * (1 + NEARLY))
        return [self.names[each] for each in np.unique(self._holder[entries[breaks]]).tolist()]

    def room(self, shares: Mapping[str, float]) -> Room:
        """Return how far each cell may move if all of some holdings, who need but a part of it each, told what they know."""
        up, down = self._problem.above.copy(), self._problem.below.copy()
        for holder, share in shares.items():
            entries = self._entries(holder)
            cells = self._cells[entries]  # each once
            up[cells] = np.minimum(up[cells], self._above[entries] / share)
            down[cells] = np.minimum(down[cells], self._below[entries] / share)
        return Room(up, down)


@dataclass(frozen=True, eq=False)
class Obstacle:
    """Why a cell can't move as wanted: it moves no farther than the weighted rooms of some cells add up to."""

    cells: Places
    up: Numbers
    down: Numbers

    @staticmethod
    def at(cell: int, way: int) -> Obstacle:
        """Return what is always so: a cell moves no farther than it has room."""
        one, other = np.ones(1), np.zeros(1)
        return Obstacle(np.array([cell]), *((one, other) if way > 0 else (other, one)))

    def only(self, room: Room) -> Room:
        """Return the room of the cells that count."""
        return Room(room.up[self.cells], room.down[self.cells])

    def reach(self, room: Room) -> float:
        """Return how far the cell moves at most, where those that count have some room each."""
        return float(self.up @ room.up + self.down @ room.down)
