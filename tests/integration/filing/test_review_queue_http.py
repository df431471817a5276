"""The queue, its way on, outliers and batches over HTTP, on filings that were really submitted."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import load_workbook

from services.filing.operations.batches import run_next_batch
from services.sandbox.stack.stack import Stack
from shared.identity.actor import Actor
from shared.ids import new_id
from tests.support.filing_site import COUNTY_REVIEWER, DECISION, MINISTRY, FilingSite, Json, open_filing_site

COLLEAGUE = Actor("r-county-2", COUNTY_REVIEWER.role, division=COUNTY_REVIEWER.division)
WORDS = {"text": "同意上报", "signatory": "张审核"}
OPINION = {"opinion": "同意上报", "signatory": "张审核"}


def workforce(staff: int, before: int = 0) -> Json:
    """Return the answers of 企业4表 without a query where staff stays within half of what it was."""
    answers: Json = {}
    for first, share in ((401, 1.0), (411, 0.5), (421, 0.25)):
        now = int(staff * share)
        answers[str(first)] = {"1": int(before * share) if before else now, "2": now}
        answers |= {str(first + step): {"2": now if step == 3 else 0} for step in range(1, 6)}
    return answers


def file(site: FilingSite, firm: Actor, staff: int, period: str = "2025", before: int = 0) -> Json:
    """Submit 企业4表 with every query explained."""
    answers = workforce(staff, before)
    saved = site.save(firm, site.begin(firm, "enterprise-4", period), answers=answers)
    explained = {each["key"]: "已核实" for each in saved["findings"] if each["severity"] == "query"}
    answer = site.submit(firm, site.save(firm, saved, answers=answers, explanations=explained))
    assert answer.status_code == 200, answer.text
    return dict(answer.json or {})


@pytest.fixture(scope="module")
def town(started: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FilingSite]:
    """A county that nobody changes here, with seven firms, one of which has a hundred times the staff of the others."""
    started.wait_ready("mongod")
    with open_filing_site(started, f"town-{new_id()}", "unused", tmp_path_factory.mktemp("keys")) as opened:
        opened.create(MINISTRY, "/collection-decisions", DECISION)
        firms(opened, 100, 110, 90, 120, 95, 105, 10_000)
        yield opened
        opened.wired.client.drop_database(opened.wired.database.name)


def firms(site: FilingSite, *sizes: int) -> list[Json]:
    """Return what as many firms of the county submitted."""
    return [file(site, site.enterprise(f"杭州软件{staff}有限公司"), staff) for staff in sizes]


def queue(site: FilingSite, query: str = "", actor: Actor = COUNTY_REVIEWER) -> Json:
    return site.json(actor, "GET", f"/review-queue?{query}")


def test_the_queue_shows_what_waits_and_counts_it(town: FilingSite) -> None:
    page = queue(town, "limit=5")
    facets = town.json(COUNTY_REVIEWER, "GET", "/review-queue/facets?form=enterprise-1")
    summary = town.json(COUNTY_REVIEWER, "GET", "/review-queue/summary")

    assert [row["unit_name"][4:-4] for row in page["items"]] == ["100", "110", "90", "120", "95"]
    assert (page["count"], page["is_more"], bool(page["next_cursor"])) == (7, False, True)
    assert [(each["key"], each["count"]) for each in facets["forms"]] == [("enterprise-4", 7)]
    assert facets["periods"] == []
    assert (summary["count"], summary["longest_id"]) == (7, page["items"][0]["id"])
    assert queue(town, actor=MINISTRY)["items"] == []


def test_by_influence_the_firm_that_makes_the_total_comes_first_and_the_way_goes_on_from_it(town: FilingSite) -> None:
    found = town.json(COUNTY_REVIEWER, "GET", "/review-queue/influence?limit=3")
    first, second, _ = found["items"]
    way = town.json(COUNTY_REVIEWER, "GET", f"/filings/{first['id']}/way?order=influence")

    assert [row["unit_name"][4:-4] for row in found["items"]] == ["10000", "120", "110"]
    # 2,500 of the 2,653 who were trained in the area, the most of its three totals; nothing was in force before.
    assert (first["influence"], first["cumulated"], first["place"]) == ("94.23", "94.16", "1")
    assert (found["ranked"], found["explaining"], found["explained"], found["count"]) == (7, 1, 90, 7)
    assert (way["before"], way["after"], way["number"]) == (None, {"filing_id": second["id"], "place": "2"}, 1)


def test_a_unit_is_found_by_its_whole_name_or_code_alone(town: FilingSite) -> None:
    def found(text: str, actor: Actor = COUNTY_REVIEWER) -> list[str]:
        answer = town.json(actor, "POST", "/units/search", json={"text": text})
        return [each["name"] for each in answer["items"]]

    (unit,) = town.json(COUNTY_REVIEWER, "POST", "/units/search", json={"text": "杭州软件90有限公司"})["items"]
    (row,) = queue(town, f"unit={unit['id']}")["items"]
    afar = Actor("r-afar", COUNTY_REVIEWER.role, division="440106")

    assert row["unit_name"] == "杭州软件90有限公司"
    assert found("杭州软件") == []
    assert len(found("91330106000000019W")) == 7
    assert found("杭州软件90有限公司", afar) == []


def test_the_way_leads_on_from_a_filing_that_was_decided_since(filing_site: FilingSite) -> None:
    one, _, three = firms(filing_site, 100, 110, 90)
    two = queue(filing_site)["items"][1]
    path = f"/filings/{two['id']}"
    before = filing_site.json(COUNTY_REVIEWER, "GET", f"{path}/way?place={two['place']}")
    filing_site.json(COUNTY_REVIEWER, "POST", f"{path}/approval", two["version"], json=OPINION)

    after = filing_site.json(COUNTY_REVIEWER, "GET", f"{path}/way?place={two['place']}")

    neighbours = (one["id"], three["id"])
    for way in (before, after):
        assert (way["before"]["filing_id"], way["after"]["filing_id"]) == neighbours
    assert (before["number"], before["count"]) == (2, 3)
    assert (after["number"], after["count"]) == (0, 2)


def test_a_number_far_from_others_is_unusual_and_shows_no_more_of_them_than_their_range(town: FilingSite) -> None:
    first, *_, last = (row["id"] for row in queue(town)["items"])

    found = town.json(COUNTY_REVIEWER, "GET", f"/filings/{last}/outliers")
    usual = town.json(COUNTY_REVIEWER, "GET", f"/filings/{first}/outliers")

    staff = next(cell for cell in found["cells"] if cell["pointer"] == "/401/2")
    assert (found["division"], found["units"], found["is_sample"]) == ("330106", 6, False)
    assert staff["is_unusual"]
    assert staff["region"]["verdict"] == "high"
    assert staff["others"] == {"count": 6, "zeros": 0, "least": "90", "median": "102.5", "most": "120"}
    assert staff["history"]["verdict"] == "too_few"
    assert not any(cell["pointer"] == "/401/1" for cell in found["cells"])
    assert [cell for cell in usual["cells"] if cell["pointer"] == "/401/2" and cell["is_unusual"]] == []
    reads = town.wired.database["reads"].count_documents({"action": "read_outliers"})
    assert reads == 2


def test_too_few_units_show_nothing_of_each_other(filing_site: FilingSite) -> None:
    (filing, *_) = firms(filing_site, 100, 110, 90)

    found = filing_site.json(COUNTY_REVIEWER, "GET", f"/filings/{filing['id']}/outliers")

    assert {cell["region"]["verdict"] for cell in found["cells"]} == {"too_few"}
    assert {cell["others"] is None for cell in found["cells"]} == {True}


def test_the_unit_s_own_history_makes_a_range(filing_site: FilingSite) -> None:
    firm = filing_site.enterprise()
    for period, staff in (("2022", 100), ("2023", 120), ("2024", 110)):
        done = file(filing_site, firm, staff, period)
        rows = filing_site.wired.database["filings"]
        rows.update_one({"_id": done["id"]}, {"$set": {"in_force": 1, "state": "approved"}})
    last = file(filing_site, firm, 300, before=110)

    found = filing_site.json(COUNTY_REVIEWER, "GET", f"/filings/{last['id']}/outliers")
    row = next(each for each in queue(filing_site)["items"] if each["id"] == last["id"])

    staff = next(cell for cell in found["cells"] if cell["pointer"] == "/401/2")
    assert found["periods"] == 3
    assert staff["history"]["verdict"] == "high"
    assert (staff["own"]["least"], staff["own"]["most"]) == ("100", "120")
    assert (row["change"], row["change_label"]) == (5, "变动 1～2倍")


def test_a_reviewer_sees_what_is_assigned_to_them_while_it_waits(filing_site: FilingSite) -> None:
    mine, other = firms(filing_site, 100, 110)
    me = Actor("e" * 32, COUNTY_REVIEWER.role, division=COUNTY_REVIEWER.division)
    path = f"/filings/{mine['id']}"
    given = {"assignee_id": me.account_id}
    filing_site.json(me, "PUT", f"{path}/assignment", mine["version"], json=given)

    assigned = queue(filing_site, "mine=true", me)["items"]
    of_colleague = queue(filing_site, "mine=true", COLLEAGUE)["items"]
    filing_site.json(COLLEAGUE, "POST", f"{path}/approval", mine["version"], json=OPINION)

    assert [row["id"] for row in assigned] == [mine["id"]]
    assert of_colleague == []
    assert queue(filing_site, "mine=true", me)["items"] == []
    assert [row["id"] for row in queue(filing_site)["items"]] == [other["id"]]


def test_a_batch_goes_through_and_its_results_are_given_out(filing_site: FilingSite) -> None:
    firms(filing_site, 100, 110, 90, 120)
    rows = queue(filing_site)["items"]
    filing_site.json(COLLEAGUE, "POST", f"/filings/{rows[0]['id']}/approval", rows[0]["version"], json=OPINION)
    chosen = [{"id": row["id"], "version": row["version"]} for row in rows[:3]]
    body = {"action": "approve", **WORDS, "items": chosen}
    key = {"Idempotency-Key": new_id()}

    batch = filing_site.json(COUNTY_REVIEWER, "POST", "/review-batches", json=body, headers=key)
    again = filing_site.json(COUNTY_REVIEWER, "POST", "/review-batches", json=body, headers=key)
    run_next_batch(filing_site.wired.deps)
    done = filing_site.json(COUNTY_REVIEWER, "GET", f"/review-batches/{batch['id']}")
    items = filing_site.json(COUNTY_REVIEWER, "GET", f"/review-batches/{batch['id']}/items?limit=2")
    rest = filing_site.json(COUNTY_REVIEWER, "GET", f"/review-batches/{batch['id']}/items?after=2")
    file_ = filing_site.call(COLLEAGUE, "GET", f"/review-batches/{batch['id']}/export")

    assert again["id"] == batch["id"]
    assert (batch["state"], batch["waiting"]) == ("waiting", 3)
    assert (done["state"], done["done"], done["refused"]) == ("done", 2, 1)
    assert [(each["outcome"], each["refusal"]) for each in items["items"]] == [
        ("refused", "changed_meanwhile"),
        ("done", None),
    ]
    assert (items["next_after"], rest["items"][0]["no"], rest["next_after"]) == (2, 3, None)
    sheet = load_workbook(BytesIO(file_.data)).worksheets[0]
    assert [cell.value for cell in list(sheet.rows)[1]][:3] == ["1", "杭州软件100有限公司", "服务外包统企业4表"]
    assert queue(filing_site)["count"] == 1


def test_what_a_batch_says_is_sealed(filing_site: FilingSite) -> None:
    firms(filing_site, 100)
    words = {"text": "很特别的意见", "signatory": "某某签字"}
    filing_site.create(COUNTY_REVIEWER, "/review-batches", {"action": "approve", **words, "queue": {}, "items": []})

    stored = str(list(filing_site.wired.database["review_batches"].find()))

    assert "特别" not in stored
    assert "某某" not in stored


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"items": []}, "/items"),
        ({"action": "return", "items": [{"id": "f" * 32, "version": 1}]}, "/reason_code"),
        ({"items": [{"id": "f" * 32, "version": 1}] * 2}, "/items/1/id"),
        ({"action": "discard"}, "/action"),
        ({"queue": {"form": "x"}, "items": []}, "/queue/form"),
    ],
)
def test_a_faulty_batch_is_refused_at_its_place(town: FilingSite, body: Json, pointer: str) -> None:
    headers = {"Idempotency-Key": new_id()}
    sent = {"action": "approve", **WORDS, **body}

    answer = town.call(COUNTY_REVIEWER, "POST", "/review-batches", json=sent, headers=headers)

    assert answer.status_code == 422
    assert pointer in [each["pointer"] for each in (answer.json or {})["errors"]]
