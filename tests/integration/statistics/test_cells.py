"""Cells: sums through the hierarchies with who contributes, in memory alone and within its bound."""

from __future__ import annotations

import os
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from services.statistics.model.cells import LINES, Axis, Cell, Question
from services.statistics.repository.cells import DuckCells, opened
from shared.contracts.filing import FactKind, Layer
from shared.errors import Unavailable
from tests.support.statistics_site import (
    BEIJING,
    StatisticsSite,
    a_contract,
    a_firm,
    an_execution,
    told,
    tree_of,
)

PLACES = Axis("city", {"330100": ("330100", "330000", "000000"), "110000": ("110000", "000000")})
CLASSES = Axis("business_class", {"I11": ("I11", "I1", "I", "all"), "K31": ("K31", "K3", "K", "all")})


def question(measure: str = "usd", *axes: Axis, layer: Layer = Layer.APPROVED) -> Question:
    return Question(FactKind.EXECUTION, "2025-01", "2025-03", layer, measure, axes)


def by_codes(cells: tuple[Cell, ...]) -> dict[tuple[str, ...], Decimal]:
    return {cell.codes: cell.value for cell in cells}


def fill(site: StatisticsSite) -> None:
    """Tell of two contracts in 杭州 and one in 北京, with an execution each, 10 in March and 5 in January beside."""
    site.take(
        told("c1", [a_contract("c1", business_class="I11")], "u1"),
        told("c2", [a_contract("c2", business_class="K31")], "u2"),
        told("c3", [a_contract("c3", business_class="I11")], "u3", path=BEIJING),
        told("e1", [an_execution("c1", usd=Decimal("10"))], "u1"),
        told("e2", [an_execution("c2", usd=Decimal("20.000001"))], "u2"),
        told("e3", [an_execution("c3", usd=Decimal("40"))], "u3", path=BEIJING),
        told("e4", [an_execution("c1", "2025-01", usd=Decimal("5"))], "u1"),
        told("e5", [an_execution("c1", "2024-12", usd=Decimal("1000"))], "u1"),
    )


@pytest.mark.parametrize("is_merged", [False, True])
def test_sums_go_through_all_levels_of_both_axes_whether_merged_or_not(site: StatisticsSite, is_merged: bool) -> None:
    fill(site)
    if is_merged:
        site.merge()

    found = by_codes(site.wired.deps.cells.ask(question("usd", PLACES, CLASSES)))

    assert found[("000000", "all")] == Decimal("75.000001")
    assert found[("330000", "all")] == found[("330100", "all")] == Decimal("35.000001")
    assert found[("330100", "I11")] == found[("330100", "I")] == Decimal(15)
    assert found[("000000", "K31")] == Decimal("20.000001")
    assert ("110000", "K31") not in found


def test_a_cell_says_how_many_units_and_holdings_contribute_and_what_the_largest_do(site: StatisticsSite) -> None:
    fill(site)
    site.take(
        told("b1", [a_firm(name="子公司甲", holder="集团")], "u1"),
        told("b2", [a_firm(name="子公司乙", holder="集团")], "u2"),
    )

    cells = {cell.codes: cell for cell in site.wired.deps.cells.ask(question("usd", PLACES))}

    nation = cells[("000000",)]
    assert (nation.units, nation.holdings, nation.lines, nation.lacking) == (3, 2, 4, 0)
    assert [share.amount for share in nation.largest] == [Decimal(40), Decimal("35.000001")]
    assert len({share.holder for share in nation.largest}) == 2
    assert (cells[("330100",)].units, cells[("330100",)].holdings) == (2, 1)


def test_a_line_of_staff_that_says_only_the_year_before_counts_nobody_and_lacks_nothing(site: StatisticsSite) -> None:
    staff = {"kind": FactKind.STAFF, "counted_in": "2024", "category": "outsourcing"}
    now = [{**staff, "education": "master", "number": Decimal(5)}]
    site.take(told("s1", [*now, {**staff, "before": Decimal(4)}], "u1"), told("s2", now, "u2"))
    degrees = Axis("education", {"master": ("master", "all"), "": ("unknown", "all")})

    cells = site.wired.deps.cells.ask(Question(FactKind.STAFF, "2024", "2024", Layer.APPROVED, "number", (degrees,)))

    assert [(cell.codes, cell.value, cell.units, cell.lacking) for cell in cells] == [
        (("all",), Decimal(10), 2, 0),
        (("master",), Decimal(10), 2, 0),
    ]


def test_parent_that_files_itself_and_its_subsidiary_are_one_holding(site: StatisticsSite) -> None:
    fill(site)
    site.take(
        told("b1", [a_firm(name="母公司", holder="")], "u1"),
        told("b2", [a_firm(name="子公司", holder="母公司")], "u2"),
    )

    (cell,) = site.wired.deps.cells.ask(Question(FactKind.EXECUTION, "2025-03", "2025-03", Layer.APPROVED, "usd"))

    assert (cell.units, cell.holdings) == (3, 2)


