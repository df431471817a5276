"""All editions with their indexes, loaded once for a process."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

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


@dataclass(frozen=True)
class Library:
    """The classifiers by edition."""

    classifiers: tuple[Classifier, ...]

    def find(self, edition: str) -> Classifier | None:
        """Return the classifier of an edition, None where there is none."""
        return next((each for each in self.classifiers if each.knowledge.edition == edition), None)


def load_library(editions: Iterable[Edition], folder: Path = FOLDER) -> Library:
    """Return the classifiers of the editions; raises EditionError with every fault and its place.

    An edition without a folder of its own is refused: its contracts could not be classified.
    """
    made: list[Classifier] = []
    faults: list[Fault] = []
    for edition in editions:
        try:
            knowledge = load(edition.id, edition.valid_from, read_folder(folder / edition.id))
        except EditionError as error:
            faults += [Fault(f"{edition.id}/{fault.place}", fault.code, fault.detail) for fault in error.faults]
        else:
            made.append(Classifier(knowledge, Index(knowledge)))
    if faults:
        raise EditionError(faults)
    return Library(tuple(made))
