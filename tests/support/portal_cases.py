"""The three-way desk as the portal sees it: the exchange's own operations over memory, without HTTP between."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from services.exchange.comparing.fields import Field
from services.exchange.comparing.proposals import Proposal
from services.exchange.model.cases import Choice, State
from services.exchange.model.quality import Check, Report, Side
from services.exchange.operations.ageing import Age, count_cases, of_age
from services.exchange.operations.deciding import Chosen, decide, list_cases, read_case
from services.exchange.ports.cases import Wanted
from services.exchange.schemas.case_examples import EXAMPLES
from services.exchange.schemas.cases import case_body, counts_body, row_body
from services.exchange.schemas.quality import quality_body
from services.portal.model.answers import Streamed
from services.portal.model.cases import CaseAnswer, CaseCounts, CaseRow, FoundPage, QualityAnswer
from shared.calls import Call
from shared.clock import local_date
from shared.errors import NotFound
from tests.support.exchange_conflict import announced, known, told_unit
from tests.support.exchange_desk import DESK, NOW, DeskDeps, make_deps

THEIRS, OURS = "西湖外包科技有限公司", "西湖外包平台有限公司"


class FakeCases:
    """The desk's person does everything; `deps` are those of the exchange."""

    def __init__(self) -> None:
        self.deps: DeskDeps = make_deps()
        self.report: Report | None = None
        self.exported: list[Mapping[str, str]] = []

    def open_case(self, **theirs: str) -> str:
        """Have the directory contradict a unit, and return the id of the case."""
        told_unit(self.deps)
        [case] = announced(self.deps, known(**({"name": THEIRS} | theirs)))
        return case.id

    def check(self) -> None:
        """Have the quality checks run: two units share a code, three have none of their own."""
        found = {(Check.DOUBLE_CODE, Side.DIRECTORY): 2, (Check.NO_CODE, Side.DIRECTORY): 3}
        self.report = Report(NOW, {Side.DIRECTORY: 200, Side.SURVEY: 50}, found)

    def list(self, token: str, wanted: Mapping[str, str], cursor: str = "") -> tuple[list[CaseRow], str]:
        page = list_cases(self.deps, Call(DESK), self._wanted(wanted), cursor, 20)
        return [cast(CaseRow, row_body(case, self._today)) for case in page.items], page.next_cursor

    def counts(self, token: str, wanted: Mapping[str, str]) -> CaseCounts:
        return cast(CaseCounts, counts_body(count_cases(self.deps, Call(DESK), self._wanted(wanted))))

    def get(self, token: str, case_id: str) -> CaseAnswer:
        return cast(CaseAnswer, case_body(read_case(self.deps, Call(DESK), case_id), self._today))

    def decide(self, token: str, case_id: str, version: int, decisions: Sequence[Mapping[str, str]]) -> CaseAnswer:
        chosen = [Chosen(Field(each["field"]), Choice(each["choice"]), each.get("reason", "")) for each in decisions]
        view = decide(self.deps, Call(DESK, version=version), case_id, chosen)
        return cast(CaseAnswer, case_body(view, self._today))

    def export(self, token: str, wanted: Mapping[str, str]) -> Streamed:
        self.exported.append(wanted)
        return Streamed({"Content-Type": "application/octet-stream"}, iter([b"PK"]))

    def quality(self, token: str) -> QualityAnswer:
        return cast(QualityAnswer, quality_body(self.report))

    def found(self, token: str, check: str, cursor: str = "") -> FoundPage:
        if check not in {each.value for each in Check}:
            raise NotFound
        return cast(FoundPage, EXAMPLES["FoundRowsOut"])

    @property
    def _today(self) -> date:
        return local_date(self.deps.clock.now())

    def _wanted(self, wanted: Mapping[str, str]) -> Wanted:
        state, proposal = wanted.get("state"), wanted.get("proposal")
        made = Wanted(
            wanted.get("division", ""), State(state) if state else None, Proposal(proposal) if proposal else None
        )
        return of_age(made, Age(wanted["age"]), self._today) if "age" in wanted else made
