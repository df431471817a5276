"""What the suppressor works on: cells of all tables as columns, sums as rows, what hiding costs, what must be protected.

Cells stand in the order of their keys, so that the order in which they came changes nothing. Amounts are whole numbers of
small units.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from enum import StrEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from services.statistics.disclosure.rules import Judged, amount_of, judge, need, widest
from services.statistics.disclosure.tables import Book, Cell, Dimension, Key, Release, Status, Table, TableFaulty
from services.statistics.disclosure.thresholds import Insiders, Thresholds

Numbers = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

FINER = 2
"""Decimals beyond those of the values: percentages of values are whole numbers then."""
STRANGER = ""
"""Stands for every holding that contributes nothing to a cell, as far as is known."""
UNBOUND = 4.0
"""Where nothing bounds a cell, it may move by so many times the largest cell."""


class Loss(StrEnum):
    """What the suppression of a cell costs."""

    VALUE = "value"
    COUNT = "count"
    GIVEN = "given"


@dataclass(frozen=True)
class Demand:
    """A cell must be able to lie this far below and above its value, over this width, for who knows what is given.

    `of` returns the same for a holding; it never asks for more.
    """

    cell: int
    lower: float
    upper: float
    width: float
    of: Callable[[str], tuple[float, float, float]]


@dataclass(frozen=True)
class Own:
    """What a holding has of a cell: how far the cell can lie below its value for the holding, nowhere if it is alone."""

    cell: int
    below: float
    is_alone: bool


@dataclass(frozen=True)
class Problem:
    """The whole problem in numbers. `rows` hold the cells of each sum, the whole first.

    In a network, sums are such that no cell has to move farther than the one that is to be protected.
    """

    keys: tuple[Key, ...]
    values: Numbers
    below: Numbers
    above: Numbers
    costs: Numbers
    is_hidden: Flags
    is_fixed: Flags
    rows: tuple[tuple[int, ...], ...]
    demands: tuple[Demand, ...]
    own: Mapping[str, tuple[Own, ...]]
    rows_of: tuple[tuple[int, ...], ...]
    is_alone: Flags
    families: tuple[Mapping[str, tuple[str, ...]], ...]
    is_network: bool
    scale: Decimal


@dataclass
class _Entry:
    """A quantity while the problem is put together."""

    value: Decimal | None = None
    places: list[tuple[Table, Cell]] | None = None
    is_shown: bool = False
    is_hidden: bool = False
    is_new: bool = False


def pose(
    book: Book,
    thresholds: Thresholds,
    loss: Loss,
    register: Sequence[Release] = (),
    firmer: Mapping[Key, Decimal] | None = None,
) -> Problem:
    """Return the problem that a book poses beside what was released before. Raises `TableFaulty`.

    What `firmer` names is to be protected by so many times more than the rules ask.
    """
    entries: dict[Key, _Entry] = {}
    for table in book.tables:
        for cell in table.cells:
            _enter(entries, book.key(table, cell.codes), table, cell).is_new = True
    for release in register:
        for table in release.book.tables:
            for cell in table.cells:
                entry = _enter(entries, release.book.key(table, cell.codes), table, cell)
                is_hidden = release.is_hidden(table, cell)
                entry.is_hidden |= is_hidden
                entry.is_shown |= not is_hidden
    count = len(entries)
    sums = _sums(entries, book.dimensions)
    is_network = len(book.tables) == 1 and not register and count == len(entries) and _is_network(book.dimensions)
    return _Posed(entries, sums, thresholds, loss, firmer or {}, book.dimensions).problem(is_network=is_network)


def families_of(dimensions: Sequence[Dimension]) -> tuple[dict[str, tuple[str, ...]], ...]:
    """Return, for each dimension, what is near each code: those that add up to a whole with it, and all below them."""
    return tuple(_families(each) for each in dimensions)


def _families(dimension: Dimension) -> dict[str, tuple[str, ...]]:
    parts_of: dict[str, list[tuple[str, ...]]] = {}
    for each in dimension.sums():
        parts_of.setdefault(each.whole, []).append(each.parts)
    below: dict[str, set[str]] = {}

    def all_below(code: str) -> set[str]:
        if code not in below:
            below[code] = {code}.union(*(all_below(part) for parts in parts_of.get(code, ()) for part in parts))
        return below[code]

    found = {code: set(all_below(code)) for code in dimension.codes()}
    for each in dimension.sums():
        together = set().union(*map(all_below, each.parts))
        for part in each.parts:
            found[part] |= together
    return {code: tuple(sorted(near)) for code, near in found.items()}


def _is_network(dimensions: Sequence[Dimension]) -> bool:
    """Tell whether two dimensions at most are divided, each by one tree, one of the trees at most deeper than a level.

    The sums of such a table are totally unimodular, so that a movement consists of circuits that move each cell alike.
    """
    divided = [each.sums() for each in dimensions if each.sums()]
    trees = [{each.whole for each in sums} for sums in divided]
    parts = [[part for each in sums for part in each.parts] for sums in divided]
    is_tree = all(
        len(wholes) == len(sums) and len(set(inner)) == len(inner) and len(wholes.difference(inner)) == 1
        for sums, wholes, inner in zip(divided, trees, parts, strict=True)
    )
    return is_tree and len(divided) <= 2 and sum(len(sums) > 1 for sums in divided) <= 1


def _enter(entries: dict[Key, _Entry], key: Key, table: Table, cell: Cell) -> _Entry:
    entry = entries.setdefault(key, _Entry(cell.value, []))
    if entry.value != cell.value:
        raise TableFaulty(f"{table.id} {' × '.join(cell.codes)}: differs from the same cell elsewhere")
    assert entry.places is not None  # noqa: S101  # an entry that a table made has places
    entry.places.append((table, cell))
    entry.is_shown |= cell.status is Status.SHOWN
    entry.is_hidden |= cell.status is Status.SILENT
    return entry


def _sums(entries: dict[Key, _Entry], dimensions: Sequence[Dimension]) -> tuple[tuple[Key, ...], ...]:
    """Return the sums between cells, the whole first, and enter what is missing between them."""
    wholes = [{each.whole: [] for each in dimension.sums()} for dimension in dimensions]  # type: list[dict[str, list[tuple[str, ...]]]]
    as_part: list[dict[str, list[tuple[str, tuple[str, ...]]]]] = [{} for _ in dimensions]
    for place, dimension in enumerate(dimensions):
        for each in dimension.sums():
            wholes[place][each.whole].append(each.parts)
            for part in each.parts:
                as_part[place].setdefault(part, []).append((each.whole, each.parts))
    found: dict[tuple[Key, ...], None] = {}
    waiting = sorted(entries)
    while waiting:
        key = waiting.pop()
        for place in range(len(dimensions)):
            code = key[1][place]
            for parts in wholes[place].get(code, ()):
                members = _members(key, place, code, parts)
                if any(member in entries for member in members[1:]):
                    _take(found, entries, members, waiting)
            for whole, parts in as_part[place].get(code, ()):
                members = _members(key, place, whole, parts)
                is_link = whole in as_part[place] and all(member in entries for member in members[1:])
                if members[0] in entries or is_link:
                    _take(found, entries, members, waiting)
    return tuple(sorted(found))


def _members(key: Key, place: int, whole: str, parts: Iterable[str]) -> tuple[Key, ...]:
    measure, codes = key
    return tuple((measure, (*codes[:place], code, *codes[place + 1 :])) for code in (whole, *parts))


def _take(
    found: dict[tuple[Key, ...], None], entries: dict[Key, _Entry], members: tuple[Key, ...], waiting: list[Key]
) -> None:
    if members not in found:
        found[members] = None
        for member in members:
            if member not in entries:
                entries[member] = _Entry(is_hidden=True)
                waiting.append(member)


class _Posed:
    """Puts the numbers of a problem together."""

    def __init__(
        self,
        entries: dict[Key, _Entry],
        sums: Sequence[tuple[Key, ...]],
        thresholds: Thresholds,
        loss: Loss,
        firmer: Mapping[Key, Decimal],
        dimensions: Sequence[Dimension],
    ) -> None:
        self._dimensions = dimensions
        self._keys = tuple(sorted(entries))
        self._entries = [entries[key] for key in self._keys]
        index = {key: number for number, key in enumerate(self._keys)}
        self._rows = tuple(tuple(index[key] for key in members) for members in sums)
        self._thresholds = thresholds
        self._loss = loss
        self._firmer = firmer
        self._links = self._reckon()
        self._scale = Decimal(10) ** (self._decimals() + FINER)

    def _reckon(self) -> set[int]:
        """Give missing quantities the value that a sum tells, return those that are sums of what is in the tables."""
        links = {
            row[0]
            for row in self._rows
            if not self._entries[row[0]].places and all(self._entries[part].places for part in row[1:])
        }
        changed = True
        while changed:
            changed = False
            for row in self._rows:
                unknown = [number for number in row if self._entries[number].value is None]
                if len(unknown) == 1:
                    known = sum((self._entries[n].value or Decimal(0) for n in row[1:]), Decimal(0))
                    whole = self._entries[row[0]].value
                    self._entries[unknown[0]].value = known if whole is None else whole - known
                    changed = True
        return links

    def _decimals(self) -> int:
        values = (each.value for each in self._entries if each.value is not None)
        amounts = (x.amount for e in self._entries for _, c in e.places or () for x in c.largest)
        exponents = (each.normalize().as_tuple().exponent for each in (*values, *amounts))
        return max((-each for each in exponents if isinstance(each, int)), default=0) if self._entries else 0

    def _units(self, amount: Decimal) -> float:
        return float((amount * self._scale).to_integral_value(ROUND_CEILING))

    def problem(self, *, is_network: bool) -> Problem:
        """Return the problem."""
        largest = max((abs(each.value) for each in self._entries if each.value is not None), default=Decimal(1))
        far = UNBOUND * self._units(max(largest, Decimal(1)))
        count = len(self._keys)
        values, below, above = np.zeros(count), np.full(count, far), np.full(count, far)
        is_hidden, is_fixed = np.zeros(count, dtype=bool), np.zeros(count, dtype=bool)
        demands = []
        own: dict[str, dict[int, Own]] = {}
        for number, entry in enumerate(self._entries):
            values[number] = self._units(entry.value or Decimal(0))
            for floor, ceiling in ((cell.floor, cell.ceiling) for _, cell in entry.places or ()):
                below[number] = min(below[number], far if floor is None else values[number] - self._units(floor))
                above[number] = min(above[number], far if ceiling is None else self._units(ceiling) - values[number])
            if not entry.places and (entry.value or 0) >= 0 and entry.value is not None:
                below[number] = min(below[number], values[number])
            judged = list(self._judged(entry))
            if any(found.is_unsafe for _, _, found in judged):
                is_hidden[number] = True
                demands.append(self._demand(number, [each for each in judged if each[2].is_unsafe]))
            elif not entry.places and number not in self._links and entry.value is not None:
                demands.append(self._blind(number, entry.value, below[number]))
            is_hidden[number] |= entry.is_hidden and not entry.is_shown
            is_fixed[number] = entry.is_shown or (entry.value == 0 and not is_hidden[number])
            self._take_own(number, entry, own)
        costs = np.array([self._cost(each) for each in self._entries])
        known = {holder: tuple(each.values()) for holder, each in sorted(own.items())}
        return Problem(
            self._keys,
            values,
            below,
            above,
            costs,
            is_hidden & ~is_fixed,
            is_fixed,
            self._rows,
            tuple(demands),
            known,
            self._rows_of(),
            self._alone(own),
            families_of(self._dimensions),
            is_network,
            self._scale,
        )

    def _rows_of(self) -> tuple[tuple[int, ...], ...]:
        found: list[list[int]] = [[] for _ in self._keys]
        for place, row in enumerate(self._rows):
            for cell in row:
                found[cell].append(place)
        return tuple(map(tuple, found))

    def _alone(self, own: Mapping[str, Mapping[int, Own]]) -> Flags:
        found = np.zeros(len(self._keys), dtype=bool)
        found[[cell for owned in own.values() for cell, each in owned.items() if each.is_alone]] = True
        return found

    def _judged(self, entry: _Entry) -> Iterator[tuple[Table, Cell, Judged]]:
        for table, cell in entry.places or ():
            if cell.status is not Status.SHOWN and (entry.is_new or not entry.is_shown):
                yield table, cell, judge(table, cell, self._thresholds.of(table.rules))

    def _demand(self, number: int, unsafe: Sequence[tuple[Table, Cell, Judged]]) -> Demand:
        factor = self._firmer.get(self._keys[number], Decimal(1))

        @cache
        def of(holder: str | None) -> tuple[float, float, float]:
            found = [need(t, c, self._thresholds.of(t.rules), judged, holder) for t, c, judged in unsafe]
            return (
                max(self._units(each.lower * factor) for each in found),
                max(self._units(each.upper * factor) for each in found),
                max(self._units(each.sliding * factor) for each in found),
            )

        holders = {each.holder for _, cell, _ in unsafe for each in cell.largest}
        return Demand(number, *of(None), lambda holder: of(holder if holder in holders else STRANGER))

    def _blind(self, number: int, value: Decimal, below: float) -> Demand:
        """Return the demand of what remains between tables, and of which nobody said who contributes."""
        share = max(widest(each) for each in self._thresholds.sets.values())
        level = self._units(abs(value) * share)
        fixed = (min(level, below), level, 0.0)
        return Demand(number, *fixed, lambda _: fixed)

    def _take_own(self, number: int, entry: _Entry, own: dict[str, dict[int, Own]]) -> None:
        for table, cell in entry.places or ():
            is_alone = cell.holdings == 1
            everyone = self._thresholds.of(table.rules).insiders is Insiders.ALL and cell.gross is None
            if is_alone or everyone:
                holders = [each.holder for each in cell.largest] or ([f"alone in {number}"] if is_alone else [])
                for holder in holders:
                    below = self._units(cell.value - amount_of(cell, holder))
                    own.setdefault(holder, {}).setdefault(number, Own(number, below, is_alone))

    def _cost(self, entry: _Entry) -> float:
        cells = [cell for _, cell in entry.places or ()]
        if self._loss is Loss.COUNT:
            return 1.0
        if self._loss is Loss.GIVEN:
            given = [cell.weight for cell in cells if cell.weight is not None]
            if not given and entry.is_new:
                raise TableFaulty("weights are to be given, and a cell has none")
            return max((float(each) for each in given), default=1.0)
        return max(1.0, self._units(abs(entry.value or Decimal(0))))
