"""Disclosure control: time beside the limits that are set, and loss beside plain ways to protect the same table.

`python -m tests.bench.disclosure` takes the large books as well, and needs no servers.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from itertools import chain
from statistics import median

import highspy
import numpy as np

from services.statistics.disclosure.audit.auditing import audit
from services.statistics.disclosure.protection import Protected, protect
from services.statistics.disclosure.rules import judge, need
from services.statistics.disclosure.suppression.suppressing import Pains
from services.statistics.disclosure.tables import Book, Cell, Codes, Release
from tests.bench.disclosure_sets import one_month, sets
from tests.bench.ground import Ground
from tests.bench.report import Row, table
from tests.support.disclosure import linked_book, make_thresholds, random_book

SEEDS = (1, 2, 3)
ROUNDS = 3
PROVINCES, CITIES, CLASSES = (31,), (31, 11), (3, 3, 5)
RULES = make_thresholds()
GIVEN = make_thresholds(p_percent=Decimal(0))
"""Rules that ask for nothing but what a cell itself says."""


def measure(_: Ground) -> Sequence[Row]:
    """Return the rows of provinces by classes, and of a quantity as the service makes its tables."""
    return [*provinces(), *one_month()]


def provinces() -> list[Row]:
    """Return time and loss of 31 × 57 tables with totals: 1,856 cells, about 200 of them unsafe by p%."""
    seconds, plain, greedy, best, dearer, unsafe = [], [], [], [], [], []
    for seed in SEEDS:
        book = random_book(seed, (PROVINCES, CLASSES), mean=20, spread=1.0)
        found, took = _timed(book)
        seconds.append(took)
        unsafe.append(found.pattern.unsafe)
        proven = protect(book, RULES, pains=Pains.THOROUGH)
        best.append(float(found.pattern.loss / proven.pattern.bound))
        readers = _for_readers(book)
        ours = float(protect(readers, GIVEN, pains=Pains.QUICK).pattern.loss)
        plain.append(ours / _cost(readers, _plainly(readers)))
        greedy.append(ours / _cost(readers, _greedily(readers)))
        dearer.append(float(found.pattern.loss) / ours)
    cells = f"1,856 cells, {min(unsafe)} to {max(unsafe)} unsafe by p%"
    time_detail = f"processor time of one thread; {cells}; {_memory()}"
    beside = "hidden beside unsafe cells, protected from readers alone as the others do"
    proven_detail = f"hidden beside unsafe cells, protected from all who contribute, at {min(dearer):.2f} to {max(dearer):.2f} times the loss"
    return [
        Row("31 × 57 protected and audited / 1 s", median(seconds), 1.0, "lower", time_detail),
        Row("31 × 57 loss / plain LP heuristic", median(plain), 1.0, "lower", f"{beside}; {_range(plain)}"),
        Row("31 × 57 loss / greedy", median(greedy), 1.0, "lower", f"{beside}; {_range(greedy)}"),
        Row("31 × 57 loss / what no pattern is below", median(best), 1.1, "lower", f"{proven_detail}; {_range(best)}"),
    ]


def _timed(book: Book) -> tuple[Protected, float]:
    times = []
    for _ in range(ROUNDS):
        begun = time.process_time()
        found = protect(book, RULES, pains=Pains.QUICK)
        times.append(time.process_time() - begun)
        assert found.is_safe
    return found, min(times)


def _for_readers(book: Book) -> Book:
    """Return a book whose cells say how far they must be protected, and not who contributes to them."""
    only, rules = book.tables[0], RULES.of("default")
    cells = []
    for cell in only.cells:
        judged = judge(only, cell, rules)
        asked = need(only, cell, rules, judged) if judged.is_unsafe else None
        cells.append(Cell(cell.codes, cell.value, 9 if cell.value else 0, 9 if cell.value else 0, protection=asked))
    return replace(book, tables=(replace(only, cells=tuple(cells)),))


def country() -> Iterator[Row]:
    """Yield the times of cities by classes, and of three linked tables."""
    cities = "373 × 57 protected and audited / 60 s"
    yield _large(cities, 60, lambda: random_book(1, (CITIES, CLASSES), mean=20, spread=1.0))
    linked = "three linked tables, {} / 300 s"
    yield _large(linked.format("provinces"), 300, lambda: linked_book(1, (PROVINCES, CLASSES, (5, 3)), mean=0.3))
    yield _large(linked.format("cities"), 300, lambda: linked_book(1, (CITIES, CLASSES, (2,)), mean=1.0))


def _large(name: str, limit: float, make: Callable[[], Book]) -> Row:
    book = make()
    begun = time.process_time()
    found: Protected = protect(book, RULES, pains=Pains.QUICK)
    took = time.process_time() - begun
    assert found.is_safe
    cells = sum(len(each.cells) for each in book.tables)
    pattern = found.pattern
    detail = (
        f"{took:.0f} s; {cells:,} cells, {pattern.unsafe:,} unsafe, {pattern.secondary:,} hidden beside; {_memory()}"
    )
    return Row(name, took / limit, 1.0, "lower", f"processor time of one thread; {detail}")


def _memory() -> str:
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024} MB at the peak of the process"


def _range(ratios: Sequence[float]) -> str:
    return f"{min(ratios):.2f} to {max(ratios):.2f} in {len(ratios)} tables"


def _unsafe(book: Book) -> dict[Codes, float]:
    """Return the unsafe cells, each with how far it must be able to move."""
    return {each.codes: float(each.protection.upper) for each in book.tables[0].cells if each.protection}


def _sums(book: Book) -> list[list[Codes]]:
    """Return every sum, the whole first."""
    found = []
    for place, dimension in enumerate(book.dimensions):
        others = {cell.codes[:place] + cell.codes[place + 1 :] for cell in book.tables[0].cells}
        for each in dimension.sums():
            found += [[(*o[:place], c, *o[place:]) for c in (each.whole, *each.parts)] for o in sorted(others)]
    return found


def _cost(book: Book, hidden: set[Codes]) -> float:
    unsafe = _unsafe(book)
    return float(sum(cell.value for cell in book.tables[0].cells if cell.codes in hidden and cell.codes not in unsafe))


def _plainly(book: Book) -> set[Codes]:
    """Return the pattern of the plain heuristic: per unsafe cell, largest first, the cheapest movement; no clean-up.

    A movement costs the value of each cell that isn't hidden yet, by how far it moves.
    """
    values = {cell.codes: float(cell.value) for cell in book.tables[0].cells}
    number = {codes: n for n, codes in enumerate(values)}
    unsafe = _unsafe(book)
    hidden = set(unsafe)
    count = len(values)
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # highspy leaves it untyped
    solver.setOptionValue("output_flag", False)
    nothing = np.array([], np.int32), np.array([])
    for _ in range(2):
        for value in values.values():
            solver.addCol(value, 0.0, value, 0, *nothing)
    for members in _sums(book):
        numbers = np.array([number[each] for each in members] + [number[each] + count for each in members], np.int32)
        signs = np.array([-1.0] + [1.0] * (len(members) - 1))
        solver.addRow(0.0, 0.0, len(numbers), numbers, np.concatenate([signs, -signs]))
    for codes in unsafe:
        solver.changeColCost(number[codes], 0.0)
        solver.changeColCost(number[codes] + count, 0.0)
    for codes, far in sorted(unsafe.items(), key=lambda each: (-each[1], each[0])):
        column = number[codes]
        solver.changeColBounds(column, far, far)
        solver.changeColBounds(column + count, 0.0, 0.0)
        solver.run()
        moved = np.array(solver.getSolution().col_value)
        for other, place in number.items():
            if other not in hidden and max(moved[place], moved[place + count]) > 1e-6:
                hidden.add(other)
                solver.changeColCost(place, 0.0)
                solver.changeColCost(place + count, 0.0)
        solver.changeColBounds(column, 0.0, values[codes])
        solver.changeColBounds(column + count, 0.0, values[codes])
    return hidden


def _greedily(book: Book) -> set[Codes]:
    """Return the pattern of the greedy way: beside what leaks, in each of its sums, the cheapest cell that is shown."""
    values = {cell.codes: float(cell.value) for cell in book.tables[0].cells}
    hidden = set(_unsafe(book))
    sums = _sums(book)
    while True:
        report = audit(Release("greedy", book, {"t": frozenset(hidden)}), GIVEN)
        if report.is_safe:
            return hidden
        leaking = {each.cell[1] for each in report.findings}
        before = len(hidden)
        for members in sums:
            shown = [each for each in members if each not in hidden and values[each] > 0]
            if leaking.intersection(members) and shown:
                hidden.add(min(shown, key=lambda each: (values[each], each)))
        assert len(hidden) > before


if __name__ == "__main__":
    for rows in chain([provinces(), one_month()], ([each] for each in sets()), ([each] for each in country())):
        sys.stdout.write(table(rows))
        sys.stdout.flush()
