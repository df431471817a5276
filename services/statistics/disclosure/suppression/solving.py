"""How the suppressor sets up its solver: one thread, simplex, no randomness, so that the same input takes the same path."""

from __future__ import annotations

import highspy
import numpy as np
import numpy.typing as npt

OPTIMAL = highspy.HighsModelStatus.kOptimal
INFEASIBLE = highspy.HighsModelStatus.kInfeasible

OPTIONS: dict[str, str | int] = {
    "threads": 1,
    "parallel": "off",
    "solver": "simplex",
    "random_seed": 0,
    "simplex_dual_edge_weight_strategy": 1,  # Devex: these programs change a little and are solved again at once
}

Indices = npt.NDArray[np.int32]
Numbers = npt.NDArray[np.float64]


class Quiet(highspy.Highs):
    """The solver without callbacks, which nobody here wants, and whose making prints a banner."""

    def __init__(self) -> None:
        """Make the solver alone."""
        super(highspy.Highs, self).__init__()
        self.setOptionValue("output_flag", False)


def fresh() -> highspy.Highs:
    """Return a solver without a problem."""
    solver = Quiet()
    for option, value in OPTIONS.items():
        solver.setOptionValue(option, value)
    return solver


def by_rows(rows: tuple[tuple[int, ...], ...]) -> tuple[Indices, Indices, Numbers]:
    """Return sums as starts, columns and signs: −1 for the whole, which stands first, 1 for each part."""
    lengths = np.array([len(row) for row in rows], dtype=np.int32)
    starts = np.concatenate([np.zeros(1, dtype=np.int32), np.cumsum(lengths, dtype=np.int32)])
    columns = np.array([cell for row in rows for cell in row], dtype=np.int32)
    signs = np.ones(len(columns))
    signs[starts[:-1]] = -1.0
    return starts, columns, signs
