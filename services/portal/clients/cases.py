"""Client of the exchange for the three-way desk and the quality checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast
from urllib.parse import urlencode

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import Streamed
from services.portal.model.cases import CaseAnswer, CaseCounts, CaseRow, FoundPage, QualityAnswer

ROOT = "cases"
PAGE = 20


class HttpCases:
    """`ports.Cases` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def list(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> tuple[list[CaseRow], str]:
        """Return a page of cases, the oldest first, and the next cursor. Raises `Invalid`, `Malformed`, `NotFound`."""
        query: dict[str, str | int] = {"limit": PAGE, **wanted, **({"cursor": cursor} if cursor else {})}
        page = cast("dict[str, object]", self._http.ask("GET", path(ROOT), token, query=query))
        return cast("list[CaseRow]", page["items"]), str(page["next_cursor"])

    def counts(self, token: str, wanted: Mapping[str, str]) -> CaseCounts:
        """Return how many cases wait. Raises `Invalid`, `NotFound`."""
        return cast(CaseCounts, self._http.ask("GET", path(ROOT, "counts"), token, query=dict(wanted)))

    def get(self, token: str, case_id: str) -> CaseAnswer:
        """Return a case with its fields. Raises `NotFound`."""
        return cast(CaseAnswer, self._http.ask("GET", path(ROOT, case_id), token))

    def decide(self, token: str, case_id: str, version: int, decisions: Sequence[Mapping[str, str]]) -> CaseAnswer:
        """Decide on fields of a case. Raises `Invalid`, `Conflict`, `StaleVersion`."""
        url, body = path(ROOT, case_id, "decisions"), {"decisions": [dict(each) for each in decisions]}
        return cast(CaseAnswer, self._http.ask("POST", url, token, body=body, version=version))

    def export(self, token: str, wanted: Mapping[str, str]) -> Streamed:
        """Start to fetch the list as a workbook."""
        return self._http.stream(f"{path(ROOT, 'export')}?{urlencode(dict(wanted))}", token)

    def quality(self, token: str) -> QualityAnswer:
        """Return the last run of the quality checks."""
        return cast(QualityAnswer, self._http.ask("GET", path("quality"), token))

    def found(self, token: str, check: str, cursor: str = "") -> FoundPage:
        """Return a page of what a check found. Raises `NotFound`, `Malformed`."""
        query: dict[str, str | int] = {"limit": PAGE, **({"cursor": cursor} if cursor else {})}
        return cast(FoundPage, self._http.ask("GET", path("quality", check), token, query=query))
