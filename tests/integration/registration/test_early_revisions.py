"""Early revisions leave the document of a registration and stay readable: nobody can make it outgrow its limit."""

from __future__ import annotations

from dataclasses import replace

import bson

from services.registration.form.items import ITEMS
from services.registration.form.materials import RULES
from services.registration.model.materials import Slot
from services.registration.model.review import Remark, Review, Verdict
from services.registration.repository import early
from services.registration.repository.records import COLLECTION
from shared.identity.actor import Role
from tests.support.registration import NOW, REVIEWER, make_actor, make_file, make_form
from tests.support.registration_site import Site
from tests.support.registration_wire import act, operator, submitted, uploaded

OWN = operator()
DEPARTMENT = make_actor(Role.COUNTY_REVIEWER)
ROUNDS = early.KEPT + 3


def resubmitted(site: Site, registration_id: str, version: int) -> int:
    """Withdraw an application, and submit it again."""
    version = act(site, OWN, registration_id, version, "withdrawal", {})
    version = act(site, OWN, registration_id, version, "resumption", {})
    return act(site, OWN, registration_id, version, "submission", {"undertaking": True})


def test_early_revisions_and_their_files_stay_readable(site: Site) -> None:
    registration_id, version = submitted(site, OWN)
    one = f"/registrations/{registration_id}"
    first = site.call(OWN, "GET", one).get_json()["materials"]["3"][0]["file_id"]
    version = act(site, OWN, registration_id, version, "withdrawal", {})
    version = act(site, OWN, registration_id, version, "resumption", {})
    files = {"files": [{"file_id": uploaded(site, OWN, registration_id, "3", "第二次")}]}
    version = site.call(OWN, "PUT", f"{one}/materials/3", version, json=files).get_json()["version"]
    version = act(site, OWN, registration_id, version, "submission", {"undertaking": True})

    for _ in range(ROUNDS - 2):
        version = resubmitted(site, registration_id, version)

    kept = site.wired.registrations.get(registration_id).revisions
    listed = site.call(DEPARTMENT, "GET", f"{one}/revisions").get_json()["items"]
    changes = site.call(DEPARTMENT, "GET", f"{one}/revisions/2/diff?against=1").get_json()["changes"]
    assert [revision.no for revision in kept] == list(range(ROUNDS - early.KEPT + 1, ROUNDS + 1))
    assert [row["no"] for row in listed] == list(range(1, ROUNDS + 1))
    assert [change["pointer"] for change in changes] == ["/materials/3"]
    assert site.call(DEPARTMENT, "GET", f"{one}/files/{first}").status_code == 200
    assert site.wired.registrations.is_claimed(first)
    stored = [repr(row) for row in site.wired.database[early.COLLECTION].find()]
    assert len(stored) == ROUNDS - early.KEPT
    assert not any("云采" in row for row in stored)


def test_the_largest_registration_stays_far_below_the_limit_of_a_document(site: Site) -> None:
    registration_id, _ = submitted(site, OWN)
    essay, note = "长" * 5000, "注" * 2000
    form = make_form(background=essay, organisation=essay, trade_so_far=essay, operation_plan=essay)
    stored = {"key": "k" * 60, "wrapped": "w" * 400, "sha256": "0" * 64}
    materials = {
        slot: tuple(make_file(f"{number:032x}", name="文" * 80, stored=stored) for number in range(rule.most))
        for slot, rule in RULES.items()
    }
    fields = {item.key: Remark(Verdict.CORRECT, note) for item in ITEMS}
    review = Review(REVIEWER, NOW, {slot: Remark(Verdict.REPLACE, note) for slot in Slot}, fields, opinion=note)
    registration = site.wired.registrations.get(registration_id)
    largest = replace(registration.revisions[0], form=form, materials=materials, review=review)
    revisions = tuple(replace(largest, no=no) for no in range(1, 41))

    saved = site.wired.registrations.save(
        replace(registration, form=form, materials=materials, revisions=revisions),
        None,  # type: ignore[arg-type]  # no event leaves
    )

    document = site.wired.database[COLLECTION].find_one({"_id": registration_id})
    assert len(bson.encode(document or {})) < 4 * 2**20
    assert len(saved.revisions) == early.KEPT
    assert len(site.wired.registrations.early_revisions(registration_id)) == 40 - early.KEPT
