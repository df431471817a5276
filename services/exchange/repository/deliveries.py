"""Deliveries, the sets that they are made of, grants and objections in MongoDB."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from pymongo import ASCENDING, DESCENDING, IndexModel
from pymongo.client_session import ClientSession
from pymongo.database import Database

from services.exchange.model.deliveries import Delivery, KeptSet, State
from services.exchange.model.partners import Partner
from services.exchange.model.sharing import Grant, GrantState, Objection, ObjectionState
from services.exchange.ports.deliveries import Sharing, WantedDeliveries
from services.exchange.ports.messages import Outgoing
from services.exchange.repository.shelf import NEWEST, Shelf
from shared.calls import Call
from shared.crypto.sealing import Sealer
from shared.mongo.client import Document
from shared.mongo.indexes import AGGREGATE_INDEXES
from shared.paging import Page

DELIVERIES, SETS, GRANTS, OBJECTIONS = "deliveries", "table_sets", "grants", "objections"
MOST = 200
"""Deliveries of a period to a receiver, or requests for a resource, that are looked at."""

_LISTED = IndexModel(NEWEST.sort, name="newest")
_OF_STATE = IndexModel([("state", ASCENDING), *NEWEST.sort], name="of_state")
_DUE = IndexModel([("state", ASCENDING), ("due_on", ASCENDING)], name="due")

INDEXES = {
    DELIVERIES: (
        *AGGREGATE_INDEXES,
        _LISTED,
        _OF_STATE,
        _DUE,
        IndexModel([("receiver", ASCENDING), ("kind", ASCENDING), ("period", ASCENDING)], name="of_period"),
    ),
    SETS: (*AGGREGATE_INDEXES,),
    GRANTS: (
        *AGGREGATE_INDEXES,
        _LISTED,
        _OF_STATE,
        _DUE,
        IndexModel([("receiver", ASCENDING), ("resource", ASCENDING)], name="of_resource"),
    ),
    OBJECTIONS: (
        *AGGREGATE_INDEXES,
        _LISTED,
        _OF_STATE,
        _DUE,
        IndexModel([("delivery_id", ASCENDING)], name="of_delivery"),
    ),
}


def sharing_of(database: Database[Document], sealer: Sealer, session: ClientSession | None = None) -> Sharing:
    """Return the stores of a database, within a transaction where one is given."""
    return Sharing(
        MongoDeliveries(
            Shelf(Delivery, DELIVERIES, database, sealer, session), Shelf(KeptSet, SETS, database, sealer, session)
        ),
        MongoGrants(Shelf(Grant, GRANTS, database, sealer, session)),
        MongoObjections(Shelf(Objection, OBJECTIONS, database, sealer, session)),
    )


@dataclass(frozen=True)
class MongoDeliveries:
    """`ports.deliveries.Deliveries`."""

    shelf: Shelf[Delivery]
    sets: Shelf[KeptSet]

    def get(self, delivery_id: str) -> Delivery:
        """Return the delivery. Raises `NotFound`."""
        return self.shelf.get(delivery_id)

    def find(self, delivery_id: str) -> Delivery | None:
        """Return the delivery, or None."""
        return self.shelf.find(delivery_id)

    def package_of(self, delivery: Delivery) -> bytes:
        """Return the archive. Raises `SealBroken`."""
        return self.shelf.large_of(delivery.id)

    def add(self, delivery: Delivery, call: Call, package: bytes) -> Delivery:
        """Store a new delivery. Raises `Conflict` where its id is taken."""
        return self.shelf.add(delivery, call, large=package)

    def save(self, delivery: Delivery, call: Call, events: Sequence[Outgoing] = ()) -> Delivery:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        return self.shelf.save(delivery, call, events)

    def of_period(self, receiver: Partner, kind: str, period: str) -> Sequence[Delivery]:
        """Return all deliveries of a period to a receiver, the oldest first."""
        query = {"receiver": receiver.value, "kind": kind, "period": period}
        return self.shelf.where(query, MOST, [("created_at", ASCENDING), ("_id", ASCENDING)])

    def list_due(self, on: date, limit: int) -> Sequence[Delivery]:
        """Return what was signed off and is due by that day, the oldest first."""
        signed = [State.SIGNED_OFF.value, State.HELD.value]
        query = {"state": {"$in": signed}, "due_on": {"$lte": on.isoformat()}}
        return self.shelf.where(query, limit, [("due_on", ASCENDING)])

    def list_on_the_way(self, limit: int) -> Sequence[Delivery]:
        """Return what left and was not answered, those first that were looked at longest ago."""
        query = {"state": {"$in": [State.QUEUED.value, State.GOING.value, State.UNANSWERED.value]}}
        return self.shelf.where(query, limit, [("updated_at", ASCENDING)])

    def list_newest(self, wanted: WantedDeliveries, cursor: str, limit: int) -> Page[Delivery]:
        """Return a page, newest first. Raises `Malformed` for a foreign cursor."""
        asked = {"receiver": wanted.receiver, "state": wanted.state}
        return self.shelf.page({name: value for name, value in asked.items() if value}, cursor, limit)

    def get_set(self, set_id: str) -> KeptSet:
        """Return a set. Raises `NotFound`."""
        return self.sets.get(set_id)

    def find_set(self, set_id: str) -> KeptSet | None:
        """Return a set, or None."""
        return self.sets.find(set_id)

    def content_of(self, kept: KeptSet) -> bytes:
        """Return the content of a set, as statistics wrote it."""
        return self.sets.large_of(kept.id)

    def add_set(self, kept: KeptSet, call: Call, content: bytes) -> KeptSet:
        """Store a set. Raises `Conflict` where its id is taken."""
        return self.sets.add(kept, call, large=content)


@dataclass(frozen=True)
class MongoGrants:
    """`ports.deliveries.Grants`."""

    shelf: Shelf[Grant]

    def get(self, grant_id: str) -> Grant:
        """Return the request. Raises `NotFound`."""
        return self.shelf.get(grant_id)

    def find(self, grant_id: str) -> Grant | None:
        """Return the request, or None."""
        return self.shelf.find(grant_id)

    def add(self, grant: Grant, call: Call, events: Sequence[Outgoing] = ()) -> Grant:
        """Store a new request. Raises `Conflict` where its id is taken."""
        return self.shelf.add(grant, call, events)

    def save(self, grant: Grant, call: Call, events: Sequence[Outgoing] = ()) -> Grant:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        return self.shelf.save(grant, call, events)

    def of_resource(self, receiver: Partner, resource: str) -> Sequence[Grant]:
        """Return a receiver's requests for a resource, the newest first."""
        query = {"receiver": receiver.value, "resource": resource}
        return self.shelf.where(query, MOST, [("created_at", DESCENDING)])

    def list_newest(self, state: str, cursor: str, limit: int) -> Page[Grant]:
        """Return a page, newest first; `state` empty for all. Raises `Malformed`."""
        return self.shelf.page({"state": state} if state else {}, cursor, limit)

    def list_overdue(self, on: date, limit: int) -> Sequence[Grant]:
        """Return requests that should have been answered before that day and were not, nor told of."""
        return self.shelf.where(_overdue(GrantState.REQUESTED.value, on), limit)


