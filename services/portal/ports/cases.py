"""The exchange, for the three-way desk and the quality checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.portal.model.answers import Streamed
from services.portal.model.cases import CaseAnswer, CaseCounts, CaseRow, FoundPage, QualityAnswer


class Cases(Protocol):
    """Cases as the person may see them. Errors are those of `shared.errors`."""

    def list(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> tuple[list[CaseRow], str]: ...

    def counts(self, token: str, wanted: Mapping[str, str]) -> CaseCounts: ...

    def get(self, token: str, case_id: str) -> CaseAnswer: ...

    def decide(self, token: str, case_id: str, version: int, decisions: Sequence[Mapping[str, str]]) -> CaseAnswer: ...

    def export(self, token: str, wanted: Mapping[str, str]) -> Streamed: ...

    def quality(self, token: str) -> QualityAnswer: ...

    def found(self, token: str, check: str, cursor: str = "") -> FoundPage: ...
