"""What the filing service answers about the classes of contracts, and where answers to a guided path lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypedDict

PathName = Literal["scope", "mixed"]
Answers = Mapping[str, Sequence[str]]
"""The values that were chosen for each question, by its id."""


class Named(TypedDict):
    """A code with its name."""

    code: str
    name: str


class Coded(TypedDict):
    """A reason not to file, or a kind of deduction."""

    code: str
    label: str
    text: str


class Result(Coded):
    """How the path for contracts of several kinds ends; `families` are the 大类 that remain, none means all."""

    families: list[str]
    is_filed: bool


ShareAnswer = TypedDict("ShareAnswer", {"code": str, "name": str, "from": int, "to": int})
"""A kind of product or project with the usual share of design in per cent (203)."""


class ClassAnswer(TypedDict):
    """A class as far as the page shows it."""

    code: str
    name: str
    group: Named
    main: Named
    scope: str
    notes: list[str]
    shares: list[ShareAnswer]


class HitAnswer(TypedDict):
    """A word that brought points, and where it stands in what is known of the class."""

    word: str
    field: str
    points: str


class MoveAnswer(TypedDict):
    """An exclusion that spoke."""

    source: str
    what: str
    targets: list[str]
    words: list[str]


class CandidateAnswer(TypedDict):
    """A proposed class and why."""

    code: str
    name: str
    points: str
    hits: list[HitAnswer]
    moves: list[MoveAnswer]


class PathAnswer(TypedDict):
    """What was chosen for one question."""

    question: str
    values: list[str]


class DeductionAnswer(TypedDict):
    """A sum that does not count, in 万元 of the currency."""

    kind: str
    amount: str
    currency: str


class RecordedCandidate(TypedDict):
    """A class that was proposed, and why."""

    code: str
    points: str
    hits: list[HitAnswer]
    moves: list[MoveAnswer]


class RecordAnswer(TypedDict):
    """How a contract was classified."""

    edition: str
    made_at: str
    query: str
    scope: list[PathAnswer]
    outcome: str
    reason: str
    deductions: list[DeductionAnswer]
    candidates: list[RecordedCandidate]
    chosen: str
    mixed: list[PathAnswer]
    mixed_result: str


class SuggestionAnswer(TypedDict):
    """Proposed answers, with the words behind those that are not the usual ones."""

    answers: list[PathAnswer]
    words: dict[str, list[str]]


class SearchAnswer(TypedDict):
    """What a description leads to."""

    edition: str
    candidates: list[CandidateAnswer]
    suggestion: SuggestionAnswer


class WayAnswer(TypedDict):
    """One answer of a question, and where it leads."""

    value: str
    label: str
    next: str


class QuestionAnswer(TypedDict):
    """A question; with `is_many` any number of answers may be chosen, and all lead to `next`."""

    id: str
    text: str
    help: str
    is_many: bool
    usual: str
    next: str
    answers: list[WayAnswer]


class QuestionsAnswer(TypedDict):
    """A guided path."""

    title: str
    first: str
    questions: list[QuestionAnswer]


class MixedAnswer(QuestionsAnswer):
    """The path for contracts of several kinds, with how it may end."""

    results: list[Result]


class PathsAnswer(TypedDict):
    """Both paths."""

    edition: str
    scope: QuestionsAnswer
    mixed: MixedAnswer
    reasons: list[Coded]
    deductions: list[Coded]


class EndAnswer(TypedDict):
    """How far answers lead; `outcome` is empty where a question is open."""

    outcome: str
    reason: Coded | None
    deductions: list[Coded]
    result: Result | None


def on_path(path: QuestionsAnswer, answers: Answers) -> dict[str, tuple[str, ...]]:
    """Return the answers that the path comes to, in its order; what it does not ask, or can't be answered so, is left out."""
    questions = {each["id"]: each for each in path["questions"]}
    kept: dict[str, tuple[str, ...]] = {}
    at = path["first"]
    while at and at in answers:
        question = questions[at]
        ways = {way["value"]: way for way in question["answers"]}
        values = tuple(dict.fromkeys(value for value in answers[at] if value in ways))
        if not question["is_many"] and len(values) != 1:
            break
        kept[at] = values
        at = question["next"] if question["is_many"] else ways[values[0]]["next"]
    return kept


def open_question(path: QuestionsAnswer, kept: Answers) -> QuestionAnswer | None:
    """Return the question that answers on the path lead to, None at its end."""
    questions = {each["id"]: each for each in path["questions"]}
    if not kept:
        return questions[path["first"]]
    last = questions[[*kept][-1]]
    values = kept[last["id"]]
    following = last["next"] if last["is_many"] else next(w["next"] for w in last["answers"] if w["value"] == values[0])
    return questions.get(following)
