"""Documents that an earlier version stored: filled in before the service starts, so that lists find them."""

from __future__ import annotations

from tests.support.filing_site import COUNTY_REVIEWER, FilingSite
from tests.support.platform_filing import submitted


def forget(site: FilingSite, collection: str, *fields: str) -> None:
    """Let all documents be as they were before these fields were kept."""
    site.wired.database[collection].update_many({}, {"$unset": dict.fromkeys(fields, "")})


def listed(site: FilingSite, path: str) -> list[str]:
    return [row["id"] for row in site.json(COUNTY_REVIEWER, "GET", path)["items"]]


def test_filings_and_units_of_before_are_listed_once_they_were_filled_in(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    filing = submitted(filing_site, operator)
    draft = filing_site.begin(operator, "enterprise-1")
    forget(filing_site, "filings", "sight", "reviewer", "queue")
    forget(filing_site, "units", "listed")
    before = listed(filing_site, "/filings") + listed(filing_site, "/units")

    filled = [(filing_site.wired.filings.fill_in(), filing_site.wired.units.fill_in()) for _ in range(2)]

    own = [row["id"] for row in filing_site.json(operator, "GET", "/filings")["items"]]
    assert (before, filled) == ([], [(2, 1), (0, 0)])
    assert listed(filing_site, "/filings") == listed(filing_site, "/filings?waiting=true") == [filing["id"]]
    assert listed(filing_site, "/units") == [operator.unit_id]
    assert set(own) == {filing["id"], draft["id"]}
    assert filing_site.json(operator, "GET", f"/filings/{filing['id']}")["version"] == filing["version"]


def test_one_whose_key_is_gone_stays_and_keeps_no_other_from_being_filled_in(filing_site: FilingSite) -> None:
    gone, other = filing_site.operator(), filing_site.operator("杭州云服科技有限公司")
    filing_site.begin(gone, "enterprise-1")
    kept = filing_site.begin(other, "enterprise-1")
    forget(filing_site, "filings", "sight", "reviewer", "queue")
    assert gone.unit_id is not None
    filing_site.wired.keyring.destroy(gone.unit_id)

    filled = filing_site.wired.filings.fill_in()

    (row,) = filing_site.json(other, "GET", "/filings")["items"]
    assert (filled, row["id"]) == (1, kept["id"])
