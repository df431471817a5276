"""Client of identity's interfaces about people, units' colleagues and divisions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from services.portal.clients.http import ServiceHttp
from shared.codes.division_changes import Change
from shared.contracts.identity import changes_of

Answer = dict[str, Any]  # Any: JSON of the pages, which templates and presenters read by name


class HttpPeople:
    """`ports.People` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def read(self, url: str, token: str, query: Mapping[str, str | int] | None = None) -> Answer:
        """Return what lies at an address. Raises `NotFound`, `NotAllowed`."""
        return cast(Answer, self._http.ask("GET", url, token, query=query))

    def create(self, url: str, token: str, body: object, key: str, address: str = "") -> Answer:
        """Create something; the same key creates it once. Raises `Invalid`, `NotAllowed`, `Conflict`."""
        return cast(Answer, self._http.ask("POST", url, token, body=body, key=key, address=address) or {})

    def change(self, url: str, token: str, body: object, version: int, key: str) -> Answer:
        """Change something on the version that was read. Raises `Invalid`, `NotAllowed`, `Conflict`, `StaleVersion`."""
        return cast(Answer, self._http.ask("POST", url, token, body=body, version=version, key=key) or {})

    def preview_table(self, token: str, content: bytes) -> Answer:
        """Return what a table of changes to the divisions would do. Raises `Malformed`."""
        chunks: Iterable[bytes] = (content,)
        return cast(Answer, self._http.upload("/division-changes/table", token, {}, len(content), chunks))

    def division_changes(self) -> tuple[Change, ...]:
        """Return all confirmed changes to the divisions. Raises `Unavailable`."""
        return changes_of(cast(Answer, self._http.ask("GET", "/divisions/changes"))["items"])