@dataclass(frozen=True)
class MongoObjections:
    """`ports.deliveries.Objections`."""

    shelf: Shelf[Objection]

    def get(self, objection_id: str) -> Objection:
        """Return the objection. Raises `NotFound`."""
        return self.shelf.get(objection_id)

    def find(self, objection_id: str) -> Objection | None:
        """Return the objection, or None."""
        return self.shelf.find(objection_id)

    def add(self, objection: Objection, call: Call, events: Sequence[Outgoing] = ()) -> Objection:
        """Store a new objection. Raises `Conflict` where its id is taken."""
        return self.shelf.add(objection, call, events)

    def save(self, objection: Objection, call: Call, events: Sequence[Outgoing] = ()) -> Objection:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        return self.shelf.save(objection, call, events)

    def of_deliveries(self, delivery_ids: Sequence[str]) -> Sequence[Objection]:
        """Return all objections to these deliveries."""
        return self.shelf.where({"delivery_id": {"$in": list(delivery_ids)}}, MOST)

    def list_newest(self, state: str, cursor: str, limit: int) -> Page[Objection]:
        """Return a page, newest first; `state` empty for all. Raises `Malformed`."""
        return self.shelf.page({"state": state} if state else {}, cursor, limit)

    def list_overdue(self, on: date, limit: int) -> Sequence[Objection]:
        """Return objections that should have been answered before that day and were not, nor told of."""
        return self.shelf.where(_overdue(ObjectionState.OPEN.value, on), limit)


def _overdue(state: str, on: date) -> dict[str, Any]:
    return {"state": state, "due_on": {"$lt": on.isoformat()}, "is_escalated": False}
