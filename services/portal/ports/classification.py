"""The filing service, for the classes of contracts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from services.portal.model.classification import (
    Answers,
    ClassAnswer,
    EndAnswer,
    PathName,
    PathsAnswer,
    SearchAnswer,
)


class Classes(Protocol):
    """Classes and questions of an edition, of the one in force where none is named. Errors are those of `shared.errors`."""

    def list(self, edition: str = "") -> Sequence[ClassAnswer]: ...

    def paths(self, edition: str = "") -> PathsAnswer: ...

    def evaluate(self, path: PathName, answers: Answers, edition: str = "") -> EndAnswer: ...

    def search(self, token: str, text: str, edition: str = "") -> SearchAnswer: ...
