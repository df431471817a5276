"""Marks for follow-up in MongoDB: one small document each; what is marked, what stood there and the note are sealed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, cast

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from services.filing.model.marks import Mark
from services.filing.ports.casework import WantedMarks
from shared.crypto.errors import KeyDestroyed
from shared.crypto.sealing import Place, Sealer
from shared.errors import Conflict
from shared.history import was_done
from shared.idempotency import RequestKey
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import CREATED_KEY_INDEX
from shared.mongo.pages import Newest
from shared.paging import Page

COLLECTION = "marks"
NEWEST = Newest("made_at")
_LAST = [("made_at", DESCENDING), ("_id", DESCENDING)]

INDEXES = (
    CREATED_KEY_INDEX,
    IndexModel([("filing", ASCENDING), ("department", ASCENDING), ("_id", ASCENDING)], name="of_filing"),
    IndexModel([("department", ASCENDING), *_LAST], name="of_department"),
    IndexModel([("department", ASCENDING), ("is_done", ASCENDING), *_LAST], name="of_department_by_state"),
)


@dataclass(frozen=True)
class MongoMarks:
    """The marks of one database."""

    database: Database[Document]
    sealer: Sealer

    def get(self, mark_id: str) -> Mark:
        """Return the mark. Raises `NotFound`."""
        return self._mark(self._aggregates.get(mark_id))

    def find_created(self, request: RequestKey) -> Mark | None:
        """Return the mark that this request made. Raises `KeyReused` where it asked for something else."""
        document = self._aggregates.find_created(request)
        return self._mark(document) if document else None

    def list_of(self, filing_id: str, division: str) -> tuple[Mark, ...]:
        """Return the marks of a department on a filing, the oldest first."""
        rows = self._aggregates.find({"filing": filing_id, "department": division}, sort=[("_id", ASCENDING)])
        return tuple(self._mark(row) for row in rows)

    def list_of_department(self, division: str, wanted: WantedMarks, cursor: str, limit: int) -> Page[Mark]:
        """Return a page of the marks of a department, the newest first. Raises `Malformed`.

        What a destroyed key no longer opens is left out.
        """
        query: dict[str, Any] = {"department": division}
        query |= {name: value for name, value in (("form", wanted.form), ("period", wanted.period)) if value}
        if wanted.is_done is not None:
            query["is_done"] = wanted.is_done
        found = self._aggregates.find({**query, **NEWEST.after(cursor)}, sort=NEWEST.sort, limit=limit + 1)
        rows, following = NEWEST.page(found, limit)
        return Page(tuple(each for row in rows if (each := self._readable(row)) is not None), following)

    def add(self, mark: Mark) -> Mark:
        """Store a new mark; a request that made one before returns that one."""
        act = mark.history[-1]
        try:
            self._aggregates.insert(mark.id, self._fields(mark, 1), act)
        except Duplicate:
            made = self._aggregates.find_one({"created_key": act.key}) if act.key else None
            if made is None:
                raise Conflict from None
            was_done(history_of(made), RequestKey(str(act.key), str(act.digest)))
            return self._mark(made)
        return replace(mark, version=1)

    def save(self, mark: Mark) -> Mark:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        fields = self._fields(mark, mark.version + 1)
        return self._mark(self._aggregates.save(mark.id, mark.version, fields, (), act=mark.history[-1]))

    def hand_over(self, filing_id: str, successors: Mapping[str, str], division: str) -> None:
        """Give the marks on a filing to the departments that follow others, and note the division of its unit."""
        marks = self.database[COLLECTION]
        with unavailable_when_down():
            for before, after in successors.items():
                marks.update_many({"filing": filing_id, "department": before}, {"$set": {"department": after}})
            marks.update_many({"filing": filing_id}, {"$set": {"division": division}})

    @property
    def _aggregates(self) -> Aggregates:
        return Aggregates(self.database[COLLECTION])

    def _fields(self, mark: Mark, version: int) -> Document:
        secret = {"pointer": mark.pointer, "value": mark.value, "note": mark.note}
        return {
            "filing": mark.filing_id,
            "unit": mark.unit_id,
            "department": mark.division,
            "form": mark.form,
            "edition": mark.edition,
            "period": mark.period,
            "division": mark.of_division,
            "revision": mark.revision,
            "made_by": mark.made_by,
            "made_at": mark.made_at,
            "is_done": mark.is_done,
            "sealed": self.sealer.seal(secret, mark.unit_id, self._place(mark.id, version)),
        }

    def _readable(self, row: Document) -> Mark | None:
        try:
            return self._mark(row)
        except KeyDestroyed:
            return None

    def _mark(self, row: Document) -> Mark:
        secret = cast(dict[str, Any], self.sealer.open(row["sealed"], self._place(row["_id"], row["v"])))
        return Mark(
            id=row["_id"],
            version=row["v"],
            filing_id=row["filing"],
            unit_id=row["unit"],
            division=row["department"],
            form=row["form"],
            edition=row["edition"],
            period=row["period"],
            of_division=row["division"],
            revision=row["revision"],
            pointer=secret["pointer"],
            value=secret["value"],
            note=secret["note"],
            made_by=row["made_by"],
            made_at=row["made_at"],
            is_done=row["is_done"],
            history=history_of(row),
        )

    def _place(self, mark_id: str, version: int) -> Place:
        return Place(self.database.name, COLLECTION, mark_id, version)
