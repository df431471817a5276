"""Client of the filing service for the year's dates, extensions and exceptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.reliefs import ReliefAnswer, TimetableAnswer

ROOT = "reliefs"
PAGE = 20


class HttpReliefs:
    """`ports.Reliefs` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def timetable(self, token: str, year: int) -> TimetableAnswer:
        """Return the dates of a year that concern the person. Raises `Invalid`."""
        return cast(TimetableAnswer, self._http.ask("GET", path("timetable"), token, query={"year": year}))

    def list(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> tuple[list[ReliefAnswer], str]:
        """Return a page of extensions and exceptions and the next cursor. Raises `Invalid`, `Malformed`."""
        query: dict[str, str | int] = {"limit": PAGE}
        query |= {name: text for name, text in (*wanted.items(), ("cursor", cursor)) if text}
        page = cast("dict[str, object]", self._http.ask("GET", path(ROOT), token, query=query))
        return cast("list[ReliefAnswer]", page["items"]), str(page["next_cursor"])

    def get(self, token: str, relief_id: str) -> ReliefAnswer:
        """Return an extension or exception. Raises `NotFound`."""
        return cast(ReliefAnswer, self._http.ask("GET", path(ROOT, relief_id), token))

    def ask(self, token: str, key: str, body: Mapping[str, object]) -> ReliefAnswer:
        """Ask for a later due day. Raises `Invalid`, `Conflict`."""
        return cast(ReliefAnswer, self._http.ask("POST", path("extensions"), token, body=dict(body), key=key))

    def give(self, token: str, key: str, body: Mapping[str, object]) -> ReliefAnswer:
        """Give a unit an exception. Raises `Invalid`, `NotFound`."""
        return cast(ReliefAnswer, self._http.ask("POST", path("exceptions"), token, body=dict(body), key=key))

    def act(self, token: str, relief_id: str, version: int, act: str, body: Mapping[str, object]) -> ReliefAnswer:
        """Decide, take back or end. Raises `Invalid`, `Conflict`, `StaleVersion`."""
        url = path(ROOT, relief_id, act)
        return cast(ReliefAnswer, self._http.ask("POST", url, token, body=dict(body), version=version))
