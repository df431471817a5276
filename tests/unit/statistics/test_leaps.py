"""What a new release makes known between sums that aren't neighbours: where those between them are not known."""

from __future__ import annotations

from decimal import Decimal

import pytest

from services.statistics.disclosure.tables import Book, Cell, Dimension, Node, Release, Table
from services.statistics.operations.leaps import leaps_of

A, B = ("m", ("a",)), ("m", ("b",))
AXES = (Dimension("time", ()), Dimension("vintage", ()), Dimension("place", (Node("a"), Node("b"))))
POINTS = (1, 2, 3, 4)
JANUARY, FEBRUARY, MARCH, APRIL = (f"2025:0{month}" for month in POINTS)
IN_APRIL = "2025-04"


def showing(*shown: str, version: str = "v1", hides: str = "") -> Release:
    """Return a release with a table of places a and b for each code of months; of `hides` nothing is shown of a."""
    tables = tuple(
        Table(
            time,
            "m",
            ("place",),
            (Cell(("a",), Decimal(1)), Cell(("b",), Decimal(1))),
            place={"time": time, "vintage": version},
        )
        for time in shown
    )
    return Release("r", Book(AXES, tables), {hides: frozenset({("a",)})})


@pytest.mark.parametrize(
    ("new", "register", "months"),
    [
        (showing(FEBRUARY), [showing(JANUARY)], {}),
        (showing(MARCH), [showing(JANUARY)], {((1, 3), 1): {A, B}}),
        (showing(MARCH), [showing(JANUARY), showing(FEBRUARY, hides=FEBRUARY)], {((1, 3), 1): {A}}),
        (showing(MARCH), [showing(JANUARY), showing(FEBRUARY), showing(MARCH)], {}),
        (showing(JANUARY), [showing(FEBRUARY, hides=FEBRUARY), showing(MARCH)], {((1, 3), 1): {A}}),
        (showing(MARCH, version="v2"), [showing(JANUARY)], {((1, 3), 2): {A, B}}),
        (showing(APRIL), [showing(JANUARY)], {((1, 4), 1): {A, B}}),
        (showing(APRIL, IN_APRIL), [showing(JANUARY)], {((1, 4), 1): {A, B}, ((1, 3), 1): {A, B}}),
        (showing(APRIL), [showing(JANUARY), showing(APRIL, IN_APRIL)], {}),
        (showing(MARCH), [], {}),
    ],
    ids=[
        *("neighbours", "not shown between", "hidden between", "known already", "a month released late"),
        *("another version", "two months", "the month tells the sum before it", "told by another kind", "the first"),
    ],
)
def test_between_months(new: Release, register: list[Release], months: dict[object, object]) -> None:
    found = leaps_of(new, register, POINTS, 2)

    assert dict(found.months) == months
    assert dict(found.versions) == {}


@pytest.mark.parametrize(
    ("register", "versions"),
    [
        ([showing(MARCH)], {((1, 3), MARCH): {A, B}}),
        ([showing(MARCH), showing(MARCH, version="v2", hides=MARCH)], {((1, 3), MARCH): {A}}),
        ([showing(MARCH, version="v2")], {}),
    ],
    ids=["not shown between", "hidden between", "neighbours"],
)
def test_between_versions(register: list[Release], versions: dict[object, object]) -> None:
    found = leaps_of(showing(MARCH, version="v3"), register, POINTS, 3)

    assert dict(found.versions) == versions
    assert dict(found.months) == {}
