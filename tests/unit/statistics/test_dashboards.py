"""Dashboards: what is masked, that no sum of a dashboard gives it away, and that nothing depends on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import cast

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.statistics.model.cells import Cell, Question
from services.statistics.model.dashboards import Dashboard, Of
from services.statistics.operations.dashboards import show_dashboard, show_panel
from services.statistics.ports.deps import Deps
from services.statistics.ports.facts import OfSnapshots
from shared.calls import Call
from shared.clock import FixedClock
from shared.contracts.filing import Layer
from shared.errors import Invalid, NotFound
from shared.identity.actor import COUNTRY, Actor, Role
from tests.support.dashboards import KeptLines, Line, figure_at, many, panel_of, sums_of
from tests.support.statistics_kept import KeptReleases, make_deps

MARCH, YEAR = "2025-03", "2025:03"
ZHEJIANG = Call(Actor("p", Role.PROVINCE_REVIEWER, division="330000"))
WENZHOU, NINGBO, JIAXING = ({"city": code} for code in ("330300", "330200", "330400"))


class Recorder:
    """Keeps who opened what."""

    def __init__(self) -> None:
        self.kept: list[tuple[str, str, str]] = []

    def record(self, call: Call, action: str, subject: str, part: str = "") -> None:
        self.kept.append((call.actor.account_id, action, subject))


def deps_over(lines: Sequence[Line], reads: Recorder | None = None) -> Deps:
    made = make_deps(KeptReleases(), FixedClock(datetime(2025, 4, 10, 2, 0, tzinfo=UTC)))
    return replace(made, cells=cast(OfSnapshots, KeptLines(lines)), reads=reads or Recorder())


def shown(lines: Sequence[Line], period: str = MARCH) -> Dashboard:
    return show_dashboard(deps_over(lines), ZHEJIANG, "330000", period)


def given_away(found: Dashboard) -> list[object]:
    """Return the sums of which one number alone is masked: everybody can reckon it."""
    return [each for each in sums_of(found) if sum(each.values()) == 1]


def test_a_city_of_one_holding_is_masked_and_its_province_does_not_give_it_away() -> None:
    lines = [*many(9), *many(7, 30, 20, columns=NINGBO)]
    lines += [
        Line("w1", Decimal(40), holding="h", columns=WENZHOU),
        Line("w2", Decimal(50), holding="h", columns=WENZHOU),
    ]

    found = shown(lines)

    assert Of.VALUE in figure_at(found, "ranking", YEAR, "330300").masked
    assert given_away(found) == []
    assert figure_at(found, "ranking", YEAR, "330000").numbers[Of.VALUE] == sum(each.usd for each in lines)


def test_what_one_firm_dominates_is_masked_however_many_others_there_are() -> None:
    lines = [*many(12), *many(9, 1, 20, columns={"business_class": "K31"})]
    lines += [Line("giant", Decimal(5000), columns={"business_class": "K31"})]

    found = shown(lines)

    assert Of.VALUE in figure_at(found, "classes", YEAR, "K31").masked
    assert Of.VALUE in figure_at(found, "classes", YEAR, "K").masked
    assert given_away(found) == []


def test_a_masked_month_cannot_be_reckoned_from_the_year_to_date_and_the_other_months() -> None:
    abroad = {"nature": "3"}
    lines = [line for month in ("2025-01", "2025-02") for line in many(8, month=month, columns=abroad)]
    lines += [
        *many(9, month="2025-01"),
        *many(9, month="2025-02"),
        *many(9),
        Line("alone", Decimal(33), columns=abroad),
    ]

    found = shown(lines)

    months = {
        month: Of.VALUE in figure_at(found, "trend", month, "3").masked for month in ("2025-01", "2025-02", MARCH)
    }
    to_date = Of.VALUE in figure_at(found, "scale", YEAR, "3").masked
    assert months[MARCH]
    assert sum(months.values()) + to_date >= 2
    assert given_away(found) == []


def test_what_is_reckoned_from_a_masked_value_is_masked_with_it() -> None:
    lines = [
        *many(9),
        *many(9, month="2024-03"),
        *many(6, 30, 20, columns=NINGBO),
        *many(6, 9, 20, month="2024-03", columns=NINGBO),
    ]
    lines += [*many(6, 20, 40, columns=JIAXING), Line("w", Decimal(1), month="2024-03", columns=JIAXING)]

    figure = figure_at(shown(lines), "ranking", YEAR, "330400")

    assert {Of.BEFORE, Of.GROWTH} <= figure.masked
    assert Of.GROWTH not in figure.numbers


@pytest.mark.parametrize("hidden", [1, 25, 900])
def test_the_order_of_a_ranking_says_nothing_of_what_is_masked(hidden: int) -> None:
    lines = [*many(9), *many(7, 30, 20, columns=NINGBO), *many(5, 20, 40, columns=JIAXING)]
    lines += [Line("w", Decimal(hidden), columns=WENZHOU)]

    rows = panel_of(shown(lines), "ranking").rows

    masked = [row for row in rows if Of.VALUE in row.figures["execution_usd"].masked]
    assert rows[0].at[1] == "330000"
    assert list(rows[-len(masked) :]) == sorted(masked, key=lambda row: row.at)
    assert {row.rank for row in masked} == {None}
    assert "330300" in {row.at[1] for row in masked}


def test_both_currencies_hide_the_same_cells() -> None:
    found = shown([*many(9), *many(7, 30, 20, columns=NINGBO), Line("w", Decimal(40), columns=WENZHOU)])

    figures = [row.figures for panel in found.panels for row in panel.rows if "execution_cny" in row.figures]

    assert [each["execution_usd"].masked for each in figures] == [each["execution_cny"].masked for each in figures]


def test_what_review_moved_of_one_firm_is_masked_in_all_of_its_layers() -> None:
    filed, approved = frozenset({Layer.FILED}), frozenset({Layer.APPROVED})
    lines = [*many(9), *many(9, 30, 20, columns=NINGBO)]
    lines += [Line("u3", Decimal(50), layers=filed), Line("u3", Decimal(20), layers=approved)]

    found = shown(lines)

    figure = figure_at(found, "review", YEAR, "330100")
    assert {Of.FILED_TO_APPROVED, Of.FILED_TO_APPROVED_PERCENT} <= figure.masked
    assert given_away(found) == []
    assert figure_at(found, "review", YEAR, "330200").numbers[Of.FILED_TO_APPROVED] == 0


def test_layers_tell_how_far_review_moved_a_total() -> None:
    filed, approved = frozenset({Layer.FILED}), frozenset({Layer.APPROVED})
    lines = [
        Line(f"u{each}", Decimal(usd), layers=layers)
        for each in range(8)
        for usd, layers in ((10, filed), (9, approved))
    ]

    figure = figure_at(shown(lines), "review", YEAR, "330000")

    assert figure.numbers[Of.FILED] == 80
    assert figure.numbers[Of.FILED_TO_APPROVED] == -8
    assert figure.numbers[Of.FILED_TO_APPROVED_PERCENT] == -10
    assert figure.numbers[Of.VALUE] == 72


def test_growth_and_shares_are_of_unrounded_values_beside_the_year_before() -> None:
    lines = [*many(6, 30), *many(6, 20, month="2024-03"), *many(6, 30, 20, columns={"nature": "1"})]

    figure = figure_at(shown(lines), "scale", YEAR, "2")

    assert (figure.numbers[Of.VALUE], figure.numbers[Of.BEFORE], figure.numbers[Of.SHARE]) == (195, 135, 50)
    assert round(figure.numbers[Of.GROWTH], 6) == Decimal("44.444444")


@pytest.mark.parametrize(
    ("role", "division", "wanted", "is_seen"),
    [
        (Role.PROVINCE_REVIEWER, "330000", "330000", True),
        (Role.PROVINCE_REVIEWER, "330000", "330100", True),
        (Role.PROVINCE_REVIEWER, "330000", "320000", False),
        (Role.PROVINCE_REVIEWER, "330000", COUNTRY, False),
        (Role.CITY_REVIEWER, "330100", "330000", False),
        (Role.CITY_REVIEWER, "330100", "330200", False),
        (Role.COUNTY_REVIEWER, "330106", "330106", True),
        (Role.COUNTY_REVIEWER, "330106", "330100", False),
        (Role.MINISTRY, COUNTRY, "110105", True),
        (Role.STATISTICS_HEAD, None, COUNTRY, True),
        (Role.PROVINCE_REVIEWER, None, "330000", False),
        (Role.MINISTRY, COUNTRY, "999999", False),
        (Role.MINISTRY, COUNTRY, "", False),
    ],
)
def test_a_department_sees_its_own_division_and_those_below(
    role: Role, division: str | None, wanted: str, is_seen: bool
) -> None:
    call, reads = Call(Actor("a", role, division=division)), Recorder()

    if is_seen:
        assert show_dashboard(deps_over(many(5), reads), call, wanted, MARCH).division == wanted
        assert reads.kept == [("a", "show_dashboard", f"{wanted}/{MARCH}")]
    else:
        with pytest.raises(NotFound):
            show_dashboard(deps_over(many(5), reads), call, wanted, MARCH)
        assert reads.kept == []


def test_nothing_of_another_province_counts() -> None:
    away = {"province": "320000", "city": "320100", "county": "320102"}

    found = shown([*many(6), *many(6, 1000, 20, columns=away)])

    assert figure_at(found, "scale", YEAR, "total").numbers[Of.VALUE] == 75


@pytest.mark.parametrize("period", ["2025", "2025-13", "2025-05", "25-03", "2025-3", "１２０２５-03"])
def test_what_is_no_month_that_has_begun_is_told(period: str) -> None:
    with pytest.raises(Invalid) as caught:
        shown([], period=period)

    assert [each.pointer for each in caught.value.problems] == ["/period"]


class Contradicting(KeptLines):
    """Says that each class holds one more than its lines."""

    def ask_all(self, questions: Sequence[Question]) -> tuple[tuple[Cell, ...], ...]:
        return tuple(
            tuple(replace(cell, value=cell.value + 1) if "I11" in cell.codes else cell for cell in found)
            for found in super().ask_all(questions)
        )


def test_where_it_is_not_proven_that_masking_holds_nothing_of_a_quantity_is_shown() -> None:
    deps = replace(deps_over([]), cells=cast(OfSnapshots, Contradicting([*many(9), *many(7, 30, 20, columns=NINGBO)])))

    found = show_dashboard(deps, ZHEJIANG, "330000", MARCH)

    assert {"execution_cny", "execution_usd"} <= set(found.unsure)
    assert not any(row.figures["execution_usd"].numbers for row in panel_of(found, "ranking").rows)


def test_amounts_without_a_rate_are_told() -> None:
    class Lacking(KeptLines):
        def ask_all(self, questions: Sequence[Question]) -> tuple[tuple[Cell, ...], ...]:
            return tuple(tuple(replace(each, lacking=1) for each in found) for found in super().ask_all(questions))

    deps = replace(deps_over([]), cells=cast(OfSnapshots, Lacking(many(9))))

    assert show_dashboard(deps, ZHEJIANG, "330000", MARCH).gaps == ("有的金额缺少汇率，本币或美元数不完整。",)
    assert shown(many(9)).gaps == ()


def test_a_panel_without_facts_is_not_there() -> None:
    deps = deps_over([])

    assert show_dashboard(deps, ZHEJIANG, "330000", MARCH).panels == ()
    with pytest.raises(NotFound):
        show_panel(deps, ZHEJIANG, "330000", MARCH, "trend")


CODES = {
    "city": st.sampled_from(["330100", "330200", "330300", "330400"]),
    "nature": st.sampled_from("123"),
    "business_class": st.sampled_from(["I11", "I12", "B21", "K31"]),
}
LINES = st.lists(
    st.builds(
        Line,
        unit=st.sampled_from([f"u{each}" for each in range(12)]),
        usd=st.integers(1, 500).map(Decimal),
        month=st.sampled_from(["2024-03", "2025-01", "2025-02", "2025-03"]),
        layers=st.sampled_from([frozenset(Layer), frozenset({Layer.FILED}), frozenset({Layer.APPROVED})]),
        columns=st.fixed_dictionaries(CODES),
    ),
    min_size=1,
    max_size=30,
)


@settings(max_examples=15, deadline=None)
@given(LINES)
def test_whatever_was_filed_no_sum_of_a_dashboard_gives_a_masked_number_away(lines: list[Line]) -> None:
    assert given_away(shown(lines)) == []
