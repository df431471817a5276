"""Client of the filing service for its scheduled jobs and for urging units to file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.reminding import JobAnswer, ToUrge, UrgedAnswer

JOBS, REMINDERS = "jobs", "reminders"


class HttpReminding:
    """`ports.Reminding` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def jobs(self, token: str) -> list[JobAnswer]:
        """Return the jobs with their status."""
        page = cast("dict[str, object]", self._http.ask("GET", path(JOBS), token))
        return cast("list[JobAnswer]", page["items"])

    def run_now(self, token: str, name: str) -> None:
        """Have a job run now. Raises `NotFound`, `NotAllowed`."""
        self._http.ask("POST", path(JOBS, name, "runs"), token, body={})

    def urge(self, token: str, items: Sequence[ToUrge]) -> UrgedAnswer:
        """Urge units to file what is missing, and return what became of each. Raises `Invalid`."""
        return cast(UrgedAnswer, self._http.ask("POST", path(REMINDERS), token, body={"items": list(items)}))
