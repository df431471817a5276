"""Several questions at once over facts that are opened once, by month, and what review has changed."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import pytest

from services.statistics.model.cells import COUNTED_IN, LINES, Axis, Cell, Question
from services.statistics.operations.facts import Told
from services.statistics.repository import reckoning
from shared.contracts.filing import FactKind, Layer
from tests.support.statistics_site import (
    HANGZHOU,
    Said,
    StatisticsSite,
    a_contract,
    an_execution,
    told,
)

MONTHS = Axis(
    COUNTED_IN, {"2025-02": ("2025-02", "2025:03"), "2025-03": ("2025-03", "2025:03"), "2025-01": ("2025:03",)}
)
COUNTIES = Axis("county", {"330106": ("330106", "330100"), "": ("unknown", "330100")})


def question(*axes: Axis, kind: FactKind = FactKind.EXECUTION, since: Layer | None = None) -> Question:
    return Question(kind, "2024-01", "2025-03", Layer.APPROVED, "usd", axes, since=since)


def values(cells: tuple[Cell, ...]) -> dict[tuple[str, ...], Decimal]:
    return {cell.codes: cell.value for cell in cells}


@pytest.fixture
def site(site: StatisticsSite) -> StatisticsSite:
    """Statistics that know of executions of four months, one of them in another year, and of a contract."""
    site.take(
        *(told(f"e{month}", [an_execution("c1", f"2025-{month:02}", usd=Decimal(month))]) for month in (1, 2, 3)),
        told("e0", [an_execution("c1", "2024-03", usd=Decimal(64))]),
        told("city", [an_execution("c2", usd=Decimal(100))], "u2", path=HANGZHOU[1:]),
        told("c1", [a_contract("c1", usd=Decimal(9))]),
    )
    site.merge()
    return site


def test_months_are_an_axis_and_months_that_no_node_holds_stay_out(site: StatisticsSite) -> None:
    found = values(site.wired.deps.cells.ask(question(MONTHS)))

    assert found == {("2025-02",): 2, ("2025-03",): 103, ("2025:03",): 106}


def test_counties_are_told_apart_and_what_names_none_stands_by_itself(site: StatisticsSite) -> None:
    found = values(site.wired.deps.cells.ask(question(MONTHS, COUNTIES)))

    assert found["2025:03", "330106"] == 6
    assert found["2025:03", "unknown"] == 100
    assert found["2025:03", "330100"] == 106


def test_questions_asked_together_are_answered_as_each_alone(site: StatisticsSite) -> None:
    cells = site.wired.deps.cells
    asked = [question(MONTHS), question(COUNTIES), question(kind=FactKind.CONTRACT), question()]

    together = cells.ask_all(asked)

    assert together == tuple(cells.ask(each) for each in asked)
    assert [values(each) for each in together[2:]] == [{(): 9}, {(): 170}]
    assert cells.ask_all([]) == ()


def test_measures_that_are_added_up_together_each_lack_their_own_rates(site: StatisticsSite) -> None:
    site.take(told("rate", [an_execution("c3", usd=Decimal(7), cny=None)], "u3"))
    usd = question(MONTHS, COUNTIES)

    found = site.wired.deps.cells.ask_all([usd, replace(usd, measure="cny"), replace(usd, measure=LINES)])

    assert found == tuple(site.wired.deps.cells.ask(replace(usd, measure=each)) for each in ("usd", "cny", LINES))
    assert [cells[-1].codes for cells in found] == [("2025:03", "unknown")] * 3
    by_codes = [{cell.codes: cell for cell in cells} for cells in found]
    assert [each["2025:03", "330106"].lacking for each in by_codes] == [0, 1, 0]
    assert [each["2025:03", "330106"].lines for each in by_codes] == [4, 4, 4]


def test_cells_are_the_same_whether_times_are_reckoned_one_after_the_other(
    site: StatisticsSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = [question(MONTHS, COUNTIES), question(MONTHS), question(COUNTIES, MONTHS), question()]
    at_once = site.wired.deps.cells.ask_all(asked)

    monkeypatch.setattr(reckoning, "MANY", 0)

    assert site.wired.deps.cells.ask_all(asked) == at_once


def test_a_change_counts_those_alone_who_changed_and_shows_its_size_beside_its_sum(site: StatisticsSite) -> None:
    site.take(corrected("a", "u3", "10", "4"), corrected("b", "u4", "1", "3"), corrected("c", "u5", "7", "7"))
    site.merge()

    (cell,) = site.wired.deps.cells.ask(question(since=Layer.FILED))

    assert (cell.value, cell.gross, cell.units, cell.holdings) == (Decimal(-4), Decimal(8), 2, 2)
    assert [each.amount for each in cell.largest] == [Decimal(-6), Decimal(2)]


def corrected(filing: str, unit: str, filed: str, approved: str) -> Told:
    def line(usd: str) -> list[Said]:
        return [an_execution("c1", usd=Decimal(usd))]

    layers = {Layer.FILED: line(filed), Layer.APPROVED: line(approved)}
    return Told(filing, unit, 1, "enterprise-3", "2025-03", HANGZHOU, layers)
