"""Completeness over the real servers: the counts of a played season beside a count that knows nothing of them."""

from __future__ import annotations

import io
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import openpyxl
import pytest
from mypy_boto3_s3 import S3Client
from pymongo import MongoClient

from services.filing.model.periods import period_of
from services.filing.model.units import Source, UnitType
from services.filing.operations.completeness import question_of
from services.filing.operations.counting import count_all, up_to_date
from services.filing.operations.units import Told, take_told
from services.filing.policy import SYSTEM
from services.sandbox.stack.stack import Stack
from shared.calls import Call
from shared.identity.actor import Actor, Role
from shared.ids import new_id
from shared.mongo.client import Document
from tests.support.filing_season import FORMS, Noted, Season
from tests.support.filing_site import (
    COUNTY_REVIEWER,
    DECISION,
    MINISTRY,
    PROVINCE_REVIEWER,
    FilingSite,
    Json,
    open_filing_site,
)

UNITS = int(os.environ.get("TONGBAO_SEASON_UNITS", "40"))
"""How many units play; `make season` raises it to 3,000."""

LOOKED = date(2026, 4, 20)
NUMBERS = ("expected", "filed", "in_time", "late", "returned", "missing", "final", "exempt", "unexpected")
WATCHED = frozenset({"filings", "units", "accounts", "reliefs", "completeness", "completeness_marks"})
CHAINS = {
    "330106": ("county", "city", "province", "ministry"),
    "330108": ("county", "city", "province", "ministry"),
    "330203": ("county", "city", "province", "ministry"),
    "330100": ("city", "province", "ministry"),
    "330000": ("province", "ministry"),
    "310104": ("county", "province", "ministry"),
    "429004": ("county", "province", "ministry"),
    "441900": ("city", "province", "ministry"),
}
"""The levels of review by place, written down by hand."""


def counted_by_hand(notes: Iterable[Noted]) -> dict[str, int]:
    """Count notes one by one."""
    found: Counter[str] = Counter(dict.fromkeys(NUMBERS, 0))
    for note in notes:
        is_in = note.came_in_on is not None and not note.is_out
        if not note.is_owed or note.is_let_off:
            found["exempt"] += note.is_let_off
            found["unexpected"] += is_in
            continue
        found["expected"] += 1
        if is_in:
            found["filed"] += 1
            found["in_time" if note.came_in_on and note.came_in_on <= note.due else "late"] += 1
        else:
            found["returned" if note.is_out else "missing"] += 1
        found["final"] += note.is_settled
        for level in CHAINS[note.place][: note.levels]:
            found[level] += 1
    return dict(found)


def counted_over_http(counts: Json) -> dict[str, int]:
    """Return the same numbers of an answer."""
    levels = {each["level"]: each["approved"] for each in counts["levels"] if each["approved"]}
    return {**{name: counts[name] for name in NUMBERS}, **levels}


def asked(site: FilingSite, actor: Actor, form: str, division: str = "", path: str = "", **query: str) -> Any:
    """Ask about a form of the season."""
    parts = {"form": form, "period": FORMS[form], "division": division, **query}
    text = "&".join(f"{name}={value}" for name, value in parts.items())
    return site.json(actor, "GET", f"/completeness{path}?{text}")


@pytest.fixture(scope="module")
def season(
    started: Stack, mongo: MongoClient[Document], s3: S3Client, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Season]:
    """A season that was played once; tests leave it as they found it."""
    name = f"test-{new_id()}"
    s3.create_bucket(Bucket=name)
    with open_filing_site(started, name, name, tmp_path_factory.mktemp("season")) as site:
        site.create(MINISTRY, "/collection-decisions", DECISION)
        made = Season(site)
        site.clock.moment -= timedelta(days=300)
        began = time.monotonic()
        made.play(UNITS, lambda: _look(site))
        sys.stdout.write(f" {UNITS} units × {len(FORMS)} forms in {time.monotonic() - began:.0f} s ")
        made.at(LOOKED)
        yield made
    mongo.drop_database(name)


def _look(site: FilingSite) -> None:
    for form in FORMS:
        asked(site, MINISTRY, form)


