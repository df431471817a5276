"""Client of the exchange service's ledger."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import MessageAnswer, MessageRow


class HttpExchange:
    """`ports.Exchange` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def list(
        self, token: str, wanted: Mapping[str, str], cursor: str = "", limit: int = 20
    ) -> tuple[list[MessageRow], str]:
        """Return a page of the messages that are wanted, newest first, and the next cursor. Raises `Invalid`."""
        query: dict[str, str | int] = {"limit": limit, **wanted, **({"cursor": cursor} if cursor else {})}
        page = cast(dict[str, object], self._http.ask("GET", "/messages", token, query=query))
        return cast(list[MessageRow], page["items"]), str(page["next_cursor"])

    def get(self, token: str, message_id: str) -> MessageAnswer:
        """Return a message with its receipt and log."""
        return cast(MessageAnswer, self._http.ask("GET", path("messages", message_id), token))

    def resend(self, token: str, message_id: str, version: int, reason: str) -> MessageAnswer:
        """Send a message again, with a reason. Raises `Conflict`, `StaleVersion`."""
        url = path("messages", message_id, "resending")
        return cast(MessageAnswer, self._http.ask("POST", url, token, body={"reason": reason}, version=version))

    def ping(self) -> None:
        """Return when the service answers."""
        self._http.ask("GET", "/healthz")
