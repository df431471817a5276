"""What filing tells statistics of a filing: the lines of each layer, all of it with every change, and nothing of texts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, cast

from services.filing.model.states import State
from services.filing.operations.facts import FACTS_CHANGED, tell_all_facts
from services.filing.operations.review import finalise_filing, undo_decision
from services.filing.operations.submission import submit_filing
from shared.calls import Call
from shared.contracts.filing import Facts
from tests.support.filing_deps import MINISTRY, Office, make_office
from tests.support.filing_typed import CERTIFICATES, STAFF
from tests.support.month_end import FIRM, MONTH, SIGN_OFF, approved, contract, filed, line, make_firm_office, save

Lines = list[dict[str, Any]]


def told(office: Office) -> Mapping[str, Lines]:
    """Return the layers of the last word to statistics, as the contract loads them."""
    last = next(each for each in reversed(office.filings.events) if each.type == FACTS_CHANGED)
    assert last.reader == "statistics"
    content = Facts().load(cast(Mapping[str, Any], last.secret))
    return {layer.value: lines for layer, lines in content["layers"].items()}


def test_an_approved_contract_is_told_with_its_codes_and_both_currencies() -> None:
    office = make_firm_office()

    filing = approved(office, contract(office, "HT-1"))

    (line,) = told(office)["approved"]
    assert line["counted_in"] == MONTH
    assert (line["contract"], line["business_class"], line["class_list"]) == (filing.id, "I11", "business_class/2022")
    assert (line["nature"], line["market"], line["client_industry"]) == ("2", "USA", "I")
    assert (line["usd"], line["cny"]) == (Decimal(100), None)  # no rate was known, and none is guessed
    assert "HT-1" not in str(line)


def test_an_execution_is_told_with_the_contract_that_it_is_on_and_the_month_in_which_it_counts() -> None:
    office = make_firm_office()
    contracted = approved(office, contract(office, "HT-1"))
    (saved,) = save(office, line(contracted))
    assert saved.filing is not None
    draft = saved.filing
    sent = submit_filing(office.deps, Call(FIRM, version=draft.version), draft.id, SIGN_OFF, duties_read=True)

    approved(office, sent)

    (fact,) = told(office)["approved"]
    assert (fact["contract"], fact["counted_in"], fact["nature"]) == (contracted.id, MONTH, "2")
    assert (fact["usd"], fact["settled_usd"]) == (Decimal(10), Decimal(10))


def test_the_holder_of_a_unit_is_who_has_the_majority_of_it() -> None:
    office = make_firm_office()
    filing = next(each for each in office.filings.kept.values() if each.form == "enterprise-1")

    approved(office, filing)

    (unit,) = told(office)["approved"]
    assert (unit["name"], unit["holder"]) == ("杭州软件研发有限公司", "杭州控股有限公司")
    assert (unit["ownership"], unit["ownership_list"]) == ("173", "registration_type/2011")


def test_staff_is_told_by_group_and_degree() -> None:
    office = make_firm_office()

    approved(office, filed(office, "enterprise-4", "2025", STAFF))

    lines = told(office)["approved"]
    employed = {each["education"]: each["number"] for each in lines if each["category"] == "employed"}
    assert employed == {"doctor": 5, "master": 15, "bachelor": 50, "college": 20, "other": 10}
    assert sum(each["number"] for each in lines if each["category"] == "outsourcing") == 80


def test_a_certificate_that_no_list_knows_is_told_without_its_name() -> None:
    office = make_firm_office()

    approved(office, filed(office, "enterprise-5", "2025", CERTIFICATES))

    lines = told(office)["approved"]
    assert [each["category"] for each in lines if each["act"] == "held"] == ["CMMI-3", "ISO9001", "other"]
    assert [(each["category"], each["cny"]) for each in lines if each["act"] == "new"] == [("CMMI-3", Decimal("12.5"))]
    assert "某地服务外包认证" not in str(lines)


def test_an_approval_that_is_taken_back_leaves_nothing_to_count() -> None:
    office = make_firm_office()
    filing = approved(office, contract(office, "HT-1"))
    assert told(office)["approved"]

    undo_decision(office.deps, Call(MINISTRY, version=filing.version), filing.id)

    assert told(office) == {}


def test_the_layers_tell_apart_what_was_filed_what_is_in_force_and_what_is_settled() -> None:
    office = make_office()
    filing = office.finalise(office.approve(office.submit(office.filled())))

    layers = told(office)

    assert set(layers) == {"filed", "approved", "final"}
    assert layers["filed"] == layers["approved"] == layers["final"]
    assert {each["category"]: each.get("number") for each in layers["final"]}["601"] == 320
    assert filing.state is State.FINAL


def test_the_version_that_is_told_is_the_one_under_which_the_filing_is_stored() -> None:
    office = make_firm_office()

    filing = approved(office, contract(office, "HT-1"))

    last = next(each for each in reversed(office.filings.events) if each.type == FACTS_CHANGED)
    assert last.data["version"] == filing.version == office.filings.get(filing.id).version


def test_everything_is_told_again_as_it_is_without_changing_a_filing() -> None:
    office = make_firm_office()
    filing = approved(office, contract(office, "HT-1"))
    before, office.filings.events = dict(office.filings.kept), []

    count = tell_all_facts(office.deps, "c" * 32)

    assert count == len([each for each in before.values() if each.versions]) >= 2
    assert office.filings.kept == before
    again = {each.data["filing_id"]: each.data["version"] for each in office.filings.events}
    assert again[filing.id] == filing.version


def test_settling_tells_statistics_too() -> None:
    office = make_office()
    filing = office.approve(office.submit(office.filled()))
    office.close("2024")
    office.filings.events = []

    finalise_filing(office.deps, Call(MINISTRY, version=filing.version), filing.id)

    assert [each.type for each in office.filings.events].count(FACTS_CHANGED) == 1
    assert "final" in told(office)


def test_the_filings_of_a_period_alone_are_told_again() -> None:
    office = make_firm_office()
    approved(office, filed(office, "enterprise-4", "2025", STAFF))
    approved(office, contract(office, "HT-1"))
    before = len(office.filings.events)

    told_again = tell_all_facts(office.deps, "c", [MONTH])

    assert told_again == 1
    assert [each.data["period"] for each in office.filings.events[before:]] == [MONTH]
