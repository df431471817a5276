"""Cells that can only be hidden together are one: a whole and its only part that isn't known, two parts of a known whole.

What is left is far smaller where tables are sparse, or show the month beside the year to date: all that can be hidden, each
quantity once, and the sums in which three or more of them stand. A cell that nobody sees anyway (a silent one, or one hidden
before) is hidden for nothing only where no cell that is the same quantity can be shown.

What a holding knew before, by its own part of one of them, it knows of all: no pattern leaves more open, and no more is asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from services.statistics.disclosure.suppression.problem import Demand, Own, Problem, Raw
from services.statistics.disclosure.suppression.rows import Numbers, Row, Rows


def merged(raw: Raw) -> Problem:
    """Return the problem of some cells in as few unknowns as there are."""
    joined = _Joined(raw)
    groups = joined.groups()
    place = {cell: (number, sign) for number, group in enumerate(groups) for cell, sign in group}
    below, above = _rooms(raw, groups, joined)
    own = {holder: _own_of(each, place) for holder, each in sorted(raw.own.items())}
    known_below, known_above = _known(own, len(groups))
    is_wanted = [any(raw.is_wanted[cell] for cell, _ in group) for group in groups]
    open_in = [[cell for cell, _ in group if not raw.is_hidden[cell]] for group in groups]
    is_fixed = np.array([all(raw.is_fixed[cell] for cell, _ in group) for group in groups], dtype=bool)
    is_hidden = np.array([wanted or not left for wanted, left in zip(is_wanted, open_in, strict=True)], dtype=bool)
    forced = [cell for wanted, left in zip(is_wanted, open_in, strict=True) if wanted for cell in left]
    rows = sorted({_turned(each, place) for each in joined.left()})
    return Problem(
        keys=tuple(tuple(raw.keys[cell] for cell, _ in group) for group in groups),
        below=below,
        above=above,
        costs=np.array([sum(float(raw.costs[cell]) for cell in left) for left in open_in]),
        sizes=np.array([len(left) for left in open_in], dtype=int),
        is_hidden=is_hidden & ~is_fixed,
        is_fixed=is_fixed,
        rows=Rows(rows, len(groups)),
        demands=_demands(raw.demands, place, own),
        own=own,
        known_below=known_below,
        known_above=known_above,
        is_network=raw.is_network,
        scale=raw.scale,
        unsafe=len(raw.demands),
        forced=float(sum(raw.costs[cell] for cell in forced)),
        forced_cells=len(forced),
    )


class _Joined:
    """Which cells are one, and with which sign; `still` are those that can't move."""

    def __init__(self, raw: Raw) -> None:
        self._raw = raw
        count = len(raw.keys)
        self._leader = list(range(count))
        self._sign = [1.0] * count
        self.still = {cell for cell in range(count) if raw.is_fixed[cell]}
        kept = (
            [(cell, -1.0 if not n else 1.0) for n, cell in enumerate(row) if cell not in self.still] for row in raw.rows
        )
        self._rows = [row for row in kept if row]
        while self._pass():
            pass

    def find(self, cell: int) -> tuple[int, float]:
        """Return the cell that stands for one, and whether they move in the same way."""
        sign = 1.0
        while self._leader[cell] != cell:
            sign *= self._sign[cell]
            cell = self._leader[cell]
        return cell, sign

    def _pass(self) -> bool:
        """Go through the sums once; tell whether anything was found out."""
        before, left = len(self.still), []
        is_joined = False
        for row in self._rows:
            terms = self._terms(row)
            if len(terms) == 1:
                self.still.update(terms)
            elif len(terms) == 2 and len({abs(sign) for sign in terms.values()}) == 1:
                (one, sign), (other, its) = sorted(terms.items())
                self._leader[other], self._sign[other] = one, -1.0 if sign == its else 1.0
                is_joined = True
            elif terms:
                left.append(row)
        self._rows = left
        return is_joined or len(self.still) > before

    def _terms(self, row: Sequence[tuple[int, float]]) -> dict[int, float]:
        found: dict[int, float] = {}
        for cell, count in row:
            leader, sign = self.find(cell)
            if leader not in self.still:
                found[leader] = found.get(leader, 0.0) + sign * count
        return {cell: count for cell, count in found.items() if count}

    def is_still(self, cell: int) -> bool:
        """Tell whether a cell can't move."""
        return self.find(cell)[0] in self.still

    def left(self) -> list[dict[int, float]]:
        """Return the sums in which more than two are left."""
        return [terms for terms in map(self._terms, self._rows) if terms]

    def groups(self) -> list[list[tuple[int, float]]]:
        """Return the cells that are one, each with its sign; without those that are known anyway, unless they are unsafe."""
        found: dict[int, list[tuple[int, float]]] = {}
        for cell in range(len(self._leader)):
            leader, sign = self.find(cell)
            if leader not in self.still or self._raw.is_wanted[cell]:
                found.setdefault(leader, []).append((cell, sign))
        return list(found.values())


