"""The filing service, for how complete what was filed is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from services.portal.model.answers import Streamed
from services.portal.model.completeness import CompletenessAnswer, MissingPage, PointAnswer


class Completeness(Protocol):
    """Counts and who has not filed; `asked` are the query's parts. Errors are those of `shared.errors`."""

    def show(self, token: str, asked: Mapping[str, str]) -> CompletenessAnswer: ...

    def trend(self, token: str, asked: Mapping[str, str]) -> list[PointAnswer]: ...

    def missing(self, token: str, asked: Mapping[str, str], cursor: str) -> MissingPage: ...

    def export_missing(self, token: str, asked: Mapping[str, str]) -> Streamed: ...
