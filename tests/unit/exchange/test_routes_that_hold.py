"""A route that is stopped or at its cap lets nothing go; what waits goes on in its order afterwards."""

from __future__ import annotations

from datetime import timedelta

from services.exchange.model.messages import Entry, Message, State
from services.exchange.model.partners import RouteName
from services.exchange.operations.sending import (
    Turns,
    confirm_sent,
    post,
    resend_by_hand,
    send_overdue,
    send_waiting,
)
from services.exchange.operations.stopping import SEEN_SECONDS, Seen, Stops
from shared.calls import Call
from shared.contracts.border import PING, UNIT_NEW
from shared.contracts.filing import UNIT_CHANGED
from tests.support.exchange_desk import BY_ITSELF, DESK, WAIT, DeskDeps, make_deps, make_draft, make_message

PINGS = RouteName.DIRECTORY_PINGS
CORRELATION = "c" * 32


def posted(deps: DeskDeps, count: int) -> list[Message]:
    """Return messages of as many parties, a second apart."""
    made = []
    for number in range(count):
        made.append(post(deps, BY_ITSELF, make_draft(id=f"{number:032}", party=f"{number}")))
        deps.clock.advance(timedelta(seconds=1))
    return made


def test_what_is_posted_on_a_stopped_route_waits_and_goes_in_its_order_once_it_is_started() -> None:
    deps = make_deps()
    deps.controls.change(PINGS, is_stopped=True)
    made = posted(deps, 3)
    looked = [send_waiting(deps, CORRELATION), confirm_sent(deps, CORRELATION)]
    waiting = [(deps.messages.get(each.id).state, deps.messages.get(each.id).waits) for each in made]
    held = list(deps.messages.outbox)
    deps.controls.change(PINGS, is_stopped=False)

    send_waiting(deps, CORRELATION)

    assert (looked, held) == ([0, 0], [])
    assert waiting == [(State.PENDING, True)] * 3
    assert [id for id, _ in deps.messages.outbox] == [each.id for each in made]
    assert {deps.messages.get(each.id).attempts for each in made} == {1}


def test_a_route_lets_as_many_go_in_a_minute_as_its_cap_says() -> None:
    deps = make_deps()
    deps.controls.change(PINGS, cap=2)
    posted(deps, 5)
    send_waiting(deps, CORRELATION)
    first = len(deps.messages.outbox)
    deps.clock.advance(timedelta(minutes=1))

    send_waiting(deps, CORRELATION)

    assert (first, len(deps.messages.outbox)) == (2, 4)


def test_many_whose_turn_has_not_come_hold_up_nobody_behind_them() -> None:
    first = make_message(route=PINGS, party="p", unit_id="", state=State.SENT)
    deps = make_deps(first)
    for number in range(250):
        post(deps, BY_ITSELF, make_draft(id=f"{number:032}", party="p"))
    deps.controls.change(PINGS, is_stopped=True)
    last = post(deps, BY_ITSELF, make_draft(id="f" * 32, party="q"))
    deps.controls.change(PINGS, is_stopped=False)
    turns: Turns = {}

    looked = [send_waiting(deps, CORRELATION, turns) for _ in range(2)]

    assert looked == [200, 51]
    assert [id for id, _ in deps.messages.outbox] == [last.id]


def test_on_a_stopped_route_nothing_is_sent_again_and_nothing_given_up() -> None:
    deps = make_deps(make_message(attempts=1), make_message(id="5" * 32, sequence=2, attempts=3), attempts=3)
    deps.controls.change(RouteName.DIRECTORY_CHANGES, is_stopped=True)
    deps.clock.advance(2 * WAIT)

    count = send_overdue(deps, CORRELATION)

    assert count == 0
    assert {row.state for row in deps.messages.rows.values()} == {State.SENT}


def test_what_a_person_sends_again_on_a_stopped_route_waits_for_it() -> None:
    deps = make_deps(make_message(state=State.REFUSED))
    deps.controls.change(RouteName.DIRECTORY_CHANGES, is_stopped=True)
    waiting = resend_by_hand(deps, Call(DESK, CORRELATION, version=1), "4" * 32, "已核实")
    deps.controls.change(RouteName.DIRECTORY_CHANGES, is_stopped=False)

    send_waiting(deps, CORRELATION)

    message = deps.messages.get(waiting.id)
    assert (waiting.state, waiting.waits, waiting.attempts) == (State.PENDING, True, 1)
    assert (message.waits, message.attempts, message.log[-1].event) == (False, 2, Entry.RESENT)


def test_what_is_in_an_outbox_already_is_stopped_too_and_nothing_else_is() -> None:
    deps = make_deps()
    now = [0.0]
    stops = Stops(Seen(deps.controls, lambda: now[0]), deps.clock)
    before = stops.is_stopped(UNIT_NEW.type)
    deps.controls.change(RouteName.DIRECTORY_CHANGES, is_stopped=True)
    now[0] += SEEN_SECONDS

    after = [stops.is_stopped(type_) for type_ in (UNIT_NEW.type, PING.type, UNIT_CHANGED.type)]

    assert (before, after) == (False, [True, False, False])
