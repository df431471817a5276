"""Scores the helper on the evaluation sets: the right class first, among the first three, the gate right."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from services.filing.classification.gate import suggest, verdict_of
from services.filing.classification.library import Classifier
from services.filing.classification.loading import FOLDER, load, read_folder
from services.filing.classification.ranking import Index
from tests.classification.sets import ClassCase, GateCase, Split, read_sets

TOP_1, TOP_3, GATE = 0.85, 0.97, 0.95
"""The aims over the whole set."""


@dataclass(frozen=True)
class Miss:
    """A case that came out wrong, with what was found in place of what is right."""

    score: str
    split: Split
    text: str
    right: str
    found: str


@dataclass(frozen=True)
class Score:
    """How many of the cases came out right."""

    name: str
    split: str
    right: int
    cases: int

    @property
    def share(self) -> float:
        """The share of right ones."""
        return self.right / self.cases


@dataclass(frozen=True)
class Scores:
    """All scores by split, and over the whole set."""

    scores: tuple[Score, ...]
    misses: tuple[Miss, ...]

    def share(self, name: str, split: str = "whole") -> float:
        """Return one score."""
        return next(each.share for each in self.scores if (each.name, each.split) == (name, split))


def classifier() -> Classifier:
    """Return the classifier of the edition that the cases were written for."""
    knowledge = load("2022", date(2022, 1, 1), read_folder(FOLDER / "2022"))
    return Classifier(knowledge, Index(knowledge))


def without_words() -> Classifier:
    """Return a classifier that knows of the classes what the code list says, and none of our words."""
    knowledge = classifier().knowledge
    bare = {code: replace(each, strong=(), words=()) for code, each in knowledge.classes.items()}
    listed = replace(knowledge, classes=bare)
    return Classifier(listed, Index(listed))


def scores_of(asked: Classifier) -> Scores:
    """Return the scores of a classifier on all cases."""
    sets = read_sets()
    searched = (*sets.classes, *sets.later)
    ranked = {case.text: [each.code for each in asked.index.rank(case.text)] for case in searched}
    judged = {case.text: _judged(asked, case) for case in sets.gate}
    kept = {case.text: _is_filed(asked, case) for case in searched}
    checks: tuple[tuple[str, Iterable[ClassCase | GateCase], Callable[[str], bool]], ...] = (
        ("top-1", sets.classes, lambda text: ranked[text][:1] == [_code(text)]),
        ("top-3", sets.classes, lambda text: _code(text) in ranked[text][:3]),
        ("gate", sets.gate, lambda text: judged[text][0] == judged[text][1]),
        ("filed", searched, lambda text: kept[text]),
        ("later top-1", sets.later, lambda text: ranked[text][:1] == [_code(text)]),
        ("later top-3", sets.later, lambda text: _code(text) in ranked[text][:3]),
    )
    codes = {case.text: case.code for case in searched}

    def _code(text: str) -> str:
        return codes[text]

    scores: list[Score] = []
    misses: list[Miss] = []
    for name, cases, is_right in checks:
        listed = list(cases)
        for split, part in _parts(listed):
            scores.append(Score(name, split, sum(is_right(case.text) for case in part), len(part)))
        for case in listed:
            if not is_right(case.text):
                right, found = _words(case, ranked, judged)
                misses.append(Miss(name, case.split, case.text, right, found))
    return Scores(tuple(scores), tuple(misses))


def _parts(cases: list[ClassCase | GateCase]) -> Iterator[tuple[str, list[ClassCase | GateCase]]]:
    for split in Split:
        yield split.value, [case for case in cases if case.split is split]
    yield "whole", cases


def _words(
    case: ClassCase | GateCase, ranked: dict[str, list[str]], judged: dict[str, tuple[str, str]]
) -> tuple[str, str]:
    if isinstance(case, ClassCase):
        return case.code, " ".join(ranked[case.text][:3])
    return judged[case.text]


def _judged(asked: Classifier, case: GateCase) -> tuple[str, str]:
    """Return what is right and what was found, each as outcome with its reason or its kinds of deductions."""
    outcome = suggest(asked.knowledge, case.text).outcome
    found = str(verdict_of(outcome) or "")
    right = " ".join([case.outcome, case.reason, *sorted(case.deductions)])
    return right, " ".join([found, outcome.reason, *sorted(outcome.deductions if found == "part" else ())])


def _is_filed(asked: Classifier, case: ClassCase) -> bool:
    return suggest(asked.knowledge, case.text).outcome.outcome != "out"
