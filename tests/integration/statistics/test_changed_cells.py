"""What became of cells between two snapshots: by how much they differ, who made the difference, and nothing beside."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.statistics.model.cells import LINES, Axis, Cell, Question
from services.statistics.model.snapshots import Snapshot
from services.statistics.operations.snapshots import freeze_due
from shared.contracts.filing import FactKind, Layer
from tests.support.statistics_site import StatisticsSite, a_firm, an_execution, close_period, told

MONTH = "2025-03"
NATURES = Axis("nature", {"1": ("1", "total"), "2": ("2", "total")})
OWNERS = Axis("ownership", {"173": ("domestic",), "330": ("foreign",), "": ("unknown",)})


@pytest.fixture
def first(site: StatisticsSite) -> Snapshot:
    """Four executions of March by three firms, frozen."""
    site.take(
        *(told(f"b{firm}", [a_firm("2025", name=f"甲{firm}", holder="集团")], f"u{firm}") for firm in (1, 2)),
        *(
            told(f"e{firm}", [an_execution("c", nature=nature, usd=Decimal(usd))], f"u{firm}")
            for firm, nature, usd in ((1, "1", 10), (2, "1", 20), (3, "2", 30))
        ),
        told("e4", [an_execution("c", nature="2", usd=Decimal(5))], "u3"),
    )
    close_period(site, MONTH, {"enterprise-3": 4})
    assert freeze_due(site.wired.deps) == 1
    return site.wired.snapshots.get(MONTH)


def revised(site: StatisticsSite, first: Snapshot) -> Snapshot:
    site.merge()
    found = site.wired.snapshots.revise(first, site.clock.now())
    assert found is not None
    return found


def changes(
    site: StatisticsSite, older: Snapshot, newer: Snapshot, measure: str = "usd", axis: Axis = NATURES, *, units: bool
) -> dict[str, Cell]:
    question = Question(FactKind.EXECUTION, MONTH, MONTH, Layer.FINAL, measure, (axis,))
    return {each.codes[0]: each for each in site.wired.deps.cells.changes(older, newer, question, of_units=units)}


def test_a_change_has_its_sign_its_size_and_who_made_it(site: StatisticsSite, first: Snapshot) -> None:
    """Two firms of one holding change in opposite ways; a third one moves an amount from one line to another."""
    site.take(
        told("e1", [an_execution("c", nature="1", usd=Decimal(17))], "u1", version=2),
        told("e2", [an_execution("c", nature="1", usd=Decimal(18))], "u2", version=2),
        told("e3", [an_execution("c", nature="2", usd=Decimal(34))], "u3", version=2),
        told("e4", [an_execution("c", nature="2", usd=Decimal(1))], "u3", version=2),
    )

    found = changes(site, first, revised(site, first), units=False)

    assert set(found) == {"1", "total"}
    assert (found["1"].value, found["1"].gross) == (Decimal(5), Decimal(5))
    assert (found["1"].units, found["1"].holdings, len(found["1"].largest)) == (2, 1, 1)


def test_a_firm_that_left_is_a_negative_change(site: StatisticsSite, first: Snapshot) -> None:
    site.take(told("e3", [], "u3", version=2), told("e4", [], "u3", version=2))

    newer = revised(site, first)

    amounts = changes(site, first, newer, units=False)
    assert {code: (each.value, each.gross) for code, each in amounts.items()} == {
        "2": (Decimal(-35), Decimal(35)),
        "total": (Decimal(-35), Decimal(35)),
    }
    counted = changes(site, first, newer, LINES, units=True)
    assert {code: (each.value, each.units) for code, each in counted.items()} == {
        "2": (Decimal(-1), 1),
        "total": (Decimal(-1), 1),
    }


def test_a_firm_that_is_said_to_be_another_kind_changes_both_kinds(site: StatisticsSite, first: Snapshot) -> None:
    site.take(told("b1", [a_firm("2025", name="甲1", holder="集团", ownership="330")], "u1", version=2))

    found = changes(site, first, revised(site, first), axis=OWNERS, units=False)

    assert {code: each.value for code, each in found.items()} == {"domestic": Decimal(-10), "foreign": Decimal(10)}


def test_what_was_written_anew_without_a_change_is_none(site: StatisticsSite, first: Snapshot) -> None:
    site.take(told("e9", [an_execution("c", nature="1")], "u1", layers=[Layer.FILED]))

    newer = revised(site, first)

    assert newer.number == 2
    assert changes(site, first, newer, units=False) == {}
