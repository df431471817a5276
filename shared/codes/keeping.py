"""Keeps the list of divisions that a process uses as new as the changes that its service has stored."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence

from shared.codes import divisions
from shared.codes.division_changes import Change
from shared.errors import Unavailable

SECONDS = 10.0
"""So long a process may go on with an older list."""


class DivisionKeeper:
    """Asks for the changes again when the last answer is old; safe for threads."""

    def __init__(
        self,
        load: Callable[[], Sequence[Change]],
        *,
        age: float = SECONDS,
        seconds: Callable[[], float] = time.monotonic,
    ) -> None:
        """`load` returns all changes; where it raises `Unavailable`, the list stays as it is."""
        self._load = load
        self._age = age
        self._seconds = seconds
        self._asked = -float("inf")
        self._lock = threading.Lock()

    def refresh(self) -> None:
        """Have the list be as the changes say, where the last look is too long ago."""
        if self._seconds() - self._asked < self._age or not self._lock.acquire(blocking=False):
            return
        try:
            self._asked = self._seconds()
            divisions.use(self._load())
        except Unavailable:
            return
        finally:
            self._lock.release()

    def renew(self) -> None:
        """Look now, after a change of one's own."""
        self._asked = -float("inf")
        self.refresh()
