"""Client of statistics for the dashboards of departments."""

from __future__ import annotations

from typing import cast
from urllib.parse import urlencode

import httpx

from services.portal.clients.http import ServiceHttp, path
from services.portal.model.answers import Streamed
from services.portal.model.dashboards import DashboardAnswer

ROOT = "dashboards"

SHOW_TIMEOUT = httpx.Timeout(120.0, connect=3.0)
"""The first look at a month of the whole country takes some seconds; afterwards it is kept."""


class HttpDashboards:
    """`ports.Dashboards` over HTTP."""

    def __init__(self, http: ServiceHttp) -> None:
        self._http = http

    def show(self, token: str, division: str, period: str) -> DashboardAnswer:
        """Return the dashboard of a division for a month. Raises `Invalid`, `NotFound`."""
        url, query = path(ROOT, division), {"period": period}
        return cast(DashboardAnswer, self._http.ask("GET", url, token, query=query, timeout=SHOW_TIMEOUT))

    def panel_file(self, token: str, division: str, period: str, key: str, form: str) -> Streamed:
        """Return a panel as a file: `csv` or `workbook`. Raises `Invalid`, `NotFound`."""
        query = urlencode({"period": period})
        return self._http.stream(f"{path(ROOT, division, 'panels', key, form)}?{query}", token)
