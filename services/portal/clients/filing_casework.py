"""Client of the filing service for what goes with a review, and of identity for the people of a department."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast
from urllib.parse import urlencode

from services.portal.clients.filing import ROOT
from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import Streamed
from services.portal.model.casework import ThreadAnswer
from services.portal.model.filing_casework import (
    BesideLastAnswer,
    ListedThread,
    MarkAnswer,
    ReviewerAnswer,
    WorkloadAnswer,
)

PAGE = 30
MOST_REVIEWERS = 100


class HttpFilingCasework:
    """`ports.filing_casework.FilingCasework` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def threads(self, token: str, filing_id: str) -> list[ThreadAnswer]:
        """Return the threads of a filing that the person may read. Raises `NotFound`."""
        answer = self._http.ask("GET", path(ROOT, filing_id, "threads"), token)
        return cast("dict[str, list[ThreadAnswer]]", answer)["items"]

    def open_thread(
        self, token: str, filing_id: str, key: str, visibility: str, pointer: str, text: str
    ) -> ThreadAnswer:
        """Begin a thread; the same key begins it once. Raises `Invalid`, `NotAllowed`."""
        body = {"visibility": visibility, "pointer": pointer, "text": text}
        url = path(ROOT, filing_id, "threads")
        return cast(ThreadAnswer, self._http.ask("POST", url, token, body=body, key=key))

    def answer(self, token: str, filing_id: str, thread_id: str, key: str, text: str) -> None:
        """Add a message to a thread; the same key adds it once. Raises `Invalid`, `NotAllowed`."""
        url = path(ROOT, filing_id, "threads", thread_id, "messages")
        self._http.ask("POST", url, token, body={"text": text}, key=key)

    def resolve(self, token: str, filing_id: str, thread_id: str, key: str, *, is_resolved: bool) -> None:
        """Close a thread, or open it again. Raises `NotAllowed`."""
        act = "resolution" if is_resolved else "reopening"
        self._http.ask("POST", path(ROOT, filing_id, "threads", thread_id, act), token, body={}, key=key)

    def mark_read(self, token: str, filing_id: str, thread_id: str, no: int) -> None:
        """Note up to which message the person has read a thread."""
        self._http.ask("PUT", path(ROOT, filing_id, "threads", thread_id, "reading"), token, body={"no": no})

    def all_threads(self, token: str, wanted: Mapping[str, str], cursor: str) -> tuple[list[ListedThread], str]:
        """Return a page of the threads that the person reads on any filing, and the next cursor."""
        query: dict[str, str | int] = {"limit": PAGE, **wanted, "cursor": cursor}
        page = cast("dict[str, object]", self._http.ask("GET", path("threads"), token, query=query))
        return cast("list[ListedThread]", page["items"]), str(page["next_cursor"])

    def export_threads(self, token: str, wanted: Mapping[str, str]) -> Streamed:
        """Start to fetch those threads as a workbook."""
        return self._http.stream(f"{path('threads', 'export')}?{urlencode(wanted)}", token)

    def marks(self, token: str, filing_id: str) -> list[MarkAnswer]:
        """Return the marks of the person's department on a filing. Raises `NotFound`."""
        answer = self._http.ask("GET", path(ROOT, filing_id, "marks"), token)
        return cast("dict[str, list[MarkAnswer]]", answer)["items"]

    def mark(self, token: str, filing_id: str, key: str, pointer: str, note: str) -> None:
        """Mark a value; the same key marks once. Raises `Invalid`, `NotAllowed`."""
        body = {"pointer": pointer, "note": note}
        self._http.ask("POST", path(ROOT, filing_id, "marks"), token, body=body, key=key)

    def settle(self, token: str, filing_id: str, mark_id: str, key: str, *, is_done: bool) -> None:
        """Note that a mark is dealt with, or not after all. Raises `NotAllowed`."""
        act = "settlement" if is_done else "reopening"
        self._http.ask("POST", path(ROOT, filing_id, "marks", mark_id, act), token, body={}, key=key)

    def all_marks(self, token: str, wanted: Mapping[str, str], cursor: str) -> tuple[list[MarkAnswer], str]:
        """Return a page of the marks of the person's department, and the next cursor."""
        query: dict[str, str | int] = {"limit": PAGE, **wanted, "cursor": cursor}
        page = cast("dict[str, object]", self._http.ask("GET", path("marks"), token, query=query))
        return cast("list[MarkAnswer]", page["items"]), str(page["next_cursor"])

    def assignee(self, token: str, filing_id: str) -> str | None:
        """Return the account to which a filing is assigned now, None where to nobody. Raises `NotFound`."""
        answer = self._http.ask("GET", path(ROOT, filing_id, "assignment"), token)
        return cast("dict[str, str | None]", answer)["assignee_id"]

    def assign(self, token: str, filing_id: str, version: int, assignee_id: str | None) -> None:
        """Give a filing to somebody, or take it back. Raises `Invalid`, `Conflict`, `NotAllowed`, `StaleVersion`."""
        url = path(ROOT, filing_id, "assignment")
        self._http.ask("PUT", url, token, body={"assignee_id": assignee_id}, version=version)

    def workload(self, token: str) -> WorkloadAnswer:
        """Return who of the person's department has how much."""
        return cast(WorkloadAnswer, self._http.ask("GET", path("workload"), token))

    def beside_last(self, token: str, filing_id: str, no: int) -> BesideLastAnswer:
        """Return what was in force for the last period, and what differs from it. Raises `NotFound`."""
        url = path(ROOT, filing_id, "versions", no, "period-changes")
        return cast(BesideLastAnswer, self._http.ask("GET", url, token))


class HttpReviewers:
    """`ports.filing_casework.Reviewers` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def list(self, token: str) -> Sequence[ReviewerAnswer]:
        """Return the people who review for one's own department."""
        answer = self._http.ask("GET", path("reviewers"), token, query={"limit": MOST_REVIEWERS})
        return cast("dict[str, Sequence[ReviewerAnswer]]", answer)["items"]
