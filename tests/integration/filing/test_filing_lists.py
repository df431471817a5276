"""Long lists of a demonstration city: assembled from its firms' filings, checked by their sums, reviewed above it."""

from __future__ import annotations

from shared.identity.actor import Actor
from tests.support.filing_site import CITY_REVIEWER, COUNTY_REVIEWER, MINISTRY, PROVINCE_REVIEWER, FilingSite, Json

OPINION = {"opinion": "同意上报", "signatory": "张审核"}


def row(firm: str, fee: str = "1.5", hours: str = "120") -> Json:
    return {
        "firm": firm,
        "institution": "杭州职业培训学校",
        "content": "软件测试",
        "category": "1",
        "venue": "杭州",
        "hours": hours,
        "fee": fee,
    }


def filed(site: FilingSite, actor: Actor, rows: list[Json], period: str = "2025") -> Json:
    filing = site.begin(actor, "city-1", period)
    filing = site.json(actor, "POST", f"/filings/{filing['id']}/rows", filing["version"], json={"rows": rows})
    keys = {each["rule"]: "属实" for each in filing["findings"] if each["severity"] == "query"}
    filing = site.save(actor, filing, explanations=keys)
    answer = site.submit(actor, filing)
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


def approve(site: FilingSite, reviewer: Actor, filing: Json) -> Json:
    """Approve for one department."""
    return site.json(reviewer, "POST", f"/filings/{filing['id']}/approval", filing["version"], json=OPINION)


def test_a_city_assembles_what_it_has_approved_of_its_firms_and_the_levels_above_review_it(
    filing_site: FilingSite,
) -> None:
    one, other = filing_site.enterprise("杭州甲软件公司"), filing_site.enterprise("杭州乙软件公司")
    first = filed(filing_site, one, [row("杭州甲软件公司"), row("杭州甲软件公司", "2")])
    approve(filing_site, CITY_REVIEWER, approve(filing_site, COUNTY_REVIEWER, first))
    filing_site.approve_through(filed(filing_site, other, [row("杭州乙软件公司")]))
    approve(filing_site, COUNTY_REVIEWER, filed(filing_site, filing_site.enterprise("杭州丙公司"), [row("杭州丙公司")]))

    own = filing_site.begin(CITY_REVIEWER, "city-1")
    own = filing_site.json(CITY_REVIEWER, "POST", f"/filings/{own['id']}/assembly", own["version"], json={})
    submitted = filing_site.submit(CITY_REVIEWER, own)

    body: Json = dict(submitted.json or {})
    refused = filing_site.call(CITY_REVIEWER, "POST", f"/filings/{own['id']}/approval", body["version"], json=OPINION)
    forwarded = approve(filing_site, PROVINCE_REVIEWER, body)
    approved = approve(filing_site, MINISTRY, forwarded)
    assert own["rows"] == 3
    assert submitted.status_code == 200
    assert refused.status_code == 403
    assert (forwarded["state"], approved["state"]) == ("submitted", "approved")


def test_a_firm_of_another_city_is_asked_about(filing_site: FilingSite) -> None:
    filing_site.enterprise("宁波外地软件公司", "330203")
    firm = filing_site.enterprise()
    filing_site.approve_through(filed(filing_site, firm, [row("宁波外地软件公司")]))
    own = filing_site.begin(CITY_REVIEWER, "city-1")

    own = filing_site.json(CITY_REVIEWER, "POST", f"/filings/{own['id']}/assembly", own["version"], json={})

    found = [each for each in own["findings"] if each["rule"] == "c1-firm-outside"]
    assert [each["pointers"] for each in found] == [["/rows/0/firm"]]


def test_the_sums_of_a_list_are_compared_with_last_year(filing_site: FilingSite) -> None:
    firm = filing_site.enterprise()
    filing_site.approve_through(filed(filing_site, firm, [row("甲", "10"), row("乙", "10")], "2024"))

    filing = filing_site.begin(firm, "city-1")
    filing = filing_site.json(
        firm, "POST", f"/filings/{filing['id']}/rows", filing["version"], json={"rows": [row("甲", "90")]}
    )

    assert any(rule.startswith("c1-change") for rule in filing["counted"])
    again = filing_site.json(firm, "GET", f"/filings/{filing['id']}/findings")
    assert again["counted"] == filing["counted"]


def test_rows_are_changed_taken_out_and_refused_by_their_place(filing_site: FilingSite) -> None:
    firm = filing_site.enterprise()
    filing = filing_site.begin(firm, "city-1")
    url = f"/filings/{filing['id']}/rows"
    filing = filing_site.json(firm, "POST", url, filing["version"], json={"rows": [row("甲"), row("乙"), row("丙")]})

    refused = filing_site.call(
        firm, "POST", url, filing["version"], json={"rows": [row("丁"), {**row("戊"), "fee": 1.5}]}
    )
    filing = filing_site.json(firm, "PUT", f"{url}/1", filing["version"], json={"row": row("己")})
    filing = filing_site.json(firm, "PUT", f"{url}/0", filing["version"], json={"row": None})

    kept = filing_site.json(firm, "GET", f"{url}?first=0&limit=10")
    missing = filing_site.call(firm, "PUT", f"{url}/9", filing["version"], json={"row": None})
    assert refused.status_code == 422
    assert refused.json["errors"][0]["pointer"] == "/rows/1/fee"
    assert [each["firm"] for each in kept["rows"]] == ["己", "丙"]
    assert missing.status_code == 404
