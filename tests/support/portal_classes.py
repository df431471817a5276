"""The filing service's classes as the portal sees them: what the service itself answers, without HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import cast

from services.filing.classification.gate import suggest, verdict_of
from services.filing.classification.library import Classifier, classifier_of
from services.filing.classification.paths import walk
from services.filing.classification.records import candidates_of, read_record
from services.filing.model.classifications import ClassificationRecord
from services.filing.operations.classifying import Evaluated, Searched
from services.filing.schemas.classification import class_body, evaluated_body, paths_body, searched_body
from services.portal.model.classification import (
    Answers,
    ClassAnswer,
    EndAnswer,
    PathName,
    PathsAnswer,
    SearchAnswer,
)
from services.portal.model.filing import FilingAnswer
from shared.errors import Invalid
from tests.support.filing_deps import the_catalogue
from tests.support.portal_filing import make_filing


def known_classifier() -> Classifier:
    """Return the classifier of the edition in force."""
    found = classifier_of(the_catalogue().editions[0])
    assert found is not None
    return found


@dataclass
class FakeClasses:
    """Answers by the real data, and keeps what it was asked."""

    asked: list[str] = field(default_factory=list)
    kept: list[ClassificationRecord] = field(default_factory=list)

    def list(self, edition: str = "") -> Sequence[ClassAnswer]:
        return cast(
            "Sequence[ClassAnswer]", [class_body(each) for each in known_classifier().knowledge.classes.values()]
        )

    def paths(self, edition: str = "") -> PathsAnswer:
        return cast(PathsAnswer, paths_body(known_classifier().knowledge))

    def evaluate(self, path: PathName, answers: Answers, edition: str = "") -> EndAnswer:
        classifier = known_classifier()
        known = classifier.knowledge.scope if path == "scope" else classifier.knowledge.mixed
        found = walk(known, answers)
        assert found.faults == ()
        return cast(EndAnswer, evaluated_body(Evaluated(classifier, known, found, verdict_of(found))))

    def keep(self, token: str, filing_id: str, version: int, record: Mapping[str, object]) -> FilingAnswer:
        reading = read_record(record, known_classifier(), datetime(2026, 1, 8, 1, 0, tzinfo=UTC))
        if reading.record is None:
            raise Invalid(reading.problems)
        self.kept.append(reading.record)
        return make_filing("enterprise-2", id=filing_id, version=version + 1)

    def search(self, token: str, text: str, edition: str = "") -> SearchAnswer:
        self.asked.append(text)
        classifier = known_classifier()
        found = Searched(classifier, candidates_of(classifier, text), suggest(classifier.knowledge, text))
        return cast(SearchAnswer, searched_body(found))
