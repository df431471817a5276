"""Right requests of registration with every field filled, and what the form refuses field by field."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from werkzeug.test import TestResponse

from services.sandbox.story.judgement import facts
from shared.ids import new_id
from tests.support.bad_input import Stores
from tests.support.codes import make_uscc
from tests.support.registration_wire import OPINION, REASON, wire_form
from tests.support.rights_registration import ONE, OWN, PEOPLE, Ground, Target

Place = tuple[str, str]

LEFT_OUT = "left out"
"""Stands for a header that is not sent."""

FULL_FORM: Mapping[str, Any] = wire_form(fax="0571-88888889", licence_number="浙B2-20200001")
"""Every field of the form; `null` stands nowhere in it."""

FULL_FACTS: Mapping[str, Any] = facts(FULL_FORM)
"""Every fact of every material."""

_REMARK = {"verdict": "replace", "note": "请更换"}

BODIES: Mapping[Place, Mapping[str, Any]] = {
    ("POST", "/registrations"): {},
    ("PUT", f"{ONE}/form"): FULL_FORM,
    ("PUT", f"{ONE}/materials/<string:slot>"): {"files": [{"file_id": "0" * 32, "parts": ["fees"]}]},
    ("PUT", f"{ONE}/facts"): FULL_FACTS,
    ("POST", f"{ONE}/submission"): {"undertaking": True, "explanation": "无须修改"},
    ("POST", f"{ONE}/threads"): {"visibility": "filer", "pointer": "/materials/5", "text": "请核对"},
    ("POST", f"{ONE}/threads/<string:thread_id>/messages"): {"text": "已核对"},
    ("POST", f"{ONE}/threads/<string:thread_id>/resolution"): {},
    ("POST", f"{ONE}/threads/<string:thread_id>/reopening"): {},
    ("PUT", f"{ONE}/threads/<string:thread_id>/reading"): {"no": 1},
    ("POST", f"{ONE}/withdrawal"): {},
    ("POST", f"{ONE}/resumption"): {},
    ("POST", f"{ONE}/review"): {},
    ("PUT", f"{ONE}/review"): {
        "materials": {"5": _REMARK},
        "fields": {"website": {"verdict": "correct", "note": "请核对"}},
        "conditions": {"users_and_trades": {"verdict": "not_met", "note": "没有交易"}},
        "facts": FULL_FACTS,
        "reasons": dict.fromkeys(FULL_FACTS, "已核对"),
        "opinion": "意见",
        "confirms_carried": False,
    },
    ("POST", f"{ONE}/return"): REASON,
    ("POST", f"{ONE}/approval"): OPINION,
    ("POST", f"{ONE}/rejection"): REASON,
    ("POST", f"{ONE}/undo"): {"reason": "有误"},
    ("POST", f"{ONE}/change"): {},
    ("POST", f"{ONE}/renewal"): {},
    ("POST", f"{ONE}/discarding"): {},
    ("POST", f"{ONE}/suspension"): {
        "ground": "other",
        "reason": "整改",
        "since": "2026-03-01",
        "until": "2199-01-01",
    },
    ("POST", f"{ONE}/suspension/lifting"): {"reason": "已整改"},
    ("POST", f"{ONE}/deregistration-request"): {"reason": "不再经营"},
    ("POST", f"{ONE}/deregistration-request/withdrawal"): {},
    ("POST", f"{ONE}/deregistration-request/refusal"): {"reason": "尚有未报资料"},
    ("POST", f"{ONE}/deregistration-notice"): {"ground": "not_operating", "reason": "无法访问"},
    ("POST", f"{ONE}/deregistration-notice/statement"): {"statement": "仍在运营"},
    ("POST", f"{ONE}/deregistration-notice/calling-off"): {"reason": "已恢复"},
    ("POST", f"{ONE}/deregistration"): {"reason": "同意"},
}

KEYED: frozenset[Place] = frozenset(
    {
        ("POST", "/registrations"),
        ("POST", f"{ONE}/threads"),
        ("POST", f"{ONE}/threads/<string:thread_id>/messages"),
        ("POST", f"{ONE}/threads/<string:thread_id>/resolution"),
        ("POST", f"{ONE}/threads/<string:thread_id>/reopening"),
    }
)
"""Where a key is asked for and no version: a creation, or a word that is added whatever others say meanwhile."""

REPEATABLE: frozenset[Place] = frozenset({("PUT", f"{ONE}/threads/<string:thread_id>/reading")})
"""Where neither is asked for: however often it is sent, it says the same."""

ASKED: Mapping[Place, tuple[str, str]] = {
    ("POST", "/registrations"): ("own", "-"),
    ("PUT", f"{ONE}/form"): ("own", "draft"),
    ("PUT", f"{ONE}/materials/<string:slot>"): ("own", "draft"),
    ("PUT", f"{ONE}/facts"): ("own", "draft"),
    ("POST", f"{ONE}/submission"): ("own", "draft"),
    ("POST", f"{ONE}/threads"): ("county", "told_to_filer"),
    ("POST", f"{ONE}/threads/<string:thread_id>/messages"): ("own", "told_to_filer"),
    ("POST", f"{ONE}/threads/<string:thread_id>/resolution"): ("county", "told_to_filer"),
    ("POST", f"{ONE}/threads/<string:thread_id>/reopening"): ("county", "dealt_with"),
    ("PUT", f"{ONE}/threads/<string:thread_id>/reading"): ("own", "told_to_filer"),
    ("POST", f"{ONE}/withdrawal"): ("own", "submitted"),
    ("POST", f"{ONE}/resumption"): ("own", "withdrawn"),
    ("POST", f"{ONE}/review"): ("county", "submitted"),
    ("PUT", f"{ONE}/review"): ("county", "under_review"),
    ("POST", f"{ONE}/return"): ("county", "under_review"),
    ("POST", f"{ONE}/approval"): ("county", "ready"),
    ("POST", f"{ONE}/rejection"): ("county", "under_review"),
    ("POST", f"{ONE}/undo"): ("county", "returned"),
    ("POST", f"{ONE}/change"): ("own", "approved"),
    ("POST", f"{ONE}/renewal"): ("own", "ended"),
    ("POST", f"{ONE}/discarding"): ("own", "draft"),
    ("POST", f"{ONE}/suspension"): ("county", "approved"),
    ("POST", f"{ONE}/suspension/lifting"): ("county", "suspended"),
    ("POST", f"{ONE}/deregistration-request"): ("own", "approved"),
    ("POST", f"{ONE}/deregistration-request/withdrawal"): ("own", "asked"),
    ("POST", f"{ONE}/deregistration-request/refusal"): ("county", "asked"),
    ("POST", f"{ONE}/deregistration-notice"): ("county", "approved"),
    ("POST", f"{ONE}/deregistration-notice/statement"): ("own", "announced"),
    ("POST", f"{ONE}/deregistration-notice/calling-off"): ("county", "announced"),
    ("POST", f"{ONE}/deregistration"): ("county", "asked"),
}
"""Who may do it with which registration: nothing but the fault stands in the way."""

FORM_FAULTS: tuple[tuple[str, object, str], ...] = (
    ("credit_code", make_uscc(1)[:-1] + ("0" if make_uscc(1)[-1] != "0" else "1"), "uscc_check_character"),
    ("credit_code", "91110000600037342L", "uscc_inner_check_character"),
    ("credit_code", make_uscc(1)[:17], "uscc_length"),
    ("credit_code", "I" + make_uscc(1)[1:], "uscc_alphabet"),
    ("credit_code", "", "empty"),
    ("division", "330199", "division_unknown"),
    ("division", "000000", "division_level"),
    ("division", "330100", "division_not_finest"),
    ("division", "33010", "division_unknown"),
    ("division", "330106; drop", "division_unknown"),
    ("opened_on", "2015-02-30", "date_malformed"),
    ("opened_on", "2015/03/01", "date_malformed"),
    ("opened_on", "20150301", "date_malformed"),
    ("opened_on", "2015-03-01T00:00:00Z", "date_malformed"),
    ("opened_on", "0001-01-01", "out_of_range"),
    ("operating_since", "9999-12-31", "out_of_range"),
    ("registered_capital", "-1", "out_of_range"),
    ("registered_capital", "1e5", "not_amount"),
    ("registered_capital", "1,000", "not_amount"),
    ("registered_capital", "NaN", "not_amount"),
    ("registered_capital", "Infinity", "not_amount"),
    ("registered_capital", "１２", "not_amount"),
    ("registered_capital", 1000.5, "not_amount"),
    ("trade_volume", "1.234", "too_many_places"),
    ("trade_volume", "9" * 15, "too_many_digits"),
    ("trade_volume", "9" * 5000, "not_amount"),
    ("registration_type", "DOMESTIC", "not_a_choice"),
    ("registration_type", "内资", "not_a_choice"),
    ("advanced_technology_enterprise", 1, "not_boolean"),
    ("phone", "88888888", "phone_area_code"),
    ("phone", "电话", "phone_malformed"),
    ("fax", "1", "phone_malformed"),
    ("email", "a@b@c.cn", "email_malformed"),
    ("email", "a@localhost", "email_malformed"),
    ("email", "李 <a@b.cn>", "email_malformed"),
    ("email", "a@b.cn\r\nBcc: c@d.cn", "forbidden_character"),
    ("website", "javascript:alert(1)", "url_scheme"),
    ("website", "ftp://www.example.com", "url_scheme"),
    ("website", "http://127.0.0.1/", "url_host"),
    ("website", "http://[::1]/", "url_host"),
    ("website", "http://2130706433/", "url_host"),
    ("website", "http://localhost/", "url_host"),
    ("website", "https://a:b@www.example.com", "url_user_info"),
    ("website", "https://www.example.com/" + "x" * 3000, "url_too_long"),
    ("icp_number", "浙B2-20200001", "icp_is_licence"),
    ("icp_number", "12345678", "icp_malformed"),
    ("licence_number", "浙ICP备12345678号", "icp_is_number"),
    ("licence_number", "x", "icp_licence_malformed"),
    ("operator_name", "名" * 121, "too_long"),
    ("operator_name", " \t ", "empty"),
    ("postal_address", "一行\n两行", "forbidden_character"),
    ("background", "长" * 5001, "too_long"),
    ("top_suppliers", ["甲"] * 6, "too_long"),
    ("top_suppliers", [""], "empty"),
    ("top_buyers", [["甲"]], "not_text"),
    ("traits", {"matching": "true"}, "not_boolean"),
    ("conditions", {"other": True}, "unknown_field"),
)
"""Field, wrong value, code of the fault."""


class Desk:
    """Asks the ground's registrations with requests that are right but for one thing."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.stores = Stores(ground.site.wired.database)
        plan = ground.site.call(OWN, "GET", f"/registrations/{ground.targets['draft'].id}").get_json()["materials"]["4"]
        chosen = {"files": [{"file_id": plan[0]["file_id"], "parts": ["fees"]}]}
        self.bodies = {**BODIES, ("PUT", f"{ONE}/materials/<string:slot>"): chosen}

    def target(self, place: Place) -> Target:
        """Return the registration that a place is asked for."""
        return self.ground.targets.get(ASKED[place][1], self.ground.targets["draft"])

    def send(self, place: Place, *, headers: Mapping[str, str] | None = None, **request: Any) -> TestResponse:
        """Send the right request of a place; `json`, `data` and headers given here replace the right ones."""
        method, route = place
        target = self.target(place)
        path = self.ground.path(route, target).replace("/materials/5", "/materials/4")
        body = request.get("data", json.dumps(request.get("json", self.bodies[place])))
        right = {
            "Content-Type": "application/json",
            "If-Match": f'"{target.document["v"]}"',
            "Idempotency-Key": new_id(),
        }
        sent = {name: value for name, value in {**right, **(headers or {})}.items() if value != LEFT_OUT}
        return self.ground.site.call(PEOPLE[ASKED[place][0]], method, path, headers=sent, data=body)

    def put_back(self, place: Place) -> None:
        """Undo what a request that went through has changed."""
        self.ground.put_back(self.target(place))
