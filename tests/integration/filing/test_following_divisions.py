"""A county is merged into its neighbour on the real database: what is the unit's is there, and seen by the new county."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from services.filing.operations.relocating import follow_changes
from shared.codes import divisions
from shared.codes.division_changes import Change, ChangeKind
from shared.identity.actor import Actor, Role
from tests.support.filing_alike import HANGZHOU_FIRM, contract, firm, hear_last
from tests.support.filing_site import COUNTY_REVIEWER, DIVISION, FilingSite
from tests.unit.filing.test_following_divisions import Round

HEIR = "330105"
MERGED = Change(ChangeKind.MERGE, DIVISION, date(2026, 1, 8), successors=(HEIR,))
PATH = [HEIR, "330100", "330000", "000000"]
NEW_COUNTY = Actor("r-heir", Role.COUNTY_REVIEWER, division=HEIR)


@pytest.fixture(autouse=True)
def as_listed() -> Iterator[None]:
    yield
    divisions.use(())


def follow(site: FilingSite) -> Round:
    divisions.use([MERGED])
    done = Round(site.clock.now())
    follow_changes(site.wired.deps, done)
    return done


def test_filing_contract_and_unit_go_to_the_new_county_which_sees_them(filing_site: FilingSite) -> None:
    filing = contract(filing_site, firm(filing_site, HANGZHOU_FIRM, DIVISION), "HZ-2025-001")
    hear_last(filing_site, filing)
    before = filing_site.wired.filings.get(filing["id"])

    done = follow(filing_site)

    database = filing_site.wired.database
    kept = database["filings"].find_one({"_id": filing["id"]})
    assert kept is not None
    assert (kept["division"], kept["reviewer"], kept["path"]) == (HEIR, HEIR, PATH)
    paths = [each["path"] for name in ("accounts", "units") for each in database[name].find()]
    assert len(paths) > 1
    assert paths == [PATH] * len(paths)
    assert done.counts == {"moved": 1}
    assert filing_site.wired.filings.get(filing["id"]).versions == before.versions
    listed = filing_site.json(NEW_COUNTY, "GET", "/filings?waiting=true")["items"]
    assert filing["id"] in [each["id"] for each in listed]
    assert filing_site.json(NEW_COUNTY, "GET", "/contracts")["items"] != []
    old = filing_site.call(COUNTY_REVIEWER, "GET", f"/filings/{filing['id']}")
    assert old.status_code == 404


def test_the_new_county_approves_and_a_second_round_changes_nothing(filing_site: FilingSite) -> None:
    filing = contract(filing_site, firm(filing_site, HANGZHOU_FIRM, DIVISION), "HZ-2025-001")
    follow(filing_site)
    body = {"opinion": "同意上报", "signatory": "张审核"}
    url = f"/filings/{filing['id']}"

    version = filing_site.json(NEW_COUNTY, "GET", url)["version"]
    passed = filing_site.json(NEW_COUNTY, "POST", f"{url}/approval", version, json=body)
    again = follow(filing_site)

    assert passed["state"] == "submitted"
    assert filing_site.wired.filings.get(filing["id"]).passed == (HEIR,)
    assert (again.counts, again.notes) == ({}, [])
    assert filing_site.wired.database["relocations"].count_documents({}) == 1
