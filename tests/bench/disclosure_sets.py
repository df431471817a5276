"""Disclosure control of a whole set of the appendix, as the service makes its books: what it takes of the processor, and memory.

January is released first, then March with what lies between: the month beside the year to date, contracts and executions in
both currencies, those in USD beginning with what CNY hides.
"""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context

from services.statistics.disclosure.protection import protect
from services.statistics.disclosure.suppression.suppressing import Pains
from services.statistics.disclosure.tables import Book, Codes, Release
from services.statistics.disclosure.thresholds import load_thresholds
from tests.bench.months import DENSE, SPARSE, Size, Year
from tests.bench.report import Row

MONTHS = ("2025-01", "2025-03")
QUANTITIES = ("contract", "execution")
AIM, AIM_OF_ONE = 300, 60
"""Seconds of the processor: minutes on two cores."""
MOST_MEMORY = 1024

Hidden = Mapping[str, frozenset[Codes]]


@dataclass(frozen=True)
class Made:
    """What became of one quantity: what each month hides, and what that took."""

    hidden: tuple[Hidden, ...]
    seconds: float
    megabytes: int
    unsafe: int
    beside: int


def sets() -> Iterator[Row]:
    """Yield the rows of whole sets, of a dense country and of a sparse one."""
    for name, size in (("dense", DENSE), ("sparse", SPARSE)):
        yield from _set(name, size)


def one_month() -> list[Row]:
    """Return the row of one quantity of one month in a sparse country."""
    made = _apart(Year(SPARSE, 1).books(MONTHS[:1], "execution_cny"))
    detail = f"{made.seconds:.0f} s of processor time; {_counts([made])}"
    return [Row("a sparse January, one quantity / 60 s", made.seconds / AIM_OF_ONE, 1.0, "lower", detail)]


def _set(name: str, size: Size) -> list[Row]:
    year, made = Year(size, len(MONTHS) + 1), []
    for each in QUANTITIES:
        first = _apart(year.books(MONTHS, f"{each}_cny"))
        other = [{table.replace("_cny", "_usd"): cells for table, cells in hidden.items()} for hidden in first.hidden]
        made += [first, _apart(year.books(MONTHS, f"{each}_usd"), other)]
    seconds, megabytes = sum(each.seconds for each in made), max(each.megabytes for each in made)
    detail = f"{', '.join(f'{each.seconds:.0f}' for each in made)} s of processor time; {_counts(made)}"
    return [
        Row(f"{name} set, January and March / {AIM} s", seconds / AIM, 1.0, "lower", detail),
        Row(f"{name} set, peak of memory / 1 GB", megabytes / MOST_MEMORY, 1.0, "lower", f"{megabytes} MB"),
    ]


def _counts(made: Sequence[Made]) -> str:
    return f"{sum(each.unsafe for each in made):,} unsafe, {sum(each.beside for each in made):,} hidden beside"


def _apart(books: Sequence[Book], other: Sequence[Hidden] = ()) -> Made:
    """Return what becomes of the books of a quantity, each released after the ones before, in a process of its own."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(_protected, tuple(books), tuple(other) or (None,) * len(books)).result()


def _protected(books: Sequence[Book], other: Sequence[Hidden | None]) -> Made:
    thresholds = load_thresholds(date(2026, 11, 28))
    register: list[Release] = []
    begun, unsafe, beside = time.process_time(), 0, 0
    for number, (book, also) in enumerate(zip(books, other, strict=True)):
        found = protect(book, thresholds, register, release_id=f"{number}", pains=Pains.QUICK, also=also)
        assert found.is_safe
        register.append(found.release)
        unsafe, beside = unsafe + found.pattern.unsafe, beside + found.pattern.secondary
    took = time.process_time() - begun
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return Made(tuple(each.hidden for each in register), took, memory, unsafe, beside)
