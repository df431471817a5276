"""Rates over HTTP, in the database, and from the bus."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from services.filing.cli import load_rates
from services.filing.handlers import handlers
from services.filing.rates.keeping import WantedRates
from services.filing.rates.table import LARGEST
from services.filing.repository.rates import COLLECTION
from services.sandbox.sample_rates import sample_table
from services.sandbox.story.figures import basic_information
from services.sandbox.story.unit import make_unit
from shared.contracts import all_contracts
from shared.contracts.rates import RATES_PUBLISHED
from shared.errors import StaleVersion
from shared.messaging.effects import Effects, Fate
from shared.messaging.envelope import CONTENT_TYPE, encode
from shared.messaging.settlement import Delivery
from shared.messaging.topology import FILING_EVENTS
from shared.mongo.aggregates import Event
from tests.support.filing_site import COUNTY_REVIEWER, MINISTRY, FilingSite
from tests.support.rates import line, make_quote, make_rate, published, table_of

RAW = {"Content-Type": "application/octet-stream"}
MONDAY = date(2026, 1, 5)


def bring(site: FilingSite, *lines: tuple[str, ...], dry_run: bool = False, content: bytes = b"") -> Any:
    url = f"/rates/import{'?dry_run=true' if dry_run else ''}"
    return site.call(MINISTRY, "POST", url, headers=RAW, data=content or table_of(*lines))


def told(site: FilingSite, message_id: str, value: str, published_at: str, currency: str = "USD") -> Delivery:
    """Return a message of rates as the broker delivers it."""
    rate = {"currency": currency, "day": "2026-01-05", "quoting": "direct", "units": 1, "value": value}
    data = {"batch_id": message_id, "source": "central_parity", "published_at": published_at, "rates": [rate]}
    event = Event(message_id, RATES_PUBLISHED.type, site.clock.now(), message_id, data, "c" * 32)
    return Delivery(1, encode(event, "exchange"), message_id, CONTENT_TYPE, {})


def effects(site: FilingSite) -> Effects:
    taken = handlers(site.wired.deps_within, site.wired.own_keys, site.wired.division_changes.note)
    wired = site.wired
    return Effects(FILING_EVENTS, taken, wired.client, wired.database, site.clock, contracts=all_contracts())


def test_a_table_is_tried_stored_read_and_asked_for_by_day(filing_site: FilingSite) -> None:
    lines = (
        line(),
        line(currency="JPY", units="100", value="4.8765"),
        line(currency="KRW", quoting="间接", value="200"),
    )

    trial = bring(filing_site, *lines, dry_run=True).json
    nothing = filing_site.json(MINISTRY, "GET", "/rates")["items"]
    stored = bring(filing_site, *lines).json

    assert (trial["is_stored"], trial["counted"]["new"], nothing) == (False, 3, [])
    assert (stored["is_stored"], stored["counted"]["new"], stored["faults"]) == (True, 3, [])
    listed = filing_site.json(COUNTY_REVIEWER, "GET", "/rates")["items"]
    assert [(each["currency"], each["cny_per_unit"]) for each in listed] == [
        ("USD", "7.1234"),
        ("KRW", "0.005"),
        ("JPY", "0.048765"),
    ]
    sunday = filing_site.json(COUNTY_REVIEWER, "GET", "/rates/JPY/2026-01-08")
    assert (sunday["asked"], sunday["day"], sunday["quote_label"]) == (
        "2026-01-08",
        "2026-01-05",
        "100日元＝4.8765元人民币",
    )
    assert sunday["source_label"] == "人民币汇率中间价（中国外汇交易中心受权公布）"


@pytest.mark.parametrize("path", ["USD/2025-12-01", "EUR/2026-01-05", "USD/2026-01-09", "USD/20260105", "USD/x"])
def test_a_rate_that_is_not_known_is_not_found(filing_site: FilingSite, path: str) -> None:
    bring(filing_site, line())

    assert filing_site.call(MINISTRY, "GET", f"/rates/{path}").status_code == 404


def test_every_fault_is_told_with_line_and_column_and_nothing_is_stored(filing_site: FilingSite) -> None:
    found = bring(
        filing_site, line(), line(currency="EUR", day="2026-02-30", value="0"), line(source="示例汇率（非公布值）")
    )

    assert found.status_code == 200
    assert [(each["line"], each["column"], each["code"]) for each in found.json["faults"]] == [
        (3, "日期", "day_malformed"),
        (3, "汇率", "rate_not_positive"),
        (4, "来源", "source_is_sample"),
    ]
    assert all(each["message"] for each in found.json["faults"])
    assert filing_site.wired.database[COLLECTION].count_documents({}) == 0


def test_a_table_over_the_limit_or_of_another_kind_is_refused(filing_site: FilingSite) -> None:
    large = bring(filing_site, content=table_of(line()) + b"\n" * LARGEST)
    other = bring(filing_site, content="名称,金额\n".encode())
    as_json = filing_site.call(MINISTRY, "POST", "/rates/import", json={})

    assert large.status_code == 413
    assert (other.status_code, other.json["code"]) == (400, "table_head")
    assert as_json.status_code == 415


def test_the_same_table_twice_is_stored_once_and_a_correction_beside_it(filing_site: FilingSite) -> None:
    bring(filing_site, line())
    filing_site.clock.advance(timedelta(hours=1))
    again = bring(filing_site, line()).json
    filing_site.clock.advance(timedelta(hours=1))

    corrected = bring(filing_site, line(value="7.2")).json

    assert again["counted"] == {"new": 0, "corrected": 0, "known": 1, "outdated": 0}
    assert corrected["counted"]["corrected"] == 1
    (rate,) = filing_site.json(MINISTRY, "GET", "/rates")["items"]
    assert (rate["value"], rate["revision"]) == ("7.2", 2)
    assert [(each["no"], each["value"], each["is_current"]) for each in rate["revisions"]] == [
        (1, "7.1234", False),
        (2, "7.2", True),
    ]


def test_what_is_stored_keeps_every_digit(filing_site: FilingSite) -> None:
    rate = published(quote=make_quote("123456789012.0123456789"))

    filing_site.wired.deps.rates.put([rate])

    (found,) = filing_site.wired.deps.rates.list_between(["USD"], MONDAY, MONDAY)
    assert found.current.quote.value == Decimal("123456789012.0123456789")
    assert found.revisions == rate.revisions
    assert found.version == 1


def test_of_two_who_store_the_same_rate_one_is_told_and_a_batch_is_all_or_nothing(filing_site: FilingSite) -> None:
    rates = filing_site.wired.deps.rates
    rates.put([published()])

    with pytest.raises(StaleVersion):
        rates.put([published("EUR"), published()])
    with pytest.raises(StaleVersion):
        rates.put([published("EUR"), replace(published(), version=7)])

    assert rates.find_all([published("EUR").key]) == {}


def test_tables_at_the_same_time_lose_no_rate(filing_site: FilingSite) -> None:
    statuses: list[int] = []

    def one(value: str) -> None:
        statuses.append(bring(filing_site, line(value=value), line(currency="EUR", value=value)).status_code)

    threads = [threading.Thread(target=one, args=(f"7.{number}",)) for number in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    kept = filing_site.wired.deps.rates.list_between(["USD", "EUR"], MONDAY, MONDAY)
    assert set(statuses) <= {200, 412}
    assert {len(each.revisions) for each in kept} == {statuses.count(200)}
    assert len(kept) == 2


def test_pages_neither_skip_nor_repeat_and_are_narrowed(filing_site: FilingSite) -> None:
    days = [MONDAY - timedelta(days=number) for number in range(20)]
    every = [published(code, day) for day in days for code in ("USD", "EUR", "JPY")]
    filing_site.wired.deps.rates.put(every)

    seen, cursor = [], ""
    while True:
        page = filing_site.json(MINISTRY, "GET", f"/rates?limit=7&cursor={cursor}")
        seen += [(each["day"], each["currency"]) for each in page["items"]]
        cursor = page["next_cursor"]
        if not cursor:
            break
    euro = filing_site.json(MINISTRY, "GET", "/rates?currency=EUR&first_day=2025-12-30&last_day=2026-01-02")["items"]

    assert seen == sorted(((each.day.isoformat(), each.currency) for each in every), reverse=True)
    assert [each["day"] for each in euro] == ["2026-01-02", "2026-01-01", "2025-12-31", "2025-12-30"]
    assert filing_site.call(MINISTRY, "GET", "/rates?cursor=eA").status_code == 400
    assert filing_site.call(MINISTRY, "GET", "/rates?currency=usd").status_code == 422


def plans(site: FilingSite, ask: Callable[[], object]) -> list[dict[str, Any]]:
    """Return how the queries of rates went that `ask` leads to."""
    database = site.wired.database
    database.command("profile", 0)
    database.drop_collection("system.profile")
    database.command("profile", 2)
    ask()
    database.command("profile", 0)
    wanted = {"ns": f"{database.name}.{COLLECTION}", "op": {"$in": ["query", "command"]}}
    return list(database["system.profile"].find(wanted))


def test_every_look_up_is_found_by_an_index_and_looks_at_no_more_than_it_gives_out(filing_site: FilingSite) -> None:
    rates = filing_site.wired.deps.rates
    days = [MONDAY - timedelta(days=number) for number in range(400)]
    rates.put([published(code, day) for day in days for code in ("USD", "EUR", "JPY", "HKD")])
    near = MONDAY - timedelta(days=100)
    page = rates.list_wanted(WantedRates(), "", 20)
    asks: dict[str, tuple[Callable[[], object], int]] = {
        "day": (lambda: rates.list_between(["USD", "EUR"], near - timedelta(days=12), near), 26),
        "keys": (lambda: rates.find_all([make_rate(day=near).key, make_rate("EUR", near).key]), 2),
        "list": (lambda: rates.list_wanted(WantedRates(), "", 20), 21),
        "next": (lambda: rates.list_wanted(WantedRates(), page.next_cursor, 20), 21),
        "currency": (lambda: rates.list_wanted(WantedRates("HKD"), "", 20), 21),
        "currency and days": (lambda: rates.list_wanted(WantedRates("HKD", near, MONDAY), "", 20), 21),
        "days": (lambda: rates.list_wanted(WantedRates("", None, near), "", 20), 21),
    }

    wrong = []
    for name, (ask, most) in asks.items():
        (plan,) = plans(filing_site, ask)
        if "COLLSCAN" in plan["planSummary"] or plan.get("hasSortStage") or plan["docsExamined"] > most:
            wrong.append(f"{name}: {plan['planSummary']} {plan['docsExamined']} {plan.get('hasSortStage')}")

    assert wrong == []


def test_a_message_is_taken_once_and_the_last_published_value_applies_in_any_order(filing_site: FilingSite) -> None:
    late = told(filing_site, "m-2", "7.2", "2026-01-05T09:30:00+08:00")
    early = told(filing_site, "m-1", "7.1", "2026-01-05T09:15:00+08:00")

    fates = [verdict.fate for verdict in effects(filing_site).apply([late, early, late])]
    again = [verdict.fate for verdict in effects(filing_site).apply([early])]

    assert fates == [Fate.DONE, Fate.DONE, Fate.REPEATED]
    assert again == [Fate.REPEATED]
    rate = filing_site.json(MINISTRY, "GET", "/rates/USD/2026-01-05")
    assert (rate["value"], [each["value"] for each in rate["revisions"]]) == ("7.2", ["7.2", "7.1"])


def test_a_message_that_can_not_be_taken_is_parked_with_its_reason(filing_site: FilingSite) -> None:
    unknown = told(filing_site, "m-3", "7.2", "2026-01-05T09:30:00+08:00", currency="XYZ")
    broken = told(filing_site, "m-4", "7,2", "2026-01-05T09:30:00+08:00")

    verdicts = effects(filing_site).apply([unknown, broken])

    assert [(each.fate, each.reason) for each in verdicts] == [
        (Fate.PARK, "rates_refused"),
        (Fate.PARK, "contract_broken"),
    ]
    assert filing_site.wired.database[COLLECTION].count_documents({}) == 0


def test_a_version_keeps_the_rates_it_was_reckoned_with_whatever_is_corrected_later(filing_site: FilingSite) -> None:
    operator = filing_site.operator()
    bring(filing_site, line(day="2025-12-31", value="7.14"))
    filing = filing_site.begin(operator, "enterprise-1")
    answers = basic_information(make_unit())
    filing = filing_site.save(operator, filing, answers=answers)
    explained = {each["key"]: "情况属实。" for each in filing["findings"] if each["severity"] == "query"}
    filing = filing_site.save(operator, filing, answers=answers, explanations=explained)
    assert filing_site.submit(operator, filing).status_code == 200
    filing_site.clock.advance(timedelta(hours=1))

    bring(filing_site, line(day="2025-12-31", value="9"))

    version = filing_site.json(operator, "GET", f"/filings/{filing['id']}/versions/1")
    capital = next(each for each in version["converted"] if each["pointer"] == "/117/cny")
    assert (capital["amount"], capital["target"], capital["result"], capital["on"]) == (
        "1000",
        "USD",
        "140.056",
        "2025-12-31",
    )
    (used,) = capital["rates"]
    assert (used["value"], used["day"], used["revision"], used["source"]) == ("7.14", "2025-12-31", 1, "central_parity")
    kept = filing_site.json(operator, "GET", "/rates/USD/2025-12-31")
    assert (kept["value"], kept["revisions"][used["revision"] - 1]["value"]) == ("9", "7.14")


def test_the_sample_table_is_taken_where_that_is_allowed_and_refused_elsewhere(
    filing_site: FilingSite, tmp_path: Path
) -> None:
    table = tmp_path / "rates.csv"
    table.write_text(sample_table(MONDAY), encoding="utf-8")
    deps = filing_site.wired.deps
    shown = replace(deps, rate_terms=replace(deps.rate_terms, takes_samples=True))

    refused = load_rates(deps, table, is_trial=False)
    first, again = load_rates(shown, table, is_trial=False), load_rates(shown, table, is_trial=False)

    assert str(refused["error"]).endswith("nothing was stored")
    lines = table.read_text("utf-8").count("\n") - 1
    assert (first["is_stored"], first["counted"]["new"]) == (True, lines)  # type: ignore[index]  # counts by fate
    assert again["counted"]["known"] == lines  # type: ignore[index]  # as above
    found = filing_site.json(MINISTRY, "GET", "/rates/JPY/2026-01-04")
    assert (found["day"], found["is_sample"], found["source_label"]) == ("2025-12-31", True, "示例汇率（非公布值）")


def test_a_table_of_the_command_line_tells_its_faults(filing_site: FilingSite, tmp_path: Path) -> None:
    table = tmp_path / "rates.csv"
    table.write_bytes(table_of(line(value="x")))
    wrong = load_rates(filing_site.wired.deps, table, is_trial=False)
    table.write_bytes(b"a,b\n")
    unreadable = load_rates(filing_site.wired.deps, table, is_trial=False)
    table.write_bytes(table_of(line()) + b"\n" * LARGEST)
    large = load_rates(filing_site.wired.deps, table, is_trial=False)

    assert wrong["faults"] == [{"line": 2, "column": "汇率", "code": "rate_not_positive"}]
    assert "首行应为" in str(unreadable["error"])
    assert str(LARGEST) in str(large["error"])
