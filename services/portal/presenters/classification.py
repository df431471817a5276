"""View-models of the page that finds the class of a contract."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from services.portal.model.classification import (
    Answers,
    CandidateAnswer,
    ClassAnswer,
    MoveAnswer,
    PathAnswer,
    PathsAnswer,
    QuestionAnswer,
    QuestionsAnswer,
    RecordAnswer,
    on_path,
    open_question,
)
from services.portal.presenters.words import moment

FIELDS = {
    "strong": "常用说法",
    "name": "类型名称",
    "business": "典型业务",
    "words": "相关用词",
    "scope": "范围",
    "part": "用词的一部分",
}
MOST_SHOWN = 5
MOST_WORDS = 8


@dataclass(frozen=True)
class ChoiceView:
    """One way to answer."""

    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class QuestionView:
    """A question with its answers; `words` of the description are why one was proposed."""

    name: str
    text: str
    help: str
    is_many: bool
    choices: tuple[ChoiceView, ...]
    words: tuple[str, ...]


@dataclass(frozen=True)
class CandidateView:
    """A class to choose, where it stands, and why it was proposed."""

    code: str
    name: str
    place: str
    scope: str
    words: tuple[tuple[str, str], ...]
    moves: tuple[str, ...]
    notes: tuple[str, ...]
    shares: tuple[str, ...]
    is_chosen: bool


@dataclass(frozen=True)
class RecordView:
    """How a contract was classified, for whoever reviews it: what was asked and answered, and what came of it."""

    made_at: str
    query: str
    outcome: str
    tone: str
    reason: str
    deductions: tuple[str, ...]
    chosen: str
    rank: int
    """Where the chosen class stood in the ranking; 0 where it was not proposed."""
    candidates: tuple[RecordedView, ...]
    answers: tuple[tuple[str, str], ...]
    mixed: tuple[tuple[str, str], ...]
    mixed_result: str


@dataclass(frozen=True)
class RecordedView:
    """A class that was proposed, and why."""

    name: str
    is_chosen: bool
    words: tuple[str, ...]
    moves: tuple[str, ...]


OUTCOMES = {
    "in": ("纳入，金额全部计入", "success"),
    "part": ("纳入，部分金额扣除", "warning"),
    "out": ("不予填报", "danger"),
}


def record_view(record: RecordAnswer, paths: PathsAnswer, classes: Iterable[ClassAnswer]) -> RecordView:
    """Return a classification record in words."""
    names = {each["code"]: f"{each['code']} {each['name']}" for each in classes}
    reasons = {each["code"]: each["label"] for each in paths["reasons"]}
    kinds = {each["code"]: each["label"] for each in paths["deductions"]}
    results = {each["code"]: f"{each['label']}：{each['text']}" for each in paths["mixed"]["results"]}
    ranked = [each["code"] for each in record["candidates"]]
    outcome, tone = OUTCOMES[record["outcome"]]
    return RecordView(
        made_at=moment(record["made_at"]),
        query=record["query"],
        outcome=outcome,
        tone=tone,
        reason=reasons.get(record["reason"], ""),
        deductions=tuple(
            f"{kinds.get(each['kind'], each['kind'])} {each['amount']} 万元（{each['currency']}）"
            for each in record["deductions"]
        ),
        chosen=names.get(record["chosen"], record["chosen"]),
        rank=ranked.index(record["chosen"]) + 1 if record["chosen"] in ranked else 0,
        candidates=tuple(
            RecordedView(
                name=names.get(each["code"], each["code"]),
                is_chosen=each["code"] == record["chosen"],
                words=tuple(hit["word"] for hit in each["hits"][:MOST_WORDS]),
                moves=tuple(dict.fromkeys(_move(move, each["code"], names) for move in each["moves"])),
            )
            for each in record["candidates"][:MOST_SHOWN]
        ),
        answers=_said(paths["scope"], record["scope"]),
        mixed=_said(paths["mixed"], record["mixed"]),
        mixed_result=results.get(record["mixed_result"], ""),
    )


def _said(path: QuestionsAnswer, answers: Iterable[PathAnswer]) -> tuple[tuple[str, str], ...]:
    """Return each question with the words of its answers."""
    questions = {each["id"]: each for each in path["questions"]}
    said: list[tuple[str, str]] = []
    for each in answers:
        question = questions[each["question"]]
        labels = {way["value"]: way["label"] for way in question["answers"]}
        said.append((question["text"], "；".join(labels[value] for value in each["values"]) or "都没有"))
    return tuple(said)


def question_views(
    path: QuestionsAnswer, answers: Answers, prefix: str, words: Mapping[str, Sequence[str]]
) -> tuple[QuestionView, ...]:
    """Return the questions that were answered, and the one that is open."""
    kept = on_path(path, answers)
    questions = {each["id"]: each for each in path["questions"]}
    shown = [questions[name] for name in kept]
    following = open_question(path, kept)
    if following is not None:
        shown.append(following)
    return tuple(_question(each, kept.get(each["id"], ()), prefix, words.get(each["id"], ())) for each in shown)


def candidate_views(
    found: Iterable[CandidateAnswer], classes: Iterable[ClassAnswer], chosen: str
) -> tuple[CandidateView, ...]:
    """Return the best of the proposed classes."""
    known = {each["code"]: each for each in classes}
    names = {code: f"{code} {each['name']}" for code, each in known.items()}
    return tuple(
        CandidateView(
            code=each["code"],
            name=each["name"],
            place=f"{known[each['code']]['main']['name']} › {known[each['code']]['group']['name']}",
            scope=known[each["code"]]["scope"],
            words=tuple((hit["word"], FIELDS.get(hit["field"], "")) for hit in each["hits"][:MOST_WORDS]),
            moves=tuple(dict.fromkeys(_move(move, each["code"], names) for move in each["moves"])),
            notes=tuple(known[each["code"]]["notes"]),
            shares=tuple(f"{one['name']} {one['from']}%～{one['to']}%" for one in known[each["code"]]["shares"]),
            is_chosen=each["code"] == chosen,
        )
        for each in [*found][:MOST_SHOWN]
    )


def class_options(classes: Iterable[ClassAnswer]) -> tuple[tuple[str, str], ...]:
    """Return all classes for a list to choose from."""
    return tuple((each["code"], f"{each['code']} {each['name']}（{each['group']['name']}）") for each in classes)


def _question(question: QuestionAnswer, values: Sequence[str], prefix: str, words: Sequence[str]) -> QuestionView:
    return QuestionView(
        name=f"{prefix}:{question['id']}",
        text=question["text"],
        help=question["help"],
        is_many=question["is_many"],
        choices=tuple(ChoiceView(way["value"], way["label"], way["value"] in values) for way in question["answers"]),
        words=tuple(words),
    )


def _move(move: MoveAnswer, code: str, names: Mapping[str, str]) -> str:
    targets = "、".join(names.get(target, target) for target in move["targets"])
    words = "、".join(f"“{word}”" for word in move["words"])
    if code in move["targets"]:
        return f"出现{words}：{names[move['source']]} 不包括“{move['what']}”，归入本类。"
    return f"出现{words}：本类不包括“{move['what']}”，应归入 {targets}。"
