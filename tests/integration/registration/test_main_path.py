"""Registration through HTTP on the real servers: from an empty draft to the approval that leaves by the outbox."""

from __future__ import annotations

from urllib.parse import quote

from services.sandbox.story.judgement import accepted
from shared.identity.actor import Role
from tests.support.files import make_pdf
from tests.support.registration import CITY, make_actor, make_form
from tests.support.registration_site import Site
from tests.support.registration_wire import (
    OPINION,
    REASON,
    act,
    filled,
    operator,
    submitted,
    under_review,
    uploaded,
    wire_form,
)

OWN = operator()
DEPARTMENT = make_actor(Role.COUNTY_REVIEWER)
ABOVE = make_actor(Role.CITY_REVIEWER, division=CITY)
SIBLING = make_actor(Role.COUNTY_REVIEWER, division="330108")


def test_a_registration_goes_from_draft_through_a_return_to_approval(site: Site) -> None:
    registration_id, version = under_review(site, OWN, DEPARTMENT, "expired")
    one = f"/registrations/{registration_id}"

    version = act(site, DEPARTMENT, registration_id, version, "return", REASON)
    file_id = uploaded(site, OWN, registration_id, "5", "新的备案证明")
    answer = site.call(OWN, "PUT", f"{one}/materials/5", version, json={"files": [{"file_id": file_id}]})
    version = act(site, OWN, registration_id, answer.json["version"], "submission", {"undertaking": True})
    diff = site.call(DEPARTMENT, "GET", f"{one}/revisions/2/diff?against=1").json["changes"]
    version = act(site, DEPARTMENT, registration_id, version, "review", {})
    body = accepted(wire_form())
    version = site.call(DEPARTMENT, "PUT", f"{one}/review", version, json=body).json["version"]
    act(site, DEPARTMENT, registration_id, version, "approval", OPINION)

    seen = site.call(OWN, "GET", one).json
    assert (seen["state"], seen["revision"], seen["directory"]["state"]) == ("approved", 2, "pending")
    assert [change["pointer"] for change in diff] == ["/materials/5"]
    assert [entry["action"] for entry in seen["history"]] == [
        "create", "save", "submit", "start_review", "save_review", "return", "save", "submit", "start_review",
        "save_review", "approve",
    ]  # fmt: skip
    outbox = site.wired.database["registrations"].find_one()["outbox"]
    types = [entry["type"] for entry in outbox if "notice_due" not in entry["type"]]
    assert types == [
        "tongbao.registration.submitted.v1",
        "tongbao.registration.returned.v1",
        "tongbao.registration.sheet_due.v1",
        "tongbao.registration.submitted.v1",
        "tongbao.registration.approved.v1",
        "tongbao.registration.sheet_due.v1",
        "tongbao.registration.unit_known.v1",
    ]


def test_the_department_and_the_levels_above_see_it_and_the_neighbour_does_not(site: Site) -> None:
    registration_id, _ = submitted(site, OWN)

    rows = {
        actor.division: [row["id"] for row in site.call(actor, "GET", "/registrations").json["items"]]
        for actor in (DEPARTMENT, ABOVE, SIBLING)
    }

    assert rows == {"330106": [registration_id], "330100": [registration_id], "330108": []}
    assert site.call(SIBLING, "GET", f"/registrations/{registration_id}").status_code == 404


def test_a_second_registration_of_the_same_web_site_is_refused_with_the_fields_that_clash(site: Site) -> None:
    submitted(site, OWN)
    other = operator(2)
    registration_id, version = filled(
        site, other, website="http://YUNCAI.example:8080/", icp_number="浙ICP备99999999号"
    )

    answer = site.call(
        other, "POST", f"/registrations/{registration_id}/submission", version, json={"undertaking": True}
    )

    assert answer.status_code == 409
    assert [error["pointer"] for error in answer.json["errors"]] == ["/form/website"]
    assert site.call(other, "GET", f"/registrations/{registration_id}").json["state"] == "draft"


