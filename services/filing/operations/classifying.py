"""Finding the class of a contract: nothing of it is stored, and a description leaves no trace."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from services.filing.classification.gate import Suggestion, suggest, verdict_of
from services.filing.classification.knowledge import KnownClass, Verdict
from services.filing.classification.library import Classifier, classifier_of
from services.filing.classification.paths import Answers, Path, Walk, walk
from services.filing.classification.records import candidates_of
from services.filing.model.classifications import Candidate
from services.filing.ports.deps import Deps
from shared.clock import local_date
from shared.errors import Invalid, NotFound, Problem


class PathName(StrEnum):
    """The two guided paths."""

    SCOPE = "scope"
    MIXED = "mixed"


@dataclass(frozen=True)
class Searched:
    """What a description leads to: the best classes, and proposed answers to the questions of the scope path."""

    classifier: Classifier
    candidates: tuple[Candidate, ...]
    suggestion: Suggestion


@dataclass(frozen=True)
class Evaluated:
    """How far answers lead; `verdict` is that of a finished scope path."""

    classifier: Classifier
    path: Path
    walk: Walk
    verdict: Verdict | None


def get_classifier(deps: Deps, edition_id: str = "") -> Classifier:
    """Return the classifier of an edition, of the one in force today where none is named. Raises `NotFound`."""
    if edition_id:
        edition = deps.catalogue.find(edition_id)
    else:
        in_force = deps.catalogue.on(local_date(deps.clock.now()))
        edition = in_force.edition if in_force else None
    found = classifier_of(edition) if edition else None
    if found is None:
        raise NotFound
    return found


def search_classes(deps: Deps, text: str, edition_id: str = "") -> Searched:
    """Return the best classes for a description, explained, and what it suggests for the scope path. Raises `NotFound`."""
    classifier = get_classifier(deps, edition_id)
    return Searched(classifier, candidates_of(classifier, text), suggest(classifier.knowledge, text))


def evaluate_path(deps: Deps, name: PathName, answers: Answers, edition_id: str = "") -> Evaluated:
    """Return how far answers lead. Raises `NotFound`, and `Invalid` for answers that the path does not ask."""
    classifier = get_classifier(deps, edition_id)
    path = classifier.knowledge.scope if name is PathName.SCOPE else classifier.knowledge.mixed
    found = walk(path, answers)
    order = list(answers)
    if found.faults:
        raise Invalid(
            Problem(f"/answers/{order.index(fault.question)}", fault.code, "这样回答不合路径。")
            for fault in found.faults
        )
    return Evaluated(classifier, path, found, verdict_of(found) if name is PathName.SCOPE else None)


def get_class(deps: Deps, code: str, edition_id: str = "") -> KnownClass:
    """Return one class. Raises `NotFound`."""
    found = get_classifier(deps, edition_id).knowledge.classes.get(code)
    if found is None:
        raise NotFound
    return found
