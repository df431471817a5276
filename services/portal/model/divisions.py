"""Divisions as the tree shows them: what one is on a day, and what has happened to it or is to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Event(StrEnum):
    """What can happen to a division. Of `LISTED` and `UNLISTED` the list tells the year alone, and no reason."""

    OPEN = "open"
    CLOSE = "close"
    RENAME = "rename"
    MOVE = "move"
    MERGE = "merge"
    SPLIT = "split"
    TAKE_OVER = "take_over"
    LISTED = "listed"
    UNLISTED = "unlisted"


@dataclass(frozen=True)
class Happening:
    """One event with its first day (of `UNLISTED` the last before it).

    `before` is the former name, or whom it belonged to; `others` are the divisions that take over, or are taken over.
    """

    event: Event
    on: date
    before: str = ""
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class DivisionEntry:
    """A division on a day; one that has ended is what it was on its last. `full_name` is with those above it."""

    code: str
    name: str
    full_name: str
    level: str
    is_ended: bool
    has_below: bool
    happenings: tuple[Happening, ...]
