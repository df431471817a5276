"""What a description suggests for the scope path, and what the path comes to with these answers."""

from __future__ import annotations

from dataclasses import dataclass

from services.filing.classification.knowledge import Hint, Knowledge, Verdict
from services.filing.classification.paths import Answers, Walk, usual_walk, walk
from services.filing.classification.texts import describe


@dataclass(frozen=True)
class Suggestion:
    """Proposed answers, complete to the end of the path, with the words behind those that are not the usual ones."""

    answers: Answers
    words: dict[str, tuple[str, ...]]
    outcome: Walk


def suggest(knowledge: Knowledge, text: str) -> Suggestion:
    """Return the answers that a description suggests; where it says nothing, those of an ordinary service contract."""
    description = describe(text)
    spoken = [(hint, words) for hint in knowledge.hints if (words := hint.cue.hits(description))]
    values: dict[str, tuple[str, ...]] = {}
    because: dict[str, tuple[str, ...]] = {}
    for hint, words in spoken:
        if _adds(knowledge, hint, values):
            values[hint.question] = (*values.get(hint.question, ()), hint.value)
            because[hint.question] = tuple(dict.fromkeys((*because.get(hint.question, ()), *words)))
    answers = usual_walk(knowledge.scope, values)
    return Suggestion(
        answers,
        {question: because[question] for question in answers if question in because},
        walk(knowledge.scope, answers),
    )


def verdict_of(outcome: Walk) -> Verdict | None:
    """Return what a finished path comes to, None for one that is not at its end."""
    if not outcome.outcome:
        return None
    if outcome.outcome == Verdict.OUT:
        return Verdict.OUT
    return Verdict.PART if outcome.deductions else Verdict.IN


def _adds(knowledge: Knowledge, hint: Hint, values: dict[str, tuple[str, ...]]) -> bool:
    already = values.get(hint.question, ())
    return hint.value not in already and (not already or knowledge.scope.questions[hint.question].is_many)
