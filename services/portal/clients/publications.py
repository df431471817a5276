"""Client of statistics for what is published: kept for a moment, so that readers of pages don't count twice."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import Streamed
from services.portal.model.publications import PublicationAnswer, ReleasedAnswer, TableAnswer, Unchanged
from shared.clock import Clock
from shared.crypto.kept import Kept

PUBLISHED = "published"
LARGEST_PAGE = 100

LATEST_KEPT = timedelta(seconds=60)
"""As long as statistics says that its own answers about the latest version hold."""

TABLES_KEPT = timedelta(minutes=10)
"""Tables never change; they are dropped to leave room."""

MOST_RELEASES, MOST_TABLES = 100, 8
"""A table of all provinces by all classes takes some 10 MB."""


class HttpPublications:
    """`ports.Publications` over HTTP."""

    def __init__(self, http: ServiceHttp, clock: Clock) -> None:
        self._http = http
        self._lists: Kept[Sequence[PublicationAnswer]] = Kept(clock, LATEST_KEPT, 1)
        self._releases: Kept[ReleasedAnswer] = Kept(clock, LATEST_KEPT, MOST_RELEASES)
        self._tables: Kept[TableAnswer] = Kept(clock, TABLES_KEPT, MOST_TABLES)

    def all(self, address: str) -> Sequence[PublicationAnswer]:
        """Return all published releases, the newest first. Raises `TooManyRequests`."""
        kept = self._lists.get(PUBLISHED)
        if kept is None:
            kept = self._all(address)
            self._lists.put(PUBLISHED, kept)
        return kept

    def release(self, release_id: str, address: str) -> ReleasedAnswer:
        """Return what is said of a release. Raises `NotFound`, `TooManyRequests`."""
        kept = self._releases.get(release_id)
        if kept is None:
            kept = cast(ReleasedAnswer, self._http.ask("GET", path(PUBLISHED, release_id), address=address))
            self._releases.put(release_id, kept)
        return kept

    def table(self, release_id: str, code: str, address: str) -> TableAnswer:
        """Return a table. Raises `NotFound`, `TooManyRequests`."""
        url = path(PUBLISHED, release_id, "tables", code)
        kept = self._tables.get(url)
        if kept is None:
            kept = cast(TableAnswer, self._http.ask("GET", url, address=address))
            self._tables.put(url, kept)
        return kept

    def file(self, parts: Sequence[str], query: Mapping[str, str], known: str, address: str) -> Streamed | Unchanged:
        """Return an answer as statistics gives it, without its bytes where it still has the tag `known`.

        Raises `NotFound`, `Invalid`, `Malformed`, `TooManyRequests`.
        """
        return self._http.stream_changed(path(PUBLISHED, *parts), query, known, address)

    def _all(self, address: str) -> Sequence[PublicationAnswer]:
        found: list[PublicationAnswer] = []
        cursor = ""
        while True:
            query: dict[str, str | int] = {"limit": LARGEST_PAGE, **({"cursor": cursor} if cursor else {})}
            page = cast("dict[str, Any]", self._http.ask("GET", path(PUBLISHED), query=query, address=address))
            found += page["items"]
            cursor = str(page["next_cursor"])
            if not cursor:
                return found
