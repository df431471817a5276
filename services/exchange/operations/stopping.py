"""What is on its way in an outbox when its route is stopped stays there until the route is started.

And the one way to look at what stands before the routes often: what was read is gone by for a fifth of a second.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from services.exchange.model.controls import Control, Gate, Upkeep
from services.exchange.model.messages import KINDS_OF
from services.exchange.model.partners import ONLY_BY_FILES, ROUTES, Partner, RouteName
from services.exchange.operations.contents import CONTRACT_OF
from services.exchange.ports.controls import Controls
from services.exchange.ports.messages import Outgoing
from shared.calls import Call
from shared.clock import Clock

SEEN_SECONDS = 0.2
"""So long what was read of the routes is gone by."""

ROUTE_OF_TYPE: Mapping[str, RouteName] = {
    CONTRACT_OF[kind].type: name
    for name, kinds in KINDS_OF.items()
    if ROUTES[name].partner not in ONLY_BY_FILES
    for kind in kinds
    if kind in CONTRACT_OF
}
"""Which route an event leaves on that crosses the border by the broker; each type has one."""


@dataclass
class Seen:
    """`ports.controls.Controls` for who asks often: what stands before the routes is read once in `SEEN_SECONDS`."""

    controls: Controls
    monotonic: Callable[[], float] = time.monotonic
    _gates: Mapping[RouteName, Gate] = field(default_factory=dict)
    _until: float = field(default=float("-inf"))

    def get(self, route: RouteName) -> Control:
        """Return how a route is set."""
        return self.controls.get(route)

    def save(self, control: Control, call: Call, events: Sequence[Outgoing] = ()) -> Control:
        """Store the next version. Raises `StaleVersion`."""
        return self.controls.save(control, call, events)

    def upkeep(self, partner: Partner) -> Upkeep:
        """Return what a partner has told of its maintenance."""
        return self.controls.upkeep(partner)

    def save_upkeep(self, upkeep: Upkeep, call: Call) -> Upkeep:
        """Store the next version. Raises `StaleVersion`."""
        return self.controls.save_upkeep(upkeep, call)

    def gates(self, now: datetime) -> Mapping[RouteName, Gate]:
        """Return what stands before each route, as it was within the last fifth of a second. Raises `Unavailable`."""
        if self.monotonic() >= self._until:
            self._gates = self.controls.gates(now)
            self._until = self.monotonic() + SEEN_SECONDS
        return self._gates

    def admits(self, route: RouteName, cap: int, now: datetime) -> bool:
        """Whether one message more may leave on a route in this minute; counts it where it may."""
        return self.controls.admits(route, cap, now)


@dataclass
class Stops:
    """Says of a type of event whether its route is held."""

    controls: Controls
    clock: Clock

    def is_stopped(self, type_: str) -> bool:
        """Whether an event of the type must not leave now. Raises `Unavailable`."""
        route = ROUTE_OF_TYPE.get(type_)
        return route is not None and self.controls.gates(self.clock.now())[route].hold is not None
