"""The typed HTTP client of identity: whom a recipient stands for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import httpx

from services.notification.model.notices import Contact
from shared.errors import Unavailable
from shared.observability import HEADER, correlation_id

SECONDS = 10.0
PAGE = 100
MOST_PAGES = 100


class IdentityContacts:
    """Asks identity with a token of this service; `ports.Contacts`."""

    def __init__(self, base_url: str, token: Callable[[], str], transport: httpx.BaseTransport | None = None) -> None:
        """`token` gives an access token of the service, and may raise `Unavailable`."""
        self._token = token
        self._http = httpx.Client(
            base_url=base_url, timeout=SECONDS, transport=transport, follow_redirects=False, trust_env=False
        )

    def of(self, to: Mapping[str, str | bool | None]) -> Sequence[Contact]:
        """Return the persons, each once.

        Raises `Unavailable` for any answer but a list: without one nobody can be told, and it is asked again.
        """
        query = {name: str(value) for name, value in to.items() if value is not None}
        found: dict[str, Contact] = {}
        cursor = ""
        for _ in range(MOST_PAGES):
            try:
                body = self._ask({**query, "limit": str(PAGE), "cursor": cursor})
                found |= {row["account_id"]: Contact(row["account_id"], row["email"] or "") for row in body["items"]}
                cursor = body["next_cursor"]
            except (httpx.HTTPError, ValueError, KeyError, TypeError):
                # Not chained: the error's text holds the address that was asked, with unit or account.
                raise Unavailable from None
            if not cursor:
                break
        return tuple(found.values())

    def _ask(self, query: Mapping[str, str]) -> Any:  # Any: whatever JSON came; the caller looks at it
        headers = {"Authorization": f"Bearer {self._token()}", HEADER: correlation_id()}
        answer = self._http.get("/contacts", params=query, headers=headers)
        answer.raise_for_status()
        return answer.json()
