"""Routes are set with a reason by their own desk; the light of a partner says why; alarms ring once; bodies go in time."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from services.exchange.model.controls import ControlAct, RouteTrouble
from services.exchange.model.messages import Entry, Kind, Message, State
from services.exchange.model.partners import STATUTORY_DAYS, USUAL_ALARM, Partner, RouteName
from services.exchange.operations.controls import (
    Night,
    Wish,
    announce_maintenance,
    cancel_maintenance,
    set_route,
    start_route,
    stop_route,
)
from services.exchange.operations.health import Light, Sign, health_of, ping, watch_routes
from services.exchange.operations.reading import read_body
from services.exchange.operations.retention import remove_old_bodies
from services.exchange.operations.sending import resend_by_hand
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, StaleVersion
from shared.idempotency import RequestKey
from shared.identity.actor import Actor, Role
from tests.support.exchange_desk import DESK, NOW, DeskDeps, make_deps, make_message

ROUTE = RouteName.DIRECTORY_CHANGES
SHARING = Actor("5" * 32, Role.SHARING_DESK)
MINISTRY = Actor("e" * 32, Role.MINISTRY, division="000000")
CALL = Call(DESK, "c" * 32, version=1)
HOUR = timedelta(hours=1)


def night(begins: timedelta = -HOUR, ends: timedelta = HOUR) -> Night:
    return Night(NOW + begins, NOW + ends, "更换接收程序")


def signs(deps: DeskDeps) -> tuple[Light, set[Sign]]:
    health = health_of(deps, CALL, Partner.DIRECTORY)
    return health.light, {sign for sign, _ in health.signs}


def test_who_stopped_a_route_when_and_why_is_kept_and_it_can_be_started_again() -> None:
    deps = make_deps()
    stopped = stop_route(deps, CALL, ROUTE, "名录库来电")

    started = start_route(deps, replace(CALL, version=2), ROUTE, "已恢复")

    assert (stopped.hold, started.hold) == ("stopped", None)
    assert [(each.at, each.by, each.act, each.reason) for each in started.control.settings] == [
        (NOW, DESK.account_id, ControlAct.STOP, "名录库来电"),
        (NOW, DESK.account_id, ControlAct.START, "已恢复"),
    ]


def test_the_same_request_stops_a_route_once_and_a_second_one_finds_it_stopped() -> None:
    deps = make_deps()
    call = replace(CALL, request=RequestKey("k", "d"))
    first = stop_route(deps, call, ROUTE, "名录库来电")

    again = stop_route(deps, call, ROUTE, "名录库来电")

    assert again == first
    with pytest.raises(Conflict):
        stop_route(deps, replace(CALL, version=2), ROUTE, "又一次")


@pytest.mark.parametrize(
    ("actor", "route", "version", "error"),
    [
        (SHARING, ROUTE, 1, NotAllowed),
        (MINISTRY, ROUTE, 1, NotAllowed),
        (DESK, RouteName.SHARING_STATISTICS, 1, NotAllowed),
        (DESK, ROUTE, 2, StaleVersion),
        (DESK, RouteName.DIRECTORY_ANNOUNCEMENTS, 1, NotFound),
    ],
)
def test_only_the_desk_of_a_partner_sets_its_routes(
    actor: Actor, route: RouteName, version: int, error: type[Exception]
) -> None:
    deps = make_deps()

    with pytest.raises(error):
        stop_route(deps, Call(actor, version=version), route, "名录库来电")

    assert deps.controls.get(route).settings == ()


def test_figures_are_set_but_never_below_what_the_statute_keeps() -> None:
    deps = make_deps()
    alarm = replace(USUAL_ALARM, waiting=3)
    view = set_route(deps, CALL, ROUTE, Wish(100, STATUTORY_DAYS, alarm), "年报期间")

    with pytest.raises(Invalid) as caught:
        set_route(deps, replace(CALL, version=2), ROUTE, Wish(100, STATUTORY_DAYS - 1, alarm), "少留")

    assert (view.control.figures.cap, view.control.figures.alarm.waiting) == (100, 3)
    assert [problem.pointer for problem in caught.value.problems] == ["/retention_days"]


def test_a_maintenance_holds_the_routes_of_its_partner_until_it_is_taken_back() -> None:
    deps = make_deps()
    told = announce_maintenance(deps, CALL, Partner.DIRECTORY, night())
    meanwhile = signs(deps)

    over = cancel_maintenance(deps, replace(CALL, version=2), Partner.DIRECTORY, told.maintenances[0].id)

    assert meanwhile == (Light.YELLOW, {Sign.MAINTENANCE})
    assert signs(deps) == (Light.GREEN, set())
    with pytest.raises(Conflict):
        cancel_maintenance(deps, replace(CALL, version=3), Partner.DIRECTORY, over.maintenances[0].id)


@pytest.mark.parametrize(("begins", "ends"), [(HOUR, HOUR), (-2 * HOUR, -HOUR), (2 * HOUR, HOUR)])
def test_a_maintenance_at_no_time_is_refused(begins: timedelta, ends: timedelta) -> None:
    with pytest.raises(Invalid):
        announce_maintenance(make_deps(), CALL, Partner.DIRECTORY, night(begins, ends))


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([], (Light.GREEN, set())),
        ([make_message()], (Light.GREEN, set())),
        ([make_message(state=State.UNANSWERED)], (Light.YELLOW, {Sign.UNANSWERED})),
        ([make_message(state=State.PENDING, updated_at=NOW - timedelta(hours=3))], (Light.RED, {Sign.OLD})),
        (
            [make_message(id=f"{n:032x}", state=State.REFUSED, sequence=n) for n in range(1, 23)],
            (Light.RED, {Sign.REFUSED}),
        ),
        (
            [
                make_message(
                    route=RouteName.DIRECTORY_PINGS,
                    kind=Kind.PING,
                    state=State.SENT,
                    created_at=NOW - timedelta(hours=1),
                )
            ],
            (Light.RED, {Sign.TEST_FAILED}),
        ),
    ],
)
def test_the_light_of_a_partner_has_its_reasons(messages: list[Message], expected: tuple[Light, set[Sign]]) -> None:
    assert signs(make_deps(*messages)) == expected


def test_a_test_is_a_message_of_its_own_and_the_same_request_sends_one() -> None:
    deps = make_deps()
    call = Call(DESK, "c" * 32, request=RequestKey("k", "d"))
    first = ping(deps, call, Partner.DIRECTORY)

    again = ping(deps, call, Partner.DIRECTORY)
    other = ping(deps, replace(call, request=RequestKey("other", "d")), Partner.DIRECTORY)

    assert again == first
    assert other.id != first.id
    assert {first.attempts, other.attempts} == {1}
    with pytest.raises(NotAllowed):
        ping(deps, call, Partner.SHARING)


def test_an_alarm_is_told_once_until_its_trouble_is_over() -> None:
    deps = make_deps(make_message(state=State.PENDING, updated_at=NOW - timedelta(hours=3)))
    first = [watch_routes(deps, "c" * 32) for _ in range(2)]
    told = list(deps.controls.outbox)
    deps.messages.rows["4" * 32] = make_message(state=State.ACCEPTED)
    over = watch_routes(deps, "c" * 32)
    deps.messages.rows["4" * 32] = make_message(state=State.PENDING, updated_at=NOW - timedelta(hours=3))

    again = watch_routes(deps, "c" * 32)

    assert (first, over, again) == ([1, 0], 1, 1)
    assert [event.data["occasion"] for event in told] == ["exchange.route_alarm"]
    assert len(deps.controls.outbox) == 2
    assert deps.controls.get(ROUTE).troubles == (RouteTrouble.OLD,)


def test_what_a_message_says_is_shown_to_its_desk_alone_and_that_is_recorded() -> None:
    deps = make_deps(make_message())

    message, secret = read_body(deps, CALL, "4" * 32)

    assert (message.id, secret.content) == ("4" * 32, b"content")
    assert deps.reads.rows == [(DESK.account_id, "4" * 32)]
    for actor in (SHARING, MINISTRY):
        with pytest.raises(NotAllowed):
            read_body(deps, Call(actor), "4" * 32)


@dataclass
class Run:
    """A run of the job, as its work sees it."""

    slot: datetime
    cursor: str = ""
    counts: dict[str, int] = field(default_factory=dict)

    def note(self, cursor: str) -> None:
        self.cursor = cursor


def aged(number: int, **changes: Any) -> Message:
    """Return an answered message of one unit from long ago."""
    old = NOW - timedelta(days=3654)
    values = {"state": State.ACCEPTED, "sequence": number, "answered_at": old} | changes
    return make_message(id=f"{number:032x}", **values)


def test_what_was_answered_long_ago_loses_its_content_and_keeps_all_else() -> None:
    young = aged(2, answered_at=NOW - timedelta(days=3652))
    deps = make_deps(aged(1), young, aged(3, state=State.UNANSWERED, answered_at=None), aged(4))
    run = Run(NOW)

    remove_old_bodies(deps, run)
    remove_old_bodies(deps, run)

    removed = deps.messages.get(aged(1).id)
    assert run.counts == {"removed": 1}
    assert sorted(deps.messages.secrets) == [f"{number:032x}" for number in (2, 3, 4)]
    assert (removed.digest, removed.body_removed_at) == (aged(1).digest, NOW)
    assert removed.log[-1].event is Entry.BODY_REMOVED


def test_a_message_without_content_is_not_sent_again() -> None:
    deps = make_deps(aged(1, state=State.REFUSED), aged(2))
    remove_old_bodies(deps, Run(NOW))

    with pytest.raises(Conflict):
        resend_by_hand(deps, Call(DESK, version=2), aged(1).id, "已核实")

    assert deps.messages.outbox == []


def test_no_setting_removes_anything_before_the_statute_lets_it() -> None:
    young = NOW - timedelta(days=STATUTORY_DAYS - 1)
    deps = make_deps(aged(1, answered_at=young), aged(2))
    deps.controls.change(ROUTE, retention_days=1)

    remove_old_bodies(deps, Run(NOW))

    assert aged(1).id in deps.messages.secrets
