"""Client of the filing service for forms as Excel files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast
from urllib.parse import quote

from services.portal.clients.filing import ROOT
from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import Streamed
from services.portal.model.workbooks import ImportAnswer, ReadWorkbook


class HttpWorkbooks:
    """`ports.Workbooks` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def template(self, edition: str, form: str, address: str) -> Streamed:
        """Start to fetch the empty template of a form; `address` is that of the browser, for the service's limits."""
        return self._http.stream(path("editions", edition, "forms", form, "template"), "", address)

    def filled(self, token: str, filing_id: str, no: int) -> Streamed:
        """Start to fetch a version as a workbook, 0 the working copy."""
        return self._http.stream(path(ROOT, filing_id, "versions", no, "workbook"), token)

    def read(
        self, token: str, filing_id: str, version: int, name: str, chunks: Iterable[bytes], *, is_trial: bool
    ) -> ReadWorkbook:
        """Read a filled workbook into the draft, or only try it. Raises `Invalid`, `Conflict`, `StaleVersion`."""
        url = path(ROOT, filing_id, "workbook") + _trial(is_trial)
        answer = self._http.upload(url, token, _named(name), None, chunks, version=version)
        return cast(ReadWorkbook, answer)

    def mark(self, token: str, filing_id: str, name: str, chunks: Iterable[bytes]) -> Streamed:
        """Start to fetch a filled workbook with what is wrong at its cells. Raises `Invalid`."""
        return self._http.upload_for_stream(
            path(ROOT, filing_id, "workbook", "marked"), token, _named(name), None, chunks
        )

    def begin_import(
        self, token: str, filing_id: str, name: str, chunks: Iterable[bytes], *, is_trial: bool
    ) -> ImportAnswer:
        """Hand a workbook of rows in, to be read in the background. Raises `Invalid`, `Conflict`."""
        url = path(ROOT, filing_id, "imports") + _trial(is_trial)
        return cast(ImportAnswer, self._http.upload(url, token, _named(name), None, chunks))

    def progress(self, token: str, filing_id: str, import_id: str) -> ImportAnswer:
        """Return how far an import is. Raises `NotFound`."""
        return cast(ImportAnswer, self._http.ask("GET", path(ROOT, filing_id, "imports", import_id), token))

    def marked(self, token: str, filing_id: str, import_id: str) -> Streamed:
        """Start to fetch the imported workbook with what is wrong at its cells."""
        return self._http.stream(path(ROOT, filing_id, "imports", import_id, "marked"), token)


def _trial(is_trial: bool) -> str:
    return "?dry_run=true" if is_trial else ""


def _named(name: str) -> dict[str, str]:
    return {"X-File-Name": quote(name, safe="")}
