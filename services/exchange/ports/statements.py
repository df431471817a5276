"""The statements of days, as the operations see them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Protocol

from services.exchange.model.partners import Partner
from services.exchange.model.statements import Statement
from services.exchange.ports.messages import Outgoing
from services.exchange.reconciling.differences import Difference
from services.exchange.reconciling.lines import Line, Standing
from shared.calls import Call


class Statements(Protocol):
    """Statements with their lines and differences. Every write is one atomic step with its history and its events."""

    def get(self, statement_id: str) -> Statement:
        """Return a statement. Raises `NotFound`."""
        ...

    def last_before(self, partner: Partner, day: date | None = None) -> Statement | None:
        """Return the partner's last statement before a day, or the very last."""
        ...

    def list_newest(self, partner: Partner | None, cursor: str, limit: int) -> tuple[Sequence[Statement], str]:
        """Return a page of statements, the newest day first, and the cursor of the next. Raises `Malformed`."""
        ...

    def freeze(self, statement: Statement, call: Call, lines: Iterable[Line]) -> Statement:
        """Store a statement with its lines, whole or not at all; one that is there already stays as it is."""
        ...

    def save(
        self,
        statement: Statement,
        call: Call,
        differences: Sequence[Difference] | None = None,
        events: Sequence[Outgoing] = (),
    ) -> Statement:
        """Store the next version; the differences stay where none are given. Raises `StaleVersion`."""
        ...

    def list_lines(
        self, statement_id: str, standing: Standing | None, cursor: str, limit: int
    ) -> tuple[Sequence[Line], str]:
        """Return a page of lines by their ids, and the cursor of the next. Raises `Malformed`."""
        ...

    def lines(self, statement_id: str, standings: Collection[Standing] = ()) -> Iterator[Line]:
        """Yield the lines of a statement, by their ids; of some standings where any are given."""
        ...

    def list_differences(self, statement_id: str, limit: int) -> Sequence[Difference]:
        """Return the first differences, in the order in which they were found."""
        ...

    def regions_of(self, message_ids: Collection[str]) -> Mapping[str, str]:
        """Return the province of the unit that each message is about, of those that are about one."""
        ...
