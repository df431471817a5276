"""What a process read or made a moment ago, so that it need not be read or made again at every request."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Recent(Generic[Key, Value]):
    """Values by key: `most` of them, each for so many `seconds`, the longest unasked given up first. Safe for threads.

    Only for what is right however old it is, or may be so many seconds old; another process changes nothing here.
    """

    def __init__(self, most: int, seconds: float = math.inf, now: Callable[[], float] = time.monotonic) -> None:
        """`now` is a monotonic count of seconds."""
        self._most = most
        self._seconds = seconds
        self._now = now
        self._lock = threading.Lock()
        self._kept: OrderedDict[Key, tuple[float, Value]] = OrderedDict()

    def __len__(self) -> int:
        """Return how many are kept."""
        return len(self._kept)

    def find(self, key: Key) -> Value | None:
        """Return the value that is kept, None where there is none or it is too old."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            since, value = found
            if self._now() - since > self._seconds:
                del self._kept[key]
                return None
            self._kept.move_to_end(key)
            return value

    def keep(self, key: Key, value: Value) -> None:
        """Keep a value, in the place of the one that was kept before."""
        with self._lock:
            self._kept[key] = (self._now(), value)
            self._kept.move_to_end(key)
            if len(self._kept) > self._most:
                self._kept.popitem(last=False)

    def forget(self, key: Key) -> None:
        """Keep nothing under a key any more."""
        with self._lock:
            self._kept.pop(key, None)
