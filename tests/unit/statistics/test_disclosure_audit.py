"""The attacker finds what follows from what is published; intervals reckoned by hand beside each case."""

from __future__ import annotations

import random
from decimal import Decimal
from fractions import Fraction

import highspy
import numpy as np
import pytest

from services.statistics.disclosure.audit.auditing import audit
from services.statistics.disclosure.audit.movements import Asked, Movements
from services.statistics.disclosure.audit.report import Attacker, Interval, Kind
from services.statistics.disclosure.audit.unknowns import Core, listed
from services.statistics.disclosure.audit.words import describe
from services.statistics.disclosure.tables import Book, Codes, Protection, Release, Status, TableFaulty
from tests.support.disclosure import contributed, make_grid, make_release, make_thresholds, random_book

D = Decimal
GIVEN = make_thresholds(p_percent=D(0))
"""Rules that ask for nothing but what a cell itself says."""


def guarded(lower: int, upper: int, sliding: int = 0) -> dict[str, object]:
    return {"protection": Protection(D(lower), D(upper), D(sliding))}


def willenborg(changes: dict[Codes, dict[str, object]] | None = None) -> Book:
    """Return the table of investments by activity and region that Willenborg and de Waal use, and after them
    Fischetti and Salazar, Management Science 47 (2001) 1008–1027: rows I–III are a–c here, regions A–C are 1–3."""
    return make_grid([[20, 50, 10], [8, 19, 22], [17, 32, 12]], changes)


SQUARE = [("b", "1"), ("b", "3"), ("c", "1"), ("c", "3")]


def test_the_interval_of_the_example_of_fischetti_and_salazar() -> None:
    # b3 = 22 + d makes b1 = 8 − d, c3 = 12 − d, c1 = 17 + d. Nothing is negative: −17 ≤ d ≤ 8, so b3 is in [5, 30].
    release = make_release(willenborg({("b", "3"): guarded(17, 8)}), {"t": SQUARE})

    report = audit(release, GIVEN)

    assert report.is_safe
    assert report.intervals["money", ("b", "3")] == Interval(D(5), D(30))
    assert report.intervals["money", ("b", "1")] == Interval(D(0), D(25))


@pytest.mark.parametrize(("lower", "upper", "sliding"), [(18, 0, 0), (0, 9, 0), (0, 0, 26)])
def test_an_interval_that_is_a_unit_too_narrow_is_a_leak(lower: int, upper: int, sliding: int) -> None:
    release = make_release(willenborg({("b", "3"): guarded(lower, upper, sliding)}), {"t": SQUARE})

    report = audit(release, GIVEN)

    assert [(each.kind, each.cell[1]) for each in report.findings] == [(Kind.LEAK, ("b", "3"))]
    assert report.findings[0].interval == Interval(D(5), D(30))


def test_margins_give_a_cell_away_and_the_report_says_by_which_sum() -> None:
    release = make_release(willenborg({("b", "3"): guarded(1, 1)}), {"t": [("b", "3"), ("b", "1")]})

    report = audit(release, GIVEN)

    assert report.findings[0].interval == Interval(D(22), D(22))
    assert "money[* × 3]（已知） = money[b × 3] + 已知的 2 项" in describe(report.findings[0])


def test_rounding_of_what_is_published_widens_what_can_be_reckoned_by_no_more_than_it_hides() -> None:
    # Alone in its row: total 49.4 shown as 49, beside 8 and 19 as they are: between 48.5 − 27 and 49.5 − 27 by the row,
    # by the column between 43.5 − 22 and 44.5 − 22; both rounded sums say the same.
    book = make_grid([[20, 50, 10], [8, 19, 22], [17, 32, 12]], {("b", "3"): guarded(0, 0)})
    table = book.tables[0]
    moved = {("b", "3"), ("b", "*"), ("*", "3"), ("*", "*")}
    cells = tuple(
        each
        if each.codes not in moved
        else type(each)(each.codes, each.value + D("0.4"), 9, 9, protection=each.protection)
        for each in table.cells
    )
    rounded = Book(book.dimensions, (type(table)("t", "money", table.axes, cells, decimals=0),))

    report = audit(make_release(rounded, {"t": [("b", "3")]}), GIVEN)

    found = report.intervals["money", ("b", "3")]
    assert D("20.5") <= found.low < D("22.4") < found.high <= D("23.5")
    assert audit(make_release(book, {"t": [("b", "3")]}), GIVEN).intervals["money", ("b", "3")].low == 22


