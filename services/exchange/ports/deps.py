"""Everything that the operations use, in one place."""

from __future__ import annotations

from dataclasses import dataclass

from services.exchange.ports.messages import Border, Messages, Patience
from shared.audit import Reads
from shared.clock import Clock


@dataclass(frozen=True)
class Deps:
    """Everything that the operations use."""

    messages: Messages
    border: Border
    reads: Reads
    clock: Clock
    patience: Patience
