"""What is set for routes and partners, and re-runs, in memory, with the promises of the real stores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from services.exchange.model.controls import Control, Gate, Hold, Upkeep, laid
from services.exchange.model.partners import PINGS, ROUTES, Partner, RouteName
from services.exchange.model.reruns import Rerun, RerunItem
from services.exchange.ports.messages import Outgoing
from shared.batches.model import Outcome
from shared.calls import Call
from shared.errors import Conflict, StaleVersion
from shared.paging import Page
from tests.support.batches import MemoryBatchStore


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

    def gates(self, now: datetime) -> dict[RouteName, Gate]:
        return {name: Gate(self._hold(name, now), self.controls[name].figures.cap) for name in ROUTES}

    def _hold(self, route: RouteName, now: datetime) -> Hold | None:
        if self.controls[route].figures.is_stopped:
            return Hold.STOPPED
        if route in PINGS.values() or self.upkeeps[ROUTES[route].partner].now_on(now) is None:
            return None
        return Hold.MAINTENANCE

    def admits(self, route: RouteName, cap: int, now: datetime) -> bool:
        minute = (route, now.replace(second=0, microsecond=0))
        if self.used[minute] >= cap:
            return False
        self.used[minute] += 1
        return True

    def change(self, route: RouteName, **figures: Any) -> None:
        """Set figures of a route, without anybody having done so."""
        control = self.controls[route]
        self.controls[route] = replace(control, figures=replace(control.figures, **figures))


class MemoryReruns(MemoryBatchStore[Rerun, RerunItem]):
    """Re-runs in memory."""

    def add(self, batch: Rerun, items: Sequence[RerunItem], call: Call) -> Rerun:
        """Store a re-run; a message waits in one of them at most. Raises `Conflict`."""
        if self.waiting_elsewhere([each.message_id for each in items if each.outcome is Outcome.WAITING]):
            raise Conflict
        return super().add(batch, items, call)

    def waiting_elsewhere(self, message_ids: Collection[str]) -> frozenset[str]:
        waiting = {each.message_id for each in self.listed.values() if each.outcome is Outcome.WAITING}
        return frozenset(waiting.intersection(message_ids))

    def list_newest(self, cursor: str, limit: int) -> Page[Rerun]:
        return Page(tuple(reversed(self.kept.values()))[:limit])