def test_the_singleton_trap() -> None:
    # Hidden in a row: b1 = 8 of one firm, b3 = 22 of another. To readers b3 is somewhere in [0, 30]; who is alone in b1
    # takes its 8 off the row's 30 and knows b3.
    changes = {("b", "1"): contributed(("x", 8)), ("b", "3"): {**contributed(("y", 22)), **guarded(3, 3)}}
    release = make_release(willenborg(changes), {"t": SQUARE})

    report = audit(release, GIVEN)

    assert [(each.attacker, each.cell[1], each.knows) for each in report.findings] == [
        (Attacker.ALONE, ("b", "3"), (("money", ("b", "1")),))
    ]
    assert report.findings[0].interval == Interval(D(22), D(22))


def test_the_holding_trap() -> None:
    # b1 and c3 are of two firms each, so nobody is alone in them. But when b3 grows, both shrink alike, and the holding H
    # has 7 of 8 in b1 and 11 of 12 in c3: to H, each can shrink by 1 at most, and b3 is at most 23.
    by_holding = {
        ("b", "1"): contributed(("H", 7), ("x", 1)),
        ("c", "3"): contributed(("H", 11), ("y", 1)),
        ("b", "3"): guarded(3, 3),
    }
    by_others = {
        ("b", "1"): contributed(("p", 4), ("x", 4)),
        ("c", "3"): contributed(("q", 6), ("y", 6)),
        ("b", "3"): guarded(3, 3),
    }

    found = audit(make_release(willenborg(by_holding), {"t": SQUARE}), GIVEN)  # type: ignore[arg-type]  # evidence and levels
    unrelated = audit(make_release(willenborg(by_others), {"t": SQUARE}), GIVEN)  # type: ignore[arg-type]  # as above

    assert [(each.attacker, each.cell[1]) for each in found.findings] == [(Attacker.CONTRIBUTOR, ("b", "3"))]
    assert found.findings[0].interval == Interval(D(5), D(23))
    assert unrelated.is_safe


def test_subsidiaries_that_are_alone_in_two_cells_pool_what_they_know() -> None:
    # A ring of six cells: b3 moves with b1, a1, a2, c2, c3. H alone in a2 and in c2 knows no more than by one of them;
    # with a second ring through d, only who knows both a2 and d2 closes both.
    inner = [[20, 50, 10], [8, 19, 22], [17, 32, 12], [9, 40, 15]]
    hidden = [(r, c) for r in "abcd" for c in "12"]
    apart = {("a", "1"): contributed(("H", 20)), ("b", "1"): contributed(("G", 8)), ("c", "1"): guarded(2, 2)}
    pooled = {**apart, ("b", "1"): contributed(("H", 8)), ("d", "1"): contributed(("H", 9))}

    separate = audit(make_release(make_grid(inner, apart), {"t": hidden}), GIVEN)  # type: ignore[arg-type]  # evidence and levels
    together = audit(make_release(make_grid(inner, pooled), {"t": hidden}), GIVEN)  # type: ignore[arg-type]  # as above

    assert separate.is_safe
    assert [(each.cell[1], len(each.knows)) for each in together.findings] == [(("c", "1"), 3)]


def test_an_unsafe_cell_that_is_shown_and_a_cell_without_evidence_are_named() -> None:
    changes = {("a", "1"): {"units": 1, "holdings": 1, "largest": ()}, ("a", "2"): {"units": None}}
    release = make_release(willenborg(changes), {"t": []})  # type: ignore[arg-type]  # fields of cells

    report = audit(release, make_thresholds(p_percent=D(0), least_units=3))

    assert [(each.kind, each.cell[1]) for each in report.findings] == [
        (Kind.SHOWN, ("a", "1")),
        (Kind.NO_EVIDENCE, ("a", "2")),
    ]


