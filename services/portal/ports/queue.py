"""The filing service, for a department's queue, decisions on many filings, and outliers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from services.portal.model.answers import Streamed
from services.portal.model.queue import (
    BatchAnswer,
    FacetsAnswer,
    FoundUnit,
    InfluenceAnswer,
    ItemsAnswer,
    OutliersAnswer,
    QueueAnswer,
    SummaryAnswer,
    WayAnswer,
)


class ReviewQueue(Protocol):
    """What waits for the person's department. Errors are those of `shared.errors`."""

    def page(self, token: str, wanted: Mapping[str, str], cursor: str = "", limit: int = 20) -> QueueAnswer: ...

    def by_influence(self, token: str, wanted: Mapping[str, str]) -> InfluenceAnswer: ...

    def facets(self, token: str, wanted: Mapping[str, str]) -> FacetsAnswer: ...

    def summary(self, token: str) -> SummaryAnswer: ...

    def way(self, token: str, filing_id: str, wanted: Mapping[str, str]) -> WayAnswer: ...

    def outliers(self, token: str, filing_id: str) -> OutliersAnswer: ...

    def find_units(self, token: str, text: str) -> Sequence[FoundUnit]: ...

    def begin_batch(self, token: str, key: str, body: Mapping[str, object]) -> BatchAnswer: ...

    def batch(self, token: str, batch_id: str) -> BatchAnswer: ...

    def batches(self, token: str, cursor: str = "", limit: int = 20) -> tuple[Sequence[BatchAnswer], str]: ...

    def items(self, token: str, batch_id: str, outcome: str = "", after: int = 0) -> ItemsAnswer: ...

    def results(self, token: str, batch_id: str) -> Streamed: ...
