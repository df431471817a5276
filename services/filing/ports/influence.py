"""What is needed to put a queue in the order of influence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from services.filing.model.filings import Filing
from services.filing.model.ranks import Moved
from services.filing.outliers.influence import Candidate
from services.filing.ports.queue import QueueFilter


class Moves(Protocol):
    """What filings move, read without their contents."""

    def waiting(self, division: str, wanted: QueueFilter, limit: int) -> tuple[Candidate, ...]:
        """Return what waits for a department, of very many those with the largest bands of change."""
        ...

    def of_area(self, division: str, form: str, period: str, limit: int) -> Iterator[Moved]:
        """Yield what the filings of an area hold of a form and period, of at most `limit` of them, always the same."""
        ...

    def filings(self, ids: Sequence[str]) -> Mapping[str, Filing]:
        """Return filings by their ids; what can't be read is missing."""
        ...
