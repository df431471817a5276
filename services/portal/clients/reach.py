"""Client of filing and statistics for the released cells that a correction reaches."""

from __future__ import annotations

from typing import Any, cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.reach import ReachAnswer

FILINGS, CORRECTION = "filings", "correction"
REACH = ("corrections", "reach")


class HttpReaches:
    """`ports.Reaches` over HTTP: filing tells the facts, statistics where they stand; they don't ask each other."""

    def __init__(self, filing: ServiceHttp, statistics: ServiceHttp) -> None:
        self._filing = filing
        self._statistics = statistics

    def of(self, token: str, filing_id: str) -> ReachAnswer:
        """Return the released cells that a filing's correction reaches, or that it stands in. Raises `NotFound`,
        `Unavailable`, `TooManyRequests`."""
        # Any: the facts of one service, passed on to the other as they are
        facts = cast("dict[str, Any]", self._filing.ask("GET", path(FILINGS, filing_id, CORRECTION), token))
        if not facts["before"] and not facts["after"]:
            return {"releases": [], "notes": []}
        return cast(ReachAnswer, self._statistics.ask("POST", path(*REACH), token, body=facts))
