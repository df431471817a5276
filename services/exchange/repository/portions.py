"""The cap of a route, taken in portions: a process reserves a hundredth of a minute at a time and gives it out itself."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from services.exchange.model.partners import RouteName

PORTIONS = 100
"""What a process has reserved and not used when the minute is over is lost: one portion of each route at most."""


@dataclass
class _Portion:
    """What is left of what was reserved for a minute, at the cap of that time."""

    minute: datetime
    cap: int
    left: int


@dataclass
class Portions:
    """The portions of one process; its threads share them."""

    _lock: threading.Lock = field(default_factory=threading.Lock)
    _of: dict[RouteName, _Portion] = field(default_factory=dict)

    def take(self, route: RouteName, cap: int, minute: datetime, reserve: Callable[[int], bool]) -> bool:
        """Whether one message more may leave in a minute; `reserve` counts so many at once where they fit below the cap.

        What was reserved at another cap is not used any more. Raises what `reserve` raises.
        """
        with self._lock:
            portion = self._of.get(route)
            if portion is None or (portion.minute, portion.cap) != (minute, cap) or not portion.left:
                sizes = dict.fromkeys((max(1, cap // PORTIONS), 1))
                size = next((size for size in sizes if reserve(size)), 0)
                portion = self._of[route] = _Portion(minute, cap, size)
            if not portion.left:
                return False
            portion.left -= 1
            return True
