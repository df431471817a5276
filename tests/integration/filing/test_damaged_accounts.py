"""Contracts, vouchers and units whose document was damaged: they keep nobody from seeing the others, and are told of."""

from __future__ import annotations

from structlog.testing import capture_logs

from shared.identity.actor import Actor
from tests.support.filing_site import COUNTY_REVIEWER, DECISION, MINISTRY, FilingSite, Json
from tests.support.filing_typed import BASICS, CONTRACT, EXECUTION

PERIOD = "2025-12"


def firm_with_contracts(site: FilingSite, *numbers: str) -> tuple[Actor, list[str]]:
    """Return a firm and the ids of the contracts that it filed under these numbers, one part each."""
    site.create(MINISTRY, "/collection-decisions", DECISION)
    firm = site.enterprise()
    filed(site, firm, "enterprise-1", "2025", {**BASICS})
    return firm, [filed(site, firm, "enterprise-2", PERIOD, {**CONTRACT, "202": number_of(each)}) for each in numbers]


def number_of(text: str) -> dict[str, str]:
    """Return a contract number with its part, as `number/part`."""
    number, _, part = text.partition("/")
    return {"number": number, **({"part": part} if part else {})}


def filed(site: FilingSite, firm: Actor, form: str, period: str, answers: Json) -> str:
    """File a form with its queries explained, and return its id."""
    filing = site.save(firm, site.begin(firm, form, period), answers=answers)
    explained = {each["rule"]: "已核实" for each in filing["findings"] if each["severity"] == "query"}
    answer = site.submit(firm, site.save(firm, filing, answers=answers, explanations=explained))
    assert answer.status_code == 200, answer.text
    return str((answer.json or {})["id"])


def damage(site: FilingSite, collection: str, id_: str) -> None:
    """Change one bit of what is sealed in a document."""
    rows = site.wired.database[collection]
    sealed = bytearray(rows.find_one({"_id": id_}, {"sealed": 1})["sealed"])  # type: ignore[index]  # it is there
    sealed[-1] ^= 1
    rows.update_one({"_id": id_}, {"$set": {"sealed": bytes(sealed)}})


def test_a_damaged_account_is_left_out_of_lists_and_sums_which_say_so(filing_site: FilingSite) -> None:
    firm, (first, second) = firm_with_contracts(filing_site, "HZ-2025-001", "HZ-2025-002")
    damage(filing_site, "accounts", first)

    with capture_logs() as logs:
        seen = [filing_site.json(actor, "GET", "/contracts") for actor in (firm, COUNTY_REVIEWER, MINISTRY)]
        sums = filing_site.json(COUNTY_REVIEWER, "GET", f"/contracts/totals?unit={firm.unit_id}")

    assert [([row["id"] for row in page["items"]], page["unreadable"]) for page in seen] == [([second], 1)] * 3
    assert (sums["count"], sums["amount"], sums["unreadable"]) == (1, "100", 1)
    told = {(each["event"], each.get("contract_id"), each.get("error")) for each in logs}
    assert ("account_unreadable", first, "SealBroken") in told


def test_a_damaged_part_does_not_close_the_page_of_another_part(filing_site: FilingSite) -> None:
    _, (first, second, third) = firm_with_contracts(filing_site, "HZ-1001/1", "HZ-1001/2", "HZ-1001/3")
    damage(filing_site, "accounts", second)

    page = filing_site.json(COUNTY_REVIEWER, "GET", f"/contracts/{first}")

    assert ([each["id"] for each in page["parts"]], page["unreadable"]) == ([third], 1)


def test_the_sums_of_a_damaged_account_are_not_guessed(filing_site: FilingSite) -> None:
    firm, (contract,) = firm_with_contracts(filing_site, "HZ-2025-001")
    damage(filing_site, "accounts", contract)

    filing = filing_site.begin(firm, "enterprise-3", PERIOD)
    answer = filing_site.call(
        firm, "PUT", f"/filings/{filing['id']}/content", filing["version"], json={"answers": {**EXECUTION}}
    )

    assert answer.status_code == 500


def test_a_damaged_voucher_is_left_out_of_the_register_which_says_so(filing_site: FilingSite) -> None:
    firm, _ = firm_with_contracts(filing_site)
    told = {"bank": "中国银行杭州分行", "dated_on": "2025-12-20", "total": "70"}
    broken, whole = (filing_site.create(firm, "/vouchers", {**told, "number": each})["id"] for each in ("PZ-1", "PZ-2"))
    damage(filing_site, "vouchers", broken)

    page = filing_site.json(firm, "GET", "/vouchers")

    assert ([each["id"] for each in page["items"]], page["unreadable"]) == ([whole], 1)


def test_a_contract_of_a_damaged_unit_is_listed_without_its_name(filing_site: FilingSite) -> None:
    firm, (contract,) = firm_with_contracts(filing_site, "HZ-2025-001")
    damage(filing_site, "units", str(firm.unit_id))

    (row,) = filing_site.json(COUNTY_REVIEWER, "GET", "/contracts")["items"]

    assert (row["id"], row["unit_name"]) == (contract, "")
