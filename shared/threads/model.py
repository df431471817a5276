"""What a thread is: messages about one place of a thing, for the departments alone or for the filing unit too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
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
    """One message, as it was written; never changed and never taken away.

    `no` counts from 1; `division` is that of the department that wrote, empty for a unit.
    """

    no: int
    at: datetime
    author_id: str
    side: Side
    text: str
    division: str = ""


@dataclass(frozen=True)
class Thread:
    """The messages about one place of a thing: `pointer` is a field, "" for the whole.

    `labels` is what lists of threads are found by; it stays in clear, and so holds ids and codes only.
    """

    id: str
    version: int
    about_id: str
    unit_id: str
    visibility: Visibility
    pointer: str
    updated_at: datetime
    is_resolved: bool = False
    messages: tuple[Message, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    labels: Mapping[str, object] = field(default_factory=dict)

    @property
    def opened_at(self) -> datetime:
        """When it was begun."""
        return self.messages[0].at

    @property
    def divisions(self) -> tuple[str, ...]:
        """The divisions whose departments wrote in it, each once, the first one first."""
        return tuple(dict.fromkeys(message.division for message in self.messages if message.division))
