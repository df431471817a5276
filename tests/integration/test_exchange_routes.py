"""A route that is stopped and started on real servers: nothing leaves meanwhile, nothing is lost, the order holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from services.exchange.model.controls import ControlAct, Hold, Maintenance, RouteTrouble
from services.exchange.model.messages import State
from services.exchange.model.partners import Alarm, Partner, RouteName
from services.exchange.operations.health import watch_routes
from services.exchange.policy import EXCHANGE
from services.exchange.repository.records import COLLECTION
from shared.calls import Call
from shared.history import HistoryEntry
from shared.ids import new_id
from shared.messaging.topology import EXCHANGE_EVENTS
from tests.support.bus import eventually, ready
from tests.support.exchange import Site, site

__all__ = ["site"]

ROUTE = RouteName.DIRECTORY_CHANGES
UNITS = 12
"""Units with two messages each while the route is stopped."""


def change(site: Site, **figures: object) -> None:
    """Set figures of the route, as a person would."""
    controls = site.wired.deps.controls
    control = controls.get(ROUTE)
    act = HistoryEntry(site.wired.deps.clock.now(), "d" * 32, ControlAct.SET, None, None)
    changed = replace(control, figures=replace(control.figures, **figures), history=(*control.history, act))
    controls.save(changed, Call(EXCHANGE))


def told(site: Site) -> dict[str, dict[str, object]]:
    """Return what the directory was told of units; it may have been asked for them, on another route."""
    return {id: row for id, row in site.report().items() if row["unit_id"]}


def test_messages_that_wait_on_a_stopped_route_go_in_their_order_once_it_is_started(site: Site) -> None:
    change(site, is_stopped=True)
    with site.both():
        approved = [site.approve() for _ in range(UNITS)]
        units = [each.unit_id for each in approved]
        eventually(lambda: site.database[COLLECTION].count_documents({"waits": True}) == UNITS)
        eventually(lambda: ready(site.amqp_url, EXCHANGE_EVENTS) == 0)
        waiting = [site.message(each.message_id) for each in approved]
        sent_meanwhile = told(site)
        change(site, is_stopped=False)
        done = [site.reaches(each.message_id, State.ACCEPTED) for each in approved]

    assert {(each.state, each.waits, each.attempts) for each in waiting} == {(State.PENDING, True, 0)}
    assert sent_meanwhile == {}
    assert {id: row["deliveries"] for id, row in told(site).items()} == {each.id: 1 for each in done}
    assert [each.unit_id for each in sorted(done, key=lambda each: each.log[1].at)] == units


def test_what_lies_in_an_outbox_when_the_route_is_stopped_stays_there(site: Site) -> None:
    with site.consumer_only():
        approved = site.approve()
        eventually(lambda: site.wired.messages.find(approved.message_id) is not None)
    change(site, is_stopped=True)
    with site.both():
        later = site.approve()
        eventually(lambda: site.wired.messages.find(later.message_id) is not None)
        held = site.message(approved.message_id)
        seen = told(site)
        change(site, is_stopped=False)
        site.reaches(approved.message_id, State.ACCEPTED)
        site.reaches(later.message_id, State.ACCEPTED)

    assert (held.state, held.waits, held.attempts, held.sent_at) == (State.PENDING, False, 1, None)
    assert seen == {}


def test_a_route_holds_while_its_partner_is_in_maintenance_but_for_tests(site: Site) -> None:
    controls, now = site.wired.deps.controls, site.wired.deps.clock.now()
    upkeep = controls.upkeep(Partner.DIRECTORY)
    night = Maintenance(new_id(), now, now + timedelta(hours=1), "主机房停电", "d" * 32, now)
    act = HistoryEntry(now, "d" * 32, ControlAct.ANNOUNCE, None, None)
    told = controls.save_upkeep(replace(upkeep, maintenances=(night,), history=(*upkeep.history, act)), Call(EXCHANGE))

    gates = controls.gates(now)
    holds = [gates[each].hold for each in (ROUTE, RouteName.DIRECTORY_PINGS, RouteName.NBS_STATISTICS)]

    assert told.maintenances == (night,)
    assert holds == [Hold.MAINTENANCE, None, None]
    assert controls.gates(night.ends)[ROUTE].hold is None
    assert "停电" not in str(site.database["partners"].find_one())


def test_of_many_that_ask_at_once_no_more_may_leave_than_the_cap_says(site: Site) -> None:
    change(site, cap=3)
    controls, now = site.wired.deps.controls, site.wired.deps.clock.now()

    admitted = [controls.admits(ROUTE, 3, now) for _ in range(5)]

    assert admitted == [True, True, True, False, False]
    assert controls.gates(now)[ROUTE].cap == 3
    assert controls.admits(ROUTE, 3, now + timedelta(minutes=1))


def test_an_alarm_of_a_route_is_told_to_its_desk_once_and_over_the_bus(site: Site) -> None:
    change(site, is_stopped=True, alarm=Alarm(waiting=0, minutes=60, troubled=9))
    with site.exchange():
        waiting = site.approve()
        eventually(lambda: site.wired.messages.find(waiting.message_id) is not None)

    changed = [watch_routes(site.wired.deps, "c" * 32) for _ in range(2)]

    [route] = site.database["routes"].find({"_id": ROUTE.value})
    assert changed == [1, 0]
    assert [entry["action"] for entry in route["history"]] == ["lay", "set"]
    assert [entry["data"]["occasion"] for entry in route["outbox"]] == ["exchange.route_alarm"]
    assert site.wired.deps.controls.get(ROUTE).troubles == (RouteTrouble.WAITING,)
    assert "待发送" not in str(route)
