"""The filing service, for the classes of contracts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.portal.model.classification import (
    Answers,
    ClassAnswer,
    EndAnswer,
    PathName,
    PathsAnswer,
    SearchAnswer,
)
from services.portal.model.filing import FilingAnswer


class Classes(Protocol):
    """Classes and questions of an edition, of the one in force where none is named. Errors are those of `shared.errors`."""

    def list(self, edition: str = "") -> Sequence[ClassAnswer]: ...

    def paths(self, edition: str = "") -> PathsAnswer: ...

    def evaluate(self, path: PathName, answers: Answers, edition: str = "") -> EndAnswer: ...

    def keep(self, token: str, filing_id: str, version: int, record: Mapping[str, object]) -> FilingAnswer: ...

    def search(self, token: str, text: str, edition: str = "") -> SearchAnswer: ...
