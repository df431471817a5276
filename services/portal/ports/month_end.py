"""The filing service, for the work at a month's end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from services.portal.model.answers import Streamed
from services.portal.model.month_end import ListRead, MonthAnswer, OutcomeAnswer, SavedLine


class MonthEnds(Protocol):
    """Open contracts and executions of a month, many at once. Errors are those of `shared.errors`."""

    def read(self, token: str, period: str) -> MonthAnswer: ...

    def save(self, token: str, key: str, period: str, lines: Sequence[Mapping[str, object]]) -> list[SavedLine]: ...

    def report_nil(self, token: str, key: str, period: str, reason: str) -> None: ...

    def submit(self, token: str, key: str, body: Mapping[str, object]) -> list[OutcomeAnswer]: ...

    def to_fill(self, token: str, form: str, period: str) -> Streamed: ...

    def as_filed(self, token: str, form: str, period: str) -> Streamed: ...

    def take(
        self, token: str, form: str, period: str, name: str, chunks: Iterable[bytes], *, is_trial: bool
    ) -> ListRead: ...

    def mark(self, token: str, form: str, period: str, name: str, chunks: Iterable[bytes]) -> Streamed: ...
