"""Right requests of filing for every route that takes a body, to be spoilt in one place."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.test import TestResponse

from shared.ids import new_id
from shared.mongo.client import Document
from tests.support.bad_input import Stores
from tests.support.filing_site import DECISION, SIGN_OFF
from tests.support.platform_filing import EXPLAINED
from tests.support.rights import Row
from tests.support.rights_casework import CASEWORK_ASKED, CASEWORK_BODIES, COLLECTIONS
from tests.support.rights_closings import CLOSING_ASKED, CLOSING_BODIES, CLOSING_COLLECTIONS
from tests.support.rights_filing import ONE, OTHERS, PEOPLE, STARTER, Ground, Target
from tests.support.rights_queue import BATCH_COLLECTIONS, QUEUE_BODIES
from tests.support.rights_reliefs import RELIEF_ASKED, RELIEF_BODIES

Place = tuple[str, str]

LEFT_OUT = "\x00"
"""Stands for a header that is not sent."""

UNIT = {
    "name": "上海软件研发有限公司",
    "division": "310115",
    "uscc": "91330106000000019W",
    "organisation_code": "60003734-1",
    "english_name": "Shanghai Software",
    "legal_representative": "王小明",
}
FULL_ROW = {
    "firm": "杭州软件研发有限公司",
    "institution": "杭州职业培训学校",
    "content": "软件测试",
    "category": "1",
    "venue": "杭州",
    "hours": 1200,
    "fee": "3.6",
}
EXECUTIONS = {
    "period": "2025-12",
    "lines": [
        {
            "key": "row-1",
            "contract": "c" * 32,
            "filing": "d" * 32,
            "version": 1,
            "305": {"date": "2025-12-20", "carry_over_reason": "银行年末结算顺延"},
            "306": "中国银行杭州分行",
            "307": "BOC-20251220-01",
            "308": "12.5",
            "309": "1.5",
            "explanations": {"e3-voucher-again": "拆分结算"},
        }
    ],
}
CHECK = "/editions/<string:edition_id>/forms/<string:form_key>/check"

BODIES: Mapping[Place, Mapping[str, Any]] = {
    ("POST", "/filings"): {"form": "platform-1", "period": "2023", "item": f"{1:032x}"},
    ("PUT", f"{ONE}/content"): {
        "answers": {"601": {"1": {"not_applicable": "首年运营"}, "2": 320}, "622": {"2": "30210.5"}},
        "explanations": EXPLAINED,
        "evidence": ["FILE"],
        "nil_reason": None,
    },
    ("PUT", f"{ONE}/draft"): {
        "answers": {"602": {"2": 20}},
        "extras": {},
        "explanations": {},
        "evidence": [],
        "nil_reason": None,
    },
    ("POST", f"{ONE}/submission"): {"sign_off": SIGN_OFF, "duties_read": True},
    ("POST", f"{ONE}/withdrawal"): {},
    ("POST", f"{ONE}/correction"): {},
    ("POST", f"{ONE}/correction-drop"): {},
    ("POST", f"{ONE}/discarding"): {},
    ("POST", f"{ONE}/rows"): {"rows": [FULL_ROW]},
    ("PUT", f"{ONE}/rows/<int:number>"): {"row": FULL_ROW},
    ("POST", f"{ONE}/assembly"): {},
    ("PUT", f"{ONE}/classification"): {"record": None},
    ("PUT", f"{ONE}/ticks"): {"keys": ["p1-amount-others@/622/2"]},
    ("POST", f"{ONE}/approval"): {"opinion": "同意上报", "signatory": "张审核"},
    ("POST", f"{ONE}/return"): {
        "reason_code": "implausible",
        "reason": "请核实",
        "signatory": "张审核",
        "pointers": ["/601/2"],
    },
    ("POST", f"{ONE}/undo"): {},
    ("POST", "/units"): UNIT,
    ("POST", "/collection-decisions"): DECISION,
    ("POST", "/vouchers"): OTHERS["/vouchers"],  # type: ignore[dict-item]  # a body of the table of rights
    ("PUT", "/vouchers/<string:voucher_id>"): OTHERS["/vouchers/<string:voucher_id>"],  # type: ignore[dict-item]  # as above
    ("POST", "/duplicates/<string:duplicate_id>/settlement"): {
        "verdict": "duplicate",
        "reason": "同一合同由母公司填报。",
        "stands": ["7" * 32],
    },
    **{("POST", route): body for route, body in RELIEF_BODIES.items()},
    ("POST", "/reminders"): {"items": [{"unit_id": "1" * 32, "form": "enterprise-4", "period": "2025", "item": ""}]},
    ("POST", "/jobs/<string:job_name>/runs"): {},
    **{("POST", route): body for route, body in CLOSING_BODIES.items()},
    ("POST", f"{ONE}/finalisation"): {},
    **CASEWORK_BODIES,
    **{("POST", route): body for route, body in QUEUE_BODIES.items()},  # type: ignore[dict-item]  # as above
    ("POST", "/executions"): EXECUTIONS,
    ("POST", "/nil-reports"): OTHERS["/nil-reports"],  # type: ignore[dict-item]  # as above
    ("POST", "/submissions"): {"items": [{"id": "e" * 32, "version": 1}], "sign_off": SIGN_OFF, "duties_read": True},
    ("POST", CHECK): {"period": "2025", "answers": {"601": {"2": 320}}},
    ("POST", "/classification/search"): {**OTHERS["/classification/search"]},  # type: ignore[dict-item]
    ("POST", "/classification/paths/evaluation"): {**OTHERS["/classification/paths/evaluation"]},  # type: ignore[dict-item]
    ("POST", "/receipts/verification"): {**OTHERS["/receipts/verification"], "content": "e30="},  # type: ignore[dict-item]
}

ASKED: Mapping[str, tuple[str, str]] = {
    "withdrawal": ("own", "submitted"),
    "correction": ("own", "approved"),
    "correction-drop": ("own", "correcting"),
    "rows": ("firm", "list_draft"),
    "rows/<int:number>": ("firm", "list_draft"),
    "assembly": ("city", "city_draft"),
    "classification": ("firm", "contract_draft"),
    "ticks": ("county", "submitted"),
    "approval": ("county", "submitted"),
    "return": ("county", "submitted"),
    "undo": ("county", "forwarded"),
    "/units": ("starter", ""),
    **RELIEF_ASKED,
    "/reminders": ("county", ""),
    "/jobs/<string:job_name>/runs": ("admin", ""),
    **CASEWORK_ASKED,
    **CLOSING_ASKED,
    "finalisation": ("ministry", "city_approved"),
    **dict.fromkeys(QUEUE_BODIES, ("county", "")),
    "/collection-decisions": ("ministry", ""),
    "/vouchers/<string:voucher_id>": ("own", "own_voucher"),
    "/duplicates/<string:duplicate_id>/settlement": ("ministry", "alarm"),
}
"""Who asks for which filing; the others are `own` and `draft`."""


class Desk:
    """Asks the ground's filings with requests that are right but for one thing."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.stores = Stores(ground.site.wired.database)
        self.draft = ground.targets["draft"]
        self.bodies = {place: self._filled(body) for place, body in BODIES.items()}

    def target(self, place: Place) -> Target:
        """Return the filing that a place is asked for."""
        return self.ground.targets.get(self._asked(place)[1], Target())

    def send(self, place: Place, *, headers: Mapping[str, str] | None = None, **request: Any) -> TestResponse:
        """Send the right request of a place; `json`, `data` and headers given here replace the right ones."""
        method, route = place
        target = self.target(place)
        body = request.get("data", json.dumps(request.get("json", self.bodies[place])))
        right = {
            "Content-Type": "application/json",
            "If-Match": f'"{target.document.get("v", 1)}"',
            "Idempotency-Key": new_id(),
        }
        sent = {name: value for name, value in {**right, **(headers or {})}.items() if value != LEFT_OUT}
        path = self.ground.path(Row(method, route, self._asked(place)[1], {}), target)
        return self.ground.site.call(
            {**PEOPLE, "starter": STARTER}[self._asked(place)[0]], method, path, headers=sent, data=body
        )

    def put_back(self, before: Mapping[str, list[Document]]) -> None:
        """Bring the collections back to what they held."""
        for name, rows in before.items():
            self.stores.database[name].delete_many({})
            if rows:
                self.stores.database[name].insert_many(rows)

    def kept(self) -> dict[str, list[Document]]:
        """Return what is stored, to be put back."""
        names = ("filings", "units", "collection_decisions", "row_segments", "vouchers", "duplicate_alarms", "reliefs")
        names = (*names, *COLLECTIONS, *BATCH_COLLECTIONS, *CLOSING_COLLECTIONS)
        return {name: list(self.stores.database[name].find()) for name in names}

    def _asked(self, place: Place) -> tuple[str, str]:
        name = place[1].removeprefix(f"{ONE}/")
        return ASKED.get(name, ("own", "draft" if place[1].startswith(ONE) else ""))

    def _filled(self, body: Mapping[str, Any]) -> dict[str, Any]:
        return {**body, "evidence": [self.draft.file]} if "evidence" in body else dict(body)
