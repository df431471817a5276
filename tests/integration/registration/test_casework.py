"""Threads and decision sheets over the real servers: in order, once, sealed, and swept when nobody knows them."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from services.registration.operations import sheets, threads
from services.registration.printing.verify import verify
from services.registration.repository.sheets import NUMBERS, PREFIX
from services.registration.worker import sweep_sheets
from shared.calls import Call
from shared.identity.actor import Role
from shared.ids import new_id
from shared.threads.model import Visibility
from tests.support.registration import make_actor
from tests.support.registration_sheets import make_content
from tests.support.registration_site import Site
from tests.support.registration_wire import OPINION, act, operator, submitted, under_review
from tests.support.signing import signing_files

OWN = operator()
DEPARTMENT = make_actor(Role.COUNTY_REVIEWER)


def test_messages_that_come_at_the_same_moment_all_stay_in_an_order(site: Site) -> None:
    registration_id, _ = submitted(site, OWN)
    deps = site.wired.deps
    thread = threads.open_thread(deps, Call(DEPARTMENT), registration_id, Visibility.FILER, "", "请补充").thread

    with ThreadPoolExecutor(3) as pool:
        list(
            pool.map(
                lambda no: threads.answer_thread(deps, Call(OWN), registration_id, thread.id, f"第{no}条"), range(3)
            )
        )

    (seen,) = threads.list_threads(deps, Call(DEPARTMENT), registration_id)
    assert [message.no for message in seen.thread.messages] == [1, 2, 3, 4]
    assert {message.text for message in seen.thread.messages} == {"请补充", "第0条", "第1条", "第2条"}
    assert seen.unread == 3


def test_what_is_said_is_sealed_and_its_notice_leaves_with_it(site: Site) -> None:
    registration_id, _ = submitted(site, OWN)

    threads.open_thread(
        site.wired.deps, Call(DEPARTMENT), registration_id, Visibility.FILER, "/materials/5", "备案号看不清"
    )

    (stored,) = site.wired.database["threads"].find()
    assert "备案号看不清".encode() not in str(stored).encode()
    assert "materials" not in str({key: value for key, value in stored.items() if key != "outbox"})
    assert [entry["type"] for entry in stored["outbox"]] == ["tongbao.registration.notice_due.v1"]


def test_sheets_are_numbered_one_after_the_other_and_each_is_made_once(site: Site) -> None:
    registration_id, version = under_review(site, OWN, DEPARTMENT)
    act(site, DEPARTMENT, registration_id, version, "approval", OPINION)
    content = make_content(registration_id=registration_id)
    unit = str(OWN.unit_id)
    ids = [new_id() for _ in range(2)]

    for sheet_id in (*ids, *ids):
        sheets.make_sheet(site.wired.deps, sheet_id, unit, "330106", content)
    sheets.make_sheet(site.wired.deps, new_id(), unit, "330108", replace(content, registration_id="0" * 32))

    listed = site.call(OWN, "GET", f"/registrations/{registration_id}/sheets").get_json()["items"]
    given = site.call(OWN, "GET", f"/registrations/{registration_id}/sheets/{ids[0]}")
    assert [sheet["number"][-7:] for sheet in listed] == ["6-0001号", "6-0002号"]
    assert hashlib.sha256(given.data).hexdigest() == listed[0]["sha256"]
    assert verify(given.data, signing_files().certificates.read_bytes()).is_genuine
    assert site.wired.database[NUMBERS].count_documents({}) == 2
    assert given.headers["Content-Type"] == "application/pdf"


def test_a_sheet_of_which_only_the_file_is_left_is_swept_and_the_others_stay(site: Site) -> None:
    registration_id, _ = submitted(site, OWN)
    content = make_content(registration_id=registration_id)
    sheets.make_sheet(site.wired.deps, new_id(), str(OWN.unit_id), "330106", content)
    (row,) = site.wired.database["sheets"].find()

    assert str(row["object"]).startswith(PREFIX)
    assert site.wired.sheets.has_key(row["object"])
    assert not site.wired.sheets.has_key(f"{PREFIX}{new_id()}")
    assert sweep_sheets(site.wired).objects == 0
