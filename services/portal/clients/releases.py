"""Client of statistics for the desk: closed periods, releases and drafts of tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast
from urllib.parse import urlencode

import httpx

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import Streamed
from services.portal.model.drafts import DraftAnswer, DrawableAnswer
from services.portal.model.releases import ContentAnswer, ReleaseAnswer, ReportAnswer, SnapshotAnswer

RELEASES, SNAPSHOTS, TABLES = "releases", "snapshots", "tables"

DRAW_TIMEOUT = httpx.Timeout(120.0, connect=3.0)
"""Drawing a table up reckons over all facts of two years."""


class HttpReleases:
    """`ports.Releases` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def snapshots(self, token: str) -> list[SnapshotAnswer]:
        """Return all closed periods, the latest first."""
        return cast("list[SnapshotAnswer]", _items(self._http.ask("GET", path(SNAPSHOTS), token)))

    def all(self, token: str) -> list[ReleaseAnswer]:
        """Return all releases, the newest first."""
        return cast("list[ReleaseAnswer]", _items(self._http.ask("GET", path(RELEASES), token)))

    def get(self, token: str, release_id: str) -> ReleaseAnswer:
        """Return a release with the outcome of its check. Raises `NotFound`."""
        return cast(ReleaseAnswer, self._http.ask("GET", path(RELEASES, release_id), token))

    def report(self, token: str, release_id: str) -> ReportAnswer:
        """Return the report of its check. Raises `NotFound`, `NotAllowed`."""
        return cast(ReportAnswer, self._http.ask("GET", path(RELEASES, release_id, "report"), token))

    def content(self, token: str, release_id: str) -> ContentAnswer:
        """Return its tables as they are handed over. Raises `NotFound`, `NotAllowed`."""
        answer = cast("dict[str, object]", self._http.ask("GET", path(RELEASES, release_id, "content"), token))
        return cast(ContentAnswer, answer["content"])

    def prepare(self, token: str, key: str, kind: str, period: str) -> ReleaseAnswer:
        """Prepare a release. Raises `Invalid`, `Conflict`."""
        body = {"kind": kind, "period": period}
        return cast(ReleaseAnswer, self._http.ask("POST", path(RELEASES), token, body=body, key=key))

    def act(
        self, token: str, release_id: str, act: str, version: int, body: Mapping[str, object] | None = None
    ) -> ReleaseAnswer:
        """Sign off, withdraw or schedule. Raises `NotFound`, `Conflict`, `NotAllowed`, `StaleVersion`, `Invalid`."""
        url = path(RELEASES, release_id, act)
        return cast(ReleaseAnswer, self._http.ask("POST", url, token, body=dict(body or {}), version=version))


class HttpDrafts:
    """`ports.Drafts` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def tables(self, token: str) -> list[DrawableAnswer]:
        """Return the tables in the person's sight, in their order."""
        return cast("list[DrawableAnswer]", _items(self._http.ask("GET", path(TABLES), token)))

    def draw(self, token: str, table: str, asked: Mapping[str, str]) -> DraftAnswer:
        """Return a table as it would be now. Raises `NotFound`, `Invalid`."""
        url = path(TABLES, table, "draft")
        return cast(DraftAnswer, self._http.ask("GET", url, token, query=dict(asked), timeout=DRAW_TIMEOUT))

    def file(self, token: str, table: str, form: str, asked: Mapping[str, str]) -> Streamed:
        """Return the same as a file: `csv` or `workbook`. Raises `NotFound`, `Invalid`."""
        return self._http.stream(f"{path(TABLES, table, 'draft', form)}?{urlencode(asked)}", token)


def _items(answer: object) -> object:
    return cast("dict[str, object]", answer)["items"]
