"""Which demands a pattern meets, each with a movement of hidden cells that proves it, kept until a cell in it is shown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

import numpy as np

from services.statistics.disclosure.suppression.batches import apart
from services.statistics.disclosure.suppression.chains import known_with
from services.statistics.disclosure.suppression.knowledge import Flow, Knowledge, Obstacle, Room
from services.statistics.disclosure.suppression.neighbours import Search
from services.statistics.disclosure.suppression.problem import Demand, Flags, Problem

UP, DOWN = 1, -1
SMALL = 48
"""A movement of no more cells than this is kept for every cell that it moves far enough: one that moves many is impossible to
many holdings."""
OTHERS = 48
"""So many movements that prove the same again are kept, the last ones, for holdings to whom the first is impossible,"""
MANY = 1000
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

    def __init__(
        self,
        problem: Problem,
        is_hidden: Flags,
        knowledge: Knowledge | None = None,
        limits: Mapping[Ask, float] | None = None,
    ) -> None:
        """Lay out the movements of the hidden cells; nothing is proven yet. `limits` says how far what is asked can be met at all."""
        self._problem = problem
        self._is_hidden = is_hidden & ~problem.is_fixed
        self._knowledge = knowledge or Knowledge(problem)
        self._limits = limits or {}
        self.search = Search(problem, self._is_hidden)
        self.proofs: dict[Ask, Flow] = {}
        self._others: dict[Ask, list[tuple[Flow, float]]] = {}
        self._is_extra = self._is_hidden & ~problem.is_hidden
        self._users: dict[int, list[int]] = {}
        self._asks: dict[int, tuple[Flow, list[Ask]]] = {}
        self._failed: Counter[tuple[int, int]] = Counter()
        self._demand_at = {each.cell: number for number, each in enumerate(problem.demands)}

    def unmet(self) -> list[Ask]:
        """Prove what can be proven, and return what isn't met."""
        found: list[Ask] = []
        for number in sorted(range(len(self._problem.demands)), key=lambda number: (-self._far(number), number)):
            found.extend(self._unmet_of(number))
        return found

    def _far(self, number: int) -> float:
        """Return how far a cell must move: movements of those that must move farthest prove most of the others."""
        return max(self._problem.demands[number].upper, self._problem.demands[number].lower)

    def _unmet_of(self, number: int) -> Iterator[Ask]:
        demand = self._problem.demands[number]
        asked = self._asked(demand, None)
        self._prove_both(number, dict(asked))
        for way, wanted in asked:
            ask = Ask(number, way)
            if self._is_hopeless(ask):
                continue
            if ask not in self.proofs and not self._prove(ask, wanted, None):
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
        for way, level in ((UP, demand.upper), (DOWN, demand.lower)):
            self.store(Ask(number, way), flow.shortened(way * level / self._far(number)))

    def _unmet_by_insiders(self, ask: Ask) -> Iterator[Ask]:
        """Prove for holdings what is proven for the public, and yield for whom it can't be."""
        proof = self.proofs[ask]
        theirs = (Ask(ask.demand, ask.way, holder) for holder in self._knowledge.seeing(proof))
        left = {each: wanted for each in theirs if each not in self.proofs and (wanted := self.wanted(each)) > 0}
        yield from self._unmet_among(left)

    def _unmet_among(self, asks: Mapping[Ask, float]) -> Iterator[Ask]:
        """Prove the same for several holdings, by movements that are there or others, and yield for whom it can't be."""
        if not asks:
            return
        first = next(iter(asks))
        cell, public = self._cell(first.demand), Ask(first.demand, first.way)
        left = {
            ask: wanted
            for ask, wanted in asks.items()
            if not self._is_hopeless(ask) and not self._knowledge.is_alone(ask.holder or "", cell)
        }
        not_kept = self._not_kept(self.proofs[public], left)
        left = {ask: wanted for ask, wanted in left.items() if ask in not_kept}
        for flow, share in self._others.get(public, ()):
            if left and self._is_hidden[flow.cells].all():
                other = flow.shortened(share)
                not_kept = self._not_kept(other, left)
                for ask in left.keys() - not_kept:
                    self.store(ask, other)
                left = {ask: left[ask] for ask in left if ask in not_kept}
        if left:
            yield from self._prove_for(left)

    def _not_kept(self, flow: Flow, asks: Mapping[Ask, float]) -> set[Ask]:
        """Return for which asks of holdings about one cell a movement, shortened to what each wants, is impossible."""
        if not asks:
            return set()
        by = abs(flow.by(self._cell(next(iter(asks)).demand)))
        shares = {ask.holder or "": wanted / by for ask, wanted in asks.items()}
        holders = set(self._knowledge.seeing(flow, shares))
        return {ask for ask in asks if ask.holder in holders}

    def _prove_for(self, asks: Mapping[Ask, float]) -> Iterator[Ask]:
        """Look for one movement for several holdings, as if they told each other what they know; else take them apart."""
        first, wanted = next(iter(asks)), max(asks.values())
        cell, way = self._cell(first.demand), first.way
        room = self._room(asks)
        flow = self.search.cheapest(cell, way, wanted, self._problem.is_hidden, room)
        if flow:
            for ask in asks:
                self.store(ask, flow)
            self._share(flow)
        elif len(asks) == 1:
            yield first
        else:
            can_move = (room.up if way == UP else room.down)[cell] >= wanted
            obstacle = self.search.obstacle(cell, way) if can_move else Obstacle.at(cell, way)
            for part in apart(list(asks), obstacle, wanted, lambda ask: self._room({ask: asks[ask]}, wanted)):
                yield from self._prove_for({ask: asks[ask] for ask in part})

    def _room(self, asks: Mapping[Ask, float], wanted: float | None = None) -> Room:
        most = wanted or max(asks.values())
        return self._knowledge.room({ask.holder: level / most for ask, level in asks.items() if ask.holder})

    def wanted(self, ask: Ask) -> float:
        """Return how far a holding, or the public, wants a demand's cell to move, no farther than any pattern lets it."""
        demand = self._problem.demands[ask.demand]
        if ask.is_wide:
            level = self.half(ask.demand, ask.way, demand.of(ask.holder)[2] if ask.holder else demand.width)
        else:
            level = dict(self._asked(demand, ask.holder)).get(ask.way, 0.0)
        return min(level, self._limits.get(ask, level))

    def _is_hopeless(self, ask: Ask) -> bool:
        return self._limits.get(ask, 1.0) <= 0

    def _unmet_widths(self, number: int) -> Iterator[Ask]:
        """Ask for half of the width in each way, which is more than is demanded."""
        for holder in (None, *self._problem.own):
            if holder and not self._knowledge.has(holder, self._is_hidden):
                continue
            if holder and self._knowledge.is_alone(holder, self._cell(number)):
                continue
            room = self._knowledge.room({holder: 1.0}) if holder else None
            for way in (UP, DOWN):
                ask = Ask(number, way, holder, is_wide=True)
                wanted = self.wanted(ask)
                is_asked = wanted > 0 and ask not in self.proofs
                if is_asked and not self._prove(ask, wanted, room):
                    yield ask

    def half(self, number: int, way: int, width: float) -> float:
        """Return how far a cell has to move in one way for a width: what it can move down, and else the rest."""
        down = min(width / 2, float(self._problem.below[self._cell(number)]))
        return down if way == DOWN else width - down

    def _cell(self, number: int) -> int:
        return self._problem.demands[number].cell

    def _prove(self, ask: Ask, wanted: float, room: Room | None) -> bool:
        for other, share in self._others.get(ask, ()):
            if self._is_hidden[other.cells].all():
                self.store(ask, other.shortened(share))
                return True
        flow = self.search.cheapest(self._cell(ask.demand), ask.way, wanted, self._problem.is_hidden, room)
        if flow is None:
            return False
        self.store(ask, flow)
        if ask.holder is None and not ask.is_wide:
            self._share(flow)
        return True

    def _share(self, flow: Flow) -> None:
        """Keep a movement for every other demand of the public that it meets, and some more for the sake of holdings."""
        if len(flow.cells) > MANY:
            return
        for cell, moved in zip(flow.cells.tolist(), flow.moved.tolist(), strict=True):
            number = self._demand_at.get(cell)
            if number is not None:
                ask = Ask(number, UP if moved > 0 else DOWN)
                wanted = self.wanted(ask)
                if not 0 < wanted <= abs(moved):
                    continue
                if ask not in self.proofs and len(flow.cells) <= SMALL:
                    self.store(ask, flow.shortened(wanted / abs(moved)))
                else:
                    self._keep(ask, flow, wanted / abs(moved))

    def _keep(self, ask: Ask, flow: Flow, share: float) -> None:
        """Keep a movement, a part of which proves what is asked too."""
        others = self._others.setdefault(ask, [])
        others.append((flow, share))
        del others[:-OTHERS]

    def store(self, ask: Ask, flow: Flow) -> None:
        """Keep a movement that proves what is asked."""
        self.proofs[ask] = flow
        if id(flow) not in self._asks:
            self._asks[id(flow)] = (flow, [])
            for cell in flow.cells[self._is_extra[flow.cells]].tolist():
                self._users.setdefault(cell, []).append(id(flow))
        self._asks[id(flow)][1].append(ask)

    def try_without(self, cell: int, steps: float = inf) -> bool:
        """Take a cell that could be shown out of the pattern if all demands are met without it, and tell whether that was so.

        A cell for which the solver would need more `steps` stays; it takes more than one for each cell that is moved.
        """
        self._is_hidden[cell] = False
        lost = self._using(cell)
        if lost and (sum(len(flow.cells) for flow, _ in lost) > steps or self._strands(cell)):
            self._is_hidden[cell] = True
            return False
        for _, asks in lost:
            for ask in asks:
                del self.proofs[ask]
        until = self.search.steps + steps
        for asks in self._most_needed(cell, [asks for _, asks in lost]):
            if self.search.steps > until or not self._is_proven_again(asks):
                self._failed[asks[0].demand, asks[0].way] += 1
                self._put_back(lost)
                self._is_hidden[cell] = True
                return False
        return True

    def _put_back(self, lost: Sequence[tuple[Flow, Sequence[Ask]]]) -> None:
        """Let what was proven be proven as before: by that, all holdings were looked at. What was found is kept beside it."""
        for before, asks in lost:
            for ask in asks:
                found = self.proofs.get(ask)
                if found is not None and ask.holder is None:
                    self._keep(ask, found, 1.0)
                self.proofs[ask] = before

    def _using(self, cell: int) -> list[tuple[Flow, list[Ask]]]:
        """Return the movements that move a cell, each with what it proves."""
        used = [self._asks[each] for each in self._users.get(cell, ())]
        found = [(flow, [ask for ask in asks if self.proofs.get(ask) is flow]) for flow, asks in used]
        return [(flow, list(dict.fromkeys(asks))) for flow, asks in found if asks]

    def _is_proven_again(self, asks: Sequence[Ask]) -> bool:
        """Look for another movement for all for whom one was a proof that isn't possible any more."""
        theirs = {ask: self.wanted(ask) for ask in asks if ask.holder and not ask.is_wide and ask not in self.proofs}
        for ask in asks:
            if ask.holder is None or ask.is_wide:
                room = self._knowledge.room({ask.holder: 1.0}) if ask.holder else None
                if not self._prove(ask, self.wanted(ask), room):
                    return False
                if not ask.is_wide and next(self._unmet_by_insiders(ask), None) is not None:
                    return False
        return next(self._unmet_among(theirs), None) is None

    def _strands(self, cell: int) -> bool:
        """Tell whether a cell that is protected could be reckoned sum by sum without one."""
        known = known_with(self._problem.rows, cell, self._is_hidden)
        numbers = (self._demand_at[each] for each in known if each in self._demand_at)
        return any(Ask(number, way) in self.proofs for number in numbers for way in (UP, DOWN))

    def _most_needed(self, cell: int, lost: list[list[Ask]]) -> list[list[Ask]]:
        """Return what was lost, that first which couldn't be proven before, and what stands in a sum with a cell."""
        rows = self._problem.rows
        beside = {each for row in rows.around(np.array([cell])).tolist() for each in rows.of(row).tolist()}

        def need(asks: list[Ask]) -> tuple[int, bool, float, int, int, bool, int]:
            demand, way = asks[0].demand, asks[0].way
            is_public, far = Ask(demand, way) in asks, self._far(demand)
            is_beside = self._cell(demand) in beside
            return -self._failed[demand, way], not is_beside, -far, demand, -way, not is_public, len(asks)

        return sorted(lost, key=need)