def _turned(terms: Mapping[int, float], place: Mapping[int, tuple[int, float]]) -> Row:
    """Return a sum of cells as one of what stands for them, in one of its two forms, always the same."""
    row = sorted((place[cell][0], place[cell][1] * count) for cell, count in terms.items())
    return tuple((cell, count * (1.0 if row[0][1] > 0 else -1.0)) for cell, count in row)


def _rooms(raw: Raw, groups: Sequence[Sequence[tuple[int, float]]], joined: _Joined) -> tuple[Numbers, Numbers]:
    below, above = np.zeros(len(groups)), np.zeros(len(groups))
    for number, group in enumerate(groups):
        if joined.is_still(group[0][0]):
            continue
        ways = [(raw.below[c], raw.above[c]) if sign > 0 else (raw.above[c], raw.below[c]) for c, sign in group]
        below[number], above[number] = (min(each) for each in zip(*ways, strict=True))
    return below, above


def _own_of(owned: Mapping[int, Own], place: Mapping[int, tuple[int, float]]) -> tuple[Own, ...]:
    found: dict[int, Own] = {}
    for cell, each in owned.items():
        if cell not in place:
            continue
        number, sign = place[cell]
        below, above = (each.below, each.above) if sign > 0 else (each.above, each.below)
        known = found.get(number, Own(number, below, above, each.is_alone))
        found[number] = Own(
            number, min(below, known.below), min(above, known.above), is_alone=known.is_alone or each.is_alone
        )
    return tuple(found[number] for number in sorted(found))


def _known(own: Mapping[str, Sequence[Own]], count: int) -> tuple[Numbers, Numbers]:
    below, above = np.full(count, np.inf), np.full(count, np.inf)
    for each in (each for owned in own.values() for each in owned):
        below[each.cell] = min(below[each.cell], each.below)
        above[each.cell] = min(above[each.cell], each.above)
    return below, above


def _demands(
    demands: Sequence[Demand], place: Mapping[int, tuple[int, float]], own: Mapping[str, Sequence[Own]]
) -> tuple[Demand, ...]:
    knows: dict[int, dict[str, Own]] = {}
    for holder, known in ((holder, known) for holder, owned in own.items() for known in owned):
        knows.setdefault(known.cell, {})[holder] = known
    found: dict[int, list[Demand]] = {}
    for each in (each for each in demands if each.cell in place):
        number, sign = place[each.cell]
        found.setdefault(number, []).append(each if sign > 0 else _turned_round(each))
    return tuple(_bounded(_as_one(number, found[number]), knows.get(number, {})) for number in sorted(found))


def _bounded(demand: Demand, knows: Mapping[str, Own]) -> Demand:
    """Return a demand that asks of nobody more than that what a holding didn't know before stays open."""

    def of(holder: str) -> tuple[float, float, float]:
        lower, upper, width = demand.of(holder)
        known = knows.get(holder)
        if known is None:
            return lower, upper, width
        return min(lower, known.below), min(upper, known.above), min(width, known.below + known.above)

    return replace(demand, of=of)


def _turned_round(demand: Demand) -> Demand:
    def of(holder: str) -> tuple[float, float, float]:
        lower, upper, width = demand.of(holder)
        return upper, lower, width

    return replace(demand, lower=demand.upper, upper=demand.lower, of=of)


def _as_one(number: int, demands: Sequence[Demand]) -> Demand:
    """Return what is demanded of cells that are one: the most that is of any."""
    if len(demands) == 1:
        return replace(demands[0], cell=number)

    def of(holder: str) -> tuple[float, float, float]:
        lower, upper, width = (max(each) for each in zip(*(demand.of(holder) for demand in demands), strict=True))
        return lower, upper, width

    return Demand(
        number,
        max(each.lower for each in demands),
        max(each.upper for each in demands),
        max(each.width for each in demands),
        of,
    )
