"""A small memory of what was fetched: bounded in number and in age."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from shared.clock import Clock

V = TypeVar("V")


class Kept(Generic[V]):
    """Holds at most `limit` values, none longer than `age`; the one unused longest goes first. Safe for threads."""

    def __init__(self, clock: Clock, age: timedelta, limit: int) -> None:
        self._clock = clock
        self._age = age
        self._limit = limit
        self._lock = threading.Lock()
        self._values: OrderedDict[str, tuple[datetime, V]] = OrderedDict()

    def get(self, name: str) -> V | None:
        """Return the value, or None where it is not kept or too old."""
        now = self._clock.now()
        with self._lock:
            entry = self._values.get(name)
            if entry is None:
                return None
            if now - entry[0] > self._age:
                del self._values[name]
                return None
            self._values.move_to_end(name)
            return entry[1]

    def put(self, name: str, value: V) -> None:
        """Keep a value from now on."""
        now = self._clock.now()
        with self._lock:
            self._values[name] = (now, value)
            self._values.move_to_end(name)
            while len(self._values) > self._limit:
                self._values.popitem(last=False)

    def drop(self, name: str) -> None:
        """Forget a value."""
        with self._lock:
            self._values.pop(name, None)

    def drop_where(self, is_meant: Callable[[V], bool]) -> None:
        """Forget all values for which `is_meant` is true."""
        with self._lock:
            for name in [name for name, (_, value) in self._values.items() if is_meant(value)]:
                del self._values[name]

    def __len__(self) -> int:
        return len(self._values)
