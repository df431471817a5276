"""The control totals of a closing: what settled filings come to, for statistics to hold their figures against."""

from __future__ import annotations

from decimal import Decimal

from services.filing.model.closings import added
from services.filing.model.filings import Filing
from services.filing.operations.controls import amounts_of
from tests.support.filing_deps import Office
from tests.support.filing_typed import CERTIFICATES, STAFF
from tests.support.month_end import MONTH, approved, contract, filed, make_firm_office


def totals_of(office: Office, filing: Filing, *scope: str) -> dict[tuple[str, str], Decimal]:
    """Return what an approved filing adds to the totals of periods."""
    version = approved(office, filing).approved
    assert version is not None
    return {(form, measure): amount for form, measure, amount in amounts_of(office.deps, filing, version, scope)}


def test_a_contract_adds_what_is_known_of_its_amounts() -> None:
    office = make_firm_office()

    found = totals_of(office, contract(office, "HT-1"), MONTH)

    assert found == {("enterprise-2", "contract_usd"): Decimal(100)}  # no rate was known


def test_what_counts_outside_of_the_period_adds_nothing() -> None:
    office = make_firm_office()

    assert totals_of(office, contract(office, "HT-1"), "2020-01") == {}


def test_staff_adds_by_group_and_certificates_add_nothing() -> None:
    office = make_firm_office()
    staff = approved(office, filed(office, "enterprise-4", "2025", STAFF))
    held = approved(office, filed(office, "enterprise-5", "2025", CERTIFICATES))
    assert staff.approved is not None
    assert held.approved is not None

    sums = added({}, amounts_of(office.deps, staff, staff.approved, ["2025"]))
    sums = added(sums, amounts_of(office.deps, held, held.approved, ["2025"]))

    assert {form: {name: int(total) for name, total in each.items()} for form, each in sums.items()} == {
        "enterprise-4": {"employed": 100, "staff": 80, "trained_staff": 20}
    }
