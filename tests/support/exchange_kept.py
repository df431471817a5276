"""A case of the desk and its unit, as they are stored: an exchange with nothing else in it can be asked for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from services.exchange.comparing.comparison import Compared
from services.exchange.comparing.fields import Field
from services.exchange.comparing.proposals import Proposal
from services.exchange.comparing.verdicts import Outcome, Said
from services.exchange.model.cases import Action, Case, CaseField, State, Trigger
from services.exchange.model.survey_units import Fact, Ground, Source, SurveyUnit
from services.exchange.policy import EXCHANGE
from services.exchange.ports.deps import Deps
from shared.calls import Call

PATH = ("330106", "330100", "330000", "000000")
OURS, THEIRS = "杭州云采科技有限公司", "杭州云采科技股份有限公司"


def keep_case(
    deps: Deps, case_id: str, unit_id: str, at: datetime, state: State = State.OPEN, path: tuple[str, ...] = PATH
) -> Case:
    """Store a case on the name of a unit, and the unit."""
    ground = Ground(Source.FILING, "f" * 32, 1, at)
    said = {Field.NAME: Said(OURS), Field.DIVISION: Said(path[0])}
    facts = {name: Fact(value, ground) for name, value in said.items()}
    deps.survey_units.save(SurveyUnit(unit_id, 0, path[0], at, 0, facts))
    theirs = Said(OURS if state is State.SETTLED else THEIRS)
    outcome = Outcome.SAME if state is State.SETTLED else Outcome.DIFFERS
    case = Case(
        id=case_id,
        version=0,
        unit_id=unit_id,
        division=path[0],
        path=path,
        state=state,
        trigger=Trigger.ANNOUNCEMENT,
        proposals=(Proposal.CHANGE,),
        opened_at=at,
        updated_at=at,
        settled_at=at if state is State.SETTLED else None,
        directory_unit="D00000000001",
        evidence="市场监管部门登记变更",
        effective_date="2026-03-01",
        fields=(CaseField(Compared(Field.NAME, outcome, theirs, Said(OURS)), ground),),
    )
    act = Call(EXCHANGE).entry(at, Action.OPEN, None, state)
    return deps.cases.save(replace(case, history=()), act, (), "")
