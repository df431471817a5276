"""Statistics, for the dashboards of departments."""

from __future__ import annotations

from typing import Protocol

from services.portal.model.answers import Streamed
from services.portal.model.dashboards import DashboardAnswer


class Dashboards(Protocol):
    """What is shown of a division for a month, in the person's sight. Errors are those of `shared.errors`."""

    def show(self, token: str, division: str, period: str) -> DashboardAnswer: ...

    def panel_file(self, token: str, division: str, period: str, key: str, form: str) -> Streamed: ...
