"""Threads: what the department and the filer, or the departments among themselves, say to each other about one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.history import HistoryEntry


class Visibility(StrEnum):
    """Who reads a thread: the departments alone, or the filing unit too. It never changes."""

    INTERNAL = "internal"
    FILER = "filer"


class Side(StrEnum):
    """For whom somebody writes."""

    DEPARTMENT = "department"
    UNIT = "unit"


class ThreadAct(StrEnum):
    """What happens to a thread."""

    OPEN = "open"
    ANSWER = "answer"
    RESOLVE = "resolve"
    REOPEN = "reopen"


@dataclass(frozen=True)
class Message:
    """One message, as it was written; never changed and never taken away. `no` counts from 1."""

    no: int
    at: datetime
    author_id: str
    side: Side
    text: str


@dataclass(frozen=True)
class Thread:
    """The messages about one place of a registration: `pointer` is an item, a material, a fact; "" for the whole."""

    id: str
    version: int
    registration_id: str
    unit_id: str
    visibility: Visibility
    pointer: str
    updated_at: datetime
    is_resolved: bool = False
    messages: tuple[Message, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
