"""When a case comes up, what it shows, and when it settles itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from services.exchange.comparing.fields import Field
from services.exchange.comparing.proposals import Proposal
from services.exchange.comparing.verdicts import Outcome
from services.exchange.model.cases import Answer, Case, Choice, State, Trigger
from services.exchange.model.directory import Announced
from services.exchange.model.messages import Message, Receipt
from services.exchange.model.messages import Outcome as Verdict
from services.exchange.model.messages import State as MessageState
from services.exchange.model.mirror import UnitState
from services.exchange.model.survey_units import Source
from services.exchange.operations.casework import case_id_of, follow_directory, follow_message, take_answer
from services.exchange.ports.directory import Told
from tests.support.exchange_conflict import DIRECTORY, announced, correct, known, told_unit
from tests.support.exchange_desk import BY_ITSELF, NOW, UNIT, DeskDeps, make_deps
from tests.support.exchange_mirror import make_announcement


def corrects(deps: DeskDeps, event: str = "8" * 32, **unit: Any) -> Message:
    """Have the unit correct itself by a 企业1表, and the exchange tell it."""
    message = correct(deps, event, **unit)
    assert message is not None
    return message


def answered(deps: DeskDeps, message: Message, outcome: Verdict, reason: str = "") -> Case | None:
    """Have the directory answer a message."""
    receipt = Receipt(outcome, reason, NOW, message.digest)
    state = MessageState.ACCEPTED if outcome is Verdict.ACCEPTED else MessageState.REFUSED
    stored = replace(deps.messages.get(message.id), state=state, receipt=receipt, reason_code=reason, answered_at=NOW)
    deps.messages.rows[message.id] = stored
    return take_answer(deps, DIRECTORY, stored)


def case_of(deps: DeskDeps) -> Case:
    return deps.cases.get(case_id_of(UNIT))


def outcomes(case: Case, *names: Field) -> list[Outcome]:
    found = (case.find(name) for name in names)
    return [each.compared.outcome for each in found if each]


def test_an_announcement_that_says_what_the_unit_says_brings_up_nothing() -> None:
    deps = make_deps()
    told_unit(deps)

    cases = announced(deps, known())

    assert cases == ()
    assert deps.cases.rows == {}


def test_an_announcement_that_contradicts_the_unit_opens_a_case_with_both_values_and_their_grounds() -> None:
    deps = make_deps()
    told_unit(deps)

    [case] = announced(deps, known(name="西湖外包科技有限公司"))

    name = case.find(Field.NAME)
    assert (case.state, case.trigger, case.no, case.proposals) == (
        State.OPEN,
        Trigger.ANNOUNCEMENT,
        1,
        (Proposal.CHANGE,),
    )
    assert name is not None
    assert (name.theirs, name.ours) == ("西湖外包科技有限公司", "西湖外包平台有限公司")
    assert name.ground is not None
    assert (name.ground.source, name.ground.id, name.ground.revision) == (Source.REGISTRATION, "2" * 32, 1)
    assert (case.evidence, case.effective_date) == ("市场监管部门登记变更", "2026-03-01")
    assert [each.which for each in case.fields if each.is_open] == [Field.NAME]
    assert case.path == ("330106", "330100", "330000", "000000")


@pytest.mark.parametrize("times", [1, 3])
def test_replaying_a_days_delta_changes_nothing_more(times: int) -> None:
    deps = make_deps()
    told_unit(deps)
    [first] = announced(deps, known(name="西湖外包科技有限公司"))

    for _ in range(times):
        [again] = announced(deps, known(name="西湖外包科技有限公司"))

    assert again == first
    assert deps.cases.saved == 1


def test_a_unit_that_nobody_told_of_has_no_case() -> None:
    deps = make_deps()

    assert announced(deps, known(name="西湖外包科技有限公司")) == ()


@pytest.mark.parametrize(
    ("kind", "changes", "expected"),
    [
        (Announced.CLOSE, {"state": UnitState.CEASED}, (Proposal.CLOSE,)),
        (Announced.MOVE, {"division": "330110001000", "address": "余杭区文一西路2号"}, (Proposal.MOVE,)),
        (Announced.CHANGE, {"division": "330110001000"}, (Proposal.WRONG_PLACE,)),
        (Announced.MERGE, {"name": "新公司"}, (Proposal.MERGE, Proposal.CHANGE)),
        (Announced.SPLIT, {"name": "新公司"}, (Proposal.SPLIT, Proposal.CHANGE)),
    ],
)
def test_a_case_is_called_by_what_it_proposes(
    kind: Announced, changes: dict[str, Any], expected: tuple[Proposal, ...]
) -> None:
    deps = make_deps()
    told_unit(deps)

    [case] = announced(deps, known(**changes), kind=kind)

    assert case.proposals == expected


def test_the_units_own_correction_to_what_the_directory_says_settles_the_case() -> None:
    deps = make_deps()
    told_unit(deps)
    announced(deps, known(name="西湖外包科技有限公司"))

    case = follow_message(deps, BY_ITSELF, corrects(deps, name="西湖外包科技有限公司"))

    assert case is not None
    assert (case.state, case.settled_at) == (State.SETTLED, NOW)
    assert outcomes(case, Field.NAME) == [Outcome.SAME]
    assert case.proposals == (Proposal.CHANGE,)


def test_the_directorys_own_correction_settles_it_too_and_a_new_conflict_opens_it_once_more() -> None:
    deps = make_deps()
    told_unit(deps)
    announced(deps, known(1, name="西湖外包科技有限公司"))
    [settled] = announced(deps, known(2))

    [again] = announced(deps, known(3, legal_representative="李四"))

    assert settled.state is State.SETTLED
    assert (again.id, again.state, again.no) == (settled.id, State.OPEN, 2)
    assert [entry.to_state for entry in again.history] == [State.OPEN, State.SETTLED, State.OPEN]


def test_what_the_survey_found_is_told_and_waits_for_the_directory_without_the_desk() -> None:
    deps = make_deps()
    deps.directory.mirror.put([Told(known())], DIRECTORY)
    told_unit(deps)
    message = corrects(deps, name="西湖外包科技有限公司")

    case = follow_message(deps, BY_ITSELF, message)

    assert case is not None
    name = case.find(Field.NAME)
    assert name is not None
    assert name.decision is not None
    assert (case.state, case.trigger) == (State.WAITING, Trigger.SURVEY)
    assert (name.decision.choice, name.decision.answer, name.decision.message_id) == (
        Choice.KEEP_OURS,
        Answer.PENDING,
        message.id,
    )
    assert follow_message(deps, BY_ITSELF, message) == case


def test_an_acceptance_settles_what_was_told_and_the_same_announcement_does_not_bring_it_back() -> None:
    deps = make_deps()
    deps.directory.mirror.put([Told(known())], DIRECTORY)
    told_unit(deps)
    message = corrects(deps, name="西湖外包科技有限公司")
    follow_message(deps, BY_ITSELF, message)

    case = answered(deps, message, Verdict.ACCEPTED)

    assert case is not None
    assert case.state is State.SETTLED
    assert follow_directory(deps, DIRECTORY, known(), make_announcement()) == (case,)


def test_a_refusal_opens_the_case_with_the_directorys_reason() -> None:
    deps = make_deps()
    deps.directory.mirror.put([Told(known())], DIRECTORY)
    told_unit(deps)
    message = corrects(deps, name="西湖外包科技有限公司")
    follow_message(deps, BY_ITSELF, message)

    case = answered(deps, message, Verdict.REFUSED, "name_unfit")

    name = case_of(deps).find(Field.NAME)
    assert case == case_of(deps)
    assert name is not None
    assert name.decision is not None
    assert (case_of(deps).state, name.is_open) == (State.OPEN, True)
    assert (name.decision.answer, name.decision.reason_code) == (Answer.REFUSED, "name_unfit")


def test_a_refusal_of_a_unit_that_the_directory_does_not_know_opens_a_case_of_a_new_unit() -> None:
    deps = make_deps()
    message = told_unit(deps)

    case = answered(deps, message, Verdict.REFUSED, "credit_code_invalid")

    assert case is not None
    assert (case.state, case.trigger, case.proposals) == (State.OPEN, Trigger.REFUSAL, (Proposal.NEW,))
    assert {each.compared.outcome for each in case.fields} == {Outcome.ONLY_OURS}
    assert answered(deps, message, Verdict.REFUSED, "credit_code_invalid") is None
    assert deps.cases.saved == 1


def test_a_decision_falls_when_a_value_that_it_was_taken_on_changes() -> None:
    deps = make_deps()
    deps.directory.mirror.put([Told(known())], DIRECTORY)
    told_unit(deps)
    follow_message(deps, BY_ITSELF, corrects(deps, name="西湖外包科技有限公司"))

    [case] = announced(deps, known(2, name="西湖外包集团有限公司"))

    name = case.find(Field.NAME)
    assert name is not None
    assert (case.state, name.decision, len(name.decisions)) == (State.OPEN, None, 1)
