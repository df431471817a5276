"""Robust scores and bands of change: against worked examples, and what holds for any numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from decimal import Decimal
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.filing.outliers.change import BOUNDS, OUT_OF_NOTHING, change_band
from services.filing.outliers.scores import (
    FAR,
    FLOORS,
    NORMAL_MAD,
    NORMAL_MEAN_AD,
    Scale,
    Score,
    Spread,
    Verdict,
    beside_history,
    deviation,
    score,
    spread_of,
)

AMOUNTS = st.decimals(min_value="0.01", max_value="1000000", places=2)
OTHERS = st.lists(AMOUNTS, min_size=5, max_size=30)


def amounts(*texts: str | int) -> list[Decimal]:
    """Return amounts as they are stored."""
    return [Decimal(each) for each in texts]


def test_the_deviation_is_that_of_the_worked_example_of_iglewicz_and_hoaglin() -> None:
    values = [2.1, 2.6, 2.4, 2.5, 2.3, 2.1, 2.3, 2.6, 8.2, 8.3]

    found = deviation(values)

    assert found == pytest.approx(0.15 * NORMAL_MAD)
    assert (8.2 - 2.45) / found == pytest.approx(0.6745 * 5.75 / 0.15, rel=1e-4)


def test_a_normal_distribution_has_its_standard_deviation() -> None:
    values = NormalDist(100, 15).quantiles(4001)

    found = deviation(values)

    assert found == pytest.approx(15, rel=0.001)
    assert pytest.approx(1 / NormalDist().inv_cdf(0.75)) == NORMAL_MAD


def test_the_mean_deviation_stands_in_where_more_than_half_are_alike() -> None:
    values = [4.0, 4.0, 4.0, 4.0, 9.0]

    found = deviation(values)

    assert found == pytest.approx(NORMAL_MEAN_AD * 1.0)


def test_ten_times_the_usual_is_as_far_as_a_tenth_of_it() -> None:
    others = amounts(80, 90, 100, 110, 125)

    high, low = score(Decimal(1000), others), score(Decimal(10), others)

    assert (high.verdict, low.verdict) == (Verdict.HIGH, Verdict.LOW)
    assert high.z is not None
    assert low.z == pytest.approx(-high.z)
    assert high.z == pytest.approx(math.log(10) / (NORMAL_MAD * math.log(100 / 90)), rel=1e-9)


def test_a_little_more_than_others_that_are_all_alike_is_usual() -> None:
    others = amounts(100, 100, 100, 100, 100)

    found = score(Decimal(115), others)

    assert found.verdict is Verdict.USUAL
    assert found.z == pytest.approx(math.log(1.15) / FLOORS[Scale.RATIO])


def test_shares_are_compared_by_their_difference() -> None:
    others = amounts(48, 49, 50, 51, 52)

    found = score(Decimal(100), others, Scale.DIFFERENCE)

    assert found.verdict is Verdict.HIGH
    assert found.z == pytest.approx(50 / NORMAL_MAD)


@pytest.mark.parametrize(
    ("value", "others", "verdict"),
    [
        (0, [0] + [100] * 9, Verdict.ZERO),
        (0, [0, 0] + [100] * 8, Verdict.USUAL),
        (100, [0] * 9 + [100], Verdict.FIRST),
        (100, [0] * 8 + [100] * 2, Verdict.TOO_FEW),
        (100, [0] * 5 + [100] * 5, Verdict.USUAL),
        (100, [100] * 4, Verdict.TOO_FEW),
        (0, [0] * 4, Verdict.TOO_FEW),
        (0, [0] * 5, Verdict.USUAL),
    ],
)
def test_zeros_stand_apart(value: int, others: list[int], verdict: Verdict) -> None:
    found = score(Decimal(value), amounts(*others))

    assert found.verdict is verdict


@pytest.mark.parametrize(
    ("value", "before", "verdict"),
    [
        (11, [10, 8, 9], Verdict.HIGH),
        (7, [10, 8, 9], Verdict.LOW),
        (10, [10, 8, 9], Verdict.USUAL),
        (0, [10, 8, 9], Verdict.ZERO),
        (1, [0, 0, 0], Verdict.FIRST),
        (0, [0, 0, 0], Verdict.USUAL),
        (99, [1, 2], Verdict.TOO_FEW),
    ],
)
def test_a_unit_is_held_against_the_range_of_its_own_history(value: int, before: list[int], verdict: Verdict) -> None:
    found = beside_history(Decimal(value), amounts(*before))

    assert found == Score(verdict)


def test_the_spread_of_others_is_their_range_and_median() -> None:
    others = amounts(0, 4, 10, 2)

    found = spread_of(others)

    assert found == Spread(4, 1, Decimal(0), Decimal(3), Decimal(10))
    assert spread_of([]) is None


@given(AMOUNTS, OTHERS, st.integers(min_value=1, max_value=10_000))
def test_no_unit_of_measure_matters_to_amounts(value: Decimal, others: Sequence[Decimal], factor: int) -> None:
    plain = score(value, others)

    scaled = score(value * factor, [each * factor for each in others])

    assert plain.z is not None
    assert scaled.z == pytest.approx(plain.z, rel=1e-6, abs=1e-6)


@given(AMOUNTS, OTHERS, st.randoms())
def test_the_order_of_the_others_does_not_matter(value: Decimal, others: list[Decimal], random: object) -> None:
    plain = score(value, others)
    shuffled = list(others)

    random.shuffle(shuffled)  # type: ignore[attr-defined]  # one of `random.Random`

    assert score(value, shuffled).z == pytest.approx(plain.z, rel=1e-9, abs=1e-9)


@given(OTHERS)
def test_a_median_is_never_unusual_and_wilder_values_score_higher(others: list[Decimal]) -> None:
    middle = spread_of(others)
    assert middle is not None

    scores = [score(middle.median * factor, others).z or 0.0 for factor in (1, 2, 10, 1000)]

    assert abs(scores[0]) < FAR
    assert scores == sorted(scores)


@given(st.lists(AMOUNTS, min_size=20, max_size=20), st.decimals(min_value="1000000", max_value="9999999", places=2))
def test_a_few_wild_values_do_not_hide_another(others: list[Decimal], wild: Decimal) -> None:
    tame = [Decimal(100) + each % 10 for each in others]

    found = score(wild, [*tame, wild, wild, wild])

    assert found.verdict is Verdict.HIGH


@pytest.mark.parametrize(
    ("before", "now", "band"),
    [
        ("100", "100", 0),
        ("100", "105", 0),
        ("100", "106", 1),
        ("100", "150", 3),
        ("100", "200", 4),
        ("100", "50", 4),
        ("100", "1000", 7),
        ("100", "10001", 9),
        ("0", "3", OUT_OF_NOTHING),
        ("3", "0", OUT_OF_NOTHING),
        ("0", "0", 0),
    ],
)
def test_a_change_falls_into_its_band(before: str, now: str, band: int) -> None:
    found = change_band([(Decimal(before), Decimal(now))])

    assert found == band


def test_the_largest_change_counts_and_what_cannot_be_compared_does_not() -> None:
    totals = [(Decimal(1), Decimal(1)), (None, Decimal(5)), (Decimal(4), Decimal(1)), (Decimal(9), None)]

    found = change_band(totals)

    assert found == 6
    assert change_band([(None, Decimal(5))]) == 0
    assert change_band([]) == 0


@given(AMOUNTS, AMOUNTS, st.integers(min_value=1, max_value=10**6))
def test_a_band_tells_nothing_of_an_amount(before: Decimal, now: Decimal, factor: int) -> None:
    found = change_band([(before, now)])

    assert found == change_band([(before * factor, now * factor)])
    assert found == change_band([(now, before)])
    assert 0 <= found <= len(BOUNDS)
