"""Where the cases of the desk and the units of the survey are kept, as the operations see them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from services.exchange.comparing.proposals import Proposal
from services.exchange.model.cases import Case, State
from services.exchange.model.survey_units import SurveyUnit
from shared.history import HistoryEntry
from shared.messaging.events import Outgoing
from shared.paging import Page


@dataclass(frozen=True)
class Wanted:
    """Which cases: those that departments of `division` see, in a state, with a proposal, opened in a span of time.

    Cases that are settled count only where their state is asked for.
    """

    division: str
    state: State | None = None
    proposal: Proposal | None = None
    opened_from: datetime | None = None
    opened_before: datetime | None = None


class Cases(Protocol):
    """The cases, one for each unit. Every write is one atomic step with its act and its events."""

    def get(self, case_id: str) -> Case:
        """Return the case. Raises `NotFound`."""
        ...

    def find(self, case_id: str) -> Case | None:
        """Return the case, or None."""
        ...

    def save(self, case: Case, act: HistoryEntry, events: Sequence[Outgoing], correlation_id: str) -> Case:
        """Store a case at its next version, the first where it has none. Raises `StaleVersion`."""
        ...

    def list_oldest(self, wanted: Wanted, cursor: str, limit: int) -> Page[Case]:
        """Return a page of cases, the oldest first. Raises `Malformed` for a foreign cursor."""
        ...

    def count(self, wanted: Wanted) -> int:
        """Return how many there are."""
        ...

    def remind(self, on: date, outgoing: Outgoing, at: datetime) -> bool:
        """Tell the desk something once a day; tell whether it was not told that day before."""
        ...


class SurveyUnits(Protocol):
    """The units of the survey as the exchange knows them."""

    def find(self, unit_id: str) -> SurveyUnit | None:
        """Return the unit; None where it is not kept, or its key was destroyed."""
        ...

    def find_by_code(self, credit_code: str) -> Sequence[str]:
        """Return the ids of the units with this credit code."""
        ...

    def save(self, unit: SurveyUnit) -> SurveyUnit:
        """Store a unit at its next version, the first where it has none. Raises `StaleVersion`."""
        ...

    def untold(self) -> Sequence[str]:
        """Return the units of which messages are kept, and they themselves are not."""
        ...