def test_the_holding_is_that_of_the_latest_year(site: StatisticsSite) -> None:
    fill(site)
    site.take(
        told("b1", [a_firm("2023", name="甲", holder="集团")], "u1"),
        told("b2", [a_firm("2023", name="乙", holder="集团")], "u2"),
        told("b3", [a_firm("2024", name="甲", holder="")], "u1"),
    )

    (cell,) = site.wired.deps.cells.ask(question())

    assert cell.holdings == 3


def test_ownership_is_that_of_the_unit(site: StatisticsSite) -> None:
    fill(site)
    site.take(told("b1", [a_firm(ownership="310")], "u1"))
    ownership = Axis("ownership", {"310": ("foreign", "all"), "": ("unknown", "all")})

    found = by_codes(site.wired.deps.cells.ask(question("usd", ownership)))

    assert found == {("all",): Decimal("75.000001"), ("foreign",): Decimal(15), ("unknown",): Decimal("60.000001")}


def test_layers_are_reckoned_apart(site: StatisticsSite) -> None:
    site.take(told("c1", [a_contract("c1")], "u1"), told("e1", [an_execution("c1", usd=Decimal(7))], "u1"))
    corrected = told("e2", [an_execution("c1", usd=Decimal(3))], "u2", layers=[Layer.APPROVED])
    corrected.layers[Layer.FILED] = [an_execution("c1", usd=Decimal(30))]  # type: ignore[index]  # a test's own dict
    site.take(corrected)

    values = {layer: site.wired.deps.cells.ask(question(layer=layer)) for layer in Layer}

    assert {layer: cells[0].value for layer, cells in values.items()} == {
        Layer.FILED: Decimal(37),
        Layer.APPROVED: Decimal(10),
        Layer.FINAL: Decimal(7),
    }


def test_lines_are_counted_and_what_lacks_a_rate_is_said(site: StatisticsSite) -> None:
    fill(site)
    site.take(told("e9", [an_execution("c1", cny=None)], "u1"))

    (counted,) = site.wired.deps.cells.ask(question(LINES))
    (rmb,) = site.wired.deps.cells.ask(question("cny"))

    assert counted.value == counted.lines == 5
    assert (rmb.lines, rmb.lacking) == (5, 1)


def test_a_question_without_facts_has_no_cells(site: StatisticsSite) -> None:
    assert site.wired.deps.cells.ask(question("usd", PLACES)) == ()
    assert site.wired.deps.cells.ask(question("usd")) == ()


def test_narrowing_leaves_out_all_else(site: StatisticsSite) -> None:
    fill(site)
    narrowed = Question(
        FactKind.EXECUTION, "2025-01", "2025-03", Layer.APPROVED, "usd", (PLACES,), (("business_class", ("K31",)),)
    )

    found = by_codes(site.wired.deps.cells.ask(narrowed))

    assert found == {(code,): Decimal("20.000001") for code in ("000000", "330000", "330100")}


def test_the_engine_writes_nothing_to_disk_and_ends_at_its_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = tree_of(tmp_path)

    with opened(64) as engine:
        assert engine.execute("SELECT current_setting('temp_directory')").fetchone() == ("",)
        with pytest.raises(duckdb.OutOfMemoryException):
            engine.execute("CREATE TABLE t AS SELECT range, random() AS b FROM range(10000000) ORDER BY b")
        assert tree_of(tmp_path) == before
        assert [name for name in os.listdir("/proc/self/fd") if _is_spilled(name)] == []


def test_what_does_not_fit_is_refused_for_now(site: StatisticsSite) -> None:
    fill(site)
    small = DuckCells(site.wired.partitions, megabytes=1)

    with pytest.raises(Unavailable):
        small.ask(question("usd", PLACES, CLASSES))


def _is_spilled(descriptor: str) -> bool:
    try:
        return "duckdb" in os.readlink(f"/proc/self/fd/{descriptor}") and ".tmp" in os.readlink(
            f"/proc/self/fd/{descriptor}"
        )
    except OSError:
        return False


@pytest.mark.parametrize(
    "statement",
    [
        "COPY (SELECT 1) TO 'out.csv'",
        "SELECT * FROM read_csv('/etc/passwd')",
        "ATTACH 'facts.db' AS f",
        "SET temp_directory = '/tmp'",
        "INSTALL httpfs",
    ],
)
def test_the_engine_reaches_no_file_and_cannot_be_told_otherwise(
    statement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with opened(64) as engine, pytest.raises(duckdb.Error):
        engine.execute(statement)

    assert list(tmp_path.iterdir()) == []