def test_a_second_site_of_the_same_operator_has_a_number_of_its_own(site: Site) -> None:
    submitted(site, OWN)
    one, version = filled(site, OWN, website="https://second.example", icp_number="浙ICP备12345678号-2")
    other, other_version = filled(site, OWN, website="https://third.example", icp_number="浙icp备12345678号－1")

    taken = site.call(OWN, "POST", f"/registrations/{one}/submission", version, json={"undertaking": True})
    refused = site.call(OWN, "POST", f"/registrations/{other}/submission", other_version, json={"undertaking": True})

    assert (taken.status_code, refused.status_code) == (200, 409)
    assert [error["pointer"] for error in refused.json["errors"]] == ["/form/icp_number"]


def test_a_withdrawn_registration_frees_its_web_site(site: Site) -> None:
    registration_id, version = submitted(site, OWN)
    act(site, OWN, registration_id, version, "withdrawal", {})
    other = operator(2)

    again, version = submitted(site, other)

    assert site.call(other, "GET", f"/registrations/{again}").json["state"] == "submitted"


def test_pages_of_the_list_neither_skip_nor_repeat(site: Site) -> None:
    made = [site.create(OWN) for _ in range(7)]

    seen, cursor = [], ""
    while True:
        page = site.call(OWN, "GET", f"/registrations?limit=3&cursor={cursor}").json
        seen += [row["id"] for row in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break

    assert seen == made[::-1]


def test_each_list_is_served_by_an_index(site: Site) -> None:
    collection = site.wired.database["registrations"]
    submitted(site, OWN)
    queries = [
        {"unit": OWN.unit_id},
        {"path": "330106", "state": {"$in": ["submitted"]}},
        {"path": "330106", "state": "submitted"},
        {"state": "submitted"},
    ]

    for query in queries:
        plan = collection.find(query).sort([("updated_at", -1), ("_id", -1)]).limit(20).explain()
        stages = str(plan["queryPlanner"]["winningPlan"])
        assert "COLLSCAN" not in stages
        assert "'stage': 'SORT'" not in stages


def test_a_download_gives_back_the_very_bytes_as_an_attachment(site: Site) -> None:
    registration_id = site.create(OWN)
    content = make_pdf("营业执照副本")
    file_id = site.upload(OWN, registration_id, "2", quote("执照 (副本).pdf"), content).json["file_id"]

    answer = site.call(OWN, "GET", f"/registrations/{registration_id}/files/{file_id}")

    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_a_page_is_shown_as_a_picture_and_a_missing_one_is_not_found(site: Site) -> None:
    registration_id = site.create(OWN)
    file_id = uploaded(site, OWN, registration_id, "2")
    pages = f"/registrations/{registration_id}/files/{file_id}/pages"

    first, second = site.call(OWN, "GET", f"{pages}/1"), site.call(OWN, "GET", f"{pages}/2")

    assert first.data.startswith(b"\x89PNG")
    assert second.status_code == 404


def test_the_print_is_a_pdf(site: Site) -> None:
    registration_id, _ = filled(site, OWN)

    answer = site.call(OWN, "GET", f"/registrations/{registration_id}/print")

    assert answer.data.startswith(b"%PDF-")


def test_a_stored_registration_shows_nothing_confidential(site: Site) -> None:
    registration_id, _ = under_review(site, OWN, DEPARTMENT)

    stored = site.wired.database["registrations"].find_one({"_id": registration_id})

    routing = {"division"}
    texts = {key: value for key, value in make_form().items() if isinstance(value, str) and key not in routing}
    assert {"credit_code", "operator_name", "email", "phone"} <= texts.keys()
    assert [key for key, value in texts.items() if value in str(stored) or value.encode() in stored["sealed"]] == []


def test_a_unit_whose_key_was_destroyed_is_gone_and_the_others_stay(site: Site) -> None:
    gone, _ = submitted(site, OWN)
    stays, _ = submitted(site, operator(2), website="https://second.example", icp_number="浙ICP备99999999号")
    assert OWN.unit_id is not None
    site.wired.keyring.destroy(OWN.unit_id)

    answer = site.call(DEPARTMENT, "GET", "/registrations")

    assert answer.status_code == 200
    assert [row["id"] for row in answer.json["items"]] == [stays]
    assert site.call(DEPARTMENT, "GET", f"/registrations/{gone}").status_code == 404
