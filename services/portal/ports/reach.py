"""Filing and statistics, for the released cells that a correction reaches."""

from __future__ import annotations

from typing import Protocol

from services.portal.model.reach import ReachAnswer


class Reaches(Protocol):
    """Which released cells the facts of a filing stand in. Errors are those of `shared.errors`."""

    def of(self, token: str, filing_id: str) -> ReachAnswer: ...
