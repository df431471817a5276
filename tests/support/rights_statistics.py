"""What the table of the rights in statistics speaks of: releases in their states, and a right request per route."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from flask import Flask
from werkzeug.test import TestResponse

from services.sandbox.sample_tables import sample_set
from services.statistics.app import create_app
from services.statistics.model.releases import Checked, Release, ReleaseAction, ReleaseKind, ReleaseState
from services.statistics.operations.reporting import report_of
from services.statistics.ports.releases import Papers
from shared.calls import Call
from shared.contracts.statistics import MONTHLY, dump_tables
from shared.identity.actor import COUNTRY
from shared.ids import new_id
from tests.support.rights import Row
from tests.support.rights_people import PEOPLE
from tests.support.statistics_site import NOW, StatisticsSite, an_execution, told
from tests.support.tokens import TestIssuer

TABLES = {"provinces": "monthly_province", "nation": "release_scale", "missing": "no_such_table"}
DIVISIONS = {
    "county": ("330106", "trend"),
    "city": ("330100", "trend"),
    "country": (COUNTRY, "trend"),
    "elsewhere": ("320000", "trend"),
    "no_panel": ("330106", "no_such_panel"),
}
"""Divisions whose dashboards are asked for, each with a panel."""
FINAL_ON = date(2025, 4, 9)
PUBLISH_ON = date(2025, 4, 20)
CODE = "by_region"
"""A table of every release that has a content."""

_PATH = (ReleaseState.PASSED, ReleaseState.APPROVED, ReleaseState.SCHEDULED, ReleaseState.PUBLISHED)
_ACTIONS = (ReleaseAction.PASS, ReleaseAction.APPROVE, ReleaseAction.SCHEDULE, ReleaseAction.PUBLISH)
STATES: Mapping[str, Sequence[ReleaseState]] = {
    "passed": _PATH[:1],
    "of_head": _PATH[:1],
    "draft": (),
    "approved": _PATH[:2],
    "scheduled": _PATH[:3],
    "published": _PATH,
}
"""What each release has gone through."""
RELEASES = {name: f"{number:032x}" for number, name in enumerate((*STATES, "no_release"), 1)}
BODIES: Mapping[str, object] = {
    "/releases": {"kind": "monthly", "period": "2025-03"},
    "/corrections/reach": {
        "path": ["330106", "330100", "330000", "000000"],
        "before": [{"kind": "execution", "counted_in": "2026-03", "nature": "2", "usd": "10"}],
        "after": None,
    },
    "/releases/<string:release_id>/approval": {"statement": "同意提供"},
    "/releases/<string:release_id>/withdrawal": {},
    "/releases/<string:release_id>/schedule": {"publish_on": PUBLISH_ON.isoformat()},
}


class Ground:
    """Statistics with a release in each state, and the way to ask for them."""

    def __init__(self, site: StatisticsSite) -> None:
        self.issuer = TestIssuer()
        self.app: Flask = create_app(site.wired.deps, self.issuer.verifier, site.wired.checks())
        self._client = self.app.test_client()
        self.database = site.wired.database
        self._kept = self.database["releases"]
        site.take(told("execution", [an_execution("contract")]))  # in 330106
        head = PEOPLE["head"]
        assert head is not None
        for year, (name, states) in enumerate(STATES.items(), 2022):
            by = head.account_id if name == "of_head" else "somebody"
            self._keep(site, RELEASES[name], f"{year}-03", by, states)
        self.kept = {row["_id"]: row for row in self._kept.find()}

    def send(
        self, person: str, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> TestResponse:
        """Send a request as a person."""
        actor = PEOPLE[person]
        sent = {"Content-Type": "application/json", **(headers or {})}
        sent |= self.issuer.headers(actor) if actor else {}
        return self._client.open(path, method=method, headers=sent, data=body, buffered=True)

    def ask(self, person: str, row: Row) -> TestResponse:
        """Send the right request of a row as a person; what it changed is put back."""
        path = row.route.replace("<path:file_name>", "swagger-ui.css")
        path = path.replace("<string:key>", TABLES.get(row.target, "<string:key>"))
        path = path.replace("<string:release_id>", RELEASES.get(row.target, "")).replace("<string:code>", CODE)
        path, asked = _of_dashboards(path, row.target), row.target in (*TABLES, *DIVISIONS)
        path += "?period=2025-03" if asked else ""
        version = self.kept.get(RELEASES.get(row.target, ""), {"v": 1})["v"]
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": new_id()}
        body = json.dumps(BODIES[row.route]).encode() if row.method != "GET" else None
        answer = self.send(person, row.method, path, headers, body)
        if row.method != "GET":
            self._put_back()
        return answer

    def _put_back(self) -> None:
        self._kept.delete_many({"_id": {"$nin": list(self.kept)}})
        for key, document in self.kept.items():
            self._kept.replace_one({"_id": key}, document)

    def _keep(self, site: StatisticsSite, id_: str, period: str, by: str, states: Sequence[ReleaseState]) -> None:
        call = Call(PEOPLE["ministry"] or PEOPLE["head"])  # type: ignore[arg-type]  # both are people
        entry = call.entry(NOW, ReleaseAction.PREPARE, None, ReleaseState.DRAFT)
        release = Release(
            id=id_,
            version=1,
            kind=ReleaseKind.MONTHLY,
            period=period,
            number=1,
            supersedes="",
            final_on=FINAL_ON,
            state=ReleaseState.DRAFT,
            prepared_by=by,
            created_at=NOW,
            updated_at=NOW,
            history=(entry,),
        )
        kept = site.wired.deps.releases.add(release, call, [period[:4]])
        report = report_of(Checked("2024-1", "s" * 64), [], {}, ())
        content = dump_tables(sample_set(MONTHLY, period, FINAL_ON))
        for action, state in zip(_ACTIONS, states, strict=False):
            act = call.entry(NOW, action, kept.state, state)
            reached = replace(
                kept,
                state=state,
                checked=Checked("2024-1", "s" * 64, digest="d" * 64),
                publish_on=PUBLISH_ON if state in _PATH[2:] else None,
                published_at=NOW if state is ReleaseState.PUBLISHED else None,
                history=(*kept.history, act),
            )
            kept = site.wired.deps.releases.save(reached, call, Papers(content, report))


def _of_dashboards(path: str, target: str) -> str:
    division, panel = DIVISIONS.get(target, ("", ""))
    return path.replace("<string:division>", division).replace("<string:key>", panel)
