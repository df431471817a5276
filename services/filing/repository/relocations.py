"""Relocations in MongoDB, one document each, and the move of what lies beside a unit's filings.

In clear, since they hold ids and division codes alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.database import Database

from services.filing.model.reliefs import ReliefState
from services.filing.model.relocations import Relocation, RelocationState, Spot
from services.filing.model.states import State
from services.filing.policy import chain_for
from services.filing.ports.relocations import Whereabouts
from services.filing.repository import accounts, likenesses, reliefs, units, vouchers
from services.filing.repository.records import COLLECTION as FILINGS
from shared.calls import Call
from shared.messaging.events import EventMaker, Outgoing
from shared.mongo.aggregates import Aggregates, Duplicate, history_of
from shared.mongo.client import Document, unavailable_when_down
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.mongo.pages import Newest
from shared.paging import Page

COLLECTION = "relocations"
NEWEST = Newest("created_at")
IN_FLIGHT = [State.DRAFT.value, State.RETURNED.value, State.SUBMITTED.value]

INDEXES = (
    *AGGREGATE_INDEXES,
    IndexModel(
        [("sight", ASCENDING), ("state", ASCENDING), ("created_at", DESCENDING), ("_id", DESCENDING)], name="in_sight"
    ),
)


@dataclass(frozen=True)
class MongoRelocations:
    """The relocations of one database."""

    database: Database[Document]
    events: EventMaker

    def units_within(self, codes: Sequence[str], after: str, limit: int) -> Sequence[Whereabouts]:
        """Return units in any of these divisions by id, those behind `after`."""
        query = {"listed": {"$in": [f"{code}/" for code in codes]}, "_id": {"$gt": after}}
        with unavailable_when_down():
            found = self.database[units.COLLECTION].find(
                query, {"division": 1, "path": 1}, sort=[("_id", ASCENDING)], limit=limit
            )
            return [Whereabouts(each["_id"], each["division"], tuple(each["path"])) for each in found]

    def filings_in_flight(self, unit_id: str) -> Sequence[str]:
        """Return the ids of the unit's filings that are filled in, corrected or under review."""
        return self._ids({"unit": unit_id, "state": {"$in": IN_FLIGHT}})

    def filings_of(self, unit_id: str) -> Sequence[str]:
        """Return the ids of all filings of the unit."""
        return self._ids({"unit": unit_id})

    def move_ledger(self, unit_id: str, spot: Spot) -> None:
        """Have the unit's accounts, vouchers, reliefs and marks lie in other divisions; twice does no harm."""
        path = list(spot.path)
        elsewhere = {"unit": unit_id, "path": {"$ne": path}}
        moved = {"division": spot.division, "path": path}
        seen: dict[str, Any] = {"$cond": [{"$eq": ["$sight", []]}, [], path]}
        decides = chain_for(unit_id, spot.division, spot.path)[0]
        is_asked = {"$eq": ["$state", ReliefState.ASKED.value]}
        decider = {"$cond": [is_asked, decides, "$decider"]}
        relief = {**moved, "sight": sorted({unit_id, *path}), "decider": decider}
        with unavailable_when_down():
            self.database[accounts.COLLECTION].update_many(elsewhere, [{"$set": {**moved, "sight": seen}}])
            self.database[vouchers.COLLECTION].update_many(elsewhere, {"$set": moved})
            self.database[likenesses.COLLECTION].update_many(elsewhere, {"$set": moved})
            self.database[reliefs.COLLECTION].update_many(elsewhere, [{"$set": relief}])

    def get(self, relocation_id: str) -> Relocation:
        """Return the relocation. Raises `NotFound`."""
        return _relocation(self._aggregates.get(relocation_id))

    def find(self, relocation_id: str) -> Relocation | None:
        """Return the relocation, None where there is none."""
        document = self._aggregates.find_one({"_id": relocation_id})
        return _relocation(document) if document else None

    def add(self, relocation: Relocation, call: Call, events: Sequence[Outgoing]) -> Relocation:
        """Store a new relocation; one that is there is returned as it is."""
        made = self._made(relocation, call, events)
        try:
            self._aggregates.insert(relocation.id, _fields(relocation), relocation.history[-1], made)
        except Duplicate:
            return self.get(relocation.id)
        return relocation

    def save(self, relocation: Relocation, call: Call, events: Sequence[Outgoing]) -> Relocation:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        made = self._made(relocation, call, events)
        act = relocation.history[-1]
        self._aggregates.save(relocation.id, relocation.version, _fields(relocation), (), act=act, events=made)
        return replace(relocation, version=relocation.version + 1)

    def list_of(self, division: str, state: RelocationState | None, cursor: str, limit: int) -> Page[Relocation]:
        """Return a page of what a department places or sees, the newest first. Raises `Malformed`."""
        states = [state.value] if state else sorted(each.value for each in RelocationState)
        query = {"sight": division, "state": {"$in": states}, **NEWEST.after(cursor)}
        rows, following = NEWEST.page(self._aggregates.find(query, sort=NEWEST.sort, limit=limit + 1), limit)
        return Page(tuple(map(_relocation, rows)), following)

    @property
    def _aggregates(self) -> Aggregates:
        return Aggregates(self.database[COLLECTION])

    def _made(self, relocation: Relocation, call: Call, events: Sequence[Outgoing]) -> list[Any]:
        at = relocation.updated_at
        return [self.events.event(each, relocation.id, at, call.correlation_id) for each in events]

    def _ids(self, query: Document) -> list[str]:
        with unavailable_when_down():
            return [each["_id"] for each in self.database[FILINGS].find(query, {"_id": 1}, sort=[("_id", ASCENDING)])]


def _fields(relocation: Relocation) -> Document:
    divisions = (relocation.placer, *relocation.path_before, *relocation.path_after)
    return {
        "unit": relocation.unit_id,
        "before": relocation.before,
        "path_before": list(relocation.path_before),
        "state": relocation.state.value,
        "candidates": list(relocation.candidates),
        "placer": relocation.placer,
        "after": relocation.after,
        "path_after": list(relocation.path_after),
        "sight": sorted({each for each in divisions if each}),
        "created_at": relocation.created_at,
        "updated_at": relocation.updated_at,
    }


def _relocation(document: Document) -> Relocation:
    return Relocation(
        id=document["_id"],
        version=document["v"],
        unit_id=document["unit"],
        before=document["before"],
        path_before=tuple(document["path_before"]),
        state=RelocationState(document["state"]),
        candidates=tuple(document["candidates"]),
        placer=document["placer"],
        created_at=document["created_at"],
        updated_at=document["updated_at"],
        after=document["after"],
        path_after=tuple(document["path_after"]),
        history=history_of(document),
    )
