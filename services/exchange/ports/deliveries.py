"""What is kept of deliveries and of sharing, as the operations see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from services.exchange.model.deliveries import Delivery, KeptSet
from services.exchange.model.partners import Partner
from services.exchange.model.sharing import Grant, Objection
from services.exchange.ports.messages import Outgoing
from shared.calls import Call
from shared.paging import Page


@dataclass(frozen=True)
class WantedDeliveries:
    """Which deliveries are asked for: of one receiver, in one state; empty for all."""

    receiver: str = ""
    state: str = ""


class Deliveries(Protocol):
    """Deliveries and the sets that they are made of. Every write is one atomic step with its history and its events."""

    def get(self, delivery_id: str) -> Delivery:
        """Return the delivery. Raises `NotFound`."""
        ...

    def find(self, delivery_id: str) -> Delivery | None:
        """Return the delivery, or None."""
        ...

    def package_of(self, delivery: Delivery) -> bytes:
        """Return the archive. Raises `SealBroken`."""
        ...

    def add(self, delivery: Delivery, call: Call, package: bytes) -> Delivery:
        """Store a new delivery. Raises `Conflict` where its id is taken."""
        ...

    def save(self, delivery: Delivery, call: Call, events: Sequence[Outgoing] = ()) -> Delivery:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        ...

    def of_period(self, receiver: Partner, kind: str, period: str) -> Sequence[Delivery]:
        """Return all deliveries of a period to a receiver, the oldest first."""
        ...

    def list_due(self, on: date, limit: int) -> Sequence[Delivery]:
        """Return what was signed off and is due by that day, the oldest first."""
        ...

    def list_on_the_way(self, limit: int) -> Sequence[Delivery]:
        """Return what left and was not answered, those first that were looked at longest ago."""
        ...

    def list_newest(self, wanted: WantedDeliveries, cursor: str, limit: int) -> Page[Delivery]:
        """Return a page, newest first. Raises `Malformed` for a foreign cursor."""
        ...

    def get_set(self, set_id: str) -> KeptSet:
        """Return a set. Raises `NotFound`."""
        ...

    def find_set(self, set_id: str) -> KeptSet | None:
        """Return a set, or None."""
        ...

    def content_of(self, kept: KeptSet) -> bytes:
        """Return the content of a set, as statistics wrote it."""
        ...

    def add_set(self, kept: KeptSet, call: Call, content: bytes) -> KeptSet:
        """Store a set. Raises `Conflict` where its id is taken."""
        ...


class Grants(Protocol):
    """Requests for resources of the catalogue, and what was granted."""

    def get(self, grant_id: str) -> Grant:
        """Return the request. Raises `NotFound`."""
        ...

    def find(self, grant_id: str) -> Grant | None:
        """Return the request, or None."""
        ...

    def add(self, grant: Grant, call: Call, events: Sequence[Outgoing] = ()) -> Grant:
        """Store a new request. Raises `Conflict` where its id is taken."""
        ...

    def save(self, grant: Grant, call: Call, events: Sequence[Outgoing] = ()) -> Grant:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        ...

    def of_resource(self, receiver: Partner, resource: str) -> Sequence[Grant]:
        """Return a receiver's requests for a resource, the newest first."""
        ...

    def list_newest(self, state: str, cursor: str, limit: int) -> Page[Grant]:
        """Return a page, newest first; `state` empty for all. Raises `Malformed`."""
        ...

    def list_overdue(self, on: date, limit: int) -> Sequence[Grant]:
        """Return requests that should have been answered before that day and were not, nor told of."""
        ...


class Objections(Protocol):
    """Objections of receivers to numbers of deliveries."""

    def get(self, objection_id: str) -> Objection:
        """Return the objection. Raises `NotFound`."""
        ...

    def find(self, objection_id: str) -> Objection | None:
        """Return the objection, or None."""
        ...

    def add(self, objection: Objection, call: Call, events: Sequence[Outgoing] = ()) -> Objection:
        """Store a new objection. Raises `Conflict` where its id is taken."""
        ...

    def save(self, objection: Objection, call: Call, events: Sequence[Outgoing] = ()) -> Objection:
        """Store the next version with its last history entry. Raises `StaleVersion`."""
        ...

    def of_deliveries(self, delivery_ids: Sequence[str]) -> Sequence[Objection]:
        """Return all objections to these deliveries."""
        ...

    def list_newest(self, state: str, cursor: str, limit: int) -> Page[Objection]:
        """Return a page, newest first; `state` empty for all. Raises `Malformed`."""
        ...

    def list_overdue(self, on: date, limit: int) -> Sequence[Objection]:
        """Return objections that should have been answered before that day and were not, nor told of."""
        ...


@dataclass(frozen=True)
class Sharing:
    """The stores of deliveries and of sharing."""

    deliveries: Deliveries
    grants: Grants
    objections: Objections
