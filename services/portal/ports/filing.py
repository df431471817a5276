"""The filing service: the filings of a person's sight, and the survey itself, which is public."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from services.portal.model.answers import Streamed
from services.portal.model.filing import (
    CellChange,
    CollectionDecision,
    Content,
    EarlierAnswer,
    EvidenceAnswer,
    FilingAct,
    FilingAnswer,
    FilingRow,
    RowPage,
    TaskAnswer,
    UnitAnswer,
    VersionAnswer,
)
from services.portal.model.receipts import VerificationAnswer
from services.portal.model.survey import (
    AnswerValues,
    EditionAnswer,
    EntryAnswer,
    FormAnswer,
    RuleAnswer,
    TriedAnswer,
)


class Filings(Protocol):
    """Filings, on behalf of the person whose access token is given. Errors are those of `shared.errors`."""

    def tasks(self, token: str) -> Sequence[TaskAnswer]: ...

    def begin(self, token: str, key: str, form: str, period: str, item: str = "") -> FilingAnswer: ...

    def list(
        self, token: str, wanted: Mapping[str, str] | None = None, cursor: str = "", limit: int = 20
    ) -> tuple[list[FilingRow], str]: ...

    def get(self, token: str, filing_id: str) -> FilingAnswer: ...

    def save(self, token: str, filing_id: str, version: int, content: Content) -> FilingAnswer: ...

    def act(
        self, token: str, filing_id: str, version: int, act: FilingAct, body: Mapping[str, object]
    ) -> FilingAnswer: ...

    def tick(self, token: str, filing_id: str, version: int, keys: Sequence[str]) -> None: ...

    def rows(self, token: str, filing_id: str, no: int = 0, first: int = 0, limit: int = 50) -> RowPage: ...

    def add_rows(
        self, token: str, filing_id: str, version: int, rows: Sequence[Mapping[str, object]]
    ) -> FilingAnswer: ...

    def put_row(
        self, token: str, filing_id: str, version: int, number: int, row: Mapping[str, object] | None
    ) -> FilingAnswer: ...

    def upload(
        self, token: str, filing_id: str, file_name: str, length: int | None, chunks: Iterable[bytes]
    ) -> EvidenceAnswer: ...

    def file(self, token: str, filing_id: str, file_id: str) -> Streamed: ...

    def version(self, token: str, filing_id: str, no: int) -> VersionAnswer: ...

    def changes(self, token: str, filing_id: str, no: int, against: int) -> Sequence[CellChange]: ...

    def field_history(self, token: str, filing_id: str, pointer: str) -> Sequence[EarlierAnswer]: ...

    def print(self, token: str, filing_id: str, no: int, section: int = 1) -> Streamed: ...

    def receipt(self, token: str, filing_id: str, no: int) -> Streamed: ...

    def receipt_pdf(self, token: str, filing_id: str, no: int) -> Streamed: ...

    def content(self, token: str, filing_id: str, no: int) -> Streamed: ...

    def register_unit(self, token: str, key: str, body: Mapping[str, str]) -> UnitAnswer: ...

    def own_unit(self, token: str) -> UnitAnswer: ...

    def units(
        self, token: str, kind: str = "", cursor: str = "", limit: int = 20
    ) -> tuple[Sequence[UnitAnswer], str]: ...

    def unit(self, token: str, unit_id: str) -> UnitAnswer: ...

    def decisions(self, token: str) -> Sequence[CollectionDecision]: ...

    def decide(self, token: str, key: str, body: Mapping[str, str]) -> CollectionDecision: ...

    def ping(self) -> None: ...


class Survey(Protocol):
    """The survey itself: editions, forms, rules, code lists. `code_list` is `scheme/version`."""

    def editions(self) -> Sequence[EditionAnswer]: ...

    def edition(self, edition: str) -> EditionAnswer: ...

    def form(self, edition: str, form: str) -> FormAnswer: ...

    def rules(self, edition: str) -> Sequence[RuleAnswer]: ...

    def check(self, edition: str, form: str, period: str, answers: AnswerValues, address: str) -> TriedAnswer: ...

    def print_blank(self, edition: str, form: str) -> Streamed: ...

    def search(self, code_list: str, text: str) -> Sequence[EntryAnswer]: ...

    def certificates(self) -> Streamed: ...

    def verify_receipt(self, receipt: bytes, content: bytes | None, address: str) -> VerificationAnswer: ...
