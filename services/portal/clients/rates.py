"""Client of the filing service for exchange rates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.rates import RateAnswer, RatesRead

ROOT = "rates"
PAGE = 50


class HttpRates:
    """`ports.Rates` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def list(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> tuple[list[RateAnswer], str]:
        """Return a page of rates and the next cursor; `wanted` narrows: currency, first_day, last_day.

        Raises `Invalid`, `Malformed`.
        """
        query: dict[str, str | int] = {"limit": PAGE, **wanted, **({"cursor": cursor} if cursor else {})}
        page = cast("dict[str, object]", self._http.ask("GET", path(ROOT), token, query=query))
        return cast("list[RateAnswer]", page["items"]), str(page["next_cursor"])

    def take(self, token: str, table: bytes, *, is_trial: bool) -> RatesRead:
        """Return what a table of rates says, and have it stored where nothing is wrong and it is no trial.

        Raises `Malformed`, `StaleVersion`, `TooLarge`.
        """
        url = path(ROOT, "import") + ("?dry_run=true" if is_trial else "")
        return cast(RatesRead, self._http.upload(url, token, {}, len(table), (table,)))