def test_the_counts_are_those_of_a_separate_count_in_every_division_and_when_counted_from_nothing(
    season: Season,
) -> None:
    site, notes = season.site, season.notes
    told, by_hand = {}, {}

    for form, period in FORMS.items():
        mine = [each for each in notes if each.form == form]
        for division, prefix in (
            ("", ""),
            ("330000", "33"),
            ("330100", "3301"),
            ("330106", "330106"),
            ("420000", "42"),
        ):
            told[form, division] = counted_over_http(asked(site, MINISTRY, form, division)["total"])
            by_hand[form, division] = counted_by_hand(each for each in mine if each.place.startswith(prefix))
        question = question_of(site.wired.deps, MINISTRY, form, period, "")
        kept = up_to_date(site.wired.deps, question.form, question.period, "000000")
        anew = count_all(site.wired.deps, question.form, period_of(period), "000000")
        assert sorted(kept, key=lambda each: each.path) == sorted(anew, key=lambda each: each.path)

    assert told == by_hand
    assert min(each["expected"] for each in by_hand.values()) > 0
    assert by_hand["enterprise-4", ""]["late"] > 0 < by_hand["enterprise-4", ""]["returned"]


def test_rows_add_up_and_each_department_sees_its_own_area(season: Season) -> None:
    site = season.site

    country = asked(site, MINISTRY, "enterprise-4")
    province = asked(site, PROVINCE_REVIEWER, "enterprise-4")
    county = asked(site, COUNTY_REVIEWER, "enterprise-4")

    assert {each["division"] for each in country["rows"]} == {"330000", "310000", "420000", "440000"}
    assert province["division_name"] == "浙江省"
    assert next((each["division"], each["is_own"]) for each in province["rows"]) == ("330000", True)
    assert [each["division"] for each in county["rows"]] == ["330106"]
    for answer in (country, province, county):
        for name in NUMBERS:
            assert sum(each["counts"][name] for each in answer["rows"]) == answer["total"][name]
    assert next(each["counts"] for each in country["rows"] if each["division"] == "330000") == province["total"]


def test_who_has_not_filed_is_listed_page_by_page_and_given_out_as_the_same_workbook(season: Season) -> None:
    site = season.site
    owed = [each for each in season.notes if each.form == "enterprise-4" and each.is_owed and not each.is_let_off]
    expected = {each.unit for each in owed if each.came_in_on is None or each.is_out}

    listed, cursor, pages = [], "", 0
    while cursor or not pages:
        page = asked(site, MINISTRY, "enterprise-4", path="/missing", limit="3", cursor=cursor)
        listed += page["items"]
        cursor, pages = page["next_cursor"], pages + 1
    query = f"form=enterprise-4&period={FORMS['enterprise-4']}"
    book = site.call(MINISTRY, "GET", f"/completeness/missing/export?{query}")
    sheet = openpyxl.load_workbook(io.BytesIO(book.data)).active

    assert [each["unit_id"] for each in listed] == list(dict.fromkeys(each["unit_id"] for each in listed))
    assert {each["unit_id"] for each in listed} == expected
    assert pages == -(-len(listed) // 3) > 1
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[1] for row in rows[1:]] == [each["unit_name"] for each in listed]
    acts = [each["action"] for each in site.wired.database["reads"].find({"account": MINISTRY.account_id})]
    assert acts.count("list_missing") == pages
    assert acts.count("export_missing") == 1


def test_the_list_is_narrowed_and_says_how_late_each_is(season: Season) -> None:
    site = season.site
    owed = [each for each in season.notes if each.form == "enterprise-4" and each.is_owed and not each.is_let_off]

    returned = asked(site, MINISTRY, "enterprise-4", path="/missing", standing="returned", limit="100")["items"]
    missing = asked(site, MINISTRY, "enterprise-4", path="/missing", standing="missing", overdue="true", limit="100")

    by_unit = {each.unit: each for each in owed}
    assert {each["unit_id"] for each in returned} == {each.unit for each in owed if each.is_out}
    assert {each["unit_id"] for each in missing["items"]} == {each.unit for each in owed if each.came_in_on is None}
    assert all(each["days_late"] == (LOOKED - by_unit[each["unit_id"]].due).days for each in missing["items"])


