"""The sums between cells as arrays: for each sum its cells with their signs, for each cell the sums that it is in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int32]
Row = tuple[tuple[int, float], ...]
"""Cells with the numbers by which they count in a sum that is nothing: −1 for a whole, 1 for a part."""


@dataclass(frozen=True)
class Lines:
    """Some sums over some cells, which are numbered anew: where each sum starts, its cells, and by what they count."""

    starts: Indices
    columns: Indices
    signs: Numbers

    @property
    def numbers(self) -> npt.NDArray[np.int64]:
        """The sum of each item."""
        return np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))


class Rows:
    """All sums of a problem."""

    def __init__(self, rows: Sequence[Row], cells: int) -> None:
        """Lay the sums out; `cells` is how many cells there are."""
        self.count = len(rows)
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        self._starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
        self._cells = np.array([cell for row in rows for cell, _ in row], dtype=np.int64)
        self._signs = np.array([sign for row in rows for _, sign in row], dtype=float)
        numbers = np.repeat(np.arange(self.count), lengths)
        order = np.argsort(self._cells, kind="stable")
        self._rows_of = numbers[order]
        self.degree = np.bincount(self._cells, minlength=cells)
        self._first = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(self.degree)])
        self._total = cells

    def of(self, row: int) -> npt.NDArray[np.int64]:
        """Return the cells of a sum."""
        return self._cells[self._starts[row] : self._starts[row + 1]]

    def signs_of(self, row: int) -> Numbers:
        """Return by what the cells of a sum count in it."""
        return self._signs[self._starts[row] : self._starts[row + 1]]

    def around(self, cells: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the sums that some cells are in, each once."""
        return np.unique(_gathered(self._rows_of, self._first, cells))

    def between(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Return the cells in which two of some sums meet, or that are in no others."""
        counts = np.bincount(_gathered(self._cells, self._starts, rows), minlength=self._total)
        return np.flatnonzero((counts > 1) | ((counts == self.degree) & (counts > 0)))

    def with_few(self, cells: npt.NDArray[np.int64], most: int) -> npt.NDArray[np.int64]:
        """Return some cells with those that are beside them in sums of few cells."""
        rows = self.around(cells)
        short = rows[self._starts[rows + 1] - self._starts[rows] <= most]
        return np.unique(np.concatenate([cells, _gathered(self._cells, self._starts, short)]))

    def among(self, cells: npt.NDArray[np.int64]) -> Lines:
        """Return the sums over some cells alone, numbered by their places in `cells`."""
        rows = self.around(cells)
        place = np.full(self._total, -1)
        place[cells] = np.arange(len(cells))
        at = place[_gathered(self._cells, self._starts, rows)]
        kept = at >= 0
        number = np.repeat(np.arange(len(rows)), self._starts[rows + 1] - self._starts[rows])[kept]
        starts = np.searchsorted(number, np.arange(len(rows) + 1)).astype(np.int32)
        signs = _gathered(self._signs, self._starts, rows)[kept]
        return Lines(starts, at[kept].astype(np.int32), signs)


def _gathered(items: npt.NDArray[np.generic], starts: npt.NDArray[np.int64], of: npt.NDArray[np.int64]) -> npt.NDArray:  # type: ignore[type-arg]  # of what items are
    """Return some lists of those that stand one after the other in `items`."""
    lengths = starts[of + 1] - starts[of]
    before = np.cumsum(lengths) - lengths
    return items[np.repeat(starts[of] - before, lengths) + np.arange(int(lengths.sum()))]
