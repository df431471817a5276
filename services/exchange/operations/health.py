"""How it stands with each partner, in one light with its reasons; tests of the way; alarms of routes (F7, F8)."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.exchange.model.controls import Control, ControlAct, Hold, RouteTrouble, Upkeep
from services.exchange.model.messages import ANSWERED, KINDS_OF, Kind, Message, State
from services.exchange.model.partners import PINGS, ROUTES, Direction, Partner, RouteName
from services.exchange.operations.sending import Draft, post
from services.exchange.operations.telling import tell_trouble
from services.exchange.policy import EXCHANGE, keeps
from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Load
from shared.calls import Call
from shared.contracts.border import dump_content
from shared.errors import NotAllowed, StaleVersion

TROUBLED_FOR = timedelta(days=1)
"""What was refused or not answered for longer than this does not count any more."""

PING_PATIENCE = timedelta(minutes=5)
"""A test that is not answered for so long has failed."""


class Light(StrEnum):
    """How it stands with a partner."""

    GREEN = "green"
    YELLOW = "yellow"
    RED = "red"


class Sign(StrEnum):
    """What makes a light yellow or red."""

    STOPPED = "route_stopped"
    MAINTENANCE = "in_maintenance"
    WAITING = "too_many_waiting"
    OLD = "waiting_too_long"
    REFUSED = "too_often_refused"
    UNANSWERED = "unanswered"
    TEST_FAILED = "test_failed"


_RED = frozenset({Sign.REFUSED, Sign.OLD, Sign.TEST_FAILED})
_SIGN_OF = {RouteTrouble.WAITING: Sign.WAITING, RouteTrouble.OLD: Sign.OLD, RouteTrouble.REFUSED: Sign.REFUSED}
_SIGN_OF_HOLD = {Hold.STOPPED: Sign.STOPPED, Hold.MAINTENANCE: Sign.MAINTENANCE}


@dataclass(frozen=True)
class RouteHealth:
    """How a route out stands: as it is set, why it is held, what is on it."""

    control: Control
    hold: Hold | None
    load: Load


@dataclass(frozen=True)
class Health:
    """How it stands with a partner. `test` is the last test of the way, `is_kept` whether the reader keeps it."""

    partner: Partner
    light: Light
    signs: tuple[tuple[Sign, RouteName | None], ...]
    routes: tuple[RouteHealth, ...]
    upkeep: Upkeep
    test: Message | None
    is_kept: bool


def health_of(deps: Deps, call: Call, partner: Partner) -> Health:
    """Return how it stands with a partner."""
    now = deps.clock.now()
    gates = deps.controls.gates(now)
    out = [each for each in ROUTES.values() if each.partner is partner and each.direction is Direction.OUT]
    routes = tuple(
        RouteHealth(
            deps.controls.get(each.name),
            gates[each.name].hold,
            deps.messages.load(each.name, now - TROUBLED_FOR),
        )
        for each in out
    )
    test = deps.messages.newest_on(PINGS[partner])
    signs = tuple(sign for route in routes for sign in _signs(route, now))
    if test is not None and _has_failed(test, now):
        signs = (*signs, (Sign.TEST_FAILED, PINGS[partner]))
    return Health(
        partner, _light(signs), signs, routes, deps.controls.upkeep(partner), test, keeps(call.actor, partner)
    )


def ping(deps: Deps, call: Call, partner: Partner) -> Message:
    """Send a partner a test over its own transport; its signed answer stands with the message.

    Actor: the desk of the partner. From: nothing. To: pending. Events: the test. The same request sends one. Raises
    `NotAllowed`.
    """
    if not keeps(call.actor, partner):
        raise NotAllowed
    request = call.request.key if call.request else ""
    message_id, now = hashlib.sha256(f"PING/{request}".encode()).hexdigest()[:32], deps.clock.now()
    content = {"kind": Kind.PING.value, "message_id": message_id, "asked_at": now.isoformat()}
    draft = Draft(message_id, PINGS[partner], Kind.PING, message_id, lambda _: dump_content(content))
    return post(deps, Call(EXCHANGE, call.correlation_id), draft)


def watch_routes(deps: Deps, correlation_id: str) -> int:
    """Tell the desk of each route that has come into trouble; return how many routes changed.

    Actor: the exchange. Events: a notice to the desk of the partner, once until the trouble is over.
    """
    now, changed = deps.clock.now(), 0
    call = Call(EXCHANGE, correlation_id)
    for name in KINDS_OF:
        control = deps.controls.get(name)
        troubles = troubles_of(control, deps.messages.load(name, now - TROUBLED_FOR), now)
        if troubles == control.troubles:
            continue
        act = call.entry(now, ControlAct.ALARM, None, None)
        after = replace(control, troubles=troubles, history=(*control.history, act))
        new = [each for each in troubles if each not in control.troubles]
        notices = tuple(tell_trouble(deps, name, each, f"{name}.{each}.{control.version}") for each in new)
        try:
            deps.controls.save(after, call, notices)
            changed += 1
        except StaleVersion:  # a person has set something; the next look tells
            continue
    return changed


def troubles_of(control: Control, load: Load, now: datetime) -> tuple[RouteTrouble, ...]:
    """Return what a route is to raise an alarm for."""
    alarm = control.figures.alarm
    oldest = load.waiting_since
    found = (
        (RouteTrouble.WAITING, load.waiting > alarm.waiting),
        (RouteTrouble.OLD, oldest is not None and now - oldest > timedelta(minutes=alarm.minutes)),
        (RouteTrouble.REFUSED, load.troubled > alarm.troubled),
    )
    return tuple(trouble for trouble, is_so in found if is_so)


def _signs(route: RouteHealth, now: datetime) -> list[tuple[Sign, RouteName | None]]:
    name = route.control.route
    signs = [_SIGN_OF_HOLD[route.hold]] if route.hold else []
    signs += [_SIGN_OF[each] for each in troubles_of(route.control, route.load, now)]
    if route.load.unanswered and name not in PINGS.values():
        signs.append(Sign.UNANSWERED)
    return [(sign, name) for sign in signs]


def _light(signs: tuple[tuple[Sign, RouteName | None], ...]) -> Light:
    if any(sign in _RED for sign, _ in signs):
        return Light.RED
    return Light.YELLOW if signs else Light.GREEN


def _has_failed(test: Message, now: datetime) -> bool:
    if test.state in ANSWERED:
        return test.state is State.REFUSED
    return now - test.created_at > PING_PATIENCE
