"""Looking for movements of unknowns, in whole numbers: a few near ones first, then all that hang together.

A movement is asked for in a unit of about five digits below what is asked, so that numbers are small enough to be exact; how
far each unknown may move is rounded down to it. Corners of what is possible lie at halves and thirds of it too. What is found
is checked in whole numbers or such fractions, and else forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import highspy
import numpy as np
import numpy.typing as npt

from services.statistics.disclosure.audit.polytope import DENOMINATORS, OPTIONS, Quiet
from services.statistics.disclosure.audit.unknowns import Core, Places

Numbers = npt.NDArray[np.float64]

DIGITS = 10**5
"""What is asked is about so many units at least, where it is as many small units."""
CLEAR = 0.01
"""How far from a whole number what the solver says may be."""
MOST = 1000
"""No unknown needs to move more than so many times as far as the one that is asked for."""
KNOWN = 10.0
"""What it costs to move an unknown beyond what somebody knows of it, beside others, which cost 1."""
NARROW = 0.01
"""An unknown costs the more, the less of the movement it can carry, down to this part: a movement of few is what is looked for."""
NEAR = (6, 16)
"""How many unknowns of a sum are looked at, at first, and where that is too few."""
FEW = 4
"""Sums of no more unknowns than this are looked at whole."""
WIDE = 1500
"""What is near is no more than so many unknowns."""

FROM_NOTHING: dict[str, str | int] = {"presolve": "off", "simplex_dual_edge_weight_strategy": 2}
"""Programs that begin where nothing moves take half of the time by the steepest edge."""

Exact = int | Fraction
Moved = dict[int, Exact]
Bounds = Mapping[int, tuple[int, int]]


def length(moved: Exact) -> Exact:
    """Return how far something moves, whichever way."""
    return moved if moved > 0 else -moved


@dataclass(frozen=True)
class Asked:
    """An unknown that is to move by a distance in one way (1 or −1); `within` bounds unknowns besides."""

    column: int
    way: int
    distance: int
    within: Bounds


class Movements:
    """Finds movements among the unknowns of a core."""

    def __init__(self, core: Core, known_down: Numbers, known_up: Numbers) -> None:
        """`known_down` and `known_up` say how far each can move before somebody sees it."""
        self._core = core
        self._down, self._up = np.array(core.down, dtype=float), np.array(core.up, dtype=float)
        self._known_down, self._known_up = known_down, known_up
        self._row_at = np.repeat(np.arange(len(core.rows.starts) - 1), np.diff(core.rows.starts))
        self._degree = np.diff(core.rows_of.starts)
        self._piece_of = self._pieces()
        self._programs: dict[int, _Program] = {}
        self._solver = _fresh()
        self.programs = 0

    def _pieces(self) -> Places:
        """Return for each unknown the number of the piece that it hangs together with."""
        leader = np.arange(len(self._core.members))
        while True:
            least = np.full(len(self._core.rows.starts) - 1, len(leader))
            np.minimum.at(least, self._row_at, leader[self._core.rows.items])
            found = leader.copy()
            np.minimum.at(found, self._core.rows.items, least[self._row_at])
            if (found == leader).all():
                return leader
            leader = found[found]

    def find(self, asked: Asked) -> Moved | None:
        """Return a movement, None where none was found."""
        unit = max(1, 10 ** (len(str(asked.distance)) - 1) // DIGITS)
        wanted = -(-asked.distance // unit)
        down, up = self._rooms(asked, unit, wanted)
        if (up if asked.way > 0 else down)[asked.column] < wanted:
            return None
        before = -1
        for most in NEAR:
            columns = self._near(asked, unit, wanted, down, up, most)
            if len(columns) > WIDE:
                break
            if len(columns) == before:
                continue
            before = len(columns)
            found = self._solved(_Program(self._core, columns, self._solver), asked, unit, down, up)
            if found:
                return found
        return self._solved(self._whole(asked.column), asked, unit, down, up)

    def _rooms(self, asked: Asked, unit: int, wanted: int) -> tuple[Numbers, Numbers]:
        most = float(MOST * wanted)
        down, up = np.minimum(self._down // unit, most), np.minimum(self._up // unit, most)
        for column, (low, high) in asked.within.items():
            down[column], up[column] = min(down[column], -low // unit), min(up[column], high // unit)
        return down, up

    def _whole(self, column: int) -> _Program:
        piece = int(self._piece_of[column])
        if piece not in self._programs:
            self._programs[piece] = _Program(self._core, np.flatnonzero(self._piece_of == piece), _fresh())
        return self._programs[piece]

    def _near(self, asked: Asked, unit: int, wanted: int, down: Numbers, up: Numbers, most: int) -> Places:
        """Return the roomiest unknowns of the sums of the one that is asked for, and those in which two of their sums meet.

        Of each, also those beside it in sums of few.
        """
        rows_of, rows, room = self._core.rows_of, self._core.rows, np.maximum(down, up)
        unknown = np.minimum(self._known_down, self._known_up) // unit
        worth = np.minimum(np.minimum(down, up), wanted) + np.minimum(unknown, wanted)
        first = [self._best(row, room, worth, most) for row in rows_of.of(asked.column).tolist()]
        found = self._with_few(np.unique(np.concatenate([[asked.column], *first])))
        counts = np.bincount(rows.all_of(np.unique(rows_of.all_of(found))), minlength=len(room))
        meeting = np.flatnonzero(((counts > 1) | ((counts == self._degree) & (counts > 0))) & (room > 0))
        return np.union1d(found, self._with_few(meeting))

    def _with_few(self, columns: Places) -> Places:
        rows = np.unique(self._core.rows_of.all_of(columns))
        short = rows[self._core.rows.lengths(rows) <= FEW]
        return np.union1d(columns, self._core.rows.all_of(short))

    def _best(self, row: int, room: Numbers, worth: Numbers, most: int) -> Places:
        columns = self._core.rows.of(row)
        columns = columns[room[columns] > 0]
        if len(columns) <= most:
            return columns
        return columns[np.argsort(-worth[columns], kind="stable")[:most]]

    def _solved(self, program: _Program, asked: Asked, unit: int, down: Numbers, up: Numbers) -> Moved | None:
        self.programs += 1
        wanted = -(-asked.distance // unit)
        prices = (
            np.where(self._known_down < asked.distance, KNOWN, 1.0) / np.clip(down / wanted, NARROW, 1.0),
            np.where(self._known_up < asked.distance, KNOWN, 1.0) / np.clip(up / wanted, NARROW, 1.0),
        )
        found = program.cheapest(asked.column, asked.way, wanted, (down, up), prices)
        return program.in_small_units(*found, unit) if found else None


def _fresh() -> highspy.Highs:
    """Return a solver without a program."""
    solver = Quiet()
    for option, value in (*OPTIONS.items(), *FROM_NOTHING.items()):
        solver.setOptionValue(option, value)
    return solver


class _Program:
    """The program over some unknowns, with a column up and one down for each; all others stand still."""

    def __init__(self, core: Core, columns: Places, solver: highspy.Highs) -> None:
        self._columns = columns
        self._place = {column: place for place, column in enumerate(columns.tolist())}
        count = len(columns)
        rows = np.unique(core.rows_of.all_of(columns))
        spots = core.rows.spots_of(rows)
        place = np.full(len(core.members), -1)
        place[columns] = np.arange(count)
        at = place[core.rows.items[spots]]
        kept = at >= 0
        self._at = at[kept]
        self._row = np.repeat(np.arange(len(rows)), core.rows.lengths(rows))[kept]
        self._signs = core.signs[spots][kept]
        self._rows = len(rows)
        self._solver = solver
        self._solver.passModel(self._laid_out(count))
        self._all = np.arange(2 * count, dtype=np.int32)

    def _laid_out(self, count: int) -> highspy.HighsLp:
        program = highspy.HighsLp()
        program.num_col_, program.num_row_ = 2 * count, self._rows
        program.col_cost_ = program.col_lower_ = program.col_upper_ = np.zeros(2 * count)
        program.row_lower_ = program.row_upper_ = np.zeros(self._rows)
        starts = np.searchsorted(self._row, np.arange(self._rows + 1))
        index, value = np.empty(2 * len(self._at), dtype=np.int32), np.empty(2 * len(self._at))
        index[0::2], index[1::2] = self._at, self._at + count
        value[0::2], value[1::2] = self._signs, -self._signs
        program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        program.a_matrix_.start_, program.a_matrix_.index_ = (2 * starts).astype(np.int32), index
        program.a_matrix_.value_ = value
        return program

    def cheapest(
        self, column: int, way: int, wanted: int, room: tuple[Numbers, Numbers], prices: tuple[Numbers, Numbers]
    ) -> tuple[Numbers, Numbers] | None:
        """Return by how many units each moves in the movement that moves the fewest, and how far it may; None where none is."""
        count, place = len(self._columns), self._place[column]
        most = np.concatenate([room[1][self._columns], room[0][self._columns]]) / wanted
        least = np.zeros(2 * count)
        least[place if way > 0 else place + count] = most[place if way > 0 else place + count] = 1.0
        most[place + count if way > 0 else place] = 0.0
        costs = np.concatenate([prices[1][self._columns], prices[0][self._columns]])
        self._solver.changeColsBounds(2 * count, self._all, least, most)
        self._solver.changeColsCost(2 * count, self._all, costs)
        self._solver.clearSolver()  # from where nothing moves it is a few steps, from elsewhere many
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        found = np.array(self._solver.getSolution().col_value)
        return (found[:count] - found[count:]) * wanted, most * wanted

    def in_small_units(self, moved: Numbers, most: Numbers, unit: int) -> Moved | None:
        """Return a movement in exact numbers, None where it can't be said in them, or isn't possible."""
        count = len(self._columns)
        for parts in DENOMINATORS:
            whole = np.rint(moved * parts)
            is_clear = np.abs(whole - moved * parts).max(initial=0) < CLEAR
            within = np.rint(most) * parts
            is_within = (whole <= within[:count]).all() and (-whole <= within[count:]).all()
            sums = np.bincount(self._row, self._signs * whole[self._at], self._rows)
            if is_clear and is_within and not sums.any():
                return {
                    int(self._columns[each]): _exact(int(whole[each]) * unit, parts) for each in np.flatnonzero(whole)
                }
        return None


def _exact(number: int, parts: int) -> Exact:
    return Fraction(number, parts) if number % parts else number // parts
