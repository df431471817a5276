"""The filing service, for forms as Excel files."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from services.portal.model.answers import Streamed
from services.portal.model.workbooks import ImportAnswer, ReadWorkbook


class Workbooks(Protocol):
    """Templates and filled forms out, filled ones in. Errors are those of `shared.errors`."""

    def template(self, edition: str, form: str, address: str) -> Streamed: ...

    def filled(self, token: str, filing_id: str, no: int) -> Streamed: ...

    def read(
        self, token: str, filing_id: str, version: int, name: str, chunks: Iterable[bytes], *, is_trial: bool
    ) -> ReadWorkbook: ...

    def mark(self, token: str, filing_id: str, name: str, chunks: Iterable[bytes]) -> Streamed: ...

    def begin_import(
        self, token: str, filing_id: str, name: str, chunks: Iterable[bytes], *, is_trial: bool
    ) -> ImportAnswer: ...

    def progress(self, token: str, filing_id: str, import_id: str) -> ImportAnswer: ...

    def marked(self, token: str, filing_id: str, import_id: str) -> Streamed: ...