def test_a_trend_ends_with_the_period_that_is_asked_for(season: Season) -> None:
    points = asked(season.site, MINISTRY, "enterprise-3", path="/trend", count="5")["items"]

    assert [each["period"] for each in points] == ["2025-08", "2025-09", "2025-10", "2025-11", "2025-12"]
    assert points[-1]["counts"] == asked(season.site, MINISTRY, "enterprise-3")["total"]
    assert points[0]["counts"] is None  # so many are counted for the first time in one request
    again = asked(season.site, MINISTRY, "enterprise-3", path="/trend", count="5")["items"]
    assert again[0]["counts"]["expected"] == points[1]["counts"]["expected"] > 0


def test_a_unit_that_moves_is_counted_where_it_is_now(season: Season) -> None:
    site = season.site
    before = {place: asked(site, MINISTRY, "enterprise-4", place)["total"] for place in ("330106", "310104")}
    owed = (each for each in season.notes if each.form == "enterprise-4" and each.is_owed and not each.is_let_off)
    unit = next(each.unit for each in owed if each.place == "330106")

    told = Told(unit, UnitType.ENTERPRISE, "310104", Source.REGISTRATION, site.clock.now(), {})
    take_told(site.wired.deps, Call(SYSTEM), told)
    after = {place: asked(site, MINISTRY, "enterprise-4", place)["total"] for place in ("330106", "310104")}

    site.clock.advance(timedelta(minutes=10))
    take_told(site.wired.deps, Call(SYSTEM), replace(told, division="330106", at=site.clock.now()))
    back = {place: asked(site, MINISTRY, "enterprise-4", place)["total"] for place in ("330106", "310104")}
    grown = {place: after[place]["expected"] - before[place]["expected"] for place in after}
    assert back == before
    assert grown == {"330106": -1, "310104": 1}


def test_no_look_reads_a_collection_from_end_to_end(season: Season) -> None:
    database = season.site.wired.database
    season.site.clock.advance(timedelta(minutes=5))
    asked(season.site, COUNTY_REVIEWER, "enterprise-3")
    database.drop_collection("system.profile")
    database.command("profile", 2)

    for actor in (COUNTY_REVIEWER, MINISTRY):
        for form in FORMS:
            asked(season.site, actor, form)
            asked(season.site, actor, form, path="/trend", count="2")
            asked(season.site, actor, form, path="/missing")
    database.command("profile", 0)

    plans = list(database["system.profile"].find({"op": {"$in": ["query", "update", "remove"]}}))
    watched = [each for each in plans if each["ns"].split(".")[-1] in WATCHED]
    scanned = [each["ns"] for each in watched if "COLLSCAN" in str(each.get("planSummary")) and each["docsExamined"]]
    assert len(watched) > 20
    assert scanned == []


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("form=enterprise-4&period=2025&division=330000", 404),
        ("form=enterprise-4&period=2025&division=310104", 404),
        ("form=enterprise-4&period=2025&division=999999", 404),
        ("form=enterprise-9&period=2025", 404),
        ("form=enterprise-4&period=2025-12", 422),
        ("form=enterprise-3&period=2025", 422),
        ("form=enterprise-4&period=2050", 422),
        ("form=enterprise-4&period=soon", 422),
        ("form=enterprise-4&period=2025&division=33", 422),
        ("form=enterprise-4", 422),
        ("period=2025", 422),
        ("form=enterprise-4&period=2025&more=1", 422),
    ],
)
@pytest.mark.parametrize("path", ["", "/trend", "/missing", "/missing/export"])
def test_what_is_out_of_sight_or_no_question_is_refused(season: Season, path: str, query: str, status: int) -> None:
    answer = season.site.call(COUNTY_REVIEWER, "GET", f"/completeness{path}?{query}")

    assert answer.status_code == status


def test_a_foreign_cursor_and_a_reviewer_without_a_division_are_refused(season: Season) -> None:
    unbound = Actor("r-9", Role.COUNTY_REVIEWER)
    query = "form=enterprise-4&period=2025"

    foreign = season.site.call(COUNTY_REVIEWER, "GET", f"/completeness/missing?{query}&cursor=abc")
    nowhere = season.site.call(unbound, "GET", f"/completeness?{query}")

    assert (foreign.status_code, nowhere.status_code) == (400, 404)


def test_contracts_have_no_denominator_and_say_so(season: Season) -> None:
    answer = season.site.json(COUNTY_REVIEWER, "GET", "/completeness?form=enterprise-2&period=2025-12")

    assert (answer["total"]["expected"], answer["total"]["filed_rate"], answer["rows"]) == (0, None, [])
    assert "没有应报单位" in answer["rules"][0]["text"]
