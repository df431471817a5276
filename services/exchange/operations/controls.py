"""Setting a route and telling of a partner's maintenance: who, when, why, and what stands afterwards (F4)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from services.exchange.model.controls import Control, ControlAct, Figures, Gate, Hold, Maintenance, Setting, Upkeep
from services.exchange.model.partners import ROUTES, STATUTORY_DAYS, Alarm, Direction, Partner, RouteName, Transport
from services.exchange.policy import keeps
from services.exchange.ports.deps import Deps
from shared.calls import Call
from shared.errors import Conflict, Invalid, NotAllowed, NotFound, Problem
from shared.history import HistoryEntry, was_done
from shared.ids import new_id

MOST_KEPT = 200
"""Settings of a route, and maintenances of a partner, that are kept; older ones are in the history alone."""


@dataclass(frozen=True)
class Wish:
    """What is to be set for a route."""

    cap: int
    retention_days: int
    alarm: Alarm


@dataclass(frozen=True)
class Night:
    """A maintenance as it is told of."""

    begins: datetime
    ends: datetime
    text: str


@dataclass(frozen=True)
class ControlView:
    """A route as it is set; `hold` says why nothing leaves on it now, `is_kept` whether the reader may set it."""

    control: Control
    hold: Hold | None
    is_kept: bool
    transport: Transport


def read_control(deps: Deps, call: Call, route: RouteName) -> ControlView:
    """Return how a route out is set. Raises `NotFound` for one that leads here."""
    if ROUTES[route].direction is not Direction.OUT:
        raise NotFound
    return _view(deps, call, deps.controls.get(route))


def list_controls(deps: Deps, call: Call) -> tuple[ControlView, ...]:
    """Return how the routes out are set."""
    gates = deps.controls.gates(deps.clock.now())
    out = (route.name for route in ROUTES.values() if route.direction is Direction.OUT)
    return tuple(_view(deps, call, deps.controls.get(name), gates) for name in out)


def stop_route(deps: Deps, call: Call, route: RouteName, reason: str) -> ControlView:
    """Let nothing leave on a route any more.

    Actor: the desk of the partner. From: started. To: stopped. Events: none. Raises `NotFound`, `NotAllowed`,
    `KeyReused`, `VersionRequired`, `StaleVersion`, `Conflict` where it is stopped.
    """
    return _switch(deps, call, route, ControlAct.STOP, reason)


def start_route(deps: Deps, call: Call, route: RouteName, reason: str) -> ControlView:
    """Let what waits leave on a route again, in its order; errors as with `stop_route`."""
    return _switch(deps, call, route, ControlAct.START, reason)


def set_route(deps: Deps, call: Call, route: RouteName, wish: Wish, reason: str) -> ControlView:
    """Set the figures of a route; errors as with `stop_route`, and `Invalid` for fewer days than the statute says."""
    if wish.retention_days < STATUTORY_DAYS:
        text = "原始资料至少保存两年，保存天数不能更少。"
        raise Invalid([Problem("/retention_days", "below_statute", text, f"≥ {STATUTORY_DAYS}")])
    before = read_control(deps, call, route).control
    if was_done(before.history, call.request):
        return _view(deps, call, before)
    figures = replace(before.figures, cap=wish.cap, retention_days=wish.retention_days, alarm=wish.alarm)
    return _set(deps, call, before, ControlAct.SET, figures, reason)


def announce_maintenance(deps: Deps, call: Call, partner: Partner, night: Night) -> Upkeep:
    """Keep that a partner will not be there: meanwhile its routes hold, but for tests.

    Actor: the desk of the partner. Raises `NotAllowed`, `KeyReused`, `VersionRequired`, `StaleVersion`, `Invalid` for
    times that make no sense.
    """
    upkeep, now = _kept(deps, call, partner), deps.clock.now()
    if was_done(upkeep.history, call.request):
        return upkeep
    call.check_version(upkeep.version)
    if not night.begins < night.ends or night.ends <= now:
        raise Invalid([Problem("/ends", "ends_too_early", "结束时间应晚于开始时间和现在。", "晚于开始时间")])
    told = Maintenance(new_id(), night.begins, night.ends, night.text, call.actor.account_id, now)
    return _save(deps, call, upkeep, (*upkeep.maintenances, told), ControlAct.ANNOUNCE, now)


def cancel_maintenance(deps: Deps, call: Call, partner: Partner, maintenance_id: str) -> Upkeep:
    """Take a maintenance back, or end it early. Raises as the above, `NotFound`, and `Conflict` where it is over."""
    upkeep, now = _kept(deps, call, partner), deps.clock.now()
    if was_done(upkeep.history, call.request):
        return upkeep
    call.check_version(upkeep.version)
    found = next((each for each in upkeep.maintenances if each.id == maintenance_id), None)
    if found is None:
        raise NotFound
    if found.is_over(now):
        raise Conflict
    over = replace(found, cancelled_by=call.actor.account_id, cancelled_at=now)
    changed = tuple(over if each.id == maintenance_id else each for each in upkeep.maintenances)
    return _save(deps, call, upkeep, changed, ControlAct.CANCEL, now)


def _switch(deps: Deps, call: Call, route: RouteName, act: ControlAct, reason: str) -> ControlView:
    before = read_control(deps, call, route).control
    if was_done(before.history, call.request):
        return _view(deps, call, before)
    is_stopped = act is ControlAct.STOP
    figures = replace(before.figures, is_stopped=is_stopped)
    return _set(deps, call, before, act, figures, reason, is_change=before.figures.is_stopped != is_stopped)


def _set(
    deps: Deps, call: Call, before: Control, act: ControlAct, figures: Figures, reason: str, *, is_change: bool = True
) -> ControlView:
    if not keeps(call.actor, before.line.partner):
        raise NotAllowed
    call.check_version(before.version)
    if not is_change:
        raise Conflict
    at = deps.clock.now()
    setting = Setting(at, call.actor.account_id, act, reason, figures)
    changed = replace(
        before,
        figures=figures,
        settings=(*before.settings, setting)[-MOST_KEPT:],
        history=(*before.history, _act(call, at, act)),
    )
    return _view(deps, call, deps.controls.save(changed, call))


def _save(
    deps: Deps, call: Call, upkeep: Upkeep, maintenances: Sequence[Maintenance], act: ControlAct, at: datetime
) -> Upkeep:
    history = (*upkeep.history, _act(call, at, act))
    return deps.controls.save_upkeep(
        replace(upkeep, maintenances=tuple(maintenances)[-MOST_KEPT:], history=history), call
    )


def _act(call: Call, at: datetime, act: ControlAct) -> HistoryEntry:
    return call.entry(at, act, None, None)


def _kept(deps: Deps, call: Call, partner: Partner) -> Upkeep:
    if not keeps(call.actor, partner):
        raise NotAllowed
    return deps.controls.upkeep(partner)


def _view(deps: Deps, call: Call, control: Control, gates: Mapping[RouteName, Gate] | None = None) -> ControlView:
    gates = gates or deps.controls.gates(deps.clock.now())
    partner = control.line.partner
    return ControlView(control, gates[control.route].hold, keeps(call.actor, partner), deps.transports.of(partner))
