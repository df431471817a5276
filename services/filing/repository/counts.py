"""Counts of expected forms in MongoDB, by form, period and the place of the units; made from what else is stored alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pymongo import ASCENDING, IndexModel, UpdateOne
from pymongo.database import Database

from services.filing.completeness.counts import NUMBERS, Counts
from services.filing.completeness.standing import Level
from services.filing.ports.counts import Cell, Mark
from shared.mongo.client import Document, unavailable_when_down

COLLECTION, MARKS = "completeness", "completeness_marks"

INDEXES = (IndexModel([("form", ASCENDING), ("period", ASCENDING), ("path", ASCENDING)], name="in_division"),)

_LEVELS = {level.value: level for level in Level}


@dataclass(frozen=True)
class MongoCounts:
    """The counts of one database."""

    database: Database[Document]

    def cells(self, form: str, period: str, division: str) -> Sequence[Cell]:
        """Return the counts of a form and period for the places in a division."""
        with unavailable_when_down():
            found = self._cells.find({"form": form, "period": period, "path": division})
            return [Cell(tuple(each["path"]), _counts(each["counts"])) for each in found]

    def find_mark(self, form: str, period: str, divisions: Sequence[str]) -> Mark | None:
        """Return the latest mark of any of these divisions, None where none was counted."""
        ids = [_mark_id(form, period, division) for division in divisions]
        with unavailable_when_down():
            found = list(self._marks.find({"_id": {"$in": ids}}))
        marks = [Mark(each["division"], each["as_of"], each["whole_at"]) for each in found]
        return max(marks, key=lambda each: each.as_of, default=None)

    def put(self, form: str, period: str, cells: Sequence[Cell], at: datetime) -> None:
        """Keep the counts of some places as they were at a moment; later ones stay."""
        writes = [self._write(form, period, each, at) for each in cells]
        with unavailable_when_down():
            for start in range(0, len(writes), 1000):
                self._cells.bulk_write(writes[start : start + 1000], ordered=False)

    def drop_before(self, form: str, period: str, division: str, at: datetime) -> None:
        """Forget the places of a division that were not counted again since a moment."""
        gone = {"form": form, "period": period, "path": division, "at": {"$lt": at}}
        with unavailable_when_down():
            self._cells.delete_many(gone)

    def put_mark(self, form: str, period: str, mark: Mark) -> None:
        """Keep up to when a division is counted."""
        kept = {"division": mark.division, "as_of": mark.as_of, "whole_at": mark.whole_at}
        with unavailable_when_down():
            self._marks.update_one({"_id": _mark_id(form, period, mark.division)}, {"$max": kept}, upsert=True)

    def forget(self) -> None:
        """Forget everything, so that it is counted anew."""
        with unavailable_when_down():
            self._marks.delete_many({})
            self._cells.delete_many({})

    def _write(self, form: str, period: str, cell: Cell, at: datetime) -> UpdateOne:
        """Return the write of one place; where it was counted later already, its later counts are set to themselves."""
        id = "/".join((form, period, *cell.path))
        is_newer = {"$gt": [{"$ifNull": ["$at", at]}, at]}
        fields: Mapping[str, Any] = {
            "counts": {"$cond": [is_newer, "$counts", {"$literal": _written(cell.counts)}]},
            "at": {"$max": ["$at", at]},
            "form": {"$literal": form},
            "period": {"$literal": period},
            "path": {"$literal": list(cell.path)},
        }
        return UpdateOne({"_id": id}, [{"$set": fields}], upsert=True)

    @property
    def _cells(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[COLLECTION]

    @property
    def _marks(self) -> Any:  # Any: pymongo's collection of untyped documents
        return self.database[MARKS]


def _mark_id(form: str, period: str, division: str) -> str:
    return "/".join((form, period, division))


def _written(counts: Counts) -> Document:
    return {
        **{name: getattr(counts, name) for name in NUMBERS},
        "in_chain": {level.value: count for level, count in counts.in_chain.items()},
        "approved": {level.value: count for level, count in counts.approved.items()},
        "open_by_due": {due.isoformat(): count for due, count in counts.open_by_due.items()},
    }


def _counts(document: Document) -> Counts:
    return Counts(
        **{name: document[name] for name in NUMBERS},
        in_chain={_LEVELS[level]: count for level, count in document["in_chain"].items()},
        approved={_LEVELS[level]: count for level, count in document["approved"].items()},
        open_by_due={date.fromisoformat(due): count for due, count in document["open_by_due"].items()},
    )
