"""Which demands a pattern meets, each with a movement of hidden cells that proves it, kept until a cell in it is shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from services.statistics.disclosure.suppression.flows import Flow
from services.statistics.disclosure.suppression.neighbours import Search
from services.statistics.disclosure.suppression.problem import Demand, Flags, Own, Problem

UP, DOWN = 1, -1
OTHERS = 12
"""So many movements that prove the same again are kept, for holdings to whom the first is impossible,"""
MANY = 256
"""if they move no more cells than this: looking at one is far less work than a program."""


@dataclass(frozen=True)
class Ask:
    """A demand in one way, for the public (None) or a holding; `is_wide` asks both ways for the width."""

    demand: int
    way: int
    holder: str | None = None
    is_wide: bool = False


class Proofs:
    """A pattern with its proofs. Cells may be taken out of the pattern; a pattern with more cells is made anew."""

    def __init__(self, problem: Problem, is_hidden: Flags) -> None:
        """Lay out the movements of the hidden cells; nothing is proven yet."""
        self._problem = problem
        self._is_hidden = is_hidden & ~problem.is_fixed
        self.search = Search(problem, self._is_hidden)
        self.proofs: dict[Ask, Flow] = {}
        self._others: dict[Ask, list[tuple[Flow, float]]] = {}
        self._users: dict[int, list[int]] = {}
        self._asks: dict[int, tuple[Flow, list[Ask]]] = {}
        self._holders = self._who_has_what()
        self._demand_at = {each.cell: number for number, each in enumerate(problem.demands)}

    def _who_has_what(self) -> dict[int, list[tuple[str, Own]]]:
        found: dict[int, list[tuple[str, Own]]] = {}
        for holder, owned in self._problem.own.items():
            for each in owned:
                if self._is_hidden[each.cell]:
                    found.setdefault(each.cell, []).append((holder, each))
        return found

    def unmet(self) -> list[Ask]:
        """Prove what can be proven, and return what isn't met."""
        found: list[Ask] = []
        for number in range(len(self._problem.demands)):
            found.extend(self._unmet_of(number))
        return found

    def _unmet_of(self, number: int) -> Iterator[Ask]:
        demand = self._problem.demands[number]
        asked = self._asked(demand, None)
        self._prove_both(number, dict(asked))
        for way, wanted in asked:
            ask = Ask(number, way)
            if ask not in self.proofs and not self._prove(ask, wanted, ()):
                yield ask
            else:
                yield from self._unmet_by_insiders(ask)
        if demand.width > 0:
            yield from self._unmet_widths(number)

    def _asked(self, demand: Demand, holder: str | None) -> list[tuple[int, float]]:
        lower, upper, _ = (demand.lower, demand.upper, 0.0) if holder is None else demand.of(holder)
        return [(way, wanted) for way, wanted in ((UP, upper), (DOWN, lower)) if wanted > 0]

    def _prove_both(self, number: int, asked: dict[int, float]) -> None:
        """Look for one movement that proves both ways."""
        asks = Ask(number, UP), Ask(number, DOWN)
        if len(asked) == len(asks) and not any(ask in self.proofs for ask in asks):
            wanted = max(asked.values())
            flow = self.search.cheapest(
                self._cell(number), UP, wanted, self._problem.is_hidden, is_both=True, is_near=True
            )
            if flow:
                self.take(number, flow)

    def take(self, number: int, flow: Flow) -> None:
        """Store a movement that proves both ways of a demand."""
        demand = self._problem.demands[number]
        wanted = max(demand.upper, demand.lower)
        for way, level in ((UP, demand.upper), (DOWN, demand.lower)):
            self.store(Ask(number, way), Flow(flow.cells, tuple(way * each * level / wanted for each in flow.moved)))

    def _unmet_by_insiders(self, ask: Ask) -> Iterator[Ask]:
        left: dict[Ask, float] = {}
        for holder in self._suspicious(self.proofs[ask]):
            theirs = Ask(ask.demand, ask.way, holder)
            own = self.own_of(holder)
            if theirs in self.proofs or self._is_own(own, ask.demand):
                continue
            wanted = self.wanted(theirs)
            if wanted <= 0 or self._is_kept(self.proofs[ask], ask, wanted, own):
                continue
            if flow := self._another(ask, wanted, own):
                self.store(theirs, flow)
            else:
                left[theirs] = wanted
        if left:
            yield from self._prove_for(left)

    def _prove_for(self, asks: Mapping[Ask, float]) -> Iterator[Ask]:
        """Look for one movement for several holdings, as if they told each other what they know; else by halves."""
        first = next(iter(asks))
        own = together(self.own_of(ask.holder) for ask in asks if ask.holder)
        flow = self.search.cheapest(
            self._cell(first.demand),
            first.way,
            max(asks.values()),
            self._problem.is_hidden,
            own,
        )
        if flow:
            for ask in asks:
                self.store(ask, flow)
            self._share(flow)
        elif len(asks) == 1:
            yield first
        else:
            listed = list(asks.items())
            yield from self._prove_for(dict(listed[: len(listed) // 2]))
            yield from self._prove_for(dict(listed[len(listed) // 2 :]))

    def wanted(self, ask: Ask) -> float:
        """Return how far a holding, or the public, wants a demand's cell to move."""
        if ask.is_wide:
            demand = self._problem.demands[ask.demand]
            return self.half(ask.demand, ask.way, demand.of(ask.holder)[2] if ask.holder else demand.width)
        return dict(self._asked(self._problem.demands[ask.demand], ask.holder)).get(ask.way, 0.0)

    def _unmet_widths(self, number: int) -> Iterator[Ask]:
        """Ask for half of the width in each way, which is more than is demanded."""
        for holder in (None, *self._problem.own):
            own = self.own_of(holder) if holder else []
            if holder and (not own or self._is_own(own, number)):
                continue
            demand = self._problem.demands[number]
            width = demand.of(holder)[2] if holder else demand.width
            for way in (UP, DOWN):
                ask = Ask(number, way, holder, is_wide=True)
                wanted = self.half(number, way, width)
                if wanted > 0 and ask not in self.proofs and not self._prove(ask, wanted, own):
                    yield ask

    def half(self, number: int, way: int, width: float) -> float:
        """Return how far a cell has to move in one way for a width: what it can move down, and else the rest."""
        down = min(width / 2, float(self._problem.below[self._cell(number)]))
        return down if way == DOWN else width - down

    def _cell(self, number: int) -> int:
        return self._problem.demands[number].cell

    def own_of(self, holder: str) -> list[Own]:
        """Return what a holding knows of hidden cells."""
        return [each for each in self._problem.own[holder] if self._is_hidden[each.cell]]

    def _is_own(self, own: Sequence[Own], demand: int) -> bool:
        return any(each.is_alone and each.cell == self._cell(demand) for each in own)

    def _suspicious(self, proof: Flow) -> list[str]:
        """Return the holdings to whom a movement would be impossible as it stands."""
        found = {
            holder
            for cell, moved in zip(proof.cells, proof.moved, strict=True)
            for holder, each in self._holders.get(cell, ())
            if not each.holds(moved)
        }
        return sorted(found)

    def _is_kept(self, flow: Flow, ask: Ask, wanted: float, own: Sequence[Own]) -> bool:
        """Tell whether a movement that proves an ask, shortened to what a holding wants, is possible to the holding."""
        demand = self._problem.demands[ask.demand]
        share = wanted / (demand.upper if ask.way == UP else demand.lower)
        moved = dict(zip(flow.cells, flow.moved, strict=True))
        return all(each.holds(moved[each.cell] * share) for each in own if each.cell in moved)

    def _another(self, ask: Ask, wanted: float, own: Sequence[Own]) -> Flow | None:
        """Return another movement that proves the same, and is possible to a holding."""
        for flow, share in self._others.get(ask, ()):
            if self._is_kept(flow, ask, wanted * share, own) and self._is_hidden[list(flow.cells)].all():
                return flow.shortened(share)
        return None

    def _prove(self, ask: Ask, wanted: float, own: Sequence[Own]) -> bool:
        flow = self.search.cheapest(self._cell(ask.demand), ask.way, wanted, self._problem.is_hidden, own)
        if flow is None:
            return False
        self.store(ask, flow)
        if ask.holder is None and not ask.is_wide:
            self._share(flow)
        return True

    def _share(self, flow: Flow) -> None:
        """Keep a movement for every other demand of the public that it meets, and some more for the sake of holdings."""
        for cell, moved in zip(flow.cells, flow.moved, strict=True) if len(flow.cells) <= MANY else ():
            number = self._demand_at.get(cell)
            if number is not None:
                ask = Ask(number, UP if moved > 0 else DOWN)
                wanted = self.wanted(ask)
                if not 0 < wanted <= abs(moved):
                    continue
                if ask not in self.proofs and flow.is_small:
                    self.store(ask, flow.shortened(wanted / abs(moved)))
                elif len(self._others.setdefault(ask, [])) < OTHERS:
                    self._others[ask].append((flow, wanted / abs(moved)))

    def store(self, ask: Ask, flow: Flow) -> None:
        """Keep a movement that proves what is asked."""
        self.proofs[ask] = flow
        if id(flow) not in self._asks:
            self._asks[id(flow)] = (flow, [])
            for cell in flow.cells:
                self._users.setdefault(cell, []).append(id(flow))
        self._asks[id(flow)][1].append(ask)

    def try_without(self, cell: int) -> bool:
        """Take a cell out of the pattern if all demands are met without it, and tell whether that was so.

        What was proven on the way holds in any case.
        """
        self._is_hidden[cell] = False
        users = (self._asks[each] for each in self._users.get(cell, ()))
        before = {ask: flow for flow, asks in users for ask in asks if self.proofs.get(ask) is flow}
        if before and self._strands(cell):
            self._is_hidden[cell] = True
            return False
        for ask in before:
            del self.proofs[ask]
        for number in self._nearest(cell, {ask.demand for ask in before}):
            if next(self._unmet_of(number), None) is not None:
                self.proofs = {**before, **self.proofs}
                self._is_hidden[cell] = True
                return False
        return True

    def _strands(self, cell: int) -> bool:
        """Tell whether a cell that is protected could be reckoned sum by sum without one: alone in a sum, it is known."""
        rows, gone = self._problem.rows, {cell}
        waiting = rows.around(np.array([cell])).tolist()
        while waiting:
            cells = rows.of(waiting.pop())
            left = [each for each in cells[self._is_hidden[cells]].tolist() if each not in gone]
            if len(left) == 1:
                number = self._demand_at.get(left[0])
                if number is not None and any(Ask(number, way) in self.proofs for way in (UP, DOWN)):
                    return True
                gone.update(left)
                waiting.extend(rows.around(np.array(left)).tolist())
        return False

    def _nearest(self, cell: int, numbers: Iterable[int]) -> list[int]:
        """Return demands, those first that stand in a sum with a cell: they need it most."""
        rows = self._problem.rows
        beside = {each for row in rows.around(np.array([cell])).tolist() for each in rows.of(row).tolist()}
        return sorted(numbers, key=lambda number: (self._cell(number) not in beside, number))


def together(known: Iterable[Sequence[Own]]) -> list[Own]:
    """Return what holdings know together."""
    found: dict[int, Own] = {}
    for own in known:
        for each in own:
            other = found.get(each.cell, each)
            found[each.cell] = Own(
                each.cell,
                min(each.below, other.below),
                min(each.above, other.above),
                is_alone=each.is_alone or other.is_alone,
            )
    return list(found.values())
