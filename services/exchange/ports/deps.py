"""Everything that the operations use, in one place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

from services.exchange.model.partners import Transports
from services.exchange.ports.cases import Cases, SurveyUnits
from services.exchange.ports.controls import Controls
from services.exchange.ports.deliveries import Sharing
from services.exchange.ports.directory import Directory
from services.exchange.ports.journal import Journal, Signer
from services.exchange.ports.messages import Border, Messages, Patience
from services.exchange.ports.quality import Quality
from services.exchange.ports.reruns import Reruns
from services.exchange.ports.statements import Statements
from shared.audit import Reads
from shared.clock import Clock
from shared.scheduling.jobs import Board

T = TypeVar("T")


class Together(Protocol):
    """Runs work in one transaction."""

    def __call__(self, work: Callable[[Deps], T]) -> T:
        """Return what the work returns. Raises `Unavailable` where the outcome is unknown."""
        ...


@dataclass(frozen=True)
class Deps:
    """Everything that the operations use."""

    messages: Messages
    border: Border
    reads: Reads
    clock: Clock
    patience: Patience
    transports: Transports
    journal: Journal
    signer: Signer
    jobs: Board
    statements: Statements
    directory: Directory
    controls: Controls
    reruns: Reruns
    cases: Cases
    survey_units: SurveyUnits
    quality: Quality
    sharing: Sharing
    together: Together
