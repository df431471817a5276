"""The filing service, for the year's dates, extensions and exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from services.portal.model.reliefs import ReliefAnswer, TimetableAnswer


class Reliefs(Protocol):
    """Dates, extensions and exceptions, as the person may see them. Errors are those of `shared.errors`."""

    def timetable(self, token: str, year: int) -> TimetableAnswer: ...

    def list(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> tuple[list[ReliefAnswer], str]: ...

    def get(self, token: str, relief_id: str) -> ReliefAnswer: ...

    def ask(self, token: str, key: str, body: Mapping[str, object]) -> ReliefAnswer: ...

    def give(self, token: str, key: str, body: Mapping[str, object]) -> ReliefAnswer: ...

    def act(self, token: str, relief_id: str, version: int, act: str, body: Mapping[str, object]) -> ReliefAnswer: ...
