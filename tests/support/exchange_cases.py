"""The cases of the desk and the units of the survey in memory, with the promises of the real ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from services.exchange.comparing.fields import Field
from services.exchange.model.cases import Case, State
from services.exchange.model.survey_units import SurveyUnit
from services.exchange.ports.cases import Wanted
from shared.errors import NotFound, StaleVersion
from shared.history import HistoryEntry
from shared.messaging.events import Outgoing
from shared.paging import Page


class MemoryCases:
    """The cases; `outbox` is what left with them."""

    def __init__(self) -> None:
        self.rows: dict[str, Case] = {}
        self.outbox: list[Outgoing] = []
        self.saved = 0
        self.reminded: dict[date, Outgoing] = {}

    def get(self, case_id: str) -> Case:
        if case_id not in self.rows:
            raise NotFound
        return self.rows[case_id]

    def find(self, case_id: str) -> Case | None:
        return self.rows.get(case_id)

    def save(self, case: Case, act: HistoryEntry, events: Sequence[Outgoing], correlation_id: str) -> Case:
        known = self.rows.get(case.id)
        if (known.version if known else 0) != case.version:
            raise StaleVersion
        self.rows[case.id] = replace(case, version=case.version + 1, history=(*case.history, act))
        self.outbox += events
        self.saved += 1
        return self.rows[case.id]

    def list_oldest(self, wanted: Wanted, cursor: str, limit: int) -> Page[Case]:
        found = sorted(filter(lambda case: _fits(case, wanted), self.rows.values()), key=lambda case: case.opened_at)
        return Page(tuple(found[:limit]))

    def remind(self, on: date, outgoing: Outgoing, at: datetime) -> bool:
        if on in self.reminded:
            return False
        self.reminded[on] = outgoing
        return True

    def count(self, wanted: Wanted) -> int:
        return sum(_fits(case, wanted) for case in self.rows.values())


class MemorySurveyUnits:
    """The units."""

    def __init__(self) -> None:
        self.rows: dict[str, SurveyUnit] = {}

    def find(self, unit_id: str) -> SurveyUnit | None:
        return self.rows.get(unit_id)

    def find_by_code(self, credit_code: str) -> Sequence[str]:
        return [unit.id for unit in self.rows.values() if unit.value(Field.CREDIT_CODE) == credit_code]

    def save(self, unit: SurveyUnit) -> SurveyUnit:
        known = self.rows.get(unit.id)
        if (known.version if known else 0) != unit.version:
            raise StaleVersion
        self.rows[unit.id] = replace(unit, version=unit.version + 1)
        return self.rows[unit.id]

    def untold(self) -> Sequence[str]:
        return ()


def _fits(case: Case, wanted: Wanted) -> bool:
    is_of_state = case.state is wanted.state if wanted.state else case.state is not State.SETTLED
    is_proposed = wanted.proposal is None or wanted.proposal in case.proposals
    is_young = wanted.opened_before is None or case.opened_at < wanted.opened_before
    is_old = wanted.opened_from is None or case.opened_at >= wanted.opened_from
    return wanted.division in case.path and is_of_state and is_proposed and is_young and is_old
