"""Every query that a user waits for is found by an index, in its order, and looks at no more than it gives out."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import pytest

from services.filing.model.filings import Filing
from services.filing.model.units import UnitType
from shared.identity.actor import Actor, Role
from tests.support.filing_crowd import BUSY, fill
from tests.support.filing_site import CITY_REVIEWER, COUNTY_REVIEWER, MINISTRY, PROVINCE_REVIEWER, FilingSite

LIMIT = 20
UNITS, CONTRACTS = 240, 400
PERSON = Actor("p", Role.ENTERPRISE, unit_id=f"{0:032x}", division="330106")
BUSY_PERSON = Actor("b", Role.ENTERPRISE, unit_id=BUSY, division="330106")
AFAR = Actor("r-afar", Role.COUNTY_REVIEWER, division="440106")
PEOPLE = (PERSON, BUSY_PERSON, COUNTY_REVIEWER, CITY_REVIEWER, PROVINCE_REVIEWER, AFAR, MINISTRY)

FILTERS = (
    "",
    "state=approved",
    "state=returned",
    "form=enterprise-4",
    "form=city-1",
    "form=enterprise-4&state=returned",
    "period=2024",
    "period=2019",
    "period=2024&state=submitted",
    "form=enterprise-5&period=2024",
    "form=enterprise-5&period=2024&state=returned",
    f"unit={2 * 4:032x}",
    f"unit={BUSY}&form=enterprise-3&period=2025-03",
    "waiting=true",
    "waiting=true&form=enterprise-1",
    "waiting=true&period=2025",
)


@dataclass(frozen=True)
class Watched:
    """A site whose database writes down how each of its queries went."""

    site: FilingSite

    def plans(self, ask: Callable[[], object]) -> list[dict[str, Any]]:
        """Return the entries of the profiler for the filings and units that `ask` looks for."""
        database = self.site.wired.database
        database.command("profile", 0)
        database.drop_collection("system.profile")
        database.command("profile", 2)
        ask()
        database.command("profile", 0)
        watched = [f"{database.name}.{name}" for name in ("filings", "units")]
        return list(database["system.profile"].find({"ns": {"$in": watched}, "op": {"$in": ["query", "command"]}}))


@pytest.fixture
def crowd(filing_site: FilingSite) -> Iterator[Watched]:
    fill(filing_site, UNITS, CONTRACTS)
    filing_site.enterprise()
    yield Watched(filing_site)
    filing_site.wired.database.command("profile", 0)


def _faults(plans: list[dict[str, Any]], most: int) -> list[str]:
    """Return what is wrong with plans: no index, sorting much in memory, or more than the bound allows."""
    wrong = []
    for plan in plans:
        said = f"{plan.get('planSummary')} docs={plan.get('docsExamined')} keys={plan.get('keysExamined')}"
        if "COLLSCAN" in str(plan.get("planSummary")) and plan.get("docsExamined"):
            wrong.append(f"no index: {said}")
        elif plan.get("hasSortStage") and plan["docsExamined"] > LIMIT:
            wrong.append(f"sorted in memory: {said}")
        elif plan.get("docsExamined", 0) > most:
            wrong.append(f"too many: {said}")
        elif plan.get("keysExamined", 0) > 6 * most:
            wrong.append(f"too many keys: {said}")
    return wrong


def _one(crowd: Watched, form: str, unit: str = BUSY) -> Filing:
    document = crowd.site.wired.database["filings"].find_one({"form": form, "unit": unit})
    assert document is not None
    return crowd.site.wired.filings.get(document["_id"])


def test_a_list_looks_at_one_page_whoever_asks_for_whatever(crowd: Watched, capsys: pytest.CaptureFixture[str]) -> None:
    wrong, asked = [], 0

    for actor in PEOPLE:
        for narrowed in FILTERS:
            query = f"/filings?limit={LIMIT}&{narrowed}"
            page: list[dict[str, Any]] = []
            plans = crowd.plans(lambda: page.append(crowd.site.json(actor, "GET", query)))  # noqa: B023  # called at once
            cursor = page[0]["next_cursor"]
            if cursor:
                plans += crowd.plans(lambda: crowd.site.json(actor, "GET", f"{query}&cursor={cursor}"))  # noqa: B023
            asked += len(plans)
            wrong += [f"{actor.role} {narrowed}: {fault}" for fault in _faults(plans, 3 * LIMIT)]

    with capsys.disabled():
        sys.stdout.write(f" {asked} queries of lists ")
    assert wrong == []
    assert asked > len(PEOPLE) * len(FILTERS)


def test_a_second_page_far_down_looks_at_no_more_than_the_first(crowd: Watched) -> None:
    cursor = ""
    for _ in range(8):
        cursor = crowd.site.json(MINISTRY, "GET", f"/filings?limit=100&cursor={cursor}")["next_cursor"]

    plans = crowd.plans(lambda: crowd.site.json(MINISTRY, "GET", f"/filings?limit={LIMIT}&cursor={cursor}"))

    assert cursor
    assert _faults(plans, 3 * LIMIT) == []


def test_units_are_listed_by_an_index(crowd: Watched) -> None:
    asks = [
        lambda actor=actor, kind=kind: crowd.site.json(actor, "GET", f"/units?limit={LIMIT}{kind}")
        for actor in (COUNTY_REVIEWER, PROVINCE_REVIEWER, MINISTRY)
        for kind in ("", *(f"&type={each.value}" for each in UnitType))
    ]

    plans = list(chain.from_iterable(map(crowd.plans, asks)))

    assert len(plans) == len(asks)
    assert _faults(plans, LIMIT) == []


def test_what_a_check_looks_up_is_found_by_an_index(crowd: Watched) -> None:
    filings = crowd.site.wired.filings
    before = _one(crowd, "enterprise-4", unit=f"{1:032x}")
    asks: dict[str, Callable[[], object]] = {
        "approved": lambda: filings.find_approved(before.unit_id, before.form, "", "2024"),
        "earlier": lambda: filings.list_approved_before(before, 12),
        "basics": lambda: filings.has_submitted(BUSY, "enterprise-1"),
        "files": lambda: filings.is_claimed("0" * 32),
        "segments": lambda: filings.holds_segment("0" * 32),
        "firms": lambda: crowd.site.wired.units.firms(["杭州软件研发有限公司"], 2025),
    }

    faults = {name: _faults(crowd.plans(ask), 4) for name, ask in asks.items()}

    assert [name for name, found in faults.items() if found] == []


def test_executions_of_a_year_are_counted_by_the_index_alone(crowd: Watched) -> None:
    (plan,) = crowd.plans(lambda: crowd.site.wired.filings.count_submitted(BUSY, "enterprise-3", 2025))

    assert "of_form" in str(plan["planSummary"]) or "unit" in str(plan["planSummary"])
    assert plan["docsExamined"] == 0


def test_the_agenda_of_a_busy_unit_reads_what_is_expected_of_it_alone(crowd: Watched) -> None:
    expected = 12

    plans = crowd.plans(
        lambda: crowd.site.wired.filings.list_of_unit(
            BUSY, ["enterprise-1", "enterprise-3", "enterprise-4", "enterprise-5"], ["2025"]
        )
    )

    assert [plan["docsExamined"] for plan in plans] == [0]
    assert all(plan["keysExamined"] <= expected for plan in plans)


def test_the_filings_of_a_city_s_units_are_found_in_their_order(crowd: Watched) -> None:
    found: list[Filing] = []

    plans = crowd.plans(lambda: found.extend(crowd.site.wired.filings.list_parts("enterprise-4", "2024", "330100")))

    assert len(found) > LIMIT
    assert [each.id for each in found] == sorted(each.id for each in found)
    assert [fault for fault in _faults(plans, 2 * len(found)) if not fault.startswith("too many keys")] == []
