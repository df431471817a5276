"""Many messages are sent again after a look, with a reason, each once, and none in two re-runs at a time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.exchange.model.messages import Message, State
from services.exchange.model.partners import RouteName
from services.exchange.model.reruns import MOST_ITEMS, Obstacle
from services.exchange.operations.reruns import (
    RIGHTS_LAST,
    Chosen,
    begin_rerun,
    list_items,
    preview_selected,
    preview_wanted,
    read_rerun,
    run_next_rerun,
)
from services.exchange.ports.messages import Wanted
from shared.batches.model import BatchState, Outcome
from shared.batches.running import LEASE
from shared.calls import Call
from shared.errors import Invalid, StaleVersion
from shared.idempotency import RequestKey
from shared.identity.actor import Actor, Role
from tests.support.exchange_desk import DESK, NOW, DeskDeps, make_deps, make_message

CALL = Call(DESK, "c" * 32, request=RequestKey("k", "d"))
SHARING = Actor("5" * 32, Role.SHARING_DESK)


def made(number: int, **changes: Any) -> Message:
    """Return a refused message of a unit of its own."""
    values = {"state": State.REFUSED, "sequence": 1, "unit_id": f"{number:032}"} | changes
    return make_message(id=f"{number:032x}", **values)


def chosen(*messages: Message) -> list[Chosen]:
    return [Chosen(message.id, message.version) for message in messages]


def results(deps: DeskDeps, rerun_id: str) -> list[tuple[Outcome, Obstacle | None]]:
    return [(each.outcome, each.obstacle) for each in list_items(deps, rerun_id, None, 0, 100)]


def test_a_look_says_of_each_message_whether_it_would_go_and_why_not() -> None:
    messages = [
        made(1),
        made(2, state=State.SENT),
        made(3, route=RouteName.SHARING_STATISTICS),
        made(4, body_removed_at=NOW),
        made(5, state=State.UNANSWERED),
    ]
    deps = make_deps(*messages)
    begin_rerun(deps, CALL, chosen(messages[4]), "已核实")

    found = preview_selected(deps, CALL, [*(each.id for each in messages), "f" * 32])

    assert [each.obstacle for each in found] == [
        None,
        Obstacle.WRONG_STATE,
        Obstacle.NOT_YOURS,
        Obstacle.BODY_REMOVED,
        Obstacle.IN_ANOTHER,
    ]
    assert deps.messages.outbox == []


def test_a_look_says_that_a_message_would_wait_on_a_route_that_is_stopped() -> None:
    deps = make_deps(made(1))
    deps.controls.change(RouteName.DIRECTORY_CHANGES, is_stopped=True)

    [found] = preview_wanted(deps, CALL, Wanted(state=State.REFUSED))

    assert (found.obstacle, found.waits) == (None, True)


def test_the_messages_of_a_rerun_are_sent_once_each_and_the_rest_keeps_its_reason() -> None:
    messages = [made(1), made(2), made(3, state=State.ACCEPTED), made(4)]
    deps = make_deps(*messages)
    view = begin_rerun(deps, CALL, [*chosen(*messages[:3]), Chosen(messages[3].id, 9)], "名录库已恢复")

    ran = [run_next_rerun(deps) for _ in range(2)]

    assert ran == [True, False]
    assert results(deps, view.rerun.id) == [
        (Outcome.DONE, None),
        (Outcome.DONE, None),
        (Outcome.REFUSED, Obstacle.WRONG_STATE),
        (Outcome.REFUSED, Obstacle.CHANGED),
    ]
    assert [deps.messages.get(each.id).attempts for each in messages] == [2, 2, 1, 1]
    assert {each.reason for each in deps.messages.secrets[messages[0].id].resendings} == {"名录库已恢复"}
    assert read_rerun(deps, view.rerun.id).rerun.state is BatchState.DONE


def test_an_item_that_was_sent_by_a_worker_that_died_is_not_sent_twice() -> None:
    deps = make_deps(made(1), made(2))
    view = begin_rerun(deps, CALL, chosen(made(1), made(2)), "已核实")
    run_next_rerun(deps)
    first = deps.reruns.listed[view.rerun.id, 1]
    deps.reruns.listed[view.rerun.id, 1] = replace(first, outcome=Outcome.WAITING, done_at=None)
    deps.reruns.kept[view.rerun.id] = replace(deps.reruns.get(view.rerun.id), state=BatchState.RUNNING)
    deps.clock.advance(LEASE + timedelta(seconds=1))

    run_next_rerun(deps)

    assert results(deps, view.rerun.id) == [(Outcome.DONE, None)] * 2
    assert [deps.messages.get(each.id).attempts for each in (made(1), made(2))] == [2, 2]


def test_a_rerun_is_taken_by_one_worker_until_its_lease_is_over() -> None:
    deps = make_deps(made(1))
    begin_rerun(deps, CALL, chosen(made(1)), "已核实")
    held = deps.reruns.take(deps.clock.now(), LEASE)

    meanwhile = deps.reruns.take(deps.clock.now(), LEASE)
    deps.clock.advance(LEASE + timedelta(seconds=1))
    taken_over = deps.reruns.take(deps.clock.now(), LEASE)

    assert (taken_over is None, meanwhile) == (False, None)
    assert held is not None
    with pytest.raises(StaleVersion):
        deps.reruns.hold(held, deps.clock.now())


def test_a_message_that_waits_in_one_rerun_is_refused_in_another() -> None:
    deps = make_deps(made(1), made(2))
    begin_rerun(deps, CALL, chosen(made(1)), "已核实")
    other = begin_rerun(deps, replace(CALL, request=RequestKey("other", "d")), chosen(made(1), made(2)), "又一次")

    while run_next_rerun(deps):
        continue

    assert results(deps, other.rerun.id) == [(Outcome.REFUSED, Obstacle.IN_ANOTHER), (Outcome.DONE, None)]
    assert deps.messages.get(made(1).id).attempts == 2


def test_the_same_request_begins_one_rerun() -> None:
    deps = make_deps(made(1))
    first = begin_rerun(deps, CALL, chosen(made(1)), "已核实")

    again = begin_rerun(deps, CALL, chosen(made(1)), "已核实")

    assert again == first
    assert len(deps.reruns.kept) == 1


@pytest.mark.parametrize("count", [0, MOST_ITEMS + 1])
def test_nothing_and_too_much_are_no_rerun(count: int) -> None:
    items = [Chosen(f"{number:032x}", 1) for number in range(count)]

    with pytest.raises(Invalid):
        begin_rerun(make_deps(), CALL, items, "已核实")


def test_a_desk_sends_only_messages_of_its_own_partners() -> None:
    deps = make_deps(made(1))
    view = begin_rerun(deps, replace(CALL, actor=SHARING), chosen(made(1)), "已核实")

    run_next_rerun(deps)

    assert results(deps, view.rerun.id) == [(Outcome.REFUSED, Obstacle.NOT_YOURS)]


def test_a_rerun_that_nobody_carried_out_for_a_day_sends_nothing() -> None:
    deps = make_deps(made(1))
    view = begin_rerun(deps, CALL, chosen(made(1)), "已核实")
    deps.clock.advance(RIGHTS_LAST + timedelta(seconds=1))

    run_next_rerun(deps)

    assert results(deps, view.rerun.id) == [(Outcome.REFUSED, Obstacle.EXPIRED)]
    assert deps.messages.outbox == []
