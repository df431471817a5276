"""What can be reckoned sum by sum: a cell that is alone in a sum, and then what is alone in another one without it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from services.statistics.disclosure.suppression.problem import Flags
from services.statistics.disclosure.suppression.rows import Rows


def known_with(rows: Rows, cell: int, is_hidden: Flags) -> Iterator[int]:
    """Yield the hidden cells that can be reckoned one after the other if a cell is known, which itself is hidden no more."""
    known = {cell}
    waiting = rows.around(np.array([cell])).tolist()
    while waiting:
        cells = rows.of(waiting.pop())
        left = [each for each in cells[is_hidden[cells]].tolist() if each not in known]
        if len(left) == 1:
            yield left[0]
            known.update(left)
            waiting.extend(rows.around(np.array(left)).tolist())
