"""Posing the problem: what a book asks beside everything released before, cell by cell. The inputs become numbers here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from functools import cache
from math import inf

import numpy as np

from services.statistics.disclosure.rules import Judged, amount_of, judge, need, widest
from services.statistics.disclosure.suppression.merging import merged
from services.statistics.disclosure.suppression.problem import Demand, Loss, Own, Problem, Raw
from services.statistics.disclosure.tables import Book, Cell, Codes, Dimension, Key, Release, Status, Table, TableFaulty
from services.statistics.disclosure.thresholds import Insiders, Thresholds

FINER = 2
"""Decimals beyond those of the values: percentages of values are whole numbers then."""
STRANGER = ""
"""Stands for every holding that contributes nothing to a cell, as far as is known."""
UNBOUND = 4.0
"""Where nothing bounds a cell, it may move by so many times the largest cell."""


@dataclass
class _Entry:
    """A quantity while the problem is put together."""

    value: Decimal | None = None
    places: list[tuple[Table, Cell]] | None = None
    is_shown: bool = False
    is_hidden: bool = False
    is_new: bool = False
    is_withheld: bool = False


def pose(
    book: Book,
    thresholds: Thresholds,
    loss: Loss,
    register: Sequence[Release] = (),
    firmer: Mapping[Key, Decimal] | None = None,
    also: Mapping[str, Collection[Codes]] | None = None,
) -> Problem:
    """Return the problem that a book poses beside what was released before. Raises `TableFaulty`.

    What `firmer` names is to be protected by so many times more than the rules ask; what `also` names, by tables, is hidden
    whether it must be or not.
    """
    entries: dict[Key, _Entry] = {}
    for table in book.tables:
        for cell in table.cells:
            entry = _enter(entries, book.key(table, cell.codes), table, cell)
            entry.is_new = True
            entry.is_withheld |= cell.codes in (also or {}).get(table.id, ())
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
    return _Posed(entries, sums, thresholds, loss, firmer or {}).problem(is_network=is_network)


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
    ) -> None:
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
        below, above = np.full(count, far), np.full(count, far)
        is_wanted, is_hidden, is_fixed = (np.zeros(count, dtype=bool) for _ in range(3))
        demands = []
        own: dict[str, dict[int, Own]] = {}
        for number, entry in enumerate(self._entries):
            value = self._units(entry.value or Decimal(0))
            for floor, ceiling in ((cell.floor, cell.ceiling) for _, cell in entry.places or ()):
                below[number] = min(below[number], far if floor is None else value - self._units(floor))
                above[number] = min(above[number], far if ceiling is None else self._units(ceiling) - value)
            if not entry.places and (entry.value or 0) >= 0 and entry.value is not None:
                below[number] = min(below[number], value)
            judged = list(self._judged(entry))
            if any(found.is_unsafe for _, _, found in judged):
                is_wanted[number] = True
                demands.append(self._demand(number, [each for each in judged if each[2].is_unsafe]))
            elif not entry.places and number not in self._links and entry.value:
                is_wanted[number] = True
                demands.append(self._blind(number, entry.value, below[number]))
            is_wanted[number] |= entry.is_withheld and not entry.is_shown
            is_hidden[number] = is_wanted[number] or (entry.is_hidden and not entry.is_shown)
            is_fixed[number] = entry.is_shown or (entry.value == 0 and not is_hidden[number])
            self._take_own(number, entry, own)
        return merged(
            Raw(
                keys=self._keys,
                below=below,
                above=above,
                costs=np.array([self._cost(each) for each in self._entries]),
                is_wanted=is_wanted,
                is_hidden=is_hidden,
                is_fixed=is_fixed,
                rows=self._rows,
                demands=tuple(demands),
                own=own,
                is_network=is_network,
                scale=self._scale,
            )
        )

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
                    others = self._units(cell.value - amount_of(cell, holder))
                    found = Own(number, 0.0, 0.0, is_alone) if is_alone else Own(number, others, inf, is_alone)
                    own.setdefault(holder, {}).setdefault(number, found)

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
