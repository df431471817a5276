"""What is set for routes and partners, and re-runs, in memory, with the promises of the real stores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.exchange.model.controls import Control, Hold, Upkeep, laid
from services.exchange.model.partners import PINGS, ROUTES, Partner, RouteName
from services.exchange.model.reruns import Outcome, Rerun, RerunItem, RerunState, Tally
from services.exchange.ports.messages import Outgoing
from shared.calls import Call
from shared.errors import Conflict, NotFound, StaleVersion
from shared.idempotency import RequestKey
from shared.paging import Page


class MemoryControls:
    """What is set for routes and partners, in memory; `used` counts by route and minute."""

    def __init__(self) -> None:
        self.controls = {name: Control(name, 1, laid(route)) for name, route in ROUTES.items()}
        self.upkeeps = {partner: Upkeep(partner, 1) for partner in Partner}
        self.used: Counter[tuple[RouteName, datetime]] = Counter()
        self.outbox: list[Outgoing] = []

    def get(self, route: RouteName) -> Control:
        return self.controls[route]

    def save(self, control: Control, call: Call, events: Sequence[Outgoing] = ()) -> Control:
        if self.controls[control.route].version != control.version:
            raise StaleVersion
        self.controls[control.route] = replace(control, version=control.version + 1)
        self.outbox += events
        return self.controls[control.route]

    def upkeep(self, partner: Partner) -> Upkeep:
        return self.upkeeps[partner]

    def save_upkeep(self, upkeep: Upkeep, call: Call) -> Upkeep:
        if self.upkeeps[upkeep.partner].version != upkeep.version:
            raise StaleVersion
        self.upkeeps[upkeep.partner] = replace(upkeep, version=upkeep.version + 1)
        return self.upkeeps[upkeep.partner]

    def hold(self, route: RouteName, now: datetime) -> Hold | None:
        if self.controls[route].figures.is_stopped:
            return Hold.STOPPED
        if route in PINGS.values() or self.upkeeps[ROUTES[route].partner].now_on(now) is None:
            return None
        return Hold.MAINTENANCE

    def admits(self, route: RouteName, now: datetime) -> bool:
        minute = (route, now.replace(second=0, microsecond=0))
        if self.used[minute] >= self.controls[route].figures.cap:
            return False
        self.used[minute] += 1
        return True

    def change(self, route: RouteName, **figures: Any) -> None:
        """Set figures of a route, without anybody having done so."""
        control = self.controls[route]
        self.controls[route] = replace(control, figures=replace(control.figures, **figures))


class MemoryReruns:
    """Re-runs in memory."""

    def __init__(self) -> None:
        self.reruns: dict[str, Rerun] = {}
        self.rows: dict[tuple[str, int], RerunItem] = {}
        self.made: dict[str, str] = {}

    def find_created(self, request: RequestKey) -> Rerun | None:
        return self.reruns.get(self.made.get(request.key, ""))

    def add(self, rerun: Rerun, items: Sequence[RerunItem], call: Call) -> Rerun:
        if self.waiting_elsewhere([each.message_id for each in items if each.outcome is Outcome.WAITING]):
            raise Conflict
        self.reruns[rerun.id] = rerun
        self.rows |= {(each.rerun_id, each.no): each for each in items}
        if call.request is not None:
            self.made[call.request.key] = rerun.id
        return rerun

    def waiting_elsewhere(self, message_ids: Collection[str]) -> frozenset[str]:
        waiting = {each.message_id for each in self.rows.values() if each.outcome is Outcome.WAITING}
        return frozenset(waiting.intersection(message_ids))

    def get(self, rerun_id: str) -> Rerun:
        if rerun_id not in self.reruns:
            raise NotFound
        return self.reruns[rerun_id]

    def list_newest(self, cursor: str, limit: int) -> Page[Rerun]:
        return Page(tuple(reversed(self.reruns.values()))[:limit])

    def take(self, now: datetime, lease: timedelta) -> Rerun | None:
        for each in self.reruns.values():
            is_abandoned = each.state is RerunState.RUNNING and each.updated_at < now - lease
            if each.state is RerunState.WAITING or is_abandoned:
                taken = replace(each, state=RerunState.RUNNING, updated_at=now, version=each.version + 1)
                self.reruns[each.id] = taken
                return taken
        return None

    def hold(self, rerun: Rerun, now: datetime) -> Rerun:
        return self._change(rerun, updated_at=now)

    def release(self, rerun: Rerun, now: datetime) -> None:
        is_done = not self.items(rerun.id, Outcome.WAITING, 0, 1)
        self._change(rerun, updated_at=now, state=RerunState.DONE if is_done else RerunState.WAITING)

    def note(self, item: RerunItem) -> bool:
        if self.rows[item.rerun_id, item.no].outcome is not Outcome.WAITING:
            return False
        self.rows[item.rerun_id, item.no] = item
        return True

    def items(self, rerun_id: str, outcome: Outcome | None, after: int, limit: int) -> tuple[RerunItem, ...]:
        mine = [each for each in self.rows.values() if each.rerun_id == rerun_id and each.no > after]
        return tuple(each for each in mine if outcome in (None, each.outcome))[:limit]

    def tally(self, rerun_id: str) -> Tally:
        counts = Counter(each.outcome for each in self.rows.values() if each.rerun_id == rerun_id)
        return Tally(counts[Outcome.WAITING], counts[Outcome.DONE], counts[Outcome.REFUSED])

    def _change(self, rerun: Rerun, **changes: Any) -> Rerun:
        if self.reruns[rerun.id].version != rerun.version:
            raise StaleVersion
        self.reruns[rerun.id] = replace(rerun, **changes)
        return self.reruns[rerun.id]
