"""What everybody, and each who contributes, knew before the release: no release can take that back.

January is out, and March shows the year to date. Who has nearly all of what came since knows the rest of the year to date as
closely as January told it, whatever March hides. So of an insider no more is asked than that what it didn't know then stays
open. Readers are not spared: what earlier releases told them is a finding.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from services.statistics.disclosure.audit.board import lay_out
from services.statistics.disclosure.audit.reaching import Reaching, Rooms
from services.statistics.disclosure.audit.unknowns import Core, core_of
from services.statistics.disclosure.tables import Codes, Release, Status, Table

SOLVERS_PART = 1000
"""What was left is asked for but for a part of so many, which rounding may take."""


@dataclass(frozen=True)
class Knowledge:
    """What an insider knows of a quantity: at least `least`; all of it where the insider is alone."""

    number: int
    value: int
    least: int
    is_alone: bool

    def room(self, far: int) -> tuple[int, int]:
        """Return how far down and up the quantity can lie from its value, where nothing lies farther than `far`."""
        return (0, 0) if self.is_alone else (max(0, self.value - self.least), far)


class Before:
    """How far each quantity could lie from its value if the release hid all that it can."""

    def __init__(self, release: Release, register: Sequence[Release]) -> None:
        """Lay out what was told before; quantities have the numbers that they have on the board of the release."""
        hidden = {table.id: _can_be_hidden(release, table) for table in release.book.tables}
        board = lay_out(Release(release.id, release.book, hidden), register)
        self._far = board.far
        self._core = core_of(board)
        self._reaching: Reaching | None = None

    def known(self, parts: Iterable[Knowledge]) -> Rooms:
        """Return how far what was open could lie from its value for one who has parts of it."""
        return rooms_of(self._core, parts, self._far)

    def room(self, number: int, known: Rooms) -> tuple[int, int] | None:
        """Return how far down and up a quantity could lie by itself; None where nobody could tell it to lie elsewhere."""
        at = self._core.at.get(number)
        if at is None:
            return None
        column, sign = at
        down, up = known.get(column, (self._far, self._far))
        down, up = min(down, self._core.down[column]), min(up, self._core.up[column])
        return (down, up) if sign > 0 else (up, down)

    def reach(self, number: int, wanted: tuple[int, int], known: Rooms) -> tuple[int, int]:
        """Return how far down and up, of what is wanted, a quantity could lie by all sums together."""
        column, sign = self._core.at[number]
        self._reaching = self._reaching or Reaching(self._core)
        down, up = (
            self._reaching.farthest(column, way * sign, far, known) if far > 0 else far
            for way, far in zip((-1, 1), wanted, strict=True)
        )
        return down, up


def rooms_of(core: Core, parts: Iterable[Knowledge], far: int) -> Rooms:
    """Return how far unknowns can move, by their columns, for one who has parts of quantities."""
    found: dict[int, tuple[int, int]] = {}
    for each in parts:
        column, sign = core.at.get(each.number, (None, 1))
        if column is not None:
            down, up = each.room(far)[::sign]
            below, above = found.get(column, (far, far))
            found[column] = min(down, below), min(up, above)
    return found


def all_but_rounding(room: int) -> int:
    """Return how much of a room is asked for."""
    return room - room // SOLVERS_PART


def _can_be_hidden(release: Release, table: Table) -> frozenset[Codes]:
    """Return the cells of a table that are hidden, or could be; zeros are known to everybody."""
    return frozenset(
        cell.codes
        for cell in table.cells
        if cell.status in (Status.OPEN, Status.WITHHELD) and (cell.value != 0 or release.is_hidden(table, cell))
    )
