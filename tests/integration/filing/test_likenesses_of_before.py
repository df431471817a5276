"""Contracts that were filed before likenesses were kept: marked as due by the preparation, read by the worker."""

from __future__ import annotations

import pytest
from structlog.testing import capture_logs

from services.filing.cli import fill_in
from services.filing.operations.likeness import read_next_due
from services.filing.policy import SYSTEM
from services.filing.repository import likenesses
from shared.calls import Call
from shared.identity.actor import Actor
from tests.support.filing_alike import alarms, contract, guangzhou, hangzhou
from tests.support.filing_site import MINISTRY, FilingSite

__all__ = ["guangzhou", "hangzhou"]


def read_all(site: FilingSite) -> int:
    """Let the worker read what is due, and return how many that were."""
    times = 0
    while read_next_due(site.wired.deps, Call(SYSTEM)):
        times += 1
    return times


def test_what_was_filed_before_raises_its_alarm_once_it_was_marked_and_read(
    filing_site: FilingSite, hangzhou: Actor, guangzhou: Actor
) -> None:
    pair = [contract(filing_site, hangzhou, "HZ-2025-001"), contract(filing_site, guangzhou, "GZ-777-888")]
    filing_site.begin(hangzhou, "enterprise-2", "2025-12")

    marked = filing_site.wired.stores.likenesses.fill_in()
    read = read_all(filing_site)

    (alarm,) = alarms(filing_site, MINISTRY)
    assert (marked, read) == (2, 2)
    assert {each["filing_id"] for each in alarm["sides"]} == {each["id"] for each in pair}


def test_a_second_start_marks_what_is_left_and_a_third_looks_for_nothing(
    filing_site: FilingSite, hangzhou: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(likenesses, "FILLED_AT_ONCE", 1)
    known = sorted(contract(filing_site, hangzhou, f"HZ-2025-00{number}")["id"] for number in range(3))
    kept = filing_site.wired.stores.likenesses
    stopped = {"_id": "likenesses", "after": known[0], "is_done": False}
    filing_site.wired.database["filling_in"].insert_one(stopped)

    second = kept.fill_in()
    later = contract(filing_site, hangzhou, "HZ-2025-009")["id"]
    third = fill_in(filing_site.wired)

    due = {row["_id"] for row in filing_site.wired.database["likenesses"].find({"due": True})}
    assert (second, third, due) == (2, 0, set(known[1:]))
    assert kept.find(later) is None


def test_what_is_known_of_a_filing_stays_when_the_others_are_marked(filing_site: FilingSite, hangzhou: Actor) -> None:
    contract(filing_site, hangzhou, "HZ-2025-001")
    kept = filing_site.wired.stores.likenesses
    kept.fill_in()
    read_all(filing_site)
    filing_site.wired.database["filling_in"].delete_many({})

    again = kept.fill_in()

    assert (again, read_all(filing_site)) == (0, 0)


def test_a_damaged_filing_keeps_no_other_from_being_read(
    filing_site: FilingSite, hangzhou: Actor, guangzhou: Actor
) -> None:
    damaged = contract(filing_site, hangzhou, "HZ-2025-000")
    pair = [contract(filing_site, hangzhou, "HZ-2025-001"), contract(filing_site, guangzhou, "GZ-777-888")]
    filing_site.wired.stores.likenesses.fill_in()
    filing_site.wired.database["filings"].update_one({"_id": damaged["id"]}, {"$set": {"sealed": b"\x00"}})

    with capture_logs() as logs:
        read = read_all(filing_site)

    (alarm,) = alarms(filing_site, MINISTRY)
    assert read == 3
    assert {each["filing_id"] for each in alarm["sides"]} == {each["id"] for each in pair}
    assert damaged["id"] in [each.get("filing_id") for each in logs if each["event"] == "likeness_unread"]
