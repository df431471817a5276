"""Client of the filing service for the work at a month's end."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import cast
from urllib.parse import quote, urlencode

from services.portal.clients.http import UPLOAD_TIMEOUT, ServiceHttp, path
from services.portal.model.answers import Streamed
from services.portal.model.month_end import ListRead, MonthAnswer, OutcomeAnswer, SavedLine

LISTS = "filing-lists"


class HttpMonthEnds:
    """`ports.MonthEnds` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def read(self, token: str, period: str) -> MonthAnswer:
        """Return a month of the person's unit. Raises `Invalid`, `Conflict`, `NotAllowed`."""
        return cast(MonthAnswer, self._http.ask("GET", "/month-end", token, query={"period": period}))

    def save(self, token: str, key: str, period: str, lines: Sequence[Mapping[str, object]]) -> list[SavedLine]:
        """Begin or change an execution for each line; the same key does it once. Raises `Invalid`, `Conflict`, `KeyReused`."""
        body = {"period": period, "lines": [dict(line) for line in lines]}
        answer = self._http.ask("POST", "/executions", token, body=body, key=key, timeout=UPLOAD_TIMEOUT)
        return cast("dict[str, list[SavedLine]]", answer)["lines"]

    def report_nil(self, token: str, key: str, period: str, reason: str) -> None:
        """Begin the nil report of a month. Raises `Invalid`, `Conflict`."""
        self._http.ask("POST", "/nil-reports", token, body={"period": period, "reason": reason}, key=key)

    def submit(self, token: str, key: str, body: Mapping[str, object]) -> list[OutcomeAnswer]:
        """Submit what is selected; the same key does it once. Raises `Invalid`, `KeyReused`."""
        answer = self._http.ask("POST", "/submissions", token, body=dict(body), key=key, timeout=UPLOAD_TIMEOUT)
        return cast("dict[str, list[OutcomeAnswer]]", answer)["items"]

    def to_fill(self, token: str, form: str, period: str) -> Streamed:
        """Start to fetch the workbook to fill in, of executions with the open contracts."""
        return self._http.stream(_url(form, "template", period), token)

    def as_filed(self, token: str, form: str, period: str) -> Streamed:
        """Start to fetch the month's filings as a workbook."""
        return self._http.stream(_url(form, "workbook", period), token)

    def take(
        self, token: str, form: str, period: str, name: str, chunks: Iterable[bytes], *, is_trial: bool
    ) -> ListRead:
        """Read a workbook into drafts, or only try it. Raises `Invalid`, `Conflict`, `TooLarge`."""
        more = {"dry_run": "true"} if is_trial else {}
        url = _url(form, "import", period, more)
        return cast(ListRead, self._http.upload(url, token, _named(name), None, chunks))

    def mark(self, token: str, form: str, period: str, name: str, chunks: Iterable[bytes]) -> Streamed:
        """Start to fetch a workbook with what is wrong at its cells. Raises `Invalid`."""
        return self._http.upload_for_stream(_url(form, "marked", period), token, _named(name), None, chunks)


def _url(form: str, verb: str, period: str, more: Mapping[str, str] | None = None) -> str:
    return f"{path(LISTS, form, verb)}?{urlencode({'period': period, **(more or {})})}"


def _named(name: str) -> dict[str, str]:
    return {"X-File-Name": quote(name, safe="")}
