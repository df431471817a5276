"""A case against a model that knows nothing of its table: whatever comes, in whatever order, its state is right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.exchange.comparing.fields import Field
from services.exchange.model.cases import Choice, State
from services.exchange.model.messages import Outcome, Receipt
from services.exchange.model.messages import State as MessageState
from services.exchange.operations.casework import case_id_of, follow_message, take_answer
from services.exchange.operations.deciding import Chosen, decide
from shared.calls import Call
from tests.support.exchange_conflict import DIRECTORY, announced, correct, known, told_unit
from tests.support.exchange_desk import BY_ITSELF, DESK, NOW, UNIT, make_deps

NAMES = ("西湖外包平台有限公司", "西湖外包科技有限公司", "西湖外包集团有限公司")


class CaseMachine(RuleBasedStateMachine):
    """The name of one unit: what each side says, and which decision stands on just these two values."""

    def __init__(self) -> None:
        super().__init__()
        self.deps = make_deps()
        told_unit(self.deps)
        self.theirs = self.ours = NAMES[0]
        self.told = 0
        self.standing: tuple[str, str, str] | None = None
        self.waiting: dict[str, tuple[str, str]] = {}
        self.last = ""
        announced(self.deps, known(1))

    @property
    def expected(self) -> State:
        """The state by the rules of the desk."""
        if self.theirs == self.ours:
            return State.SETTLED
        if self.standing is None or self.standing[:2] != (self.theirs, self.ours):
            return State.OPEN
        return {
            "kept": State.WAITING,
            "asked": State.WAITING,
            "accepted": State.SETTLED,
            "refused": State.OPEN,
            "left": State.OPEN,
        }[self.standing[2]]

    @rule(name=st.sampled_from(NAMES))
    def the_directory_announces(self, name: str) -> None:
        """Have the directory say a name, perhaps the one that it said before."""
        self.theirs = name
        announced(self.deps, known(2, name=name))

    @rule(name=st.sampled_from(NAMES))
    def the_unit_corrects(self, name: str) -> None:
        """Have the unit file a name; what is new is told to the directory by itself."""
        self.told += 1
        message = correct(self.deps, f"{self.told:032x}", name=name)
        if message is None:
            return
        self.ours = name
        follow_message(self.deps, BY_ITSELF, message)
        if self.theirs != name:
            self.standing = (self.theirs, name, "kept")
            self.waiting[message.id] = (self.theirs, name)
            self.last = message.id

    @precondition(lambda self: self.expected is not State.SETTLED and not self.is_under_way)
    @rule(choice=st.sampled_from(Choice))
    def the_desk_decides(self, choice: Choice) -> None:
        """Have the desk decide on the name."""
        case = self.deps.cases.get(case_id_of(UNIT))
        before = set(self.deps.messages.rows)
        decide(self.deps, Call(DESK, version=case.version), case.id, [Chosen(Field.NAME, choice, "理由")])
        words = {Choice.KEEP_OURS: "kept", Choice.ASK_UNIT: "asked", Choice.LEAVE: "left"}
        if choice is Choice.TAKE_THEIRS:
            self.ours, self.standing = self.theirs, None
            return
        self.standing = (self.theirs, self.ours, words[choice])
        for id in set(self.deps.messages.rows) - before:
            self.waiting[id], self.last = (self.theirs, self.ours), id

    @property
    def is_under_way(self) -> bool:
        """Whether a message on just these two values waits for its answer."""
        return self.standing == (self.theirs, self.ours, "kept")

    @precondition(lambda self: self.waiting)
    @rule(outcome=st.sampled_from(Outcome), data=st.data())
    def the_directory_answers(self, outcome: Outcome, data: Any) -> None:
        """Have the directory answer one of the messages, twice."""
        id = data.draw(st.sampled_from(sorted(self.waiting)))
        values = self.waiting.pop(id)
        message = self.deps.messages.get(id)
        state = MessageState.ACCEPTED if outcome is Outcome.ACCEPTED else MessageState.REFUSED
        answered = replace(message, state=state, receipt=Receipt(outcome, "no", NOW, ""), answered_at=NOW)
        self.deps.messages.rows[id] = answered
        for _ in range(2):
            take_answer(self.deps, DIRECTORY, answered)
        if self.standing == (*values, "kept") and id == self.last:
            self.standing = (*values, outcome.value)

    @invariant()
    def the_case_stands_as_the_model_says(self) -> None:
        """Compare the case with the model; a unit that never contradicted has none."""
        case = self.deps.cases.find(case_id_of(UNIT))
        assert (case.state if case else State.SETTLED) is self.expected
        if case:
            assert case.state is case.standing
            assert case.version == len(case.history)


CaseMachine.TestCase.settings = settings(max_examples=80, stateful_step_count=12, deadline=None)
TestCase = CaseMachine.TestCase
