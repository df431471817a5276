"""Client of the filing service for urging units to file, and of all services that have scheduled jobs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import cast

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.reminding import JobAnswer, ToUrge, UrgedAnswer

JOBS, REMINDERS = "jobs", "reminders"


class HttpReminding:
    """`ports.Reminding` over HTTP; `others` are services with jobs besides filing, by the names that their jobs begin with."""

    def __init__(self, http: ServiceHttp, others: Mapping[str, ServiceHttp] = MappingProxyType({})) -> None:
        self._http = http
        self._others = others

    def jobs(self, token: str) -> list[JobAnswer]:
        """Return the jobs of all services with their status."""
        pages = [service.ask("GET", path(JOBS), token) for service in (self._http, *self._others.values())]
        return [job for page in pages for job in cast("dict[str, list[JobAnswer]]", page)["items"]]

    def run_now(self, token: str, name: str) -> None:
        """Have a job run now. Raises `NotFound`, `NotAllowed`."""
        owner = self._others.get(name.partition(".")[0], self._http)
        owner.ask("POST", path(JOBS, name, "runs"), token, body={})

    def urge(self, token: str, items: Sequence[ToUrge]) -> UrgedAnswer:
        """Urge units to file what is missing, and return what became of each. Raises `Invalid`."""
        return cast(UrgedAnswer, self._http.ask("POST", path(REMINDERS), token, body={"items": list(items)}))
