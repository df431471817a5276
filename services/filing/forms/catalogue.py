"""All editions, and which of them a period is collected under."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

from services.filing.forms.lists import CodeLists
from services.filing.forms.loading.editions import load_edition, read_folder
from services.filing.forms.loading.faults import EditionError, Fault
from services.filing.forms.loading.items import succession_faults
from services.filing.forms.model import Edition

FOLDER = Path(__file__).parent / "editions"


@dataclass(frozen=True)
class InForce:
    """The edition of a day. `is_expired` says that its approval has ended and no successor is loaded.

    Collecting goes on then only under a recorded decision of the ministry, and what is published says so.
    """

    edition: Edition
    is_expired: bool


@dataclass(frozen=True)
class Catalogue:
    """The editions by their days, which never overlap, the oldest first."""

    editions: tuple[Edition, ...]

    def find(self, edition_id: str) -> Edition | None:
        """Return the edition of an id, None where there is none. A filing keeps the edition it was filed under."""
        return next((edition for edition in self.editions if edition.id == edition_id), None)

    def on(self, day: date) -> InForce | None:
        """Return the edition for a period that ends on a day; None before the first one."""
        begun = [edition for edition in self.editions if edition.valid_from <= day]
        return InForce(begun[-1], is_expired=begun[-1].valid_to < day) if begun else None


def catalogue_of(editions: Iterable[Edition]) -> Catalogue:
    """Return the catalogue; raises EditionError for two editions of one id or with days in common.

    An edition after the first one must say of every item of the one before what became of it.
    """
    ordered = tuple(sorted(editions, key=lambda edition: edition.valid_from))
    faults = [
        Fault(f"{after.id}/edition.toml/valid_from", "dates_overlap", f"{before.id} ends on {before.valid_to}")
        for before, after in pairwise(ordered)
        if after.valid_from <= before.valid_to
    ]
    for before, edition in zip((None, *ordered), ordered, strict=False):
        faults += succession_faults(edition, before)
    ids = [edition.id for edition in ordered]
    faults += [Fault(f"{id_}/edition.toml/id", "duplicate", id_) for id_ in sorted(set(ids)) if ids.count(id_) > 1]
    if faults:
        raise EditionError(faults)
    return Catalogue(ordered)


def load_catalogue(lists: CodeLists, folder: Path = FOLDER) -> Catalogue:
    """Return all editions below a folder, one per sub-folder; raises EditionError with every fault and its place."""
    editions: list[Edition] = []
    faults: list[Fault] = []
    for each in sorted(path for path in folder.iterdir() if path.is_dir()):
        try:
            editions.append(load_edition(read_folder(each), lists))
        except EditionError as error:
            faults += [Fault(f"{each.name}/{fault.place}", fault.code, fault.detail) for fault in error.faults]
    if faults:
        raise EditionError(faults)
    return catalogue_of(editions)
