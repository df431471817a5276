"""Client of the filing service for likely duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.duplicates import DuplicateAnswer

ROOT = "duplicates"
PAGE = 20


class HttpDuplicates:
    """`ports.Duplicates` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def list(self, token: str, state: str = "", cursor: str = "") -> tuple[list[DuplicateAnswer], str]:
        """Return a page of alarms and the next cursor. Raises `Invalid`, `Malformed`."""
        query: dict[str, str | int] = {"limit": PAGE}
        query |= {name: text for name, text in (("state", state), ("cursor", cursor)) if text}
        page = cast("dict[str, object]", self._http.ask("GET", path(ROOT), token, query=query))
        return cast("list[DuplicateAnswer]", page["items"]), str(page["next_cursor"])

    def get(self, token: str, alarm_id: str) -> DuplicateAnswer:
        """Return an alarm with what its sides filed. Raises `NotFound`."""
        return cast(DuplicateAnswer, self._http.ask("GET", path(ROOT, alarm_id), token))

    def settle(self, token: str, alarm_id: str, version: int, body: Mapping[str, object]) -> DuplicateAnswer:
        """Decide on an alarm. Raises `Invalid`, `Conflict`, `StaleVersion`."""
        url = path(ROOT, alarm_id, "settlement")
        return cast(DuplicateAnswer, self._http.ask("POST", url, token, body=dict(body), version=version))
