"""A case of the desk (一单位一案): where the 名录库 and a unit of the survey differ, and what becomes of each field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from services.exchange.comparing.comparison import Compared
from services.exchange.comparing.fields import Field
from services.exchange.comparing.proposals import Proposal
from services.exchange.comparing.verdicts import Outcome
from services.exchange.model.survey_units import Ground
from shared.history import HistoryEntry


class State(StrEnum):
    """Where a case stands: somebody has to decide, an answer is waited for, nothing is left to do."""

    OPEN = "open"
    WAITING = "waiting"
    SETTLED = "settled"


class Action(StrEnum):
    """What can happen to a case."""

    OPEN = "open"
    UPDATE = "update"
    DECIDE = "decide"
    TAKE_ANSWER = "take_answer"


class Trigger(StrEnum):
    """What brought a case up last: the directory's announcement, what the survey found, a refusal by the directory."""

    ANNOUNCEMENT = "announcement"
    SURVEY = "survey"
    REFUSAL = "refusal"


class Choice(StrEnum):
    """What is decided on a field."""

    TAKE_THEIRS = "take_theirs"
    KEEP_OURS = "keep_ours"
    ASK_UNIT = "ask_unit"
    LEAVE = "leave"


class Answer(StrEnum):
    """What has come back on a decision."""

    NONE = "none"
    PENDING = "pending"
    ACCEPTED = "accepted"
    REFUSED = "refused"


AWAITED: Mapping[Choice, Answer] = {
    Choice.TAKE_THEIRS: Answer.NONE,
    Choice.KEEP_OURS: Answer.PENDING,
    Choice.ASK_UNIT: Answer.PENDING,
    Choice.LEAVE: Answer.NONE,
}
"""Whether somebody is to answer: the directory to what was kept, the unit to what it was asked."""


@dataclass(frozen=True)
class Decision:
    """A decision on a field, on the very values that it was taken on; `no` counts those of the field from 1.

    `message_id` is that of the message to the directory where one tells it; `reason_code` is the directory's.
    """

    no: int
    choice: Choice
    reason: str = field(repr=False)
    by: str
    at: datetime
    theirs: str = field(repr=False)
    ours: str = field(repr=False)
    answer: Answer
    message_id: str = ""
    reason_code: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True)
class CaseField:
    """A field of a case: the two values, on what ours rests, and what was decided, the newest last."""

    compared: Compared
    ground: Ground | None = None
    decisions: tuple[Decision, ...] = ()

    @property
    def which(self) -> Field:
        """The field."""
        return self.compared.which

    @property
    def theirs(self) -> str:
        """What the directory says, empty for nothing."""
        return self.compared.theirs.value if self.compared.theirs else ""

    @property
    def ours(self) -> str:
        """What the unit says, empty for nothing."""
        return self.compared.ours.value if self.compared.ours else ""

    @property
    def decision(self) -> Decision | None:
        """The decision in force: the last one, as long as it was taken on the values of now.

        To take the directory's value made the two equal; where they differ as before, the unit has gone back on it since.
        """
        last = self.decisions[-1] if self.decisions else None
        if last is None or last.choice is Choice.TAKE_THEIRS or (last.theirs, last.ours) != (self.theirs, self.ours):
            return None
        return last

    @property
    def is_open(self) -> bool:
        """Whether the desk has to decide: nothing is decided, it was left for later, or the directory refused."""
        if self.compared.outcome is Outcome.SAME:
            return False
        if self.decision is None:
            return self.compared.needs_a_word
        return self.decision.choice is Choice.LEAVE or self.decision.answer is Answer.REFUSED

    @property
    def is_awaited(self) -> bool:
        """Whether the directory or the unit is to answer."""
        is_equal = self.compared.outcome is Outcome.SAME
        return not is_equal and self.decision is not None and self.decision.answer is Answer.PENDING

    @property
    def may_be_decided(self) -> bool:
        """Whether a decision makes sense: the values are not equal, and no message on it is under way."""
        under_way = self.is_awaited and self.decision is not None and self.decision.choice is Choice.KEEP_OURS
        return self.compared.outcome is not Outcome.SAME and not under_way

    def decided(self, decision: Decision) -> CaseField:
        """Return the field with one more decision."""
        return replace(self, decisions=(*self.decisions, decision))


@dataclass(frozen=True)
class Case:
    """The aggregate; `no` counts how often it was opened.

    `opened_at` is when it was opened last, from which its age counts. `directory_unit` is the directory's id of the unit.
    `evidence` is what the directory gives as its ground, `effective_date` from when on it says so.
    """

    id: str
    version: int
    unit_id: str
    division: str
    path: tuple[str, ...]
    state: State
    trigger: Trigger
    proposals: tuple[Proposal, ...]
    opened_at: datetime
    updated_at: datetime
    no: int = 1
    settled_at: datetime | None = None
    directory_unit: str = field(default="", repr=False)
    evidence: str = field(default="", repr=False)
    effective_date: str = ""
    fields: tuple[CaseField, ...] = ()
    history: tuple[HistoryEntry, ...] = ()

    @property
    def standing(self) -> State:
        """The state that follows from the fields."""
        if any(each.is_open for each in self.fields):
            return State.OPEN
        return State.WAITING if any(each.is_awaited for each in self.fields) else State.SETTLED

    def find(self, which: Field) -> CaseField | None:
        """Return a field, None where neither side tells it."""
        return next((each for each in self.fields if each.which is which), None)

    def with_fields(self, changed: Sequence[CaseField]) -> Case:
        """Return the case with these fields in place of what it had of them."""
        by_name = {each.which: each for each in changed}
        return replace(self, fields=tuple(by_name.get(each.which, each) for each in self.fields))
