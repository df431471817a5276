"""Assignments in MongoDB: one document for each filing that ever was assigned, all of it ids and moments.

Whether one still stands is asked of the filing itself, so that nothing has to be undone when a filing moves on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from pymongo import ASCENDING, IndexModel
from pymongo.database import Database

from services.filing.model.assignments import Assignment
from services.filing.model.states import State
from services.filing.repository.records import COLLECTION as FILINGS
from shared.calls import Call
from shared.errors import StaleVersion
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import OUTBOX_INDEX

COLLECTION = "assignments"

INDEXES = (
    OUTBOX_INDEX,
    IndexModel([("division", ASCENDING), ("assignee", ASCENDING), ("waiting_since", ASCENDING)], name="of_assignee"),
    IndexModel([("assigned_at", ASCENDING)], name="by_age"),
)

_STANDS: Mapping[str, Any] = {
    "$expr": {
        "$and": [
            {"$eq": ["$state", State.SUBMITTED.value]},
            {"$eq": ["$reviewer", "$$division"]},
            {"$eq": ["$waiting_since", "$$since"]},
        ]
    }
}
"""The filing that still waits as it did when it was assigned."""

_JOINED: Sequence[Mapping[str, Any]] = (
    {
        "$lookup": {
            "from": FILINGS,
            "localField": "_id",
            "foreignField": "_id",
            "let": {"division": "$division", "since": "$waiting_since"},
            "pipeline": [{"$match": _STANDS}, {"$project": {"_id": 1}}],
            "as": "waits",
        }
    },
)


@dataclass(frozen=True)
class MongoAssignments:
    """The assignments of one database."""

    database: Database[Document]
    events: EventMaker

    def get(self, filing_id: str) -> Assignment | None:
        """Return what was assigned last, whether it still stands or not."""
        found = self._aggregates.find_one({"_id": filing_id})
        return _assignment(found) if found else None

    def save(self, assignment: Assignment, call: Call, events: Sequence[Outgoing]) -> Assignment:
        """Store an assignment in place of the one before, with its last act. Raises `StaleVersion`."""
        fields = {
            "division": assignment.division,
            "waiting_since": assignment.waiting_since,
            "assignee": assignment.assignee_id,
            "assigned_by": assignment.assigned_by,
            "assigned_at": assignment.assigned_at,
        }
        act, id_ = assignment.history[-1], assignment.filing_id
        made = [self.events.event(each, id_, assignment.assigned_at, call.correlation_id) for each in events]
        if assignment.version == 0:
            try:
                self._aggregates.insert(id_, fields, act, made)
            except Duplicate:
                raise StaleVersion from None
        else:
            self._aggregates.save(id_, assignment.version, fields, (), act=act, events=made, returned={"_id": 1})
        return replace(assignment, version=assignment.version + 1)

    def list_standing(self, division: str, account_id: str = "") -> Iterator[Assignment]:
        """Yield the assignments of a department, or of one of its reviewers, whose filings still wait for it."""
        query = {"division": division, "assignee": account_id or {"$gt": ""}}
        steps = [{"$match": query}, *_JOINED, {"$match": {"waits": {"$ne": []}}}]
        with unavailable_when_down():
            for row in self.database[COLLECTION].aggregate(steps):
                yield _assignment(row)

    def count_waiting(self, division: str, limit: int) -> int:
        """Return how many filings wait for a department, `limit` where there are more."""
        query = {"reviewer": division, "state": State.SUBMITTED.value}
        with unavailable_when_down():
            return self.database[FILINGS].count_documents(query, limit=limit)

    def sweep(self, before: datetime) -> int:
        """Remove assignments from before a moment whose filings have moved on, and return how many.

        One whose notice has not left yet stays.
        """
        query = {"assigned_at": {"$lt": before}, "outbox": []}
        steps = [{"$match": query}, *_JOINED, {"$match": {"waits": []}}, {"$project": {"v": 1}}]
        with unavailable_when_down():
            gone = list(self.database[COLLECTION].aggregate(steps))
            removed = [self.database[COLLECTION].delete_one({"_id": row["_id"], "v": row["v"]}) for row in gone]
        return sum(each.deleted_count for each in removed)

    @property
    def _aggregates(self) -> Aggregates:
        return Aggregates(self.database[COLLECTION])


def _assignment(row: Document) -> Assignment:
    return Assignment(
        filing_id=row["_id"],
        division=row["division"],
        waiting_since=row["waiting_since"],
        assignee_id=row["assignee"],
        assigned_by=row["assigned_by"],
        assigned_at=row["assigned_at"],
        version=row["v"],
        history=history_of(row),
    )
