"""Client of the filing service for queues, batches and outliers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from services.portal.clients.http import ServiceHttp, path
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

QUEUE, BATCHES, FILINGS = "review-queue", "review-batches", "filings"
ITEMS = 50


class HttpReviewQueue:
    """`ports.ReviewQueue` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def page(self, token: str, wanted: Mapping[str, str], cursor: str = "", limit: int = 20) -> QueueAnswer:
        """Return a page of the queue; `wanted` narrows and orders it. Raises `Invalid`, `Malformed`."""
        query: dict[str, str | int] = {"limit": limit, **wanted, **({"cursor": cursor} if cursor else {})}
        return cast(QueueAnswer, self._http.ask("GET", path(QUEUE), token, query=query))

    def by_influence(self, token: str, wanted: Mapping[str, str]) -> InfluenceAnswer:
        """Return the first of the queue by influence. Raises `Invalid`, `TooManyRequests`."""
        narrowed = {name: value for name, value in wanted.items() if name != "order"}
        query: dict[str, str | int] = {"limit": ITEMS, **narrowed}
        return cast(InfluenceAnswer, self._http.ask("GET", path(QUEUE, "influence"), token, query=query))

    def facets(self, token: str, wanted: Mapping[str, str]) -> FacetsAnswer:
        """Return how many of each form and period wait. Raises `Invalid`."""
        narrowed = {name: value for name, value in wanted.items() if name != "order"}
        return cast(FacetsAnswer, self._http.ask("GET", path(QUEUE, "facets"), token, query=narrowed))

    def summary(self, token: str) -> SummaryAnswer:
        """Return what the department has before it."""
        return cast(SummaryAnswer, self._http.ask("GET", path(QUEUE, "summary"), token))

    def way(self, token: str, filing_id: str, wanted: Mapping[str, str]) -> WayAnswer:
        """Return what is before and after a filing. Raises `NotFound`, `Malformed`."""
        return cast(WayAnswer, self._http.ask("GET", path(FILINGS, filing_id, "way"), token, query=wanted))

    def outliers(self, token: str, filing_id: str) -> OutliersAnswer:
        """Return a filing's numbers beside others. Raises `NotFound`, `TooManyRequests`."""
        return cast(OutliersAnswer, self._http.ask("GET", path(FILINGS, filing_id, "outliers"), token))

    def find_units(self, token: str, text: str) -> Sequence[FoundUnit]:
        """Return the units with this whole name or credit code. Raises `Invalid`."""
        answer = self._http.ask("POST", path("units", "search"), token, body={"text": text})
        return cast("dict[str, Sequence[FoundUnit]]", answer)["items"]

    def begin_batch(self, token: str, key: str, body: Mapping[str, object]) -> BatchAnswer:
        """Begin a decision on many filings; the same key begins it once. Raises `Invalid`, `NotAllowed`."""
        return cast(BatchAnswer, self._http.ask("POST", path(BATCHES), token, body=dict(body), key=key))

    def batch(self, token: str, batch_id: str) -> BatchAnswer:
        """Return a batch with how far it is. Raises `NotFound`."""
        return cast(BatchAnswer, self._http.ask("GET", path(BATCHES, batch_id), token))

    def batches(self, token: str, cursor: str = "", limit: int = 20) -> tuple[Sequence[BatchAnswer], str]:
        """Return a page of the department's batches and the next cursor. Raises `Malformed`."""
        query: dict[str, str | int] = {"limit": limit, **({"cursor": cursor} if cursor else {})}
        page = cast("dict[str, object]", self._http.ask("GET", path(BATCHES), token, query=query))
        return cast("Sequence[BatchAnswer]", page["items"]), str(page["next_cursor"])

    def items(self, token: str, batch_id: str, outcome: str = "", after: int = 0) -> ItemsAnswer:
        """Return what became of items, those behind a number. Raises `NotFound`."""
        query: dict[str, str | int] = {"limit": ITEMS, "after": after, **({"outcome": outcome} if outcome else {})}
        return cast(ItemsAnswer, self._http.ask("GET", path(BATCHES, batch_id, "items"), token, query=query))

    def results(self, token: str, batch_id: str) -> Streamed:
        """Start to fetch what became of the items as a workbook."""
        return self._http.stream(path(BATCHES, batch_id, "export"), token)
