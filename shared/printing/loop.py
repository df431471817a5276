"""Finishes pyHanko's coroutines for callers that are none."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def finish(steps: Coroutine[Any, Any, Result]) -> Result:
    """Return what a coroutine comes to, or raise what it raises.

    It runs in a thread of its own: a thread has one event loop at most, and that of the caller may be at work.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(asyncio.run, steps).result()
