"""The months of a year as sums are shown of them: what lies between, and what was corrected after it was shown."""

from __future__ import annotations

import pytest

from services.statistics.disclosure.tables import Sum
from services.statistics.operations.timeline import Timeline, code_of_time, months_of, points_of
from services.statistics.tables.definitions import Span


@pytest.mark.parametrize(
    ("period", "span", "code"),
    [
        ("2025-03", Span.PERIOD, "2025-03"),
        ("2025-03", Span.TO_DATE, "2025:03"),
        ("2025", Span.PERIOD, "2025:12"),
        ("2025", Span.TO_DATE, "2025:12"),
    ],
)
def test_a_span_of_a_period_has_one_code(period: str, span: Span, code: str) -> None:
    assert code_of_time(period, span) == code


@pytest.mark.parametrize(
    ("code", "months"),
    [
        ("2025-03", ("2025-03", "2025-03")),
        ("2025:03", ("2025-01", "2025-03")),
        ("2025-04..06", ("2025-04", "2025-06")),
    ],
)
def test_a_code_says_its_months(code: str, months: tuple[str, str]) -> None:
    assert months_of(code) == months


@pytest.mark.parametrize(
    ("shown", "points", "codes"),
    [
        ([("2025-01", Span.PERIOD), ("2025-01", Span.TO_DATE)], (1,), ("2025:01",)),
        ([("2025-03", Span.PERIOD), ("2025-03", Span.TO_DATE)], (2, 3), ("2025:02", "2025-03", "2025:03")),
        ([("2025-02", Span.TO_DATE), ("2025-03", Span.TO_DATE)], (2, 3), ("2025:02", "2025-03", "2025:03")),
        ([("2025-02", Span.TO_DATE), ("2025-06", Span.TO_DATE)], (2, 6), ("2025:02", "2025-03..06", "2025:06")),
        ([("2025-11", Span.TO_DATE), ("2025", Span.PERIOD)], (11, 12), ("2025:11", "2025-12", "2025:12")),
    ],
)
def test_what_lies_between_sums_has_its_code(
    shown: list[tuple[str, Span]], points: tuple[int, ...], codes: tuple[str, ...]
) -> None:
    assert points_of(shown) == points
    assert Timeline("2025", points).codes() == codes


def test_sums_add_up_from_the_first_and_versions_from_what_changed() -> None:
    months, versions = Timeline("2025", (2, 3, 6), vintages=3).axes()

    assert set(months.sums()) == {
        Sum("2025:06", ("2025:03", "2025-04..06")),
        Sum("2025:03", ("2025:02", "2025-03")),
    }
    assert set(versions.sums()) == {Sum("v3", ("v2", "v2>v3")), Sum("v2", ("v1", "v1>v2"))}


def test_what_lies_between_sums_and_versions_that_are_not_neighbours_is_a_sum_of_its_own() -> None:
    leaping = Timeline("2025", (1, 2, 3, 6), vintages=3, leaps=frozenset({(1, 3)}), jumps=frozenset({(1, 3)}))
    months, versions = leaping.axes()
    plain, unchanged = Timeline("2025", (1, 2, 3, 6), vintages=3).axes()

    assert set(months.sums()) - set(plain.sums()) == {
        Sum("2025:03", ("2025:01", "2025-02..03")),
        Sum("2025-02..03", ("2025-02", "2025-03")),
    }
    assert set(versions.sums()) - set(unchanged.sums()) == {
        Sum("v3", ("v1", "v1>v3")),
        Sum("v1>v3", ("v1>v2", "v2>v3")),
    }


def test_the_sum_up_to_january_is_january() -> None:
    months, _ = Timeline("2025", (1,)).axes()

    assert months.sums() == (Sum("2025:01", ("2025-01",)),)
