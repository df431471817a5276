"""What the table of the rights in statistics speaks of: releases in their states, and a right request per route."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date

from flask import Flask
from werkzeug.test import TestResponse

from services.statistics.app import create_app
from services.statistics.model.releases import Checked, Release, ReleaseAction, ReleaseKind, ReleaseState
from shared.calls import Call
from shared.ids import new_id
from tests.support.rights import Row
from tests.support.rights_people import PEOPLE
from tests.support.statistics_site import NOW, StatisticsSite
from tests.support.tokens import TestIssuer

TABLES = {"provinces": "monthly_province", "nation": "release_scale", "missing": "no_such_table"}
RELEASES = {name: f"{number:032x}" for number, name in enumerate(("passed", "of_head", "draft", "no_release"), 1)}
BODIES: Mapping[str, object] = {
    "/releases": {"kind": "monthly", "period": "2025-03"},
    "/releases/<string:release_id>/approval": {"statement": "同意提供"},
    "/releases/<string:release_id>/withdrawal": {},
}


class Ground:
    """Statistics with a release in each state, and the way to ask for them."""

    def __init__(self, site: StatisticsSite) -> None:
        self.issuer = TestIssuer()
        self.app: Flask = create_app(site.wired.deps, self.issuer.verifier, site.wired.checks())
        self._client = self.app.test_client()
        self._kept = site.wired.database["releases"]
        head = PEOPLE["head"]
        assert head is not None
        for year, (name, by) in enumerate((("passed", "somebody"), ("of_head", head.account_id), ("draft", "else"))):
            self._keep(site, RELEASES[name], f"{2022 + year}-03", by, is_checked=name != "draft")
        self.kept = {row["_id"]: row for row in self._kept.find()}

    def ask(self, person: str, row: Row) -> TestResponse:
        """Send the right request of a row as a person; what it changed is put back."""
        actor = PEOPLE[person]
        path = row.route.replace("<path:file_name>", "swagger-ui.css").replace(
            "<string:key>", TABLES.get(row.target, "")
        )
        path = path.replace("<string:release_id>", RELEASES.get(row.target, ""))
        path += "?period=2025-03" if row.target in TABLES else ""
        version = self.kept.get(RELEASES.get(row.target, ""), {"v": 1})["v"]
        headers = {"If-Match": f'"{version}"', "Idempotency-Key": new_id(), "Content-Type": "application/json"}
        headers |= self.issuer.headers(actor) if actor else {}
        body = json.dumps(BODIES[row.route]).encode() if row.method != "GET" else None
        answer = self._client.open(path, method=row.method, headers=headers, data=body, buffered=True)
        if row.method != "GET":
            self._put_back()
        return answer

    def _put_back(self) -> None:
        self._kept.delete_many({"_id": {"$nin": list(self.kept)}})
        for key, document in self.kept.items():
            self._kept.replace_one({"_id": key}, document)

    def _keep(self, site: StatisticsSite, id_: str, period: str, by: str, *, is_checked: bool) -> None:
        call = Call(PEOPLE["ministry"] or PEOPLE["head"])  # type: ignore[arg-type]  # both are people
        entry = call.entry(NOW, ReleaseAction.PREPARE, None, ReleaseState.DRAFT)
        release = Release(
            id=id_,
            version=1,
            kind=ReleaseKind.MONTHLY,
            period=period,
            number=1,
            supersedes="",
            final_on=date(2025, 4, 9),
            state=ReleaseState.DRAFT,
            prepared_by=by,
            created_at=NOW,
            updated_at=NOW,
            history=(entry,),
        )
        kept = site.wired.deps.releases.add(release, call)
        if is_checked:
            passed = call.entry(NOW, ReleaseAction.PASS, ReleaseState.DRAFT, ReleaseState.PASSED)
            checked = Checked("2024-1", "s" * 64, digest="d" * 64)
            fields = {**vars(kept), "state": ReleaseState.PASSED, "checked": checked, "history": (entry, passed)}
            site.wired.deps.releases.save(Release(**fields), call, b"{}")
