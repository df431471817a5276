"""The classifiers of the editions, each loaded once for a process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache

from services.filing.classification.knowledge import Knowledge
from services.filing.classification.loading import FOLDER, load, read_folder
from services.filing.classification.ranking import Index
from services.filing.forms.loading.faults import EditionError, Fault
from services.filing.forms.model import Edition


@dataclass(frozen=True)
class Classifier:
    """What one edition knows, ready to be asked."""

    knowledge: Knowledge
    index: Index


def classifier_of(edition: Edition) -> Classifier | None:
    """Return the classifier of an edition, None for one that has no data for it. Raises EditionError for faulty data."""
    return _classifier(edition.id, edition.valid_from)


def check_all(editions: Iterable[Edition]) -> None:
    """Load the classifiers of all editions; raises EditionError with every fault and its place, and where one is missing."""
    faults: list[Fault] = []
    for edition in editions:
        try:
            if classifier_of(edition) is None:
                faults.append(Fault(edition.id, "no_such_folder"))
        except EditionError as error:
            faults += [Fault(f"{edition.id}/{fault.place}", fault.code, fault.detail) for fault in error.faults]
    if faults:
        raise EditionError(faults)


@cache
def _classifier(edition: str, on: date) -> Classifier | None:
    folder = FOLDER / edition
    if not folder.is_dir():
        return None
    knowledge = load(edition, on, read_folder(folder))
    return Classifier(knowledge, Index(knowledge))
