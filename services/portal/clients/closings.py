"""Client of the filing service for closings and relocations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.closings import ClosingAnswer, LeftOutAnswer, PreviewAnswer, RelocationAnswer

ROOT, RELOCATIONS, PAGE = "closings", "relocations", 50

Query = dict[str, str | int]


class HttpClosings:
    """`ports.Closings` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def list_all(self, token: str) -> list[ClosingAnswer]:
        """Return all closings, the latest period first."""
        answer = cast("dict[str, object]", self._http.ask("GET", path(ROOT), token))
        return cast("list[ClosingAnswer]", answer["items"])

    def preview(self, token: str, period: str) -> PreviewAnswer:
        """Return what closing a period would settle and leave out. Raises `Invalid`."""
        return cast(PreviewAnswer, self._http.ask("GET", path(ROOT, "preview"), token, query={"period": period}))

    def not_approved(
        self, token: str, period: str, narrowed: Mapping[str, str], after: str
    ) -> tuple[list[LeftOutAnswer], str]:
        """Return a page of a period's filings that are not approved. Raises `Invalid`."""
        wanted = {name: text for name, text in (*narrowed.items(), ("after", after)) if text}
        return self._named(path(ROOT, "preview", "filings"), token, {"period": period, "limit": PAGE, **wanted})

    def close(self, token: str, key: str, body: Mapping[str, object]) -> ClosingAnswer:
        """Close a period. Raises `Invalid`, `Conflict`."""
        return cast(ClosingAnswer, self._http.ask("POST", path(ROOT), token, body=dict(body), key=key))

    def get(self, token: str, closing_id: str) -> ClosingAnswer:
        """Return a closing. Raises `NotFound`."""
        return cast(ClosingAnswer, self._http.ask("GET", path(ROOT, closing_id), token))

    def left_out(self, token: str, closing_id: str, after: str) -> tuple[list[LeftOutAnswer], str]:
        """Return a page of what a closing left out. Raises `NotFound`."""
        query: Query = {"limit": PAGE, **({"after": after} if after else {})}
        return self._named(path(ROOT, closing_id, "left-out"), token, query)

    def verify(self, token: str, key: str, closing_id: str) -> ClosingAnswer:
        """Have a snapshot looked at again. Raises `NotFound`, `Conflict`."""
        url = path(ROOT, closing_id, "verification")
        return cast(ClosingAnswer, self._http.ask("POST", url, token, body={}, key=key))

    def relocations(self, token: str, state: str, cursor: str) -> tuple[list[RelocationAnswer], str]:
        """Return a page of relocations and the next cursor. Raises `Malformed`."""
        query: Query = {"limit": PAGE, **{name: text for name, text in (("state", state), ("cursor", cursor)) if text}}
        page = cast("dict[str, object]", self._http.ask("GET", path(RELOCATIONS), token, query=query))
        return cast("list[RelocationAnswer]", page["items"]), str(page["next_cursor"])

    def place(self, token: str, relocation_id: str, version: int, division: str) -> RelocationAnswer:
        """Say where a unit belongs. Raises `NotFound`, `Conflict`, `StaleVersion`, `Invalid`."""
        url, body = path(RELOCATIONS, relocation_id, "placement"), {"division": division}
        return cast(RelocationAnswer, self._http.ask("POST", url, token, body=body, version=version))

    def _named(self, url: str, token: str, query: Query) -> tuple[list[LeftOutAnswer], str]:
        page = cast("dict[str, object]", self._http.ask("GET", url, token, query=query))
        return cast("list[LeftOutAnswer]", page["items"]), str(page["after"])
