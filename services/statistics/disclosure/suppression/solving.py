"""How the suppressor sets up its solver: one thread, simplex, no randomness, so that the same input takes the same path."""

from __future__ import annotations

import highspy

OPTIMAL = highspy.HighsModelStatus.kOptimal

DEVEX, STEEPEST = 1, 2
"""How the solver chooses its steps: Devex for programs that change a little and are solved again at once, the steepest edge for
large ones that begin anew, in half of the time."""

OPTIONS: dict[str, str | int] = {
    "threads": 1,
    "parallel": "off",
    "solver": "simplex",
    "random_seed": 0,
    "simplex_dual_edge_weight_strategy": DEVEX,
}


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
