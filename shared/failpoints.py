"""Named crash points, so that each window between two steps can be hit on purpose.

Does nothing unless the process was started with `TONGBAO_FAILPOINTS`, a list such as
`relay.published_no_confirm:kill,cons.delivered:raise:3,api.validated:sleep:0.5`: a name, an action and an argument.
`kill` ends the process by SIGKILL and `raise` raises `FailPointHit`, both at the n-th hit only (the first without
argument); `sleep` waits that many seconds at each hit. Read from the environment here and not from the settings,
since no service may know of it; never set in production.
"""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

VARIABLE = "TONGBAO_FAILPOINTS"


class Action(StrEnum):
    """What happens at a fail point."""

    KILL = "kill"
    RAISE = "raise"
    SLEEP = "sleep"


class FailPointHit(Exception):
    """The fault that a test asked for."""


@dataclass(frozen=True)
class FailPoint:
    """One planned fault; `argument` is the number of the hit, or seconds for `sleep`."""

    name: str
    action: Action
    argument: float = 1


_hits: Counter[str] = Counter()
_lock = threading.Lock()


def hit(name: str) -> None:
    """Pass the crash point `name`. Raises `FailPointHit` when the environment asks for it."""
    plan = os.environ.get(VARIABLE)
    if not plan:
        return
    point = parse(plan).get(name)
    if point is not None:
        _act(point)


def parse(plan: str) -> dict[str, FailPoint]:
    """Return the planned faults by name. Raises `ValueError` for an unknown action or a bad argument."""
    points = {}
    for item in plan.split(","):
        name, action, *argument = item.strip().split(":")
        points[name] = FailPoint(name, Action(action), *(float(text) for text in argument))
    return points


def _act(point: FailPoint) -> None:
    if point.action is Action.SLEEP:
        time.sleep(point.argument)
        return
    with _lock:
        _hits[point.name] += 1
        due = _hits[point.name] == point.argument
    if not due:
        return
    if point.action is Action.KILL:
        os.kill(os.getpid(), signal.SIGKILL)
    raise FailPointHit(point.name)
