"""Statements in memory, with the promises of the real ones."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from services.exchange.model.partners import Partner
from services.exchange.model.statements import Signature, Statement, statement_id
from services.exchange.operations.statements import freeze_day
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from services.exchange.ports.messages import Outgoing
from services.exchange.reconciling.differences import Difference
from services.exchange.reconciling.lines import Line, Standing
from shared.calls import Call
from shared.errors import NotFound, StaleVersion


def keep_statements(deps: Deps) -> None:
    """Keep statements of days of which nothing was sent: two of the directory, the second signed, one of the sharing."""
    first, second = date(2026, 3, 1), date(2026, 3, 2)
    freeze_day(deps, Partner.DIRECTORY, first)
    freeze_day(deps, Partner.SHARING, first)
    unsigned = deps.statements.get(statement_id(Partner.DIRECTORY, first))
    signature = Signature(deps.clock.now(), "d" * 32, "李明", "已核对")
    signed = replace(unsigned, id=statement_id(Partner.DIRECTORY, second), day=second, signature=signature)
    deps.statements.freeze(signed, Call(EXCHANGE), ())


@dataclass
class MemoryStatements:
    """Statements in a dictionary; `told` are the events that left with a change."""

    rows: dict[str, Statement] = field(default_factory=dict)
    kept: dict[str, list[Line]] = field(default_factory=dict)
    named: dict[str, Sequence[Difference]] = field(default_factory=dict)
    told: list[Outgoing] = field(default_factory=list)
    regions: dict[str, str] = field(default_factory=dict)

    def get(self, statement_id: str) -> Statement:
        if statement_id not in self.rows:
            raise NotFound
        return self.rows[statement_id]

    def last_before(self, partner: Partner, day: date | None = None) -> Statement | None:
        found = [row for row in self.rows.values() if row.partner is partner and (day is None or row.day < day)]
        return max(found, key=lambda row: row.day, default=None)

    def list_newest(self, partner: Partner | None, cursor: str, limit: int) -> tuple[Sequence[Statement], str]:
        found = [row for row in self.rows.values() if partner in (None, row.partner)]
        return sorted(found, key=lambda row: (row.day, row.id), reverse=True)[:limit], ""

    def freeze(self, statement: Statement, call: Call, lines: Iterable[Line]) -> Statement:
        if statement.id not in self.rows:
            self.rows[statement.id], self.kept[statement.id] = statement, list(lines)
        return self.rows[statement.id]

    def save(
        self,
        statement: Statement,
        call: Call,
        differences: Sequence[Difference] | None = None,
        events: Sequence[Outgoing] = (),
    ) -> Statement:
        if self.get(statement.id).version != statement.version:
            raise StaleVersion
        if differences is not None:
            self.named[statement.id] = differences
        self.told += events
        self.rows[statement.id] = replace(statement, version=statement.version + 1)
        return self.rows[statement.id]

    def list_lines(
        self, statement_id: str, standing: Standing | None, cursor: str, limit: int
    ) -> tuple[Sequence[Line], str]:
        return [line for line in self.kept[statement_id] if standing in (None, line.standing)][:limit], ""

    def lines(self, statement_id: str, standings: Collection[Standing] = ()) -> Iterator[Line]:
        yield from (line for line in self.kept[statement_id] if not standings or line.standing in standings)

    def list_differences(self, statement_id: str, limit: int) -> Sequence[Difference]:
        return self.named.get(statement_id, ())[:limit]

    def regions_of(self, message_ids: Collection[str]) -> Mapping[str, str]:
        return {id: region for id, region in self.regions.items() if id in message_ids}
