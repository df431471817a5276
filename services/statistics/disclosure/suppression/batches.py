"""Which holdings can be taken together: those whom nothing that is known of the sums keeps from having one movement."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

import numpy as np

from services.statistics.disclosure.suppression.knowledge import Obstacle, Room

NEARLY = 1e-6
"""An obstacle that leaves no less than this part open is none: rounding of the solver."""

T = TypeVar("T")


def apart(
    members: Sequence[T], obstacle: Obstacle | None, wanted: float, room_of: Callable[[T], Room]
) -> list[list[T]]:
    """Return members who have no movement together in parts, each of those who aren't kept from one by the same obstacle.

    Those whom it leaves the most come first. Where the obstacle doesn't tell them apart, they are halved.
    """
    parts = _by_obstacle(members, obstacle, wanted, room_of) if obstacle else []
    if len(parts) > 1:
        return parts
    return [list(members[: len(members) // 2]), list(members[len(members) // 2 :])]


def _by_obstacle(
    members: Sequence[T], obstacle: Obstacle, wanted: float, room_of: Callable[[T], Room]
) -> list[list[T]]:
    rooms = [obstacle.only(room_of(each)) for each in members]
    least = wanted * (1 - NEARLY)
    parts: list[tuple[list[T], Room]] = []
    for number in np.argsort([-obstacle.reach(room) for room in rooms], kind="stable").tolist():
        for place, (part, room) in enumerate(parts):
            joint = room.with_(rooms[number])
            if obstacle.reach(joint) >= least:
                part.append(members[number])
                parts[place] = part, joint
                break
        else:
            parts.append(([members[number]], rooms[number]))
    return [part for part, _ in parts]
