"""The exchange service, for its journal and the daily statements."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from services.portal.model.answers import Streamed
from services.portal.model.proof import (
    AnchorAnswer,
    ChainsAnswer,
    CheckAnswer,
    DifferenceAnswer,
    EntriesAnswer,
    LinesAnswer,
    StatementAnswer,
    StatementRow,
)


class Proof(Protocol):
    """Journal and statements, as the desks and auditors see them. Errors are those of `shared.errors`."""

    def chains(self, token: str) -> ChainsAnswer: ...

    def entries(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> EntriesAnswer: ...

    def anchors(self, token: str, since: str, until: str) -> list[AnchorAnswer]: ...

    def check(self, token: str, partner: str, since: str, until: str) -> CheckAnswer: ...

    def container(self, token: str, partner: str, since: str, until: str) -> Streamed: ...

    def statements(self, token: str, partner: str, cursor: str = "") -> tuple[list[StatementRow], str]: ...

    def statement(self, token: str, statement_id: str) -> StatementAnswer: ...

    def lines(self, token: str, statement_id: str, standing: str, cursor: str = "") -> LinesAnswer: ...

    def differences(self, token: str, statement_id: str) -> list[DifferenceAnswer]: ...

    def workbook(self, token: str, statement_id: str) -> Streamed: ...

    def sign(self, token: str, statement_id: str, version: int, name: str, remark: str) -> StatementAnswer: ...
