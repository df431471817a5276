"""Client of the filing service for how complete what was filed is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from urllib.parse import urlencode

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import Streamed
from services.portal.model.completeness import CompletenessAnswer, MissingPage, PointAnswer

ROOT, PERIODS, PAGE = "completeness", 6, 50


class HttpCompleteness:
    """`ports.Completeness` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def show(self, token: str, asked: Mapping[str, str]) -> CompletenessAnswer:
        """Return the counts of a division by what is below it. Raises `Invalid`, `NotFound`."""
        return cast(CompletenessAnswer, self._http.ask("GET", path(ROOT), token, query=dict(asked)))

    def trend(self, token: str, asked: Mapping[str, str]) -> list[PointAnswer]:
        """Return the totals of a division over some periods, the oldest first. Raises `Invalid`, `NotFound`."""
        query: dict[str, str | int] = {**asked, "count": PERIODS}
        answer = cast("dict[str, object]", self._http.ask("GET", path(ROOT, "trend"), token, query=query))
        return cast("list[PointAnswer]", answer["items"])

    def missing(self, token: str, asked: Mapping[str, str], cursor: str) -> MissingPage:
        """Return a page of who has not filed. Raises `Invalid`, `NotFound`, `Malformed`."""
        query: dict[str, str | int] = {**asked, "limit": PAGE, **({"cursor": cursor} if cursor else {})}
        return cast(MissingPage, self._http.ask("GET", path(ROOT, "missing"), token, query=query))

    def export_missing(self, token: str, asked: Mapping[str, str]) -> Streamed:
        """Return who has not filed as a workbook."""
        return self._http.stream(f"{path(ROOT, 'missing', 'export')}?{urlencode(asked)}", token)
