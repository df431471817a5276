"""Finding the class of a contract, and keeping with the contract how it was found.

A search leaves no trace; what is kept is the record that the unit puts to its contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum

from services.filing.classification.gate import Suggestion, suggest, verdict_of
from services.filing.classification.knowledge import KnownClass, Verdict
from services.filing.classification.library import Classifier, classifier_of
from services.filing.classification.paths import Answers, Path, Walk, walk
from services.filing.classification.records import candidates_of, check_record, read_record
from services.filing.errors import FieldNotOpen, NotExpected
from services.filing.ledger.reading import CONTRACT_FORM
from services.filing.model.classifications import Candidate
from services.filing.model.filings import Filing, Working
from services.filing.model.states import Action
from services.filing.operations.changes import Changed, change
from services.filing.operations.drafts import open_pointers
from services.filing.ports.deps import Deps
from shared.calls import Call
from shared.clock import local_date
from shared.errors import Invalid, NotFound, Problem

CLASSIFIED = ("/209", "/206")
"""The fields that a record speaks of."""


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


def save_classification(deps: Deps, call: Call, filing_id: str, found: Mapping[str, object] | None) -> Filing:
    """Keep with a contract that is being filled in how its class was found; None takes the record out.

    Actor: own unit. From: draft, returned (where the return opened 209 or 206). Events: none.
    Raises `Invalid` with every fault of the record, `NotExpected` for other forms, `FieldNotOpen`, and what `change` raises.
    """

    def make(filing: Filing) -> Changed:
        if filing.form != CONTRACT_FORM:
            raise NotExpected("只有合同协议情况登记表有分类记录。")
        opened = open_pointers(filing)
        if opened is not None and not any(each.startswith(CLASSIFIED) for each in opened):
            raise FieldNotOpen
        record = None
        if found is not None:
            reading = read_record(found, get_classifier(deps, filing.edition), deps.clock.now())
            if reading.record is None:
                raise Invalid(replace(each, pointer=f"/record{each.pointer}") for each in reading.problems)
            record = reading.record
        return replace(filing, working=replace(filing.working, classification=record)), ()

    return change(deps, call, filing_id, Action.SAVE, make)


def record_problems(working: Working) -> tuple[Problem, ...]:
    """Return where the answers of a contract do not agree with the record of its classification."""
    record, amount = working.classification, working.answers.get("206")
    if record is None:
        return ()
    deducted = amount.get("deducted") if isinstance(amount, Mapping) else None
    chosen = working.answers.get("209")
    return check_record(
        record,
        chosen if isinstance(chosen, str) else None,
        Decimal(deducted) if isinstance(deducted, str) else None,
    )
