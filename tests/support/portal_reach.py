"""Answers about released cells that a correction reaches, and a stand-in for who gives them."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from typing import cast

from services.portal.model.reach import ReachAnswer
from services.statistics.schemas.examples import EXAMPLES


def make_reach() -> ReachAnswer:
    """Return the example of the interface: one shown cell of one set that is published."""
    return cast(ReachAnswer, deepcopy(EXAMPLES["ReachOut"]))


@dataclass
class FakeReaches:
    """Says what it was told to say, and keeps what it was asked."""

    answer: ReachAnswer = field(default_factory=lambda: ReachAnswer(releases=[], notes=[]))
    error: Exception | None = None
    asked: list[str] = field(default_factory=list)

    def of(self, token: str, filing_id: str) -> ReachAnswer:
        """Return the answer."""
        self.asked.append(filing_id)
        if self.error is not None:
            raise self.error
        return self.answer
