"""Holdings are provided for together, and each as if it were alone; what is taken out of a pattern is not needed."""

from __future__ import annotations

import numpy as np
import pytest

from services.statistics.disclosure.suppression.batches import apart
from services.statistics.disclosure.suppression.heuristic import Cover
from services.statistics.disclosure.suppression.knowledge import Flow, Knowledge, Obstacle, Room
from services.statistics.disclosure.suppression.neighbours import Search
from services.statistics.disclosure.suppression.posing import pose
from services.statistics.disclosure.suppression.problem import Loss, Problem
from services.statistics.disclosure.suppression.proofs import DOWN, UP, Ask, Proofs
from tests.support.disclosure import make_thresholds, random_book

SHAPES = (((4,), (3,)), ((2, 3), (2, 2)), ((2,), (3,), (2,)), ((6,), (2, 3)))


def _posed(seed: int) -> Problem:
    book = random_book(seed, SHAPES[seed % len(SHAPES)], mean=4, holders=6)
    return pose(book, make_thresholds(), Loss.VALUE)


def _alone(problem: Problem) -> set[Ask]:
    """Return what isn't met with what must be hidden, asking for each holding by itself."""
    search, knowledge = Search(problem, problem.is_hidden.copy()), Knowledge(problem)
    found = set()
    for number, demand in enumerate(problem.demands):
        for way in (UP, DOWN):
            wanted = demand.upper if way == UP else demand.lower
            if wanted <= 0:
                continue
            if not search.cheapest(demand.cell, way, wanted, problem.is_hidden):
                found.add(Ask(number, way))
                continue
            for holder in problem.own:
                level = demand.of(holder)[1 if way == UP else 0]
                if level > 0 and not knowledge.is_alone(holder, demand.cell):
                    room = knowledge.room({holder: 1.0})
                    if not search.cheapest(demand.cell, way, level, problem.is_hidden, room):
                        found.add(Ask(number, way, holder))
    return found


@pytest.mark.parametrize("seed", range(12))
def test_what_is_not_met_together_is_not_met_alone_and_nothing_else(seed: int) -> None:
    problem = _posed(seed)

    unmet = Proofs(problem, problem.is_hidden).unmet()

    assert set(unmet) == _alone(problem)


@pytest.mark.parametrize("seed", range(12))
def test_every_movement_that_is_kept_proves_what_is_asked(seed: int) -> None:
    problem = _posed(seed)

    covered = Cover(problem).complete()

    knowledge = Knowledge(problem)
    for ask, flow in covered.proofs.proofs.items():
        cell, wanted = problem.demands[ask.demand].cell, covered.proofs.wanted(ask)
        by = flow.by(cell)
        assert by * ask.way >= wanted * (1 - 1e-6)
        assert covered.is_hidden[flow.cells].all()
        if ask.holder:
            room, moved = knowledge.room({ask.holder: 1.0}), flow.moved * wanted / abs(by)
            nearly = 1e-6 * wanted
            assert (moved <= room.up[flow.cells] + nearly).all()
            assert (-moved <= room.down[flow.cells] + nearly).all()


def test_an_obstacle_says_why_a_cell_cannot_move() -> None:
    found = []
    for seed in range(12):
        problem = _posed(seed)
        everybody = Room(problem.above, problem.below)
        search = Search(problem, problem.is_hidden.copy())
        for demand in problem.demands:
            wanted = demand.upper
            if 0 < wanted <= problem.above[demand.cell] and not search.cheapest(
                demand.cell, UP, wanted, problem.is_hidden
            ):
                obstacle = search.obstacle(demand.cell, UP)
                if obstacle:
                    hidden = Room(everybody.up * problem.is_hidden, everybody.down * problem.is_hidden)
                    found.append(obstacle.reach(obstacle.only(hidden)) / wanted)

    assert found
    assert max(found) < 1


def test_members_whom_an_obstacle_keeps_apart_are_taken_apart_by_it() -> None:
    obstacle = Obstacle(np.array([0, 1]), np.ones(2), np.zeros(2))
    rooms = {
        "knows the first": Room(np.array([0.0, 9.0, 0.0]), np.zeros(3)),
        "knows the second": Room(np.array([9.0, 0.0, 0.0]), np.zeros(3)),
        "knows nothing": Room(np.array([9.0, 9.0, 0.0]), np.zeros(3)),
    }

    parts = apart(list(rooms), obstacle, 5.0, rooms.__getitem__)

    assert parts == [["knows nothing", "knows the first"], ["knows the second"]]


def test_members_whom_nothing_keeps_apart_are_halved() -> None:
    nobody = Room(np.zeros(1), np.zeros(1))

    assert apart(["a", "b", "c"], None, 1.0, lambda _: nobody) == [["a"], ["b", "c"]]
    assert apart(["a", "b"], Obstacle.at(0, UP), 0.0, lambda _: nobody) == [["a"], ["b"]]


def test_whoever_needs_a_part_of_a_movement_sees_a_part_of_it() -> None:
    problem = _posed(1)
    knowledge = Knowledge(problem)
    holder, owned = next((holder, owned) for holder, owned in problem.own.items() if owned and owned[0].below > 0)
    flow = Flow(np.array([owned[0].cell]), np.array([-2 * owned[0].below]))

    assert holder in knowledge.seeing(flow)
    assert holder in knowledge.seeing(flow, {holder: 0.6})
    assert holder not in knowledge.seeing(flow, {holder: 0.5})


def test_a_cell_stays_where_to_prove_that_it_is_not_needed_takes_too_many_steps() -> None:
    problem = _posed(3)
    covered = Cover(problem).complete()
    extra = np.flatnonzero(covered.is_hidden & ~problem.is_hidden).tolist()
    used = [cell for cell in extra if any(flow.by(cell) for flow in covered.proofs.proofs.values())]
    before = dict(covered.proofs.proofs)

    assert used
    assert not any(covered.proofs.try_without(cell, -1) for cell in used)
    assert covered.proofs.proofs == before
