"""What the table of the rights in statistics speaks of, and a right request per route."""

from __future__ import annotations

from flask import Flask
from werkzeug.test import TestResponse

from services.statistics.app import create_app
from tests.support.rights import Row
from tests.support.rights_people import PEOPLE
from tests.support.statistics_site import StatisticsSite
from tests.support.tokens import TestIssuer

TABLES = {"provinces": "monthly_province", "nation": "release_scale", "missing": "no_such_table"}


class Ground:
    """Statistics, and the way to ask for them."""

    def __init__(self, site: StatisticsSite) -> None:
        self.issuer = TestIssuer()
        self.app: Flask = create_app(site.wired.deps, self.issuer.verifier, site.wired.checks())
        self._client = self.app.test_client()

    def ask(self, person: str, row: Row) -> TestResponse:
        """Send the right request of a row as a person."""
        actor = PEOPLE[person]
        path = row.route.replace("<path:file_name>", "swagger-ui.css").replace(
            "<string:key>", TABLES.get(row.target, "")
        )
        path += "?period=2025-03" if row.target in TABLES else ""
        headers = self.issuer.headers(actor) if actor else {}
        return self._client.open(path, method=row.method, headers=headers, buffered=True)
