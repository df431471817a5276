"""The audit finds every leak that a generator of deliberately weak patterns plants, and by whom."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal

import pytest

from services.statistics.disclosure.audit.auditing import audit
from services.statistics.disclosure.audit.report import Attacker
from services.statistics.disclosure.tables import Book, Codes, Protection
from tests.support.disclosure import contributed, make_grid, make_release, make_thresholds

COUNT = int(os.environ.get("TONGBAO_DISCLOSURE_PLANTED", "2000"))
GIVEN = make_thresholds(p_percent=Decimal(0))
PIECES = 8


@dataclass(frozen=True)
class Planted:
    """A table with a weak pattern, the cell that leaks, and to whom."""

    book: Book
    hidden: list[Codes]
    leaking: Codes
    attacker: Attacker


def _inner(chance: random.Random) -> list[list[int]]:
    size = chance.randint(4, 6), chance.randint(4, 6)
    return [[chance.randint(5, 400) for _ in range(size[1])] for _ in range(size[0])]


def _corners(chance: random.Random, inner: list[list[int]]) -> tuple[str, str, str, str]:
    rows = chance.sample("abcdefghij"[: len(inner)], 2)
    columns = chance.sample("123456789"[: len(inner[0])], 2)
    return rows[0], rows[1], columns[0], columns[1]


def _value(inner: list[list[int]], codes: Codes) -> int:
    return inner["abcdefghij".index(codes[0])]["123456789".index(codes[1])]


def _guard(inner: list[list[int]], cells: list[Codes]) -> dict[str, object]:
    """Return a level that the cells together give to readers: half of the smallest of them."""
    far = Decimal(min(_value(inner, codes) for codes in cells) // 2)
    return {"protection": Protection(far, far)}


def _square(corners: tuple[str, str, str, str]) -> list[Codes]:
    a, b, c, d = corners
    return [(a, c), (a, d), (b, c), (b, d)]


def _elsewhere(chance: random.Random, inner: list[list[int]], corners: tuple[str, str, str, str]) -> list[Codes]:
    """Return a square of hidden cells in other rows and columns, where there are some: noise that protects nothing."""
    rows = [r for r in "abcdefghij"[: len(inner)] if r not in corners]
    columns = [c for c in "123456789"[: len(inner[0])] if c not in corners]
    return [(r, c) for r in chance.sample(rows, 2) for c in chance.sample(columns, 2)] if chance.random() < 0.5 else []


def margin(chance: random.Random) -> Planted:
    """A cell is alone in its row, though not in its column: the row gives it away."""
    inner = _inner(chance)
    corners = _corners(chance, inner)
    square = _square(corners)
    hidden = [square[0], square[2], *_elsewhere(chance, inner, corners)]
    book = make_grid(inner, {square[0]: _guard(inner, square)})
    return Planted(book, hidden, square[0], Attacker.PUBLIC)


def narrow(chance: random.Random) -> Planted:
    """A square whose smallest corner can shrink by less than the cell beside it has to grow."""
    inner = _inner(chance)
    corners = _corners(chance, inner)
    square = _square(corners)
    weak = chance.choice([square[1], square[2]])
    far = _value(inner, weak) + 1
    guard = {"protection": Protection(Decimal(0), Decimal(far))}
    return Planted(
        make_grid(inner, {square[0]: guard}), square + _elsewhere(chance, inner, corners), square[0], Attacker.PUBLIC
    )


def sliding(chance: random.Random) -> Planted:
    """A square that moves less than the width that is asked, by one."""
    inner = _inner(chance)
    corners = _corners(chance, inner)
    square = _square(corners)
    up = min(_value(inner, square[1]), _value(inner, square[2]))
    down = min(_value(inner, square[0]), _value(inner, square[3]))
    guard = {"protection": Protection(Decimal(0), Decimal(0), Decimal(up + down + 1))}
    return Planted(make_grid(inner, {square[0]: guard}), square, square[0], Attacker.PUBLIC)


def singleton(chance: random.Random) -> Planted:
    """A square in which one of the other corners has a single contributor, who undoes it."""
    inner = _inner(chance)
    square = _square(_corners(chance, inner))
    known = chance.choice(square[1:])
    changes: Mapping[Codes, Mapping[str, object]] = {
        square[0]: _guard(inner, square),
        known: contributed(("x", _value(inner, known))),
    }
    return Planted(make_grid(inner, changes), square, square[0], Attacker.ALONE)


def holding(chance: random.Random) -> Planted:
    """Two ways out for a cell, each through a cell in which a subsidiary of one holding is alone."""
    inner = _inner(chance)
    a, b, c, d = _corners(chance, inner)
    third = chance.choice([r for r in "abcdefghij"[: len(inner)] if r not in (a, b)])
    hidden = [(row, column) for row in (a, b, third) for column in (c, d)]
    changes: Mapping[Codes, Mapping[str, object]] = {
        (a, c): _guard(inner, hidden),
        (b, c): contributed(("H", _value(inner, (b, c)))),
        (third, c): contributed(("H", _value(inner, (third, c)))),
    }
    return Planted(make_grid(inner, changes), hidden, (a, c), Attacker.ALONE)


def dominated(chance: random.Random) -> Planted:
    """A square in which a holding has nearly all of both corners that must shrink for the cell to grow."""
    inner = _inner(chance)
    square = _square(_corners(chance, inner))
    changes: dict[Codes, Mapping[str, object]] = {
        square[0]: {"protection": Protection(Decimal(0), Decimal(2))},
    }
    for corner in (square[1], square[2]):
        changes[corner] = contributed(("H", _value(inner, corner) - 1), ("x", 1))
    return Planted(make_grid(inner, changes), square, square[0], Attacker.CONTRIBUTOR)


PLANTS: tuple[Callable[[random.Random], Planted], ...] = (margin, narrow, sliding, singleton, holding, dominated)


@pytest.mark.parametrize("piece", range(PIECES))
def test_every_planted_leak_is_found(piece: int) -> None:
    missed = []

    for seed in range(piece, COUNT, PIECES):
        plant = PLANTS[(seed // PIECES) % len(PLANTS)]
        planted = plant(random.Random(seed))
        report = audit(make_release(planted.book, {"t": planted.hidden}), GIVEN)
        if (planted.leaking, planted.attacker) not in {(each.cell[1], each.attacker) for each in report.findings}:
            missed.append((plant.__name__, seed))

    assert missed == []


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.__name__)
def test_what_is_planted_leaks_by_what_was_planted_alone(plant: Callable[[random.Random], Planted]) -> None:
    planted = plant(random.Random(5))
    everything = [cell.codes for cell in planted.book.tables[0].cells]

    report = audit(make_release(planted.book, {"t": everything}), GIVEN)

    assert report.is_safe
