"""A short path of questions as data: an answer leads on or ends; the same answers always come to the same end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Answer:
    """One way to answer; it leads to `next` or ends in `outcome`, and may take a kind of deduction along."""

    value: str
    label: str
    next: str = ""
    outcome: str = ""
    reason: str = ""
    deduction: str = ""


@dataclass(frozen=True)
class Question:
    """One question. With `is_many` any number of answers may be chosen, none too, and all of them lead on alike."""

    id: str
    text: str
    help: str
    usual: str
    answers: tuple[Answer, ...]
    is_many: bool = False
    next: str = ""
    outcome: str = ""

    def answer(self, value: str) -> Answer | None:
        """Return the answer of a value, None where the question has none."""
        return next((each for each in self.answers if each.value == value), None)


@dataclass(frozen=True)
class Result:
    """How a path may end; `families` are the 大类 that a class must then be of, none means any."""

    code: str
    label: str
    text: str
    rule: str = ""
    families: tuple[str, ...] = ()
    is_filed: bool = True


@dataclass(frozen=True)
class Path:
    """Questions from the first one to the results; questions only lead forward."""

    title: str
    first: str
    questions: Mapping[str, Question]
    results: Mapping[str, Result]


Answers = Mapping[str, Sequence[str]]
"""The values chosen for each question, by its id."""


@dataclass(frozen=True)
class Fault:
    """What is wrong with answers: at which question, and a stable code."""

    question: str
    code: str


@dataclass(frozen=True)
class Walk:
    """How far answers lead: the questions that were asked, the one that is open, or the end."""

    asked: tuple[str, ...]
    open: str = ""
    outcome: str = ""
    reason: str = ""
    deductions: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()


def walk(path: Path, answers: Answers) -> Walk:
    """Follow the answers from the first question to the end, or to the first question without an answer.

    Faults: `unknown_answer`, `one_answer`, and `not_asked` for an answer to a question that the path does not come to.
    """
    asked: list[str] = []
    deductions: list[str] = []
    outcome = reason = ""
    at = path.first
    while at:
        question = path.questions[at]
        if at not in answers:
            break
        faulty, chosen = _chosen(question, answers[at])
        if faulty:
            return Walk(tuple(asked), at, faults=(Fault(at, faulty), *_not_asked(path, answers, (*asked, at))))
        asked.append(at)
        deductions += [each.deduction for each in chosen if each.deduction]
        last = question if question.is_many else chosen[0]
        outcome, at = last.outcome, last.next
        reason = "" if question.is_many else chosen[0].reason
    return Walk(
        tuple(asked), at, outcome, reason, tuple(dict.fromkeys(deductions)), _not_asked(path, answers, (*asked, at))
    )


def usual_walk(path: Path, answers: Answers) -> dict[str, tuple[str, ...]]:
    """Return complete answers: the given ones where the path comes to their questions, the usual ones elsewhere."""
    made: dict[str, tuple[str, ...]] = {}
    at = path.first
    while at:
        question = path.questions[at]
        usual = (question.usual,) if question.usual else ()
        made[at] = tuple(answers.get(at, usual))
        at = walk(path, made).open
    return made


def _chosen(question: Question, values: Sequence[str]) -> tuple[str, list[Answer]]:
    found = [question.answer(value) for value in values]
    chosen = [answer for answer in found if answer is not None]
    if len(chosen) != len(values) or len(set(values)) != len(values):
        return "unknown_answer", []
    if not question.is_many and len(chosen) != 1:
        return "one_answer", []
    return "", chosen


def _not_asked(path: Path, answers: Answers, asked: Sequence[str]) -> tuple[Fault, ...]:
    return tuple(Fault(name, "not_asked") for name in answers if name not in asked)
