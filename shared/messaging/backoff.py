"""Waiting longer after each failure, with jitter, so that many clients don't come back at the same moment."""

from __future__ import annotations

import random


class Backoff:
    """Delays that double from `first` to `longest` seconds until `reset`."""

    def __init__(self, first: float = 0.1, longest: float = 5.0) -> None:
        self._first = first
        self._longest = longest
        self._failures = 0

    def reset(self) -> None:
        """Begin again with the shortest delay."""
        self._failures = 0

    def next(self) -> float:
        """Return the seconds to wait now: between half and the whole of the present step."""
        step = min(self._longest, self._first * 2.0 ** min(self._failures, 20))
        self._failures += 1
        return step * random.uniform(0.5, 1.0)  # noqa: S311  # jitter, not a secret
