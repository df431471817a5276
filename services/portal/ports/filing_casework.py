"""The filing service, for what goes with a review; and identity, for who is in the department."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.portal.model.answers import Streamed
from services.portal.model.casework import ThreadAnswer
from services.portal.model.filing_casework import (
    BesideLastAnswer,
    ListedThread,
    MarkAnswer,
    ReviewerAnswer,
    WorkloadAnswer,
)


class FilingCasework(Protocol):
    """Threads, marks and assignments of filings, on behalf of whose access token is given."""

    def threads(self, token: str, filing_id: str) -> list[ThreadAnswer]: ...

    def open_thread(
        self, token: str, filing_id: str, key: str, visibility: str, pointer: str, text: str
    ) -> ThreadAnswer: ...

    def answer(self, token: str, filing_id: str, thread_id: str, key: str, text: str) -> None: ...

    def resolve(self, token: str, filing_id: str, thread_id: str, key: str, *, is_resolved: bool) -> None: ...

    def mark_read(self, token: str, filing_id: str, thread_id: str, no: int) -> None: ...

    def all_threads(self, token: str, wanted: Mapping[str, str], cursor: str) -> tuple[list[ListedThread], str]: ...

    def export_threads(self, token: str, wanted: Mapping[str, str]) -> Streamed: ...

    def marks(self, token: str, filing_id: str) -> list[MarkAnswer]: ...

    def mark(self, token: str, filing_id: str, key: str, pointer: str, note: str) -> None: ...

    def settle(self, token: str, filing_id: str, mark_id: str, key: str, *, is_done: bool) -> None: ...

    def all_marks(self, token: str, wanted: Mapping[str, str], cursor: str) -> tuple[list[MarkAnswer], str]: ...

    def assignee(self, token: str, filing_id: str) -> str | None: ...

    def assign(self, token: str, filing_id: str, version: int, assignee_id: str | None) -> None: ...

    def workload(self, token: str) -> WorkloadAnswer: ...

    def beside_last(self, token: str, filing_id: str, no: int) -> BesideLastAnswer: ...


class Reviewers(Protocol):
    """Identity, for the people of one's own department."""

    def list(self, token: str) -> Sequence[ReviewerAnswer]: ...
