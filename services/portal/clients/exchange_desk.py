"""Client of the exchange for the operation desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.exchange_desk import (
    ContentAnswer,
    PartnerAnswer,
    PreviewAnswer,
    RerunAnswer,
    RerunItemAnswer,
    RouteAnswer,
)

ITEMS_SHOWN = 50


class HttpExchangeDesk:
    """`ports.ExchangeDesk` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def mark(self, token: str, text: str) -> str:
        """Return by what the messages on a unit are found. Raises `Invalid`."""
        found = cast("dict[str, str]", self._http.ask("POST", path("messages", "units"), token, body={"text": text}))
        return found["unit"]

    def body(self, token: str, message_id: str) -> ContentAnswer:
        """Return what a message says; the service records it. Raises `NotFound`, `NotAllowed`."""
        return cast(ContentAnswer, self._http.ask("GET", path("messages", message_id, "body"), token))

    def routes(self, token: str) -> list[RouteAnswer]:
        """Return the routes out as they are set."""
        found = cast("dict[str, object]", self._http.ask("GET", path("routes"), token))
        return cast("list[RouteAnswer]", found["items"])

    def route(self, token: str, name: str) -> RouteAnswer:
        """Return how a route is set. Raises `NotFound`."""
        return cast(RouteAnswer, self._http.ask("GET", path("routes", name), token))

    def set_route(self, token: str, name: str, act: str, version: int, body: Mapping[str, object]) -> RouteAnswer:
        """Stop, start or set a route. Raises `Invalid`, `Conflict`, `StaleVersion`, `NotAllowed`."""
        url = path("routes", name, act)
        return cast(RouteAnswer, self._http.ask("POST", url, token, body=dict(body), version=version))

    def partners(self, token: str) -> list[PartnerAnswer]:
        """Return how it stands with each partner."""
        found = cast("dict[str, object]", self._http.ask("GET", path("partners"), token))
        return cast("list[PartnerAnswer]", found["items"])

    def ping(self, token: str, partner: str, key: str) -> str:
        """Send a partner a test, and return its id. Raises `NotAllowed`, `Unavailable`."""
        url = path("partners", partner, "pings")
        return cast("dict[str, str]", self._http.ask("POST", url, token, body={}, key=key))["id"]

    def announce(self, token: str, partner: str, version: int, body: Mapping[str, str]) -> PartnerAnswer:
        """Tell of a partner's maintenance. Raises `Invalid`, `StaleVersion`, `NotAllowed`."""
        url = path("partners", partner, "maintenances")
        return cast(PartnerAnswer, self._http.ask("POST", url, token, body=dict(body), version=version))

    def cancel(self, token: str, partner: str, version: int, maintenance_id: str) -> PartnerAnswer:
        """Take a maintenance back. Raises `NotFound`, `Conflict`, `StaleVersion`, `NotAllowed`."""
        url = path("partners", partner, "maintenances", maintenance_id, "cancellation")
        return cast(PartnerAnswer, self._http.ask("POST", url, token, body={}, version=version))

    def preview(self, token: str, key: str, body: Mapping[str, object]) -> PreviewAnswer:
        """Return what sending messages again would do. Raises `Invalid`."""
        url = path("reruns", "preview")
        return cast(PreviewAnswer, self._http.ask("POST", url, token, body=dict(body), key=key))

    def begin(self, token: str, key: str, items: Sequence[Mapping[str, object]], reason: str) -> RerunAnswer:
        """Send messages again; the same `key` does it once. Raises `Invalid`, `Conflict`."""
        body = {"items": [dict(each) for each in items], "reason": reason}
        return cast(RerunAnswer, self._http.ask("POST", path("reruns"), token, body=body, key=key))

    def reruns(self, token: str, cursor: str) -> tuple[list[RerunAnswer], str]:
        """Return a page of re-runs, the newest first, and the next cursor. Raises `Malformed`."""
        query: dict[str, str | int] = {"cursor": cursor} if cursor else {}
        page = cast("dict[str, object]", self._http.ask("GET", path("reruns"), token, query=query))
        return cast("list[RerunAnswer]", page["items"]), str(page["next_cursor"])

    def rerun(self, token: str, rerun_id: str) -> RerunAnswer:
        """Return a re-run with how far it is. Raises `NotFound`."""
        return cast(RerunAnswer, self._http.ask("GET", path("reruns", rerun_id), token))

    def items(self, token: str, rerun_id: str, outcome: str, after: int) -> list[RerunItemAnswer]:
        """Return what became of messages of a re-run. Raises `NotFound`."""
        query: dict[str, str | int] = {
            "after": after,
            "limit": ITEMS_SHOWN,
            **({"outcome": outcome} if outcome else {}),
        }
        page = cast("dict[str, object]", self._http.ask("GET", path("reruns", rerun_id, "items"), token, query=query))
        return cast("list[RerunItemAnswer]", page["items"])
