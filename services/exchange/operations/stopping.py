"""What is on its way in an outbox when its route is stopped stays there until the route is started."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from services.exchange.model.messages import KINDS_OF
from services.exchange.model.partners import ROUTES, RouteName, Transport
from services.exchange.operations.contents import CONTRACT_OF
from services.exchange.operations.sending import open_routes
from services.exchange.ports.deps import Deps

SEEN_SECONDS = 0.2
"""So long what was read of the routes is gone by."""

ROUTE_OF_TYPE: Mapping[str, RouteName] = {
    CONTRACT_OF[kind].type: name
    for name, kinds in KINDS_OF.items()
    if ROUTES[name].transport is Transport.AMQP
    for kind in kinds
    if kind in CONTRACT_OF
}
"""Which route an event leaves on that crosses the border by the broker; each type has one."""


@dataclass
class Stops:
    """Says of a type of event whether its route is held."""

    deps: Deps
    monotonic: Callable[[], float] = time.monotonic
    _open: frozenset[RouteName] = frozenset()
    _until: float = field(default=float("-inf"))

    def is_stopped(self, type_: str) -> bool:
        """Whether an event of the type must not leave now. Raises `Unavailable`."""
        route = ROUTE_OF_TYPE.get(type_)
        if route is None:
            return False
        if self.monotonic() >= self._until:
            self._open = frozenset(open_routes(self.deps))
            self._until = self.monotonic() + SEEN_SECONDS
        return route not in self._open