def test_tables_that_contradict_themselves_are_refused() -> None:
    book = willenborg()
    table = book.tables[0]
    wrong = tuple(each if each.codes != ("a", "1") else type(each)(each.codes, D(21), 9, 9) for each in table.cells)

    with pytest.raises(TableFaulty, match="don't add up"):
        audit(make_release(Book(book.dimensions, (type(table)("t", "money", table.axes, wrong),)), {}), GIVEN)
    with pytest.raises(TableFaulty, match="hides what it doesn't have"):
        audit(make_release(book, {"t": [("z", "z")]}), GIVEN)


def _plain_interval(book: Book, hidden: set[Codes], wanted: Codes) -> tuple[float, float]:
    """Return the interval of a cell by a program from scratch: values as unknowns, sums as they stand in the trees."""
    table = book.tables[0]
    values = {cell.codes: float(cell.value) for cell in table.cells}
    number = {codes: n for n, codes in enumerate(values)}
    ends = []
    for sign in (1.0, -1.0):
        solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy leaves it untyped
        solver.setOptionValue("output_flag", False)
        for codes, value in values.items():
            is_free = codes in hidden
            solver.addCol(
                sign * (codes == wanted),
                0.0 if is_free else value,
                1e7 if is_free else value,
                0,
                np.array([], np.int32),
                np.array([]),
            )
        for place, dimension in enumerate(book.dimensions):
            for each in dimension.sums():
                for codes in values:
                    if codes[place] == each.whole:
                        members = [
                            number[(*codes[:place], code, *codes[place + 1 :])] for code in (each.whole, *each.parts)
                        ]
                        signs = [-1.0] + [1.0] * len(each.parts)
                        solver.addRow(0.0, 0.0, len(members), np.array(members, np.int32), np.array(signs))
        solver.run()
        ends.append(sign * solver.getInfo().objective_function_value)
    return ends[0], ends[1]


@pytest.mark.parametrize("seed", range(12))
def test_intervals_are_those_of_a_program_from_scratch(seed: int) -> None:
    shape = [((4,), (3,)), ((2, 2), (3,)), ((2,), (2,), (3,))][seed % 3]
    book = random_book(seed, shape, mean=3)
    chance = random.Random(seed)
    cells = [cell.codes for cell in book.tables[0].cells if cell.value]
    hidden = set(chance.sample(cells, min(len(cells), 10)))

    report = audit(Release("new", book, {"t": frozenset(hidden)}), make_thresholds(p_percent=D(0)))

    assert report.intervals
    for (_, codes), interval in report.intervals.items():
        low, high = _plain_interval(book, hidden, codes)
        assert float(interval.low) == pytest.approx(low, abs=1e-4)
        if high < 1e6:
            assert float(interval.high) == pytest.approx(high, abs=1e-4)


def test_a_silent_cell_is_judged_though_no_table_shows_it() -> None:
    book = willenborg({("b", "3"): {"status": Status.SILENT, **guarded(1, 1)}})  # type: ignore[dict-item]  # fields of a cell

    report = audit(make_release(book, {}), GIVEN)

    assert [(each.kind, each.cell[1]) for each in report.findings] == [(Kind.LEAK, ("b", "3"))]


@pytest.mark.parametrize("asked", [123_457, 123_456_789])
def test_what_moves_by_halves_is_found_exactly(asked: int) -> None:
    # The first unknown is the sum of two others, which move alike: by halves where it moves by an odd number.
    room, singles = (10**12,) * 3, tuple(((number, 1),) for number in range(3))
    rows, rows_of = listed([[0, 1, 2], [1, 2]]), listed([[0], [0, 1], [0, 1]])
    core = Core(singles, {n: (n, 1) for n in range(3)}, room, room, rows, np.array([-1, 1, 1, 1, -1]), rows_of)

    moved = Movements(core, np.array(room), np.array(room)).find(Asked(0, 1, asked, {}))

    assert moved
    assert moved[0] >= asked
    assert moved[1] == moved[2] == Fraction(moved[0]) / 2
