"""Where decisions on many filings are kept, and which worker carries out which."""

from __future__ import annotations

from typing import Protocol

from services.filing.model.batches import Batch, BatchItem
from shared.batches.model import BatchStore
from shared.paging import Page


class Batches(BatchStore[Batch, BatchItem], Protocol):
    """Batches of decisions, also by the department that made them."""

    def list_of(self, division: str, cursor: str, limit: int) -> Page[Batch]:
        """Return a page of the batches of a division's department, the newest first. Raises `Malformed`."""
        ...
